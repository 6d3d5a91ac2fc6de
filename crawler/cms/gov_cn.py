"""中国政府网, the portal of the State Council."""

from __future__ import annotations

from crawler.cms.family import EXT, Family
from crawler.cms.list_endpoint import ListEndpoint
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch, written_query


def search(_url: str, _: Parameters) -> ListEndpoint:
    """Return the request of the policy search: acts of the State Council, of ministries and in its gazette."""
    query = {"t": "zhengcelibrary_gw_bm_gb", "q": QUERY, "timetype": "timeqb", "sort": "pubtime", "sortType": 1,
             "searchfield": "title:content:summary", "p": 1, "n": SEARCH_ROWS}  # fmt: skip
    return ListEndpoint(url=f"https://sousuo.www.gov.cn/search-gov/data?{written_query(query)}")


FAMILY = Family(
    name="gov-cn",
    recognised_by=r"//www\.gov\.cn/.+/content_\d+\.html?$",
    article_paths=(rf"/content_[\d_]+{EXT}$",),  # older sites of 拓尔思 too
    searches=(SiteSearch(path=r"//sousuo(?:\.www)?\.gov\.cn/", request=search),),
    containers=frozenset({"pages_content"}),
)
