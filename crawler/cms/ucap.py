"""开普 UCAP, of 黑龙江, 湖南, 甘肃, 四川, 海南, 新疆 and many ministries, with its search of a channel."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.cms.family import EXT, HASH, ISSUE, Family
from crawler.cms.list_endpoint import FORM, ROWS_ASKED_FOR, ListEndpoint
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch, written_query
from storage.records import Page

UNIFIED_SEARCH = "https://api.so-gov.cn/query/s"
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


def search(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the request of search5, whose addresses name the site's code."""
    if not said.get("siteCode"):
        return None
    query = {"siteCode": said["siteCode"], "searchWord": QUERY, "column": "", "uc": 1, "pageNum": 0,
             "pageSize": SEARCH_ROWS, "orderBy": 1}  # fmt: skip
    where = urljoin(url, "/search5/search/s" if "/search5/" in url else "/search/s")
    return ListEndpoint(url=f"{where}?{written_query(query)}")


def unified_search(_: str, said: Parameters) -> ListEndpoint | None:
    """Return the request of the search that government sites share (政府网站统一搜索), by the site's code."""
    if not said.get("siteCode"):
        return None
    form = {"siteCode": said["siteCode"], "tab": "all", "qt": QUERY, "page": 1, "pageSize": SEARCH_ROWS,
            "sort": "dateDesc", "timeOption": 0}  # fmt: skip
    return ListEndpoint(url=UNIFIED_SEARCH, method="POST", body=written_query(form), headers=FORM)


FAMILY = Family(
    name="ucap",
    recognised_by=(rf"/(?:c\d{{5,6}}/{ISSUE}/(?:c\d\d_)?\d+|{ISSUE}/{HASH}|20\d\d/\d{{1,2}}/\d{{1,2}}/{HASH})\.shtml$"),
    article_paths=(rf"/c\d{{1,2}}_\d+{EXT}$", rf"/c\d{{5,}}/content{EXT}$"),
    containers=frozenset({"ucap-content", "ucapcontent"}),
    title_tags=frozenset({"ucaptitle"}),
    link_attributes=("tagname",),
    vague_traces={"common/search": (r"/common/search/\w+",)},
    endpoint=endpoint,
    searches=(
        SiteSearch(path=r"/search5/|/search/s\?", request=search),
        SiteSearch(path=r"/so/s\?|//so\.kaipuyun\.cn/s\?", request=unified_search),
    ),
)
