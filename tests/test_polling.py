"""When a source is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scheduler.polling import next_due
from storage.records import BEIJING, Cause, Outcome, Run

EVERY = timedelta(minutes=30)
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=BEIJING)
MIDNIGHT = datetime(2026, 3, 18, 0, 30, tzinfo=BEIJING)


def run(at: datetime, *, source: str = "a", outcome: Outcome = "ok", cause: Cause | None = None) -> Run:
    return Run(source=source, started_at=at, finished_at=at, outcome=outcome, cause=cause)


def wait(last: Run, failures: int = 0, *, adaptive: bool = True, now: datetime | None = None) -> timedelta:
    due = next_due(last, failures, every=EVERY, adaptive=adaptive, now=now or last.finished_at)
    return due - last.finished_at


def test_source_that_was_never_visited_is_due_now() -> None:
    """The first visit does not wait."""
    assert next_due(None, 0, every=EVERY, adaptive=True, now=NOON) == NOON


def test_interval_is_a_ceiling_with_a_little_jitter() -> None:
    """A source is due within the last tenth of its interval, never later, always at the same point of it."""
    waits = {wait(run(NOON, source=f"s{n}")) for n in range(50)}
    assert all(EVERY * 0.9 <= found <= EVERY for found in waits)
    assert len(waits) > 40
    assert wait(run(NOON, source="s1")) in waits


def test_night_is_four_times_slower_unless_fixed() -> None:
    """Between 22 and 7 o'clock in Beijing the interval is longer; a fixed schedule does not care."""
    assert wait(run(MIDNIGHT)) / wait(run(MIDNIGHT), adaptive=False) == pytest.approx(4)


def test_long_sleep_makes_one_visit_due() -> None:
    """After eight hours asleep a source is due once: the next visit counts from the one just made."""
    woken = NOON + timedelta(hours=8)
    assert NOON + wait(run(NOON), now=woken) < woken
    assert woken + wait(run(woken), now=woken) > woken


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
def test_failing_source_is_left_alone_by_the_class_of_its_failure(
    outcome: Outcome, cause: Cause | None, longest: timedelta
) -> None:
    """Waits grow with every failure up to the longest of the class, and are never shorter than the interval."""
    waits = [wait(run(NOON, outcome=outcome, cause=cause), failures) for failures in range(1, 12)]
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
    due = next_due(last, 5, every=timedelta(days=1), adaptive=False, now=NOON)
    assert due - NOON >= timedelta(days=1) * 0.9
