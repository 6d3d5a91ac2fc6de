"""The system of 河北, which numbers columns and articles by UUIDs."""

from __future__ import annotations

from crawler.cms.family import ISSUE, Family

FAMILY = Family(name="hebei", recognised_by=rf"/columns/[0-9a-f-]{{36}}/{ISSUE}/\d\d/[0-9a-f-]{{36}}\.html$")
