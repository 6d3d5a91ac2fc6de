"""今日: what was announced on a day, what nearly was, and all that waits for a verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from datasette.utils.asgi import Response

from scheduler.config.config import Settings
from scheduler.health.setup import Setup
from scheduler.health.survey import setup_in
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.cards import Card, cards_of
from storage.archive import Archive
from storage.overview.visits import Looked, VisitOverview
from storage.records import BEIJING

NEAR_MISSES = 30  # of a day: whoever has more has a lexicon to tune, not a list to read
ON_A_PAGE = 50
FIRST = date(1990, 1, 1)  # no portal is older


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """The contents of a day's page. `total` counts the day's announcements, also those on other pages.

    `looked` is what was looked at that day.
    """

    cards: list[Card]
    near: list[dict[str, Any]]
    total: int
    waiting: int
    looked: Looked
    earlier: date | None
    later: date | None


async def today(visit: PageRequest) -> Response:
    """Show a day: its announcements as cards, its near misses below."""
    here = visit.now.astimezone(BEIJING).date()
    day = _day(visit, here)
    unreviewed, page = visit.asked("state") == "new", visit.page()
    watched = {source.id for source in visit.settings.named(())}
    among = watched if day == here else None  # what was watched on an earlier day is not known any more
    shown = await visit.read(lambda archive: _read(archive, day, unreviewed=unreviewed, page=page, among=among))
    last = await visit.read(lambda archive: archive.verdicts.last_of(visit.who))
    setup = await visit.read(lambda archive: _setup_left(archive, visit.settings)) if day == here else None
    after = day + timedelta(days=1) if day < here else None
    return visit.html(
        "today.html", day=day, here=here, shown=shown, unreviewed=unreviewed, last=last, page=page, size=ON_A_PAGE,
        setup=setup, watched=len(watched), before=day - timedelta(days=1), after=after,
    )  # fmt: skip


async def waiting(visit: PageRequest) -> Response:
    """Show all announcements that wait for a verdict, newest first."""
    page = visit.page()

    def read(archive: Archive) -> tuple[list[Card], int]:
        ids = archive.days.unreviewed(limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
        return cards_of(archive, ids), archive.days.waiting()

    cards, total = await visit.read(read)
    last = await visit.read(lambda archive: archive.verdicts.last_of(visit.who))
    return visit.html("waiting.html", cards=cards, total=total, last=last, page=page, size=ON_A_PAGE)


async def near_misses(visit: PageRequest) -> Response:
    """Show the articles that nearly alerted and wait for a verdict, the highest first."""
    near = await visit.read(lambda archive: _near(archive, day=None, limit=2 * ON_A_PAGE))
    last = await visit.read(lambda archive: archive.verdicts.last_of(visit.who))
    return visit.html("near_misses.html", near=near, last=last)


async def news(visit: PageRequest) -> Response:
    """Tell an open page how many announcements came after the one it knows, and how many wait for a verdict."""
    asked = visit.asked("since", "0")
    since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    found = await visit.read(lambda archive: {"new": archive.days.after(since), "waiting": archive.days.waiting()})
    return visit.json(found)


def _read(archive: Archive, day: date, *, unreviewed: bool, page: int, among: set[str] | None) -> DayPage:
    ids = archive.days.of(day, unreviewed=unreviewed)
    return DayPage(
        cards=cards_of(archive, ids[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]),
        near=_near(archive, day=day, limit=NEAR_MISSES),
        total=len(ids),
        waiting=archive.days.waiting(),
        looked=VisitOverview(archive.db).looked(day, among=among),
        earlier=archive.days.near(day, back=True),
        later=archive.days.near(day, back=False),
    )


def _setup_left(archive: Archive, settings: Settings) -> Setup | None:
    """Return the steps of a first run, None once all are done."""
    setup = setup_in(archive, settings)
    return None if setup.is_done else setup


def _near(archive: Archive, *, day: date | None, limit: int) -> list[dict[str, Any]]:
    found = archive.verdicts.near_misses(day=day, limit=limit)
    return [dict(row) | {"hits": _strongest(json.loads(row["hits"]))} for row in found]


def _strongest(hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the hits that say most, for and against."""
    return sorted(hits, key=lambda hit: -abs(hit["points"]))[:4]


def _day(visit: PageRequest, here: date) -> date:
    asked = visit.asked("day")
    try:
        day = date.fromisoformat(asked) if asked else here
    except ValueError as error:
        raise PageError(400, "日期写作 2026-03-18。") from error
    if not FIRST <= day <= here + timedelta(days=366):
        raise PageError(404, "那一天还没有，或早已过去。")
    return day


ROUTES = (
    Route(pattern="/", handler=today),
    Route(pattern="/waiting", handler=waiting),
    Route(pattern="/near-misses", handler=near_misses),
    Route(pattern="/news", handler=news),
)
