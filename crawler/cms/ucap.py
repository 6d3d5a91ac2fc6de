"""开普 UCAP, of 黑龙江, 湖南, 甘肃, 四川, 海南, 新疆 and many ministries, with its search of a channel."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.cms.family import EXT, HASH, ISSUE, Family
from crawler.cms.list_endpoint import ROWS_ASKED_FOR, ListEndpoint
from storage.records import Page

SEARCH = re.compile(r"""["']([^"'\s?]*/common/search/\w+)""")
CHANNEL = re.compile(rf"""<meta\s+name=["']channelId["']\s+content=["']({HASH})["']""", re.IGNORECASE)


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the search of a channel, whose number stands in the address of the search or in the page's head."""
    where = SEARCH.search(text) or CHANNEL.search(text)
    if where is None:
        return None
    path = where[1] if "/" in where[1] else f"/common/search/{where[1]}"
    query = f"_isAgg=true&_isJson=true&_pageSize={ROWS_ASKED_FOR}&_template=index&page=1"
    return ListEndpoint(url=f"{urljoin(page.final_url, path)}?{query}")


FAMILY = Family(
    name="ucap",
    recognised_by=(rf"/(?:c\d{{5,6}}/{ISSUE}/(?:c\d\d_)?\d+|{ISSUE}/{HASH}|20\d\d/\d{{1,2}}/\d{{1,2}}/{HASH})\.shtml$"),
    article_paths=(rf"/c\d{{1,2}}_\d+{EXT}$", rf"/c\d{{5,}}/content{EXT}$"),
    containers=frozenset({"ucap-content", "ucapcontent"}),
    title_tags=frozenset({"ucaptitle"}),
    link_attributes=("tagname",),
    vague_traces={"common/search": (r"/common/search/\w+",)},
    endpoint=endpoint,
)
