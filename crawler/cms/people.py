"""人民网, with its 31 channels of the provinces."""

from __future__ import annotations

from crawler.cms.family import EXT, Family

FAMILY = Family(
    name="people",
    recognised_by=r"/n\d/20\d\d/\d{4}/c\d+-\d+\.html$",
    article_paths=(rf"/c\d+-\d+{EXT}$",),
    listing_paths=(r"/GB/[\d/]+(?:index\d*\.html)?$",),
    containers=frozenset({"rm_txt_con", "rwb_zw"}),
)
