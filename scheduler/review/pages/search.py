"""检索: find articles or acts by words and filters, page through them, narrow them down, and keep the search."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import cast, get_args
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import chosen_acts
from scheduler.review.fixes import Fix, fixes_of
from scheduler.review.narrowing import box_groups, with_boxes
from scheduler.review.page_request import PageRequest, Route
from scheduler.review.pages.rows import DeskList, DeskQuestion, asked_list
from scheduler.review.pages.saved import audience
from scheduler.review.pages.suggestions import NamesByFilter, known_names, sources_by_id
from scheduler.review.read_as import read_as
from scheduler.review.wording import LABELS, VERDICTS, region_name
from storage.archive import Archive
from storage.overview.divided import facets_of_acts
from storage.search.facets import Facet
from storage.search.filters import CHINESE_KEYS
from storage.search.find import MOST_COUNTED_HITS, Order, SearchResult
from storage.search.query import KEY_OF_NAME, Query, QueryError, Vocabulary, parse_query
from storage.search.saved import SavedSearch
from storage.verdicts import Verdict

ON_A_PAGE = 20
MOST_JSON = 200  # articles that one JSON answer gives
FACETS = {key: names[0] for key, names in CHINESE_KEYS.items() if key not in {"since", "until"}}
FACETS |= {"state": "判定", "month": "月份"}
SHOWN_VALUES = 8  # months and ranges of scores
SHOWN = {"acts": "政策", "articles": "文章"}  # what a search shows, by the tab in its address
NO_NAMES: Mapping[str, str] = {}
SHOWN_REMOVED = 5  # saved searches that were removed last: what may be wanted back


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetChoice:
    """A value of a facet: how it reads, how many acts or articles have it, and the query that it narrows to."""

    name: str
    count: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLists:
    """The saved searches that a person sees, and the last ones that were removed."""

    standing: Sequence[SavedSearch]
    removed: Sequence[SavedSearch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of what a search finds: articles, or acts as lines of a list, with the last verdict of who looks.

    `others` counts what the other tab has: at most `MOST_COUNTED_HITS` articles and one more.
    """

    others: int
    found: SearchResult | None = None
    listed: DeskList | None = None
    last: Verdict | None = None

    @property
    def counts(self) -> Mapping[str, str]:
        """The number of hits at each tab."""
        acts, articles = (self.listed.total, self.others) if self.listed else (self.others, 0)
        if self.found:
            articles = self.found.total if self.found.is_exact else MOST_COUNTED_HITS + 1
        return {"acts": str(acts), "articles": str(articles) if articles <= MOST_COUNTED_HITS else "一万多"}


async def search(visit: PageRequest) -> Response:
    """Show what a query finds, with its hits marked and what it divides into; ticked boxes become its filters."""
    text, order, page, shown = visit.asked("q"), order_of(visit), visit.page(), shown_of(visit)
    names = await known_names(visit)
    sources = sources_by_id(names)
    try:
        if visit.asked("narrow"):
            narrowed = with_boxes(text, visit.query, partial(value_name, sources=sources))
            kept = {name: visit.asked(name) for name in ("order", "show") if visit.asked(name)}
            return Response.redirect(f"/search?{urlencode({'q': narrowed, **kept})}", status=303)
        query, names = await asked_query(visit, names)
    except QueryError as error:
        fixes = fixes_of(text, error, names["source"])
        return _nothing(visit, text, order, SavedLists(standing=(), removed=()), problem=error.in_chinese, fixes=fixes)
    if not text.strip():
        return _nothing(visit, text, order, await visit.read(partial(_saved, visit)))

    # Counting facets takes longer than finding; side by side they take as long as the longer one.
    (results, saved), facets, widened = await asyncio.gather(
        visit.read(lambda archive: (_results(visit, archive, query), _saved(visit, archive))),
        visit.read(partial(_facets, shown, query)), _widened(visit, query),
    )  # fmt: skip
    name_of = partial(value_name, sources=sources_by_id(names))
    counts = {facet.key: dict(facet.counts) for facet in (*facets, *widened)}
    return visit.html(
        "search.html", problem="", fixes=(), text=text, order=order, results=results, tabs=SHOWN, shown=shown,
        groups=box_groups(query, counts, name_of), ranges=_ranges(text, facets), read=read_as(query, FACETS, name_of),
        saved=saved.standing, removed=saved.removed, page=page, size=ON_A_PAGE, endpoints=audience(visit),
        source_names=sources_by_id(names),
    )  # fmt: skip


def shown_of(visit: PageRequest) -> str:
    """Return the tab that is asked for, articles where it is none."""
    return asked if (asked := visit.asked("show")) in SHOWN else "articles"


def list_of_found(visit: PageRequest) -> DeskQuestion:
    """Return the list of the acts that a search finds, the latest first."""
    question = asked_list(visit, order="day")
    fields = {"q": visit.asked("q"), "show": "acts"}
    return replace(question, choice=replace(question.choice, fields=fields), with_rejected=False)


def _results(visit: PageRequest, archive: Archive, query: Query) -> Results:
    if shown_of(visit) == "acts":
        listed, last = list_of_found(visit).read(archive), archive.verdicts.last_of(visit.who)
        return Results(listed=listed, last=last, others=archive.search.count(query))
    first = (visit.page() - 1) * ON_A_PAGE
    found = archive.search.find(query, order=order_of(visit), limit=ON_A_PAGE, offset=first)
    return Results(found=found, others=archive.overview.count(chosen_acts(archive, query)))


def _facets(shown: str, query: Query, archive: Archive) -> Sequence[Facet]:
    """Return how what is shown divides: acts or articles."""
    return facets_of_acts(archive.db, chosen_acts(archive, query)) if shown == "acts" else archive.search.facets(query)


async def _widened(visit: PageRequest, query: Query) -> Sequence[Facet]:
    """Return the facet of each filter that a query has, counted without it: what ticking another box would find."""
    shown = shown_of(visit)

    def count(key: str, archive: Archive) -> Facet | None:
        others = {name: values for name, values in query.selection.named.items() if name != key}
        wider = replace(query, selection=replace(query.selection, named=others))
        return next((facet for facet in _facets(shown, wider, archive) if facet.key == key), None)

    counted = await asyncio.gather(*(visit.read(partial(count, key)) for key, _ in query.selection.given()))
    return [facet for facet in counted if facet]


async def asked_query(visit: PageRequest, names: NamesByFilter) -> tuple[Query, NamesByFilter]:
    """Return the query that is asked for, and the names, read anew where it has one that was not there before."""
    text = visit.asked("q")
    try:
        return parse_query(text, _vocabulary(names)), names
    except QueryError as error:
        if error.fault != "wrong value" or KEY_OF_NAME[error.key] not in {"source", "track"}:
            raise
    names = await known_names(visit, again=True)
    return parse_query(text, _vocabulary(names)), names


def _vocabulary(names: NamesByFilter) -> Vocabulary:
    sources, tracks = ([one.value for one in names[key]] for key in ("source", "track"))
    return vocabulary(sources=sources, tracks=tracks)


def _saved(visit: PageRequest, archive: Archive) -> SavedLists:
    kept = archive.saved_searches
    return SavedLists(standing=kept.seen_by(visit.who), removed=kept.removed(visit.who)[:SHOWN_REMOVED])


def _nothing(
    visit: PageRequest, text: str, order: Order, saved: SavedLists, *, problem: str = "", fixes: Sequence[Fix] = ()
) -> Response:
    """Show the empty page: what can be asked, or what is wrong with the question."""
    return visit.html(
        "search.html", 400 if problem else 200, problem=problem, fixes=fixes, text=text, order=order, results=None,
        saved=saved.standing, removed=saved.removed, page=1, size=ON_A_PAGE, endpoints=audience(visit),
    )  # fmt: skip


def order_of(visit: PageRequest) -> Order:
    """Return the order that is asked for, the newest first where none is."""
    asked = visit.asked("order")
    return cast("Order", asked) if asked in get_args(Order) else "newest"


def _ranges(text: str, facets: Sequence[Facet]) -> dict[str, list[FacetChoice]]:
    """Return the months and ranges of scores that divide what was found, each with the query that narrows to it."""
    found = {
        FACETS[facet.key]: [
            FacetChoice(name=value_name(facet.key, value), count=count, query=f"{text} {_range(facet.key, value)}")
            for value, count in facet.counts[:SHOWN_VALUES]
        ]
        for facet in facets
        if facet.key in {"month", "score"}
    }
    return {name: choices for name, choices in found.items() if len(choices) > 1}


def value_name(key: str, value: str, *, sources: Mapping[str, str] = NO_NAMES) -> str:
    """Return how a value of a filter reads."""
    if key == "region":
        return region_name(value)
    if key == "score":
        return value.replace(">=", "≥").replace("<=", "≤").replace("..", "–")
    return {"label": LABELS, "state": {"new": "待判定", **VERDICTS}, "source": sources}.get(key, {}).get(value, value)


def _range(key: str, value: str) -> str:
    """Return a range in the words of the filter language."""
    return f"起:{value} 止:{value}" if key == "month" else f"{CHINESE_KEYS[key][0]}:{value}"


async def as_json(visit: PageRequest) -> Response:
    """Give what a query finds as JSON: articles with the offsets of their hits, the total, the facets."""
    limit = min(MOST_JSON, max(1, int(asked))) if (asked := visit.asked("limit", "20")).isdecimal() else 20
    order, page = order_of(visit), visit.page()
    try:
        query, _ = await asked_query(visit, await known_names(visit))
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
