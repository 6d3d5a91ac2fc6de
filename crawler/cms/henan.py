"""The system of 河南: a year, a month with its day, and a number."""

from __future__ import annotations

from crawler.cms.family import Family

FAMILY = Family(name="henan", recognised_by=r"/20\d\d/\d\d-\d\d/\d+\.html$")
