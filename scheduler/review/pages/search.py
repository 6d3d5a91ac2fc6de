"""检索: find articles by words and filters, page through them, narrow them down, and keep the search."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import cast, get_args

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.review.page_request import PageRequest, Route
from scheduler.review.wording import LABELS, VERDICTS, region_name
from storage.archive import Archive
from storage.search.facets import Facet
from storage.search.filters import CHINESE_KEYS
from storage.search.find import Order, SearchResult
from storage.search.query import QueryError, parse_query
from storage.search.saved import SavedSearch

ON_A_PAGE = 20
MOST_JSON = 200  # articles that one JSON answer gives
FACETS = {key: names[0] for key, names in CHINESE_KEYS.items() if key not in {"since", "until"}}
FACETS |= {"state": "判定", "month": "月份"}
SHOWN_VALUES = 8  # values of a facet
SHOWN_REMOVED = 5  # saved searches that were removed last: what may be wanted back


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetChoice:
    """A value of a facet: how it reads, how many articles have it, and the query that it narrows to."""

    name: str
    count: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLists:
    """The saved searches that a person sees, and the last ones that were removed."""

    standing: Sequence[SavedSearch]
    removed: Sequence[SavedSearch]


async def search(visit: PageRequest) -> Response:
    """Show what a query finds, with its hits marked and what it divides into."""
    text, order, page = visit.asked("q"), _order(visit), visit.page()
    try:
        query = parse_query(text, vocabulary())
    except QueryError as error:
        return _nothing(visit, text, order, SavedLists(standing=(), removed=()), problem=error.in_chinese)
    if not text.strip():
        return _nothing(visit, text, order, await visit.read(partial(_saved, visit)))

    def find(archive: Archive) -> tuple[SearchResult, SavedLists]:
        found = archive.search.find(query, order=order, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
        return found, _saved(visit, archive)

    # Counting facets takes longer than finding; side by side they take as long as the longer one.
    (found, saved), facets = await asyncio.gather(
        visit.read(find), visit.read(lambda archive: archive.search.facets(query))
    )
    return visit.html(
        "search.html", problem="", text=text, order=order, found=found, facets=_choices(text, facets),
        saved=saved.standing, removed=saved.removed, page=page, size=ON_A_PAGE, endpoints=_endpoints(visit),
    )  # fmt: skip


def _saved(visit: PageRequest, archive: Archive) -> SavedLists:
    kept = archive.saved_searches
    return SavedLists(standing=kept.seen_by(visit.who), removed=kept.removed(visit.who)[:SHOWN_REMOVED])


def _nothing(visit: PageRequest, text: str, order: Order, saved: SavedLists, *, problem: str = "") -> Response:
    """Show the empty page: what can be asked, or what is wrong with the question."""
    return visit.html(
        "search.html", 400 if problem else 200, problem=problem, text=text, order=order, found=None, facets={},
        saved=saved.standing, removed=saved.removed, page=1, size=ON_A_PAGE, endpoints=_endpoints(visit),
    )  # fmt: skip


def _order(visit: PageRequest) -> Order:
    asked = visit.asked("order")
    return cast("Order", asked) if asked in get_args(Order) else "newest"


def _endpoints(visit: PageRequest) -> list[str]:
    return [one.name for one in visit.settings.endpoint if one.role == "audience"]


def _choices(text: str, facets: Sequence[Facet]) -> dict[str, list[FacetChoice]]:
    """Return the facets that divide what was found, each value with the query that narrows to it."""
    found = {
        FACETS[facet.key]: [
            FacetChoice(name=_read(facet.key, value), count=count, query=f"{text} {_filter(facet.key, value)}")
            for value, count in facet.counts[:SHOWN_VALUES]
        ]
        for facet in facets
        if facet.key in FACETS
    }
    return {name: choices for name, choices in found.items() if len(choices) > 1}


def _read(key: str, value: str) -> str:
    if key == "region":
        return region_name(value)
    if key == "score":
        return value.replace(">=", "≥").replace("<=", "≤").replace("..", "–")
    return {"label": LABELS, "state": {"new": "待判定", **VERDICTS}}.get(key, {}).get(value, value)


def _filter(key: str, value: str) -> str:
    """Return a filter in the words of the filter language."""
    if key == "month":
        return f"起:{value} 止:{value}"
    shown = _read(key, value) if key == "region" else value
    return f"{CHINESE_KEYS[key][0]}:{shown if shown.isalnum() or key == 'score' else _quoted(shown)}"


def _quoted(value: str) -> str:
    bare = value.replace('"', "")
    return f'"{bare}"'


async def as_json(visit: PageRequest) -> Response:
    """Give what a query finds as JSON: articles with the offsets of their hits, the total, the facets."""
    limit = min(MOST_JSON, max(1, int(asked))) if (asked := visit.asked("limit", "20")).isdecimal() else 20
    order, page = _order(visit), visit.page()
    try:
        query = parse_query(visit.asked("q"), vocabulary())
    except QueryError as error:
        return visit.json({"error": str(error)}, status=400)

    def read(archive: Archive) -> tuple[SearchResult, tuple[Facet, ...]]:
        found = archive.search.find(query, order=order, limit=limit, offset=(page - 1) * limit)
        return found, archive.search.facets(query)

    found, facets = await visit.read(read)
    return visit.json({
        "query": visit.asked("q"), "total": found.total, "is_exact": found.is_exact, "page": page,
        "articles": [asdict(one) for one in found.articles],
        "facets": {facet.key: [{"value": v, "count": n} for v, n in facet.counts] for facet in facets},
    })  # fmt: skip


ROUTES = (Route(pattern="/search", handler=search), Route(pattern=r"/search\.json", handler=as_json))
