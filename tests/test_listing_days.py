"""Days beside links: every way of printing them, and the years of those that have none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.listing.row_days import MonthDay, day_of_value, read_day, settle_years
from crawler.text.dates import SLACK, UNKNOWN, Today
from storage.records import BEIJING

DAY = date(2025, 3, 9)
TODAY = Today(datetime(2025, 3, 9, 15, 30, tzinfo=BEIJING))
PRINTED = [
    ["2025-03-09"],
    ["[2025-3-9]"],
    ["2025/03/09 10:20:30"],
    ["2025年3月9日"],
    ["2025.03.09"],
    ["20250309"],
    ["发布时间：2025-03-09"],
    ["09", "2025-03"],
    ["09", "2025.03"],
    ["2025年03月", "09"],
    ["03-09", "2025"],
    ["09", "03月", "2025"],
    ["2025", "03-09"],
    ["2025", "-", "03", "-", "09"],
]


@pytest.mark.parametrize("pieces", PRINTED, ids="|".join)
def test_printed_day(pieces: list[str]) -> None:
    """A full day is read however it is printed or split."""
    assert read_day(pieces) == DAY


@pytest.mark.parametrize("piece", ["03-09", "[03-09]", "(3-9)", "3月9日", "03/09 10:20", "03.09"])
def test_day_without_year(piece: str) -> None:
    """A day without year is read as such."""
    assert read_day([piece]) == MonthDay(3, 9)


@pytest.mark.parametrize("piece", ["海政发〔2025〕5号", "13-45", "阅读 2025", "第3-9期", "2025-13-40", "10:20", ""])
def test_no_day(piece: str) -> None:
    """Document numbers, counts and impossible days are no days."""
    assert read_day([piece]) is None


def test_last_day_is_publication() -> None:
    """Of two days the last one counts: the day of signing stands before the day of publication."""
    assert read_day(["2024-12-01", "2025-03-09"]) == DAY


def test_labelled_day_goes_first() -> None:
    """The day that is called the day of publication counts, wherever it stands."""
    assert read_day(["发布日期：2025-03-09", "成文日期：2024-12-01"]) == DAY
    assert read_day(["2025-03-09", "失效日期：2026-12-01"]) == DAY


def test_day_in_summary_is_not_the_rows() -> None:
    """A day inside a long run of text is part of a summary."""
    assert (
        read_day(
            [
                "记者从发布会上获悉，自2023年10月8日新规实施以来，全市已有三百余家企业完成备案，进展好于预期，下一步还将继续。"
            ]
        )
        is None
    )


@pytest.mark.parametrize(
    "pieces",
    [
        ["更新时间：2025-03-12", "发布时间：2025-03-09"],
        ["发布时间：", "2025-03-09", "更新时间：", "2025-03-12"],
        ["成文日期：2025-03-01", "发布日期：2025-03-09"],
        ["发布日期：2025-03-09", "印发日期：2025-03-01", "施行日期：2025-05-01"],
        ["2025-03-09", "更新于2025-03-12"],
        ["2025-03-09", "截止时间：2025-04-12"],
        ["发文日期：2025-03-01", "2025-03-09"],
        ["２０２５－０３－０９"],
        ["2025年3月9日 下午3:05"],
        ["二〇二五年三月九日"],
        ["2025-03-09T10:20:00+08:00"],
    ],
    ids="|".join,
)
def test_labels_decide_whatever_their_order(pieces: list[str]) -> None:
    """Publication before what is not called anything, before updates, before days of the document itself."""
    assert read_day(pieces) == DAY


@pytest.mark.parametrize("label", ["成文日期：", "更新时间：", "印发日期："])
def test_another_day_is_better_than_none(label: str) -> None:
    """A row that prints only the day of signing or of an update has that day."""
    assert read_day([label + "2025-03-09"]) == DAY


@pytest.mark.parametrize(
    ("words", "days"),
    [("3小时前", 0), ("昨天 10:20", 1), ("昨日", 1), ("5天前", 5), ("刚刚", 0), ("半小时前", 0),
     ("23小时前", 1), ("2周前", 14), ("1小时10分前", 0), ("发布于 3天前", 3), ("[前天]", 2)],
)  # fmt: skip
def test_relative_day(words: str, days: int) -> None:
    """A relative day counts from the day of the fetch, and is unknown without one."""
    assert read_day([words], TODAY) == DAY - timedelta(days=days)
    assert read_day([words]) is None


@given(st.integers(1_010_000_000, 3_800_000_000))  # 2002 to 2090
def test_epoch_is_a_day_in_china(seconds: int) -> None:
    """Seconds and milliseconds since 1970 and RFC 3339 name one day, the one in China."""
    moment = datetime.fromtimestamp(seconds, UTC)
    day = (moment + timedelta(hours=8)).date()
    assert day_of_value(seconds) == day_of_value(str(seconds)) == day_of_value(seconds * 1000) == day
    assert day_of_value(moment.isoformat()) == day


def test_numbers_are_days_only_up_to_the_visit() -> None:
    """A counter of ten digits in a JSON row is no day of the next century."""
    assert day_of_value("1741500000", TODAY) == DAY
    assert day_of_value(4_000_000_000, TODAY) is None
    assert day_of_value("0", TODAY) is None


def test_year_from_address() -> None:
    """The address tells the year of a day without one."""
    assert settle_years([MonthDay(12, 30)], [date(2019, 12, 31)], TODAY) == [date(2019, 12, 30)]


def test_year_is_the_latest_possible() -> None:
    """Without other evidence a day lies in the twelve months before the fetch."""
    assert settle_years([MonthDay(3, 9), MonthDay(3, 10)], [None, None], TODAY) == [DAY, date(2024, 3, 10)]


def test_year_turns_in_a_long_list() -> None:
    """In a list over more than a year, a jump up by months is the turn of a year."""
    days = [MonthDay(3, 1), MonthDay(1, 5), MonthDay(12, 30), MonthDay(4, 2), MonthDay(2, 20)]
    years = [day and day.year for day in settle_years(days, [None] * 5, TODAY)]
    assert years == [2025, 2025, 2024, 2024, 2024]


def test_old_row_on_top() -> None:
    """A pinned old row does not push the rows below it into another year."""
    days = [MonthDay(4, 1), MonthDay(3, 8), MonthDay(3, 7)]
    assert settle_years(days, [None] * 3, TODAY) == [date(2024, 4, 1), date(2025, 3, 8), date(2025, 3, 7)]


def test_unknown_year_stays_unknown() -> None:
    """Without a fetch, an address or a neighbour nothing tells the year, and none is made up."""
    assert settle_years([MonthDay(3, 9)], [None], UNKNOWN) == [None]
    assert Today.of_visit(datetime.fromtimestamp(0, UTC)) == UNKNOWN


def test_neighbour_tells_the_year() -> None:
    """Without a fetch, the row above or below tells the year."""
    assert settle_years([MonthDay(1, 2), date(2021, 12, 30)], [None] * 2, UNKNOWN)[0] == date(2022, 1, 2)


@given(
    st.lists(st.one_of(st.none(), st.dates(), st.builds(MonthDay, st.integers(1, 12), st.integers(1, 28))), max_size=20)
)
def test_never_in_the_future(days: list[date | MonthDay | None]) -> None:
    """No row is dated more than a few days after the day of the fetch, whatever the page prints."""
    settled = settle_years(days, [None] * len(days), TODAY)
    assert len(settled) == len(days)
    assert all(day is None or day <= DAY + SLACK for day in settled)
