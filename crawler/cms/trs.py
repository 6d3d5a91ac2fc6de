"""拓尔思 TRS, the system of most provinces, with its search servers WAS and IGS."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.cms.family import DATE, EXT, Family
from crawler.cms.list_endpoint import FORM, ROWS_ASKED_FOR, ListEndpoint, value_of, written_endpoint
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch, written_query
from crawler.text.address_days import DAY, MONTH, YEAR
from storage.records import Page

WAS = re.compile(r"""["']([^"'\s?]*/(?:fjdzapp/search|was5/web/search))""")
IGS = re.compile(r"""["']([^"'\s]*/igs/front/search/list\.html\?[^"'\s]+)["']""")


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the form that a page sends to WAS (福建), with its channel and filter; else its address of IGS."""
    where, channel, filter_ = WAS.search(text), value_of(text, "channelid"), value_of(text, "classsql")
    if where is None or not channel or not filter_:
        return written_endpoint(IGS, text, page)
    order = "-docorder,-docreltime"
    pairs = {"channelid": channel, "classsql": filter_, "sortfield": order, "page": "1", "prepage": str(ROWS_ASKED_FOR)}
    return ListEndpoint(url=urljoin(page.final_url, where[1]), method="POST", body=urlencode(pairs), headers=FORM)


def search_igs(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the request for the rows of IGS, whose addresses name the site and a code of its search."""
    if not said.get("code") or not said.get("siteId"):
        return None
    query = {"code": said["code"], "siteId": said["siteId"], "searchWord": QUERY, "pageNumber": 1,
             "pageSize": SEARCH_ROWS, "orderBy": "time", "timeOrder": "desc"}  # fmt: skip
    return ListEndpoint(url=f"{urljoin(url, '/igs/front/search.jhtml')}?{written_query(query)}")


def search_was(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the page of rows of WAS, whose addresses name a channel."""
    if not said.get("channelid"):
        return None
    query = {"channelid": said["channelid"], "searchword": QUERY, "orderby": "-docreltime", "page": 1}
    return ListEndpoint(url=f"{urljoin(url, urlsplit(url).path)}?{written_query(query)}")


FAMILY = Family(
    name="trs",
    recognised_by=rf"/t{DATE}_\d+\.s?html?$",
    article_paths=(rf"/t{YEAR}{MONTH}{DAY}_\d+{EXT}$",),
    containers=frozenset({"trs_editor", "trs_editor_view", "trs_paper_default", "trs_ueditor"}),
    vague_traces={"igs": (r"/igs/front/",), "was5": (r"/was5/web/search", r"/fjdzapp/search")},
    endpoint=endpoint,
    searches=(
        SiteSearch(path=r"/igs/front/search\.(?:jhtml|html)", request=search_igs),
        SiteSearch(path=r"/was5/web/search\b", request=search_was),
    ),
)
