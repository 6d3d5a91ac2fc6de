"""The system of many news portals of provinces: `/system/2026/03/18/012345678.shtml`."""

from __future__ import annotations

from crawler.cms.family import Family

FAMILY = Family(name="system", recognised_by=r"/system/20\d\d/\d\d/\d\d/\d+\.s?html$")
