"""The system of 广西: like TRS, without a day in the address."""

from __future__ import annotations

from crawler.cms.family import EXT, Family

FAMILY = Family(name="guangxi", recognised_by=r"/t\d{6,}\.shtml$", article_paths=(rf"/t\d{{6,}}{EXT}$",))
