"""Audit recall: compare the acts that others reported with the source of the issuer itself.

National pages, sitemaps and reprints name acts that a province's own source should have shown. For each announcement:
was the page of its issuer's own source found, how much later than the first sight, and if not, where it got lost; and
by which routes it came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Literal
from urllib.parse import urlsplit

from crawler.dedupe.identity import plain
from crawler.dedupe.names import read_name
from crawler.sources import Source
from crawler.text.canonical import canonical_url
from scheduler.sources.routes import ROUTES, ActRoute, route_of
from storage.archive import Archive
from storage.overview.audit import Audit, AuditedAct, AuditedArticle, AuditedListing
from storage.site_looks import SitePath

Miss = Literal[
    "no source declared", "source switched off", "source not visited", "source ill", "not listed", "not fetched",
    "not extracted", "below the threshold", "kept apart",
]  # fmt: skip
# Before and after the first sight: within that time a source shows its own paper.
LISTED_BEFORE, LISTED_AFTER = timedelta(days=180), timedelta(days=30)
VISITS_BEFORE, VISITS_AFTER = timedelta(days=1), timedelta(days=3)
OFFICE_ENDINGS = ("办公厅", "办公室")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An act and its own source's page. `late` is None when that was not found; `miss` says where it got lost.

    A page on the source's own host counts, no matter which source led there. `routes` are those that the act came in
    by, the first first, and how much later than the first each showed it.
    """

    act: AuditedAct
    expected: tuple[str, ...]
    routes: dict[ActRoute, timedelta] = field(default_factory=dict)
    own: AuditedArticle | None = None
    late: timedelta | None = None
    miss: Miss | None = None
    detail: str = ""


def audit(archive: Archive, sources: Iterable[Source], *, since: datetime) -> list[Audited]:
    """Return for each announcement since a moment whether its issuer's own source showed it, oldest first."""
    asked, declared = Audit(archive.db), tuple(sources)
    known = {source.id: source for source in declared}
    return [_audited(act, responsible(act, declared), known, asked) for act in asked.acts(since=since)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteShare:
    """The share of a route in all that was audited.

    `first` and `alone` count acts that no other route had before, or had at all; `median_late` is how much later than
    the first route it showed them.
    """

    found: int
    first: int
    alone: int
    median_late: timedelta


def shares(audited: Iterable[Audited]) -> dict[ActRoute, RouteShare]:
    """Return what each route found, of those that found anything."""
    acts = [one.routes for one in audited if one.routes]
    return {route: _share(route, [routes for routes in acts if route in routes]) for route in ROUTES if any(
        route in routes for routes in acts
    )}  # fmt: skip


def _share(route: ActRoute, acts: Sequence[Mapping[ActRoute, timedelta]]) -> RouteShare:
    return RouteShare(
        found=len(acts),
        first=sum(next(iter(routes)) == route for routes in acts),
        alone=sum(len(routes) == 1 for routes in acts),
        median_late=timedelta(seconds=median(routes[route].total_seconds() for routes in acts)),
    )


def responsible(act: AuditedAct, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources that should show an act: its issuers' own, else the government's of its region.

    Consultations come before an act and press conferences beside it: they are routes of their own.
    """
    official = [one for one in sources if one.kind != "news" and one.shows in {"document", "law"}]
    issuers = {_bare(issuer) for issuer in act.issuers}
    own = tuple(source for source in official if _bare(source.name) in issuers)
    if own:
        return own
    governments = (source for source in official if source.kind == "government" and source.shows == "document")
    return tuple(source for source in governments if source.region == act.region)


def _host(url: str) -> str:
    return urlsplit(canonical_url(url)).hostname or ""


def _bare(name: str) -> str:
    """Return an issuer's name without its office, a source's without its column."""
    name = name.partition(" ")[0].replace("发展和改革委员会", "发展改革委")
    for office in OFFICE_ENDINGS:
        name = name.removesuffix(office)
    return name


def _audited(act: AuditedAct, sources: Sequence[Source], known: Mapping[str, Source], asked: Audit) -> Audited:
    ids, mentions = tuple(source.id for source in sources), asked.mentions(act.id)
    routes = _routes(mentions, ids, known, asked.shown_by_sites(act.id))
    if not sources:
        said = f"{'、'.join(act.issuers) or 'no issuer'}, region {act.region or 'unknown'}"
        return Audited(act=act, expected=(), routes=routes, miss="no source declared", detail=said)
    span = {"since": act.first_seen_at - LISTED_BEFORE, "until": act.first_seen_at + LISTED_AFTER}
    kept = [one for one in asked.kept(ids, **span) if not one.found_by]
    hosts = frozenset(_host(listing) for source in sources for listing in source.listings)
    listed = (one for one in mentions if not one.found_by)
    own = next((one for one in listed if one.source in ids or _host(one.url) in hosts), None)
    if own is not None:
        late = max(timedelta(), own.seen_at - act.first_seen_at)
        return Audited(act=act, expected=ids, routes=routes, own=own, late=late)
    miss, detail = _where_lost(act, sources, kept, asked.listed(ids, **span), asked)
    return Audited(act=act, expected=ids, routes=routes, miss=miss, detail=detail)


def _routes(
    mentions: Sequence[AuditedArticle],
    own: Sequence[str],
    known: Mapping[str, Source],
    sites: Mapping[SitePath, datetime],
) -> dict[ActRoute, timedelta]:
    """Return how much later than the first each route showed an act, the first first."""
    found: dict[ActRoute, timedelta] = {}
    for one in mentions:
        route = one.found_by or route_of(known.get(one.source), own)
        found.setdefault(route, one.seen_at - mentions[0].seen_at)
    for path, found_at in sites.items() if mentions else ():
        found.setdefault(path, max(timedelta(), found_at - mentions[0].seen_at))
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _where_lost(
    act: AuditedAct,
    sources: Sequence[Source],
    kept: Iterable[AuditedArticle],
    listed: Iterable[AuditedListing],
    asked: Audit,
) -> tuple[Miss, str]:
    names = _names(act)
    page = next((one for one in kept if _is_named(one.title, names)), None)
    if page is not None:
        return _of_page(page)
    row = next((one for one in listed if _is_named(one.title, names)), None)
    if row is not None:
        state = "given up" if row.is_given_up else "still due"
        return "not fetched", f"{row.url}: {row.error or 'not asked for yet'} ({row.attempts} attempts, {state})"
    if not any(source.enabled for source in sources):
        return "source switched off", "; ".join(f"{one.id}: {one.off_because}" for one in sources if one.off_because)
    ids = tuple(source.id for source in sources)
    visits = asked.visits(ids, since=act.first_seen_at - VISITS_BEFORE, until=act.first_seen_at + VISITS_AFTER)
    if not visits:
        return "source not visited", "no visit around that time"
    if not {"ok", "unchanged"} & set(visits):
        return "source ill", ", ".join(f"{number} visits: {outcome}" for outcome, number in visits.items())
    return "not listed", f"{sum(visits.values())} visits around that time"


def _of_page(page: AuditedArticle) -> tuple[Miss, str]:
    if page.is_empty:
        return "not extracted", page.url
    if page.announcement_id is None:
        return "below the threshold", f"{page.url}: {page.label}, {page.score:g} points"
    return "kept apart", f"{page.url}: announcement {page.announcement_id}"


def _names(act: AuditedAct) -> tuple[str, ...]:
    """Return the names of an act's documents as they are compared: without region, years and opening words."""
    names = (read_name(title) for title in act.policy_titles or (act.title,))
    return tuple(name.text for name in names if name.is_telling)


def _is_named(title: str, names: Iterable[str]) -> bool:
    said = plain(title).replace("的", "")
    return any(name in said for name in names)
