"""The system of 上海: a day and a hash."""

from __future__ import annotations

from crawler.cms.family import DATE, HASH, Family

FAMILY = Family(name="shanghai", recognised_by=rf"/{DATE}/{HASH}\.html$")
