"""大汉 Hanweb: jpage, whose rows lie as text in an XML datastore, in a script tag or as a whole answer."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote, urlencode, urljoin

from crawler.cms.family import Family
from crawler.cms.list_endpoint import FORM, ROWS_ASKED_FOR, ListEndpoint, value_of
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch, written_query
from crawler.text.addresses import resolve
from storage.records import Page

STORE = re.compile(
    r"<script[^<>]*>\s*(?:<!--|//<!\[CDATA\[)?\s*(?:<\?xml[^<>]*\?>)?\s*(<(datastore|recordset)\b.*?</\2>).*?</script\s*>",
    re.DOTALL | re.IGNORECASE,
)
BARE_STORE = re.compile(r"(?:<\?xml[^<>]*\?>\s*)?<datastore\b", re.IGNORECASE)
RECORD = re.compile(r"<record\b[^>]*>(.*?)(?:</record\s*>|(?=<record\b)|$)", re.DOTALL | re.IGNORECASE)
CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|$)", re.DOTALL)
NEXT_GROUP = re.compile(r"<nextgroup\b[^>]*>(.*?)</nextgroup\s*>", re.DOTALL | re.IGNORECASE)
HREF = re.compile(r"""href\s*=\s*["']?([^"'>]+)""", re.IGNORECASE)
PROXY = re.compile(r"/[\w./-]*dataproxy\.jsp")
DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"  # where a page names none
WRITTEN_PROXY = re.compile(r"""["']([^"'\s]*dataproxy\.jsp\?[^"'\s]*columnid=\d+[^"'\s]*)["']""")
KEYS = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
VISITED = re.compile(
    r"""(href\s*=\s*["'])[^"'>]{0,100}visit/link\.do\?(?:[^"'>]{0,1000}&(?:amp;)?)?url=([^"'&>]+)[^"'>]*""",
    re.IGNORECASE,
)
DEFAULTS = {"col": "1", "appid": "1", "path": "/", "permissiontype": "0"}


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the proxy's address as the page writes it, or put together from columnid, unitid and webid."""
    if written := WRITTEN_PROXY.search(text):
        return ListEndpoint(url=urljoin(page.final_url, html.unescape(written[1])))
    said = {key: value for key in KEYS if (value := value_of(text, key))}
    if not {"columnid", "unitid", "webid"} <= said.keys():
        return None
    proxy = PROXY.search(text)
    query = urlencode(DEFAULTS | said | {"startrecord": "1", "endrecord": "45", "perpage": str(ROWS_ASKED_FOR)})
    return ListEndpoint(url=f"{urljoin(page.final_url, proxy[0] if proxy else DEFAULT_PROXY)}?{query}")


def unwrap(text: str) -> str:
    """Return markup in which the rows of datastores stand as elements, and those of a search lead to their pages."""
    if BARE_STORE.match(text.lstrip()):
        return _rows(text)
    text = VISITED.sub(lambda match: match[1] + html.escape(unquote(match[2])), text)
    return STORE.sub(lambda match: _rows(match[1]), text)


def next_group(text: str, url: str) -> str | None:
    """Return the address of the next group of rows, None when the datastore names none."""
    match = NEXT_GROUP.search(text)
    href = HREF.search(_content(match[1])) if match else None
    proxy = resolve(_proxy(text, url), url) if href else None
    # "./dataproxy.jsp?…" is meant relative to the proxy, not to the column page that carries it.
    return resolve(html.unescape(href[1]), proxy) if href and proxy and href[1].strip() else None


def search(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the request that the page of jsearchfront makes for its rows; a page names its site, most a category."""
    if not said.get("websiteid"):
        return None
    named = {key: said.get(key, "") for key in ("websiteid", "cateid", "tpl")}
    form = {**named, "q": QUERY, "p": 1, "pg": SEARCH_ROWS, "pos": "title,content", "sortType": 2}
    where = urljoin(url, "interfaces/cateSearch.do")
    return ListEndpoint(url=where, method="POST", body=written_query(form), headers=FORM)


def _proxy(text: str, url: str) -> str:
    match = PROXY.search(url) or PROXY.search(NEXT_GROUP.sub("", text))
    return match[0] if match else DEFAULT_PROXY


def _rows(store: str) -> str:
    records = "\n".join(_content(record) for record in RECORD.findall(store))
    return f'<div class="datastore">{records}</div>'


def _content(markup: str) -> str:
    """Return what a record wraps; a wrapping without an end goes up to the record's."""
    wrapped = CDATA.findall(markup)
    return "".join(wrapped) if wrapped else html.unescape(markup)


FAMILY = Family(
    name="hanweb",
    recognised_by=r"/art/20\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$",
    article_paths=(r"/art_\d+_\d+",),
    listing_paths=(r"/col/col\d+(?:/index\.html)?$",),
    traces={
        "Hanweb dataproxy": (r"dataproxy\.jsp", r"\bjpage\b", r"default_pgContainer"),
        "Hanweb search": (r"/module/xxgk/(?:tree|search|subjectinfo|search_custom)\.jsp",),
    },
    endpoint=endpoint,
    searches=(SiteSearch(path=r"/j(?:search|robot)front/search\.do", request=search),),
    unwrap=unwrap,
    next_page=next_group,
)
