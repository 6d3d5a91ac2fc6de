"""Find the next page of a JSON list: the page number in the address, against what the answer says of its size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.text.json_text import json_of

PAGE_KEYS = (
    "page", "pageno", "pageindex", "pagenum", "pagenumber", "currpage", "currentpage", "curpage", "current", "pg", "p",
)  # fmt: skip
SIZE_KEYS = ("pagesize", "size", "limit", "perpage", "prepage", "rows", "num", "n", "ps")
MORE_KEYS = ("hasmore", "hasnext", "hasnextpage", "more", "ismore")
END_KEYS = ("islastpage", "islast", "isend", "nomore", "last", "end")
TOTAL_KEYS = (
    "total", "totalcount", "totalnum", "postcount", "totalelements", "totalrecords", "totalrecord", "recordcount",
    "totalhits", "numfound", "totalrow", "totalrows", "rowcount", "count",
)  # fmt: skip
PAGES_KEYS = ("totalpage", "totalpages", "pages", "pagecount", "pagetotal", "totalpagecount", "maxpage", "lastpage")
NEXT_KEYS = ("next", "nextpage", "nexturl", "nextpageurl", "nextlink")
USUAL_SIZES = (10, 15, 20, 25, 30, 50, 100)  # rows that a full page usually has
DEEPEST_LEVEL = 4  # levels at which an answer speaks about itself


def next_json(data: Any, url: str, rows: int) -> str | None:
    """Return the address of the next page of a JSON list, None on the last or when it is not told.

    `rows` is the number of rows on this page.
    """
    said = _said(data)
    for key in NEXT_KEYS:
        if isinstance(said.get(key), str) and said[key].startswith(("http://", "https://", "/", "?")):
            return urljoin(url, str(said[key]))
    page = _page_of(url)
    if page is None or not rows or not _has_more(said, url, page, rows):
        return None
    return with_page(url, page + 1)


def _has_more(said: Mapping[str, Any], url: str, page: int, rows: int) -> bool:
    for key in MORE_KEYS:
        if key in said:
            return said[key] in (True, 1, "1", "true", "True")
    for key in END_KEYS:
        if isinstance(said.get(key), bool):
            return not said[key]
    first = 0 if page == 0 else 1
    if pages := _number(said, PAGES_KEYS):
        return page - first + 1 < pages
    total = _number(said, TOTAL_KEYS)
    if total is None:
        return False
    return (page - first + 1) * _size(said, url, page, rows, total) < total


def _size(said: Mapping[str, Any], url: str, page: int, rows: int, total: int) -> int:
    """Return the rows of a full page: told by the address or the answer, else the rows that are here.

    A short last page is known by this: what stands before it fills whole pages of a usual size.
    """
    asked = next((int(value) for key, value in _query(url) if _key(key) in SIZE_KEYS and value.isdecimal()), None)
    told = asked or _number(said, ("pagesize", "perpage", "limit", "size"))
    if told:
        return max(told, rows)
    if page < 2 or rows in USUAL_SIZES:
        return rows
    before, rest = divmod(total - rows, page - 1)
    return before if not rest and before >= rows else rows


def _said(data: Any, depth: int = 0) -> dict[str, Any]:
    """Return the plain values near the top of an answer by key; what stands higher wins."""
    if not isinstance(data, dict) or depth > DEEPEST_LEVEL:
        return {}
    said: dict[str, Any] = {}
    for value in data.values():
        said = _said(value, depth + 1) | said
    return said | {_key(key): value for key, value in data.items() if isinstance(value, bool | int | str)}


def _key(key: object) -> str:
    return re.sub(r"[_\-]", "", str(key)).lower()


def _number(said: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    values = (str(said[key]) for key in keys if key in said and not isinstance(said[key], bool))
    return next((int(value) for value in values if value.isdecimal() and int(value) > 0), None)


def _query(url: str) -> Iterator[tuple[str, str]]:
    for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        yield key, value
        if value.startswith("{"):  # jpaas: paramJson={"pageNo":2,"pageSize":15}
            yield from ((str(inner), str(number)) for inner, number in _object(value).items())


def _object(text: str) -> dict[str, Any]:
    try:
        value = json_of(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _page_of(url: str) -> int | None:
    """Return the page number in an address, None when it has none."""
    named = {_key(key): value for key, value in _query(url)}
    return next((int(named[key]) for key in PAGE_KEYS if named.get(key, "").isdecimal()), None)


def with_page(url: str, page: int) -> str:
    """Return an address with another page number, everything else as it was."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    named = [_key(key) for key, value in pairs if value.isdecimal()]
    wanted = next((key for key in PAGE_KEYS if key in named), None)
    if wanted is None:
        changed = [(key, _in_object(value, page) if value.startswith("{") else value) for key, value in pairs]
        return urlunsplit(parts._replace(query=urlencode(changed, quote_via=quote)))
    pattern = re.compile(r"(^|&)([^=&]+)=(\d+)(?=&|$)")
    query = pattern.sub(lambda m: f"{m[1]}{m[2]}={page}" if _key(m[2]) == wanted else m[0], parts.query)
    return urlunsplit(parts._replace(query=query))


def _in_object(value: str, page: int) -> str:
    inner = _object(value)
    named = {_key(key): key for key in inner}
    wanted = next((named[key] for key in PAGE_KEYS if key in named), None)
    return json.dumps(inner | {wanted: page}, separators=(",", ":")) if wanted else value
