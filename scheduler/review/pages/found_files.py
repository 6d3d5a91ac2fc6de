"""Give the articles that a search finds as CSV and Excel. Its acts are those of the list of policies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from datasette.utils.asgi import Response

from scheduler.reports.brief_forms import BRIEF_FORMS
from scheduler.reports.spreadsheet import csv_of, moment_in
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.search import asked_query, order_of, value_name
from scheduler.review.pages.suggestions import known_names, sources_by_id
from storage.search.find import FoundArticle
from storage.search.query import QueryError

MOST_EXPORTED = 5000  # articles in a file, as many as facets are counted of: each one's text is read for its snippet
COLUMNS = (
    "id", "announcement", "title", "region", "acts", "issuers", "tracks", "publisher", "source", "published_at",
    "first_seen_at", "label", "score", "state", "url", "snippet",
)  # fmt: skip
SHEET_COLUMNS = (
    ("region", "地区", 12), ("acts", "发布环节", 10), ("title", "标题", 44), ("issuers", "发文机关", 24),
    ("publisher", "发布者", 20), ("source", "来源", 20), ("tracks", "赛道", 24), ("label", "类别", 10),
    ("score", "得分", 8), ("state", "判定", 8), ("published_at", "发布时间（北京）", 18),
    ("first_seen_at", "发现时间（北京）", 18), ("snippet", "摘录", 44), ("announcement", "政策编号", 10),
    ("id", "文章编号", 10), ("url", "链接", 36),
)  # fmt: skip


async def as_csv(visit: PageRequest) -> Response:
    """Return the articles as CSV, for programs: codes and the archive's times."""
    found, _ = await _found(visit)
    body = await asyncio.to_thread(csv_of, COLUMNS, map(_flat, found))
    return visit.text(body, type="text/csv; charset=utf-8", file="search.csv")


async def as_xlsx(visit: PageRequest) -> Response:
    """Return the articles as an Excel workbook, for people: names and Beijing times."""
    from scheduler.reports.workbook import rows_as_xlsx  # xlsxwriter takes a moment to load

    found, sources = await _found(visit)
    rows = map(partial(_sheet_row, sources=sources), found)
    book = await asyncio.to_thread(rows_as_xlsx, "文章", SHEET_COLUMNS, rows)
    return visit.text(book, type=BRIEF_FORMS["xlsx"].media, file="search.xlsx")


async def _found(visit: PageRequest) -> tuple[Sequence[FoundArticle], Mapping[str, str]]:
    """Return the articles in the order that is asked for, and the names of sources. Raises `PageError`."""
    try:
        query, names = await asked_query(visit, await known_names(visit))
    except QueryError as error:
        raise PageError(400, error.in_chinese) from error
    order = order_of(visit)
    found = await visit.read(lambda archive: archive.search.find(query, order=order, limit=MOST_EXPORTED))
    return found.articles, sources_by_id(names)


def _flat(one: FoundArticle) -> Mapping[str, Any]:
    same = {name: getattr(one, name) for name in COLUMNS}
    lists = {name: "、".join(same[name]) for name in ("acts", "tracks", "issuers")}
    return {**same, **lists, "title": one.title.text, "snippet": one.snippet.text}


def _sheet_row(one: FoundArticle, *, sources: Mapping[str, str]) -> Mapping[str, Any]:
    row = _flat(one)
    named = {key: value_name(key, row[key] or "", sources=sources) for key in ("source", "label", "state")}
    return {
        **row, **named, "region": value_name("region", one.region) if one.region else "",
        "published_at": moment_in(one.published_at), "first_seen_at": moment_in(one.first_seen_at),
    }  # fmt: skip


ROUTES = (
    Route(pattern=r"/search\.csv", handler=as_csv),
    Route(pattern=r"/search\.xlsx", handler=as_xlsx),
)
