"""Token buckets in the archive: no window ever holds more than the robot takes, whoever sends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from notify_examples import NOON
from storage.archive import Archive
from storage.quotas import Limit

SECOND = timedelta(seconds=1)
LIMITS = (Limit(tokens=6, window=timedelta(seconds=60)), Limit(tokens=2, window=timedelta(seconds=5)))


@settings(max_examples=60)
@given(st.lists(st.integers(min_value=0, max_value=20), max_size=60))
def test_no_window_holds_more_than_its_tokens(steps: list[int]) -> None:
    """However the tries are spread, any stretch as long as a window has at most its tokens."""
    with Archive.in_memory() as archive:
        now, taken = NOON, []
        for seconds in steps:
            now += SECOND * seconds
            if not archive.quotas.take("robot", LIMITS, now=now):
                taken.append(now)
        for limit in LIMITS:
            for number, start in enumerate(taken):
                assert sum(at - start < limit.window for at in taken[number:]) <= limit.tokens


@settings(max_examples=60)
@given(st.lists(st.integers(min_value=0, max_value=20), max_size=40))
def test_wait_is_long_enough_and_not_longer(steps: list[int]) -> None:
    """Who waits as long as it is told gets a token; a millisecond earlier there was none."""
    with Archive.in_memory() as archive:
        now = NOON
        for seconds in steps:
            now += SECOND * seconds
            wait = archive.quotas.take("robot", LIMITS, now=now)
            if wait:
                assert archive.quotas.wait("robot", LIMITS, now=now + wait - timedelta(milliseconds=1))
                assert not archive.quotas.wait("robot", LIMITS, now=now + wait)


def test_processes_share_a_bucket(tmp_path: Path) -> None:
    """What one connection has taken, another one cannot take; another robot has tokens of its own."""
    with Archive(tmp_path / "archive.db") as one, Archive(tmp_path / "archive.db") as other:
        for archive in (one, other):
            assert not archive.quotas.take("robot", LIMITS, now=NOON)
        assert one.quotas.take("robot", LIMITS, now=NOON) == timedelta(seconds=5)
        assert not other.quotas.take("another", LIMITS, now=NOON)
        assert one.quotas.left("robot", LIMITS, now=NOON) == 4


def test_closed_bucket_gives_nothing_until_it_opens() -> None:
    """A robot that asked for silence has it; an earlier end does not shorten it."""
    with Archive.in_memory() as archive:
        archive.quotas.close("robot", until=NOON + timedelta(minutes=10))
        archive.quotas.close("robot", until=NOON + timedelta(minutes=1))
        assert archive.quotas.take("robot", LIMITS, now=NOON) == timedelta(minutes=10)
        assert not archive.quotas.take("robot", LIMITS, now=NOON + timedelta(minutes=10))


def test_without_limits_there_is_always_a_token() -> None:
    """A webhook of one's own has no quota."""
    with Archive.in_memory() as archive:
        assert not any(archive.quotas.take("hook", (), now=NOON) for _ in range(100))
        assert archive.quotas.left("hook", (), now=NOON) is None
