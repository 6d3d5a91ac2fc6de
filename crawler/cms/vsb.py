"""博达 VSB, of many universities and departments."""

from __future__ import annotations

from crawler.cms.family import EXT, Family

FAMILY = Family(
    name="vsb",
    article_paths=(rf"/info/\d+/\d+{EXT}$",),
    containers=frozenset({"v_news_content", "vsb_content"}),
)
