"""今日: what was announced on a day, what nearly was, and all that waits for a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from datasette.utils.asgi import Response

from scheduler.config.config import Settings
from scheduler.health.setup import Setup
from scheduler.health.survey import setup_in
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.preview import Preview
from scheduler.review.pages.rows import ON_A_PAGE, DeskList, DeskQuestion, asked_list, previewed
from storage.archive import Archive
from storage.overview.selected import Chosen
from storage.overview.today import seen_on
from storage.overview.visits import Looked, VisitOverview
from storage.records import BEIJING
from storage.verdicts import Verdict

NEAR_MISSES = 30  # of a day: whoever has more has a lexicon to tune, not a list to read
FIRST = date(1990, 1, 1)  # no portal is older


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """The contents of a day's page. `before` counts the announcements of other days that wait for a verdict.

    `looked` is what was looked at that day, `previewed` the announcement that the preview shows first.
    """

    listed: DeskList
    previewed: Preview | None
    near: Sequence[Mapping[str, Any]]
    before: int
    looked: Looked
    earlier: date | None
    later: date | None
    last: Verdict | None


async def today(visit: PageRequest) -> Response:
    """Show a day: its announcements as a list with a preview, its near misses below."""
    here = visit.now.astimezone(BEIJING).date()
    day, question = _day(visit, here), list_of_day(visit)
    watched = {source.id for source in visit.settings.named(())}
    among = watched if day == here else None  # what was watched on an earlier day is not known any more

    def read(archive: Archive) -> DayPage:
        listed = question.read(archive)
        return DayPage(
            listed=listed, previewed=previewed(archive, listed),
            near=archive.verdicts.near_misses(day=day, limit=NEAR_MISSES),
            before=archive.days.waiting() - listed.waiting, looked=VisitOverview(archive.db).looked(day, among=among),
            earlier=archive.days.near(day, back=True), later=archive.days.near(day, back=False),
            last=archive.verdicts.last_of(visit.who),
        )  # fmt: skip

    shown = await visit.read(read)
    setup = await visit.read(lambda archive: _setup_left(archive, visit.settings)) if day == here else None
    after = day + timedelta(days=1) if day < here else None
    return visit.html(
        "today.html", day=day, here=here, shown=shown, setup=setup, watched=len(watched),
        before=day - timedelta(days=1), after=after,
    )  # fmt: skip


def list_of_day(visit: PageRequest) -> DeskQuestion:
    """Return the list of a day. Raises `PageError` for a day that there is not."""
    day = _day(visit, visit.now.astimezone(BEIJING).date())
    return replace(asked_list(visit, order="score"), within=seen_on(day, Chosen()))


def list_of_waiting(visit: PageRequest) -> DeskQuestion:
    """Return the list of what waits for a verdict."""
    return asked_list(replace(visit, query={**visit.query, "state": ["new"]}), order="seen")


async def waiting(visit: PageRequest) -> Response:
    """Show all announcements that wait for a verdict, newest first."""
    question = list_of_waiting(visit)

    def read(archive: Archive) -> tuple[DeskList, Preview | None, Verdict | None]:
        listed = question.read(archive)
        return listed, previewed(archive, listed), archive.verdicts.last_of(visit.who)

    listed, shown, last = await visit.read(read)
    return visit.html("waiting.html", listed=listed, previewed=shown, last=last)


async def near_misses(visit: PageRequest) -> Response:
    """Show the articles that nearly alerted and wait for a verdict, the highest first."""
    near = await visit.read(lambda archive: archive.verdicts.near_misses(limit=2 * ON_A_PAGE))
    last = await visit.read(lambda archive: archive.verdicts.last_of(visit.who))
    return visit.html("near_misses.html", near=near, last=last)


async def news(visit: PageRequest) -> Response:
    """Tell an open page how many announcements came after the one it knows, and how many wait for a verdict."""
    asked = visit.asked("since", "0")
    since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    found = await visit.read(lambda archive: {"new": archive.days.after(since), "waiting": archive.days.waiting()})
    return visit.json(found)


def _setup_left(archive: Archive, settings: Settings) -> Setup | None:
    """Return the steps of a first run, None once all are done."""
    setup = setup_in(archive, settings)
    return None if setup.is_done else setup


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
