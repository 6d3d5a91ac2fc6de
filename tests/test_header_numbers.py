"""Numbers and dates in HTTP headers are read within bounds, whatever a server writes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.text.header_numbers import (
    LONGEST_SILENCE_SECONDS,
    clock_offset_seconds_in,
    date_in,
    retry_after_seconds,
    seconds_in,
)

NOW = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120\t", 120.0),
        ("0" * 400 + "7", 7.0),
        ("9" * 400, LONGEST_SILENCE_SECONDS),
        ("86401", LONGEST_SILENCE_SECONDS),
        ("Wed, 18 Mar 2026 08:05:00 GMT", 300.0),
        ("Wed, 18 Mar 2026 16:05:00 +0800", 300.0),
        ("Wed, 18 Mar 2026 08:05:00 -0000", 300.0),
        ("Wed, 18 Mar 2026 07:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_SILENCE_SECONDS),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
        ("Wed, 18 Mar 99999 08:05:00 GMT", None),
        ("Wed, 18 Mar 2026 08:05:00 +999999", None),
        ("-5", None),
        ("+5", None),
        ("1.5", None),
        ("²", None),
        ("١٢", None),
        ("１２", None),
        ("", None),
        ("soon", None),
    ],
)  # fmt: skip
def test_retry_after_in_all_its_forms(header: str, seconds: float | None) -> None:
    """Seconds and dates count, from none to a day; what is neither is None and never an exception."""
    assert retry_after_seconds(header, since=NOW) == seconds


def test_a_date_needs_a_beginning() -> None:
    """Without a moment to count from a date says nothing, a number does."""
    assert retry_after_seconds("Wed, 18 Mar 2026 08:05:00 GMT", since=None) is None
    assert retry_after_seconds("30", since=None) == 30.0


@pytest.mark.parametrize(
    ("date", "age", "seconds"),
    [
        ("Wed, 18 Mar 2026 08:00:00 GMT", "", 0.0),
        ("Wed, 18 Mar 2026 07:59:00 GMT", "60", 0.0),
        ("Wed, 18 Mar 2026 07:59:00 GMT", "²", -60.0),
        ("Wed, 18 Mar 2026 08:00:30 -0000", "-1", 30.0),
        ("nonsense", "5", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", "", None),
    ],
)
def test_clock_offset(date: str, age: str, seconds: float | None) -> None:
    """An answer's date, plus what a cache kept it, against ours."""
    assert clock_offset_seconds_in(date, age, now=NOW) == seconds


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ ([+-]\d+|GMT)", fullmatch=True))
@example("Wed, 18 Mar 2026 08:05:00 +" + "9" * 5000)
@example("9" * 5000)
def test_any_header_is_read_or_is_none(header: str) -> None:
    """Whatever stands there raises nothing and leads to no wait beyond a day."""
    wait = retry_after_seconds(header, since=NOW)
    assert wait is None or 0 <= wait <= LONGEST_SILENCE_SECONDS
    moment = date_in(header)
    assert moment is None or moment.tzinfo is UTC
    seconds = seconds_in(header)
    assert seconds is None or seconds >= 0
