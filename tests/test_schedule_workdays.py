"""Which days are worked in China."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.china_time.workdays import DAY_OFF_KIND, day_kind, is_arranged, is_workday


@pytest.mark.parametrize(
    ("first", "last", "worked"),
    [
        # The notices of the State Council's general office: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号.
        ("2024-02-10", "2024-02-17", ["2024-02-04", "2024-02-18"]),
        ("2024-10-01", "2024-10-07", ["2024-09-29", "2024-10-12"]),
        ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
        ("2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("2026-05-01", "2026-05-05", ["2026-05-09"]),
        ("2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ],
)
def test_holidays_and_the_weekends_worked_for_them(first: str, last: str, worked: list[str]) -> None:
    """No day of a holiday is worked, the day after it is, and so is each weekend day that was moved."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        assert not is_workday(day), day
        day += timedelta(days=1)
    assert is_workday(end + timedelta(days=1)) or (end + timedelta(days=1)).weekday() >= 5
    for text in worked:
        assert is_workday(date.fromisoformat(text)), text
        assert day_kind(date.fromisoformat(text)) == 1


def test_days_of_an_ordinary_week() -> None:
    """Monday to Friday are told apart, Saturday and Sunday are days off."""
    assert [day_kind(date(2026, 3, 16) + timedelta(days=n)) for n in range(7)] == [
        0,
        1,
        2,
        3,
        4,
        DAY_OFF_KIND,
        DAY_OFF_KIND,
    ]


def test_year_beyond_the_notices() -> None:
    """A year whose notice is not known has its weekends and its holidays by law, and is known to be a guess."""
    assert is_arranged(2026)
    assert not is_arranged(2040)
    assert [is_workday(date(2040, 10, day)) for day in (1, 2, 3)] == [False] * 3
    assert not is_workday(date(2040, 1, 1))
    assert is_workday(date(2040, 3, 14))
    assert not is_workday(date(2040, 3, 17))
