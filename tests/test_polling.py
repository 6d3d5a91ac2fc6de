"""When a source is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scheduler.polling import next_due
from storage.records import BEIJING

EVERY = timedelta(minutes=30)
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=BEIJING)
MIDNIGHT = datetime(2026, 3, 18, 0, 30, tzinfo=BEIJING)


def test_source_that_was_never_visited_is_due_now() -> None:
    """The first visit does not wait."""
    assert next_due("a", None, every=EVERY, adaptive=True, now=NOON) == NOON


def test_interval_is_a_ceiling_with_a_little_jitter() -> None:
    """A source is due within the last tenth of its interval, never later, always at the same point of it."""
    dues = {next_due(f"s{n}", NOON, every=EVERY, adaptive=True, now=NOON) for n in range(50)}
    assert all(NOON + EVERY * 0.9 <= due <= NOON + EVERY for due in dues)
    assert len(dues) > 40
    assert next_due("s1", NOON, every=EVERY, adaptive=True, now=NOON) in dues


def test_night_is_four_times_slower_unless_fixed() -> None:
    """Between 22 and 7 o'clock in Beijing the interval is longer; a fixed schedule does not care."""
    slow = next_due("a", MIDNIGHT, every=EVERY, adaptive=True, now=MIDNIGHT)
    fixed = next_due("a", MIDNIGHT, every=EVERY, adaptive=False, now=MIDNIGHT)
    assert (slow - MIDNIGHT) / (fixed - MIDNIGHT) == pytest.approx(4)


def test_long_sleep_makes_one_visit_due() -> None:
    """After eight hours asleep a source is due once: the next visit counts from the one just made."""
    woken = NOON + timedelta(hours=8)
    assert next_due("a", NOON, every=EVERY, adaptive=True, now=woken) < woken
    assert next_due("a", woken, every=EVERY, adaptive=True, now=woken) > woken
