"""The system of 辽宁, which numbers articles by the time at which they were made."""

from __future__ import annotations

from crawler.cms.family import EXT, Family

FAMILY = Family(
    name="liaoning",
    recognised_by=r"/20\d{17}/index\.s?html$",
    article_paths=(rf"/\d{{14,20}}(?:/(?:index{EXT})?)?$",),  # 河北 too
)
