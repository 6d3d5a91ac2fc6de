"""Read the day that stands beside a link from the pieces of a row, and settle the years of a list. No clock.

Words and numbers are read by `crawler.text.dates`; here pieces are joined, and days without a year find theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.text.dates import (
    UNKNOWN,
    DayLabel,
    Today,
    day_of,
    find_stamps,
    fold_width,
    read_moment,
    read_relative,
    valid,
)

LONGEST_PIECE = 40  # characters; a longer run of text is a summary, and a day in it is not the row's
YEAR = r"((?:19[89]|20\d)\d)"
NO_DIGIT_BEFORE, NO_DIGIT_AFTER = r"(?<![\d.])", r"(?!\d)"
NUMBER = r"(\d{1,2})"
COMPACT = re.compile(r"(?:19[89]|20\d)\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
YEAR_MONTH = rf"{YEAR}\s*(?:[-/.]|年)\s*(\d{{1,2}})\s*月?"
MONTH_AND_DAY = rf"{NUMBER}\s*(?:[-/.]|月)\s*{NUMBER}\s*日?"
DAY_FIRST = re.compile(rf"{NO_DIGIT_BEFORE}{NUMBER}\s*日?\s+/?\s*{YEAR_MONTH}(?!\s*[-/.]?\d)")
DAY_LAST = re.compile(rf"{NO_DIGIT_BEFORE}{YEAR_MONTH}\s+/?\s*{NUMBER}日?{NO_DIGIT_AFTER}(?!\s*[-/.:：])")
YEAR_LAST = re.compile(rf"{NO_DIGIT_BEFORE}{MONTH_AND_DAY}\s+/?\s*{YEAR}{NO_DIGIT_AFTER}")
DAY_MONTH_YEAR = re.compile(rf"{NO_DIGIT_BEFORE}{NUMBER}\s*日?\s+{NUMBER}月\s*/?\s*{YEAR}{NO_DIGIT_AFTER}")
YEAR_FIRST = re.compile(rf"{NO_DIGIT_BEFORE}{YEAR}\s*年?\s+/?\s*{MONTH_AND_DAY}{NO_DIGIT_AFTER}")
MONTH_DAY = re.compile(
    r"[\s\[\(（【{〔]*(?:(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日?|(?P<mm>\d\d)[-/.](?P<dd>\d\d)"
    r"|(?<=[\[\(（【])(?P<m>\d{1,2})[-/](?P<d>\d{1,2}))(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?[\s\]\)）】}〕]*"
)
# A day and nothing else, as most rows print it: it is read as all that is read below would.
USUAL = re.compile(r" *[\[(（【]?((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})[\])）】]? *", re.ASCII)
MAY_BE_DAY = re.compile("[\\d一二前刚今昨]")  # without one of these, pieces name no day
PINNED_ROWS = 3  # as many may be pinned to the top of a list, out of order
LONGEST_RELATIVE = 20  # characters of a piece that says 3小时前
LABEL = re.compile(r"(?:发布|公开|发文|上网|推送|更新)\s*(?:日期|时间|于)?\s*[：:]?\s*")
# The day that people call the row's, best first: a document is signed before it is published, and updated later.
BEST_FIRST: tuple[DayLabel, ...] = ("published", "", "updated", "document", "other")


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day without its year."""

    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """Return the day in a year, None for 29 February of a common year."""
        return valid(year, self.month, self.day)

    def latest(self, today: date) -> date | None:
        """Return the last such day that is not after `today`."""
        days = (self.in_year(today.year - back) for back in range(5))
        return next((day for day in days if day and day <= today), None)


def read_day(pieces: Iterable[str], today: Today = UNKNOWN) -> date | MonthDay | None:
    """Return the day that a row's pieces of text print, outside its title.

    Of several days the one labelled 发布 counts, whatever their order, else the last: 成文日期 stands before 发布日期.
    """
    short = [fold_width(piece).strip() for piece in pieces if len(piece.strip()) <= LONGEST_PIECE]
    joined = " ".join(short)
    if (usual := USUAL.fullmatch(joined)) and (day := _of(usual, 1, 3, 4)):
        return day
    if not MAY_BE_DAY.search(joined):
        return None
    return _full(short) or _split(joined) or _month_day(short) or _relative(short, today)


def _full(pieces: Sequence[str]) -> date | None:
    """Return the best labelled of the full days; a piece without a day may be the label of the next."""
    before, found = "", []
    for piece in pieces:
        stamps = find_stamps(piece, before)
        found += [(stamp.label, day_of(stamp.moment)) for stamp in stamps]
        if COMPACT.fullmatch(piece) and isinstance(moment := read_moment(piece), date):
            found.append(("", day_of(moment)))
        before = "" if stamps else piece
    labelled = ([day for said, day in found if said == label] for label in BEST_FIRST)
    return next((days[-1] for days in labelled if days), None) or _of_joined(pieces)


def _of_joined(pieces: Sequence[str]) -> date | None:
    """Return a day whose numbers stand in elements of their own."""
    stamps = find_stamps(" ".join(pieces))
    return day_of(stamps[-1].moment) if stamps else None


def _split(text: str) -> date | None:
    orders = ((DAY_FIRST, (2, 3, 1)), (DAY_LAST, (1, 2, 3)), (YEAR_LAST, (3, 1, 2)), (DAY_MONTH_YEAR, (3, 2, 1)),
              (YEAR_FIRST, (1, 2, 3)))  # fmt: skip
    for pattern, order in orders:
        for match in pattern.finditer(text):
            if day := _of(match, *order):
                return day
    return None


def _of(match: re.Match[str], year: int, month: int, day: int) -> date | None:
    return valid(int(match[year]), int(match[month]), int(match[day]))


def _month_day(pieces: Sequence[str]) -> MonthDay | None:
    for piece in reversed(pieces):
        match = MONTH_DAY.fullmatch(LABEL.sub("", piece))
        if match is None:
            continue
        month, day = int(match["month"] or match["mm"] or match["m"]), int(match["day"] or match["dd"] or match["d"])
        if valid(2024, month, day):  # a leap year has every day
            return MonthDay(month, day)
    return None


def _relative(pieces: Sequence[str], today: Today) -> date | None:
    short = (piece for piece in reversed(pieces) if len(piece) <= LONGEST_RELATIVE)
    moment = next(filter(None, (read_relative(piece, today) for piece in short)), None)
    return day_of(moment) if moment else None


def day_of_value(value: object, today: Today = UNKNOWN) -> date | MonthDay | None:
    """Return the day in China of a value in JSON or XML: epoch seconds or milliseconds, RFC 3339, a date as printed."""
    if isinstance(value, bool) or value is None:
        return None
    moment = read_moment(str(value), today)
    return day_of(moment) if moment else read_day([str(value)], today)


def settle_years(
    days: Sequence[date | MonthDay | None], in_urls: Sequence[date | None], today: Today
) -> list[date | None]:
    """Return the days of a list, newest first, with their years: from the address, from today, from the rows beside.

    A day more than a few days after the visit is not believed. None where nothing tells the year.
    """
    known = [day if isinstance(day, date) else in_url for day, in_url in zip(days, in_urls, strict=True)]
    settled: list[date | None] = []
    above: list[date] = []
    for day, in_url, below in zip(days, in_urls, _next_known(known), strict=True):
        full = _with_year(day, in_url, above, below, today) if isinstance(day, MonthDay) else day
        believed = _believable(full, today) or _believable(in_url, today)
        settled.append(believed)
        above += [believed] if believed else []
    return settled


def _next_known(known: Sequence[date | None]) -> list[date | None]:
    """Return for each row the next day that is known below it."""
    below: list[date | None] = [None]
    for day in reversed(known[1:]):
        below.append(day or below[-1])
    return below[: len(known)][::-1]


def _believable(day: date | None, today: Today) -> date | None:
    return day if day and today.believes(day) else None


def _with_year(
    day: MonthDay, in_url: date | None, above: Sequence[date], below: date | None, today: Today
) -> date | None:
    if in_url:
        return _nearest(day, in_url)
    beside = _nearest(day, above[-1]) if above else _nearest(day, below) if below else None
    newest = day.latest(today.day) if today.day else None
    if newest is None:
        return beside
    # One or two rows pinned to the top may be old; after three, a jump up by half a year is the turn of a year.
    is_earlier_year = len(above) >= PINNED_ROWS and newest - above[-1] > timedelta(days=183)
    return beside if is_earlier_year else newest


def _nearest(day: MonthDay, other: date) -> date | None:
    days = (day.in_year(year) for year in (other.year - 1, other.year, other.year + 1))
    return min((found for found in days if found), key=lambda found: abs(found - other), default=None)
