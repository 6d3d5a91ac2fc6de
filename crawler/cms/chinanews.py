"""中国新闻网 and its channels of the provinces."""

from __future__ import annotations

from crawler.cms.family import Family

FAMILY = Family(
    name="chinanews",
    recognised_by=r"/20\d\d[/-]\d\d-\d\d/(?:\d+|detail-\w+)\.shtml$",
    containers=frozenset({"left_zw"}),
)
