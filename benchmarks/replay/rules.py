"""The rules that are compared: a fixed interval, and visits shared out by a root of what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from unittest.mock import patch

from replay.walk import PacesAt, Polled, spent, unvisited, walk
from replay.worlds import DAYS, START, Portal
from scheduler.config.tables import ScheduleSettings
from scheduler.visits import budget
from scheduler.visits.pace import Pace
from scheduler.visits.rhythm import learn

LEARNED_FROM = timedelta(days=182)
EQUAL_COST = 0.003  # how close the fixed interval's cost must come
MOST_TRIES = 4


def by_root(portals: Sequence[Portal], schedule: ScheduleSettings, root: int) -> list[Polled]:
    """Return portals after a year of visits shared out by a root of what is expected."""
    polled = unvisited(portals)
    with patch.object(budget, "SHARING_ROOT", root):
        return walk(polled, _learning(polled, schedule))


def _learning(polled: list[Polled], schedule: ScheduleSettings) -> PacesAt:
    """Return a function that makes paces from what was seen up to a moment, as `scheduler.visits.round` does."""
    sources = [one.portal.source for one in polled]
    known = budget.watched(sources, dict.fromkeys((source.id for source in sources), START), schedule.every)

    def made_at(now: datetime) -> Mapping[str, Pace]:
        since = now - LEARNED_FROM
        seen = (sighting for one in polled for sighting in one.sightings if sighting.seen_at >= since)
        return budget.paces(sources, learn(seen, known, since=since, now=now), schedule)

    return made_at


def fixed_at_cost(portals: Sequence[Portal], schedule: ScheduleSettings, cost: float) -> list[Polled]:
    """Return portals after a year of fixed intervals that cost as much, in the tiers' proportions."""
    intervals = sum(timedelta(days=DAYS) / one.source.interval(schedule.every) for one in portals)
    visits = intervals * budget.SPENT_SHARE
    for _ in range(MOST_TRIES):
        polled = walk(unvisited(portals), _fixed(portals, schedule, intervals / visits))
        found = spent(polled)
        if abs(found.cost / cost - 1) < EQUAL_COST:
            break
        visits += (cost - found.cost) / found.cost_a_visit  # articles are fetched once however often one looks
    return polled


def _fixed(portals: Sequence[Portal], schedule: ScheduleSettings, stretch: float) -> PacesAt:
    every = {one.source.id: Pace(every=one.source.interval(schedule.every) * stretch) for one in portals}
    return lambda _now: every
