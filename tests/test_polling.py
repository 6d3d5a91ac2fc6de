"""When a source is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import run_of, source_of
from crawler.sources import Source
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.budget import paces, watched
from scheduler.visits.pace import Pace, missed, next_due
from scheduler.visits.rhythm import learn
from storage.records import BEIJING, Cause, Outcome, Run

EVERY = timedelta(minutes=30)
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=BEIJING)
MIDNIGHT = datetime(2026, 3, 18, 0, 30, tzinfo=BEIJING)
FIXED = Pace(every=EVERY)
# Two visits an hour from 7 to 22 o'clock, one in two hours at night, one in four on days off.
BY_DAY = Pace(
    every=EVERY,
    an_hour=(*(tuple(2.0 if 7 <= hour < 22 else 0.5 for hour in range(24)) for _ in range(5)), (0.25,) * 24),
)


def run(at: datetime, *, source: str = "a", outcome: Outcome = "ok", cause: Cause | None = None) -> Run:
    return run_of(at, source=source, outcome=outcome, cause=cause)


def wait(last: Run, failures: int = 0, *, pace: Pace = FIXED, now: datetime | None = None) -> timedelta:
    return next_due(last, failures, pace=pace, now=now or last.finished_at) - last.finished_at


def unlearned(*sources: Source, **schedule: object) -> dict[str, Pace]:
    """Return the paces of sources that have shown nothing yet."""
    settings = ScheduleSettings.model_validate(schedule)
    known = watched(sources, {}, settings.every)
    return paces(sources, learn((), known, since=NOON, now=NOON), settings)


def test_source_that_was_never_visited_is_due_now() -> None:
    """The first visit does not wait."""
    assert next_due(None, 0, pace=BY_DAY, now=NOON) == NOON


def test_fixed_schedule_is_exactly_as_declared() -> None:
    """Without adapting, a source is due its interval after its last visit, day or night."""
    assert wait(run(NOON)) == wait(run(MIDNIGHT)) == EVERY


def test_adaptive_interval_has_a_little_jitter_and_is_never_longer() -> None:
    """A source is due within the last tenth of its interval, never later, always at the same point of it."""
    waits = {wait(run(NOON, source=f"s{n}"), pace=BY_DAY) for n in range(50)}
    assert all(EVERY * 0.9 <= found <= EVERY for found in waits)
    assert len(waits) > 40
    assert wait(run(NOON, source="s1"), pace=BY_DAY) in waits


def test_visits_come_together_over_hours_and_days() -> None:
    """An interval that begins at night ends in the morning; one that begins on Friday evening, on a slow Saturday."""
    six = NOON.replace(hour=6)
    assert timedelta(hours=1) < wait(run(six), pace=BY_DAY) <= timedelta(hours=1, minutes=15)
    friday = datetime(2026, 3, 20, 23, 0, tzinfo=BEIJING)
    assert timedelta(hours=2) < wait(run(friday), pace=BY_DAY) <= timedelta(hours=3)


def test_holidays_are_slow_and_worked_weekends_are_not() -> None:
    """The Tuesday of 春节 2026 is a day off, the Saturday before it is worked (调休)."""
    holiday, worked = (datetime(2026, 2, day, 10, 0, tzinfo=BEIJING) for day in (17, 14))
    assert wait(run(holiday), pace=BY_DAY) > timedelta(hours=3)
    assert wait(run(worked), pace=BY_DAY) <= EVERY


def test_long_sleep_makes_one_visit_due() -> None:
    """After eight hours asleep a source is due once: the next visit counts from the one just made."""
    woken = NOON + timedelta(hours=8)
    assert NOON + wait(run(NOON), now=woken) < woken
    assert woken + wait(run(woken), now=woken) > woken


def test_visits_that_were_missed_are_counted() -> None:
    """Eight hours of a working day hold 16 visits of half an hour; none was missed before the first was due."""
    assert missed(NOON, NOON + timedelta(hours=8), pace=FIXED) == 16
    assert missed(NOON, NOON + timedelta(hours=8), pace=BY_DAY) == 16
    assert missed(NOON, NOON, pace=FIXED) == 0


def test_last_visit_in_the_future_counts_as_now() -> None:
    """After the clock was set back eight hours a source waits one interval, not eight hours."""
    later = run(NOON + timedelta(hours=8))
    assert next_due(later, 0, pace=FIXED, now=NOON) == NOON + EVERY


@pytest.mark.parametrize(
    ("outcome", "cause", "longest"),
    [
        ("error", "timeout", timedelta(hours=2)),
        ("error", "5xx", timedelta(hours=2)),
        ("error", "4xx", timedelta(hours=6)),
        ("empty", None, timedelta(hours=6)),
        ("script_list", None, timedelta(hours=6)),
        ("blocked", None, timedelta(hours=12)),
    ],
)
@pytest.mark.parametrize("pace", [FIXED, BY_DAY], ids=["fixed", "adaptive"])
def test_failing_source_is_left_alone_by_the_class_of_its_failure(
    outcome: Outcome, cause: Cause | None, longest: timedelta, pace: Pace
) -> None:
    """Waits grow with every failure up to the longest of the class, and are never shorter than the interval."""
    failed = run(NOON, outcome=outcome, cause=cause)
    waits = [wait(failed, failures, pace=pace) for failures in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] >= EVERY * 0.9
    assert longest * 0.9 <= waits[-1] <= longest


def test_passing_failure_is_looked_at_again_as_usual_first() -> None:
    """One timeout costs nothing; a block costs four intervals at once."""
    assert wait(run(NOON, outcome="error", cause="timeout"), 1) == wait(run(NOON))
    assert wait(run(NOON, outcome="blocked"), 1) / wait(run(NOON)) == pytest.approx(4)


def test_seldom_source_never_waits_less_for_failing() -> None:
    """A source that is looked at once a day is not asked more often because it fails."""
    last = run(NOON, outcome="error", cause="timeout")
    assert wait(last, 5, pace=Pace(every=timedelta(days=1))) == timedelta(days=1)


def test_own_interval_is_a_ceiling_by_night_and_on_holidays() -> None:
    """A source that says `every` waits no longer at any hour of any day; one that does not may wait at night."""
    found = unlearned(source_of("own", every="15m"), source_of("other"))
    for hours in range(0, 24 * 14, 5):
        at = datetime(2026, 2, 10, 0, 20, tzinfo=BEIJING) + timedelta(hours=hours)
        assert wait(run(at, source="own"), pace=found["own"]) <= timedelta(minutes=15)
    assert wait(run(MIDNIGHT, source="other"), pace=found["other"]) > timedelta(hours=1)


def test_intervals_stay_between_shortest_and_longest() -> None:
    """No hour of any day is faster than the shortest interval, or slower than the longest."""
    found = unlearned(*(source_of(f"s{tier}", tier=tier) for tier in range(4)), shortest="10m", longest="4h")
    rates = [rate for pace in found.values() for hours in pace.an_hour or () for rate in hours]
    assert max(rates) <= 6
    assert min(rates) >= 1 / 4


@pytest.mark.parametrize("adaptive", [False, True], ids=["fixed", "adaptive"])
def test_source_with_hours_is_left_alone_outside_of_them(*, adaptive: bool) -> None:
    """From 7 to 22 o'clock in Beijing as usual; the visit after the last of a day is the first of the next."""
    pace = unlearned(source_of("a", hours="07:00-22:00"), adaptive=adaptive)["a"]
    assert wait(run(NOON), pace=pace) < timedelta(hours=1)
    for late in (NOON.replace(hour=21, minute=58), MIDNIGHT):
        due = late + wait(run(late), pace=pace)
        assert (due.hour, due.minute) == (7, 0)
    day = NOON, NOON + timedelta(days=1)
    assert missed(*day, pace=pace) < missed(*day, pace=replace(pace, hours=None))
    with pytest.raises(ValueError, match="hours"):
        source_of("a", hours="7-22")


def test_schedule_without_adapting_gives_fixed_paces() -> None:
    """`adaptive = false` gives each source its own interval, or that of its tier."""
    found = unlearned(
        source_of("own", every="15m"), source_of("first", tier=1), source_of("third", tier=3), adaptive=False
    )
    assert {id: pace.every / timedelta(minutes=1) for id, pace in found.items()} == {
        "own": 15, "first": 30, "third": 180,
    }  # fmt: skip
    assert all(pace.an_hour is None for pace in found.values())
