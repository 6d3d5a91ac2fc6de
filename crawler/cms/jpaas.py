"""大汉 jpaas, the successor of jpage: `<script src="…unitbuild.js" url="…" queryData="{'webId':'…'}">`."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlencode, urljoin

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.family import HASH, Family
from crawler.cms.list_endpoint import ROWS_ASKED_FOR, ListEndpoint
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch, written_query
from storage.records import Page

LIST_UNIT = re.compile(r"tagId\W+[^'\",}]*(?:列表|分页|list|内容|信息)", re.IGNORECASE)
PAIR = re.compile(r"""["']?(\w+)["']?\s*:\s*["']([^"']*)["']""")
DEFAULT_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"  # where a unit names none


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the request for the unit with the list. The server reads the page's number from paramJson only."""
    units = LexborHTMLParser(text).css("[querydata]")
    # A page may build its menu from units too; the list's is called 列表, 分页列表, 当前栏目_list, 信息内容, …
    units.sort(key=lambda unit: LIST_UNIT.search(unit.attributes.get("querydata") or "") is None)
    pairs = PAIR.findall(units[0].attributes.get("querydata") or "") if units else []
    if not pairs:
        return None
    path = units[0].attributes.get("url") or DEFAULT_PATH
    query = dict(pairs) | {"paramJson": json.dumps({"pageNo": 1, "pageSize": ROWS_ASKED_FOR}, separators=(",", ":"))}
    return ListEndpoint(url=f"{urljoin(page.final_url, path)}?{urlencode(query, quote_via=quote)}")


def search(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the request that the search page makes for the rows of a site (工信部, as public programs ask it)."""
    if not said.get("websiteid"):
        return None
    order = json.dumps([{"name": "deploytime", "type": "desc"}], separators=(",", ":"))
    query = {
        "websiteid": said["websiteid"], "scope": "basic", "q": QUERY, "pg": SEARCH_ROWS, "p": 1,
        "cateid": said.get("cateid", ""), "pos": "title_text,infocontent,titlepy", "dateField": "deploytime",
        "selectFields": "title,url,deploytime,cdate", "group": "distinct", "sortFields": order,
    }  # fmt: skip
    return ListEndpoint(url=f"{urljoin(url, '/search-front-server/api/search/info')}?{written_query(query)}")


FAMILY = Family(
    name="jpaas",
    recognised_by=rf"/art/20\d\d/art_{HASH}\.html$",
    article_paths=(r"/art/(?:.+/)?art_\w+",),
    traces={"jpaas unit": (r"unitbuild\.js", r"jpaas-publish-server", r"""queryData\s*=\s*["']\{""")},
    endpoint=endpoint,
    searches=(SiteSearch(path=r"/search/index\.html\?|/search-front-server/", request=search),),
)
