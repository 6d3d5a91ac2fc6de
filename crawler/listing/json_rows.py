"""Read lists in JSON by their shape: the array, wherever it lies, whose objects have a title and an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeAlias

from crawler.listing.badges import without_badges
from crawler.listing.found import Found, each, found_in
from crawler.listing.patterns import identities, plain_key
from crawler.listing.row_days import MonthDay, day_of_value, settle_years
from crawler.listing.shapes import FILE
from crawler.listing.titles import length, plain
from crawler.text.address_days import day_in_address
from crawler.text.addresses import resolve
from crawler.text.dates import UNKNOWN, Today
from crawler.text.json_text import json_of
from storage.records import Link

Json: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]
IsRow: TypeAlias = Callable[[Mapping[str, Any]], bool]

# Keys in lower case without `_` and `-`, the surest first.
TITLE_KEYS = (
    "title", "titleo", "doctitle", "realtitle", "articletitle", "newstitle", "infotitle", "maintitle", "showtitle",
    "headline", "contenttitle", "titlename", "subject", "topic", "filename", "name",
)  # fmt: skip
NO_TITLE = re.compile(r"^(?:sub|short|meta|seo|site|column|channel|page|img|image|list|fu|guide)\w*title")
URL_KEYS = (
    "url", "link", "href", "shareurl", "docpuburl", "infourl", "articleurl", "detailurl", "weburl", "pcurl", "posturl",
    "linkurl", "puburl", "publishurl", "contenturl", "newsurl", "visiturl", "htmlurl", "staticurl", "urls", "path",
    "sourceurl", "jumpurl",
)  # fmt: skip
NO_URL = re.compile(
    r"img|image|pic|photo|thumb|cover|logo|icon|avatar|video|audio|qr|mp3|mp4|api|author|site|channel|column"
)
NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|css|js)(?:\?|$)", re.IGNORECASE)
DAY_KEYS = (
    "publishedtimestr", "displaypublishtime", "publishdate", "publishtime", "publishedat", "publishedtime", "pubdate",
    "pubtime", "pubtimestr", "docreltime", "docpubtime", "releasetime", "releasedate", "issuetime", "infodate",
    "firstpublishtime", "showtime", "showdate", "webdate", "newsdate", "displaydate", "jsearchdate", "date", "time",
    "datetime", "ctime", "ptime", "createtime", "createdate", "createdat", "createdtime", "inputtime", "addtime",
    "savetime", "deploytime", "operatetime",
)  # fmt: skip
NO_DAY = re.compile(r"update|modif|edit|expire|end|begin|start|sign|write|valid|effect|implement|delete|abolish|last")
INNER = ("source", "_source", "data", "article", "item", "doc", "document", "info", "news", "content")
ASIDE = re.compile(
    r"hot|rank|recommend|banner|related|slide|swiper|advert|menu|nav|tree|channel|column|friend|topic|tags?$",
    re.IGNORECASE,
)
SHORTEST_TITLE = 8  # 汉字 of a row that has an id only; a menu is made of such objects too
DEEPEST_LEVEL = 12  # levels that are searched


def read_rows(data: Json, url: str, today: Today) -> Found:
    """Return the rows of a JSON document, each address once; of several lists the main one."""
    rows = main_list(data, _has_address)
    addresses = [_address(row) for row in rows]
    return _found(rows, [resolve(one, url) if one else None for one in addresses], today)


def rows_without_address(data: Json) -> list[Mapping[str, Json]]:
    """Return the rows of the main list whose objects have a title and a day or an id, but no address."""
    return main_list(data, _has_identity)


def read_built(rows: Sequence[Mapping[str, Json]], urls: Sequence[str], today: Today) -> Found:
    """Return rows without an address of their own as links to the addresses that were built for them."""
    return _found(rows, urls, today)


def main_list(data: Json, is_row: IsRow) -> list[Mapping[str, Json]]:
    """Return the objects of a JSON document's main list, those with a title that are no rows included."""
    found = list(_arrays(data, is_row))
    if not found:
        return []
    main = max(found, key=lambda pair: (not _is_aside(pair[0]), len(_rows(pair[1], is_row))))
    # sousuo.www.gov.cn spreads one answer over catMap.gongwen.listVO, catMap.bumenfile.listVO, …
    sisters = [array for path, array in found if _is_sister(path, main[0])]
    return [row for array in sisters for item in array if (row := _row(item, is_row) or _row(item, _is_told))]


def _has_address(item: Mapping[str, Json]) -> bool:
    return bool(_title(item) and _address(item))


def _has_identity(item: Mapping[str, Json]) -> bool:
    title = _title(item)
    return bool(length(title) >= SHORTEST_TITLE and not _address(item) and identities([item]))


def _is_told(item: Mapping[str, Json]) -> bool:
    """True for an object that is a row among rows: it has a title, or an address and a day."""
    return bool(_title(item) or (_address(item) and _day(item, UNKNOWN)))


def _is_sister(path: Path, main: Path) -> bool:
    return path == main or (
        len(path) == len(main) and path[-1:] == main[-1:] and path[:-2] == main[:-2] and not _is_aside(path)
    )


def _is_aside(path: Path) -> bool:
    return any(ASIDE.search(key) for key in path)


def _arrays(value: Json, is_row: IsRow, path: Path = ()) -> Iterator[tuple[Path, Sequence[Json]]]:
    """Yield the arrays whose objects are mostly rows, with the keys that lead there."""
    if len(path) > DEEPEST_LEVEL:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _arrays(inner, is_row, (*path, str(key)))
    elif isinstance(value, list):
        rows = _rows(value, is_row)
        if rows and len(rows) * 2 >= len(value):
            yield path, value
            return
        for inner in value:
            yield from _arrays(inner, is_row, (*path, "[]"))


def _rows(array: Sequence[Json], is_row: IsRow) -> list[Mapping[str, Json]]:
    return [row for item in array if (row := _row(item, is_row)) is not None]


def _row(item: Json, is_row: IsRow, depth: int = 0) -> Mapping[str, Json] | None:
    """Return the object that is a row: the item, or what it wraps."""
    if not isinstance(item, dict):
        return None
    if is_row(item):
        return item
    inner = (item[name] for name in INNER if isinstance(item.get(name), dict))
    return next(filter(None, (_row(value, is_row, depth + 1) for value in inner)), None) if depth < 2 else None


def _fields(row: Mapping[str, Json]) -> dict[str, Json]:
    return {plain_key(key): value for key, value in row.items()}


def _title(row: Mapping[str, Json]) -> str:
    fields = _fields(row)
    more = [key for key in fields if key.endswith("title") and not NO_TITLE.search(key)]
    for key in (*TITLE_KEYS, *more):
        if isinstance(fields.get(key), str) and (title := plain(fields[key])):
            return without_badges(title)[0]
    return ""


def _address(row: Mapping[str, Json]) -> str:
    fields = _fields(row)
    more = [key for key in fields if key.endswith(("url", "link", "href")) and not NO_URL.search(key)]
    for key in (*URL_KEYS, *more):
        if address := _address_in(fields.get(key)):
            return address
    return ""


def _address_in(value: Json) -> str:
    if isinstance(value, str) and value.startswith("{"):  # 江西: "urls": "{\"pc\":\"/…\"}"
        try:
            value = json_of(value)
        except ValueError:
            return ""
    if isinstance(value, dict):
        return next(filter(None, (_address_in(value.get(key)) for key in ("pc", "common", "url", "www", "web"))), "")
    if not isinstance(value, str) or NO_PAGE.search(value):
        return ""
    is_address = re.match(r"https?://|//|\.{0,2}/\S", value) or re.match(r"\S+\.s?html?\b", value) or FILE.search(value)
    return value.strip() if is_address and " " not in value.strip() else ""


def _found(rows: Sequence[Mapping[str, Json]], urls: Sequence[str | None], today: Today) -> Found:
    days = [_day(row, today) for row in rows]
    settled = settle_years(days, [day_in_address(url) if url else None for url in urls], today)
    return found_in(
        Link(url=url, title=_title(row), date=day) if url else None
        for row, url, day in zip(rows, urls, settled, strict=True)
    )


def _day(row: Mapping[str, Json], today: Today) -> date | MonthDay | None:
    fields = _fields(row)
    more = [key for key in fields if re.search(r"time|date|day$", key) and not NO_DAY.search(key)]
    values = (fields.get(key) for key in (*DAY_KEYS, *more))
    return next((day for day in each(values, partial(day_of_value, today=today)) if day), None)


def markup_in(data: Json, depth: int = 0) -> str:
    """Return the longest text in a JSON document that holds links (jpaas answers with HTML), or an empty string."""
    if isinstance(data, str):
        return data if re.search(r"<a\s", data, re.IGNORECASE) else ""
    if depth > DEEPEST_LEVEL or not isinstance(data, dict | list):
        return ""
    if isinstance(data, list) and data and all(isinstance(row, str) for row in data):
        return markup_in("\n".join(data), depth + 1)  # 大汉's search gives each row as markup of its own
    values = data.values() if isinstance(data, dict) else data
    return max((markup_in(value, depth + 1) for value in values), key=len, default="")
