"""中国政府网, the portal of the State Council."""

from __future__ import annotations

from crawler.cms.family import EXT, Family

FAMILY = Family(
    name="gov-cn",
    recognised_by=r"//www\.gov\.cn/.+/content_\d+\.html?$",
    article_paths=(rf"/content_[\d_]+{EXT}$",),  # older sites of 拓尔思 too
    containers=frozenset({"pages_content"}),
)
