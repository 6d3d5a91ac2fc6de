"""The replay of benchmarks/polling.py visits when the real code says, and counts what a visit sees."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from builders import run_of
from scheduler.visits.pace import Pace, next_due
from scheduler.visits.rhythm import national

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from replay.walk import spent, unvisited, walk, while_healthy
from replay.worlds import HOUR, START, WORLDS, made

FIXED = Pace(every=timedelta(minutes=83))
BY_HOUR = Pace(every=timedelta(minutes=83), an_hour=national())


@pytest.mark.parametrize("pace", [FIXED, BY_HOUR], ids=["fixed", "by hour"])
def test_visits_are_those_of_the_real_code(pace: Pace) -> None:
    """A month of visits that go well, over holidays and worked weekends, comes when `next_due` says, to a second."""
    at, expected = START + HOUR * 3.3, []
    while (at := next_due(run_of(at, source="a"), 0, pace=pace, now=at)) < START + timedelta(days=32):
        expected.append((at - START) / HOUR)
    found = while_healthy("a", 3.3, pace, 32 * 24.0)
    assert len(expected) > 300
    assert list(found) == pytest.approx(expected, abs=1 / 3600)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_each_item_is_seen_once_and_not_before_it_is_there(world: object) -> None:
    """Every world: what came out before the last visit is seen, later than it appeared; costs are counted by answer."""
    portals = made(world, 1, 5)  # type: ignore[arg-type]  # a parameter's type is lost
    polled = walk(unvisited(portals), lambda _: {one.source.id: Pace(every=6 * HOUR) for one in portals})
    for one in polled:
        due = [item for item in one.portal.items if item.at <= START + HOUR * one.last_read]
        assert len(one.delays) == len(due)
        assert all(minutes >= -0.01 for minutes, _ in one.delays)
    found = spent(polled)
    assert found.answers["article"] == sum(len(one.delays) for one in polled)
    assert found.visits == sum(count for answer, count in found.answers.items() if answer != "article")
    assert (found.answers["failed"] > 0) == (world.name in {"visits fail", "all together"})  # type: ignore[attr-defined]


def test_worlds_are_the_same_each_time_and_differ_by_seed() -> None:
    first, again, other = (made(WORLDS[-1], seed, 5) for seed in (1, 1, 2))
    assert first == again
    assert first != other
