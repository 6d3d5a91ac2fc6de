"""Build the request for a list that a script loads, from what its page carries.

Only what stands on the page is used. Where a parameter lies in another script, there is no endpoint. Nothing is sent.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.datastore import DEFAULT_PROXY, PROXY
from crawler.listing.opened import levelled, unpacked
from crawler.listing.patterns import patterns_in
from crawler.listing.script_list import FRAME
from crawler.text.addresses import resolve
from crawler.text.decode import decode
from storage.records import Page

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
JSON_BODY = {"Content-Type": "application/json; charset=UTF-8"}
ROWS = 15  # rows to ask for, as the sites' own scripts do
HANWEB_KEYS = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
WHOLE = re.compile(
    r"""["']([^"'\s]*(?:/igs/front/search/list\.html\?[^"'\s]+|/site/label/\d+\?[^"'\s]*pageIndex=1\b[^"'\s]*"""
    r"""|/ds_[0-9a-f]{32}\.json))["']"""
)
STATIC_JSON = re.compile(
    r"""\b(?:getJSON|get|fetch|ajax|axios)\s*\(\s*(?:\{[^}]*?url\s*:\s*)?["']([^"'\s]+\.json)(?:\?[^"']*)?["']"""
)
CHANNEL = re.compile(r"""<meta\s+name=["']channelId["']\s+content=["']([0-9a-f]{32})["']""", re.IGNORECASE)
LIST_UNIT = re.compile(r"tagId\W+[^'\",}]*(?:列表|分页|list|内容|信息)", re.IGNORECASE)
PAIR = re.compile(r"""["']?(\w+)["']?\s*:\s*["']([^"']*)["']""")
HANWEB_DEFAULTS = {"col": "1", "appid": "1", "path": "/", "permissiontype": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEndpoint:
    """The request that a page's script makes for its first rows. Its answer is a listing page to `read_listing`.

    `patterns` are the addresses that the page puts together from the rows, for an answer whose rows have an id only.
    """

    url: str
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()


def find_endpoint(page: Page) -> ListEndpoint | None:
    """Return the request for the list that a page's script loads, None when the page does not carry its parameters."""
    page = unpacked(page)
    text = levelled(decode(page.body))
    found = next((endpoint for family in FAMILIES if (endpoint := family(text, page))), None)
    if found is None or resolve(found.url, page.final_url) is None:
        return None
    return replace(found, patterns=patterns_in(text))


def _jpaas(text: str, page: Page) -> ListEndpoint | None:
    """`<script src="…unitbuild.js" url="…" queryData="{'webId':'…'}">`; the page number is read from paramJson only."""
    units = LexborHTMLParser(text).css("[querydata]")
    # A page may build its menu from units too; the list's is called 列表, 分页列表, 当前栏目_list, 信息内容, …
    units.sort(key=lambda unit: LIST_UNIT.search(unit.attributes.get("querydata") or "") is None)
    pairs = PAIR.findall(units[0].attributes.get("querydata") or "") if units else []
    if not pairs:
        return None
    path = units[0].attributes.get("url") or "/api-gateway/jpaas-publish-server/front/page/build/unit"
    query = dict(pairs) | {"paramJson": json.dumps({"pageNo": 1, "pageSize": ROWS}, separators=(",", ":"))}
    return ListEndpoint(url=f"{urljoin(page.final_url, path)}?{urlencode(query, quote_via=quote)}")


def _query_list(text: str, page: Page) -> ListEndpoint | None:
    """江西: POST /queryList with the parameters of the inline script."""
    channels, sites = _list(text, "channelCode"), _list(text, "webSiteCode")
    if not channels or not sites:
        return None
    size = _value(text, "pageSize") or _value(text, "perPage") or str(ROWS)
    pairs = [("current", "1"), ("pageSize", size), ("sort", "sortNum"), ("order", "desc")]
    pairs += [("unitid", unit)] if (unit := _value(text, "unitid")) else []
    pairs += [("webSiteCode[]", site) for site in sites] + [("channelCode[]", channel) for channel in channels]
    return ListEndpoint(url=urljoin(page.final_url, "/queryList"), method="POST", body=urlencode(pairs), headers=FORM)


def _gkmlpt(text: str, page: Page) -> ListEndpoint | None:
    """广东: the site's number stands in `_CONFIG`, the category in the address (`/gkmlpt/index#3127`)."""
    if "gkmlpt" not in text + page.final_url:
        return None
    site = re.search(r"[\"']?\bSID[\"']?\s*[:=]\s*[\"']?(\d+)", text)
    category = re.search(r"gkmlpt/index[^\"'\s]*#(\d+)", page.url) or re.search(
        r"[\"']?\b(?:CATE_ID|CATEGORY_ID|category_?id)[\"']?\s*[:=]\s*[\"']?(\d+)", text, re.IGNORECASE
    )
    if site is None or category is None:
        return None
    return ListEndpoint(url=urljoin(page.final_url, f"/gkmlpt/api/all/{category[1]}?page=1&sid={site[1]}"))


def _dataproxy(text: str, page: Page) -> ListEndpoint | None:
    """大汉: the proxy's address as the page writes it, or put together from columnid, unitid and webid."""
    written = re.search(r"""["']([^"'\s]*dataproxy\.jsp\?[^"'\s]*columnid=\d+[^"'\s]*)["']""", text)
    if written:
        return ListEndpoint(url=urljoin(page.final_url, html.unescape(written[1])))
    said = {key: value for key in HANWEB_KEYS if (value := _value(text, key))}
    if not {"columnid", "unitid", "webid"} <= said.keys():
        return None
    proxy = PROXY.search(text)
    query = urlencode(HANWEB_DEFAULTS | said | {"startrecord": "1", "endrecord": "45", "perpage": str(ROWS)})
    return ListEndpoint(url=f"{urljoin(page.final_url, proxy[0] if proxy else DEFAULT_PROXY)}?{query}")


def _irs(text: str, page: Page) -> ListEndpoint | None:
    """贵州, 重庆, 税务: a JSON query whose tenant and table stand on the page."""
    where = re.search(r"""["']([^"'\s]*/irs/front/(?:list|search))["'?]""", text)
    tenant, table = _value(text, "tenantId"), _value(text, "tableName")
    if where is None or not tenant or not table:
        return None
    order = [{"sortField": "save_time", "sortOrder": "DESC"}]
    body = {"pageNo": 1, "pageSize": ROWS, "tenantId": tenant, "tableName": table, "searchFields": [], "sorts": order}
    return ListEndpoint(
        url=urljoin(page.final_url, where[1]),
        method="POST",
        body=json.dumps(body, ensure_ascii=False),
        headers=JSON_BODY,
    )


def _common_search(text: str, page: Page) -> ListEndpoint | None:
    """湖南, 黑龙江, 甘肃: the channel's number stands in the address, or in the page's head."""
    where = re.search(r"""["']([^"'\s?]*/common/search/\w+)""", text) or CHANNEL.search(text)
    if where is None:
        return None
    path = where[1] if "/" in where[1] else f"/common/search/{where[1]}"
    query = f"_isAgg=true&_isJson=true&_pageSize={ROWS}&_template=index&page=1"
    return ListEndpoint(url=f"{urljoin(page.final_url, path)}?{query}")


def _was5(text: str, page: Page) -> ListEndpoint | None:
    """福建: a form with the channel's number and its filter."""
    where = re.search(r"""["']([^"'\s?]*/(?:fjdzapp/search|was5/web/search))""", text)
    channel, filter_ = _value(text, "channelid"), _value(text, "classsql")
    if where is None or not channel or not filter_:
        return None
    order = "-docorder,-docreltime"
    pairs = {"channelid": channel, "classsql": filter_, "sortfield": order, "page": "1", "prepage": str(ROWS)}
    return ListEndpoint(url=urljoin(page.final_url, where[1]), method="POST", body=urlencode(pairs), headers=FORM)


def _written(text: str, page: Page) -> ListEndpoint | None:
    """Addresses that stand whole on the page: igs, 龙讯, 新华's and other sites' static JSON."""
    where = WHOLE.search(text) or STATIC_JSON.search(text)
    return ListEndpoint(url=urljoin(page.final_url, html.unescape(where[1]))) if where else None


def _iframe(text: str, page: Page) -> ListEndpoint | None:
    """A frame of the same site that holds the list."""
    for node in LexborHTMLParser(text).css("iframe[src]"):
        source = (node.attributes.get("src") or "").strip()
        url = urljoin(page.final_url, source)
        is_here = urlsplit(url).hostname == urlsplit(page.final_url).hostname
        if source and is_here and not FRAME.search(source):
            return ListEndpoint(url=url)
    return None


FAMILIES: tuple[Callable[[str, Page], ListEndpoint | None], ...] = (
    _jpaas, _query_list, _gkmlpt, _dataproxy, _irs, _common_search, _was5, _written, _iframe,
)  # fmt: skip


def _value(text: str, name: str) -> str:
    """Return the value of a key in a script's object or of a variable, an empty string when it is not written out."""
    match = re.search(rf"""(?<![\w.])["']?{name}["']?\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|(\d+)\b)""", text, re.IGNORECASE)
    return next((value for value in match.groups() if value is not None), "") if match else ""


def _list(text: str, name: str) -> list[str]:
    match = re.search(rf"""["']?\b{name}["']?\s*[:=]\s*\[([^\]]*)\]""", text)
    return re.findall(r"""["']([^"']+)["']""", match[1]) if match else []
