"""Read the day that stands beside a link, in whatever way a listing prints it. No clock: today is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from storage.records import BEIJING

LONGEST_PIECE = 40  # characters; a longer run of text is a summary, and a day in it is not the row's
YEAR = r"((?:19[89]|20\d)\d)"
NO_DIGIT_BEFORE, NO_DIGIT_AFTER = r"(?<![\d.])", r"(?!\d)"
NUMBER = r"(\d{1,2})"
FULL = re.compile(rf"{NO_DIGIT_BEFORE}{YEAR}\s*(?:[-/.—]|年)\s*{NUMBER}\s*(?:[-/.—]|月)\s*{NUMBER}{NO_DIGIT_AFTER}")
COMPACT = re.compile(rf"{NO_DIGIT_BEFORE}{YEAR}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]){NO_DIGIT_AFTER}")
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
RELATIVE = re.compile(r"(\d+)\s*(分钟|小时|天)前|(刚刚|今天|昨天|前天)")
PINNED_ROWS = 3  # as many may be pinned to the top of a list, out of order
RELATIVE_DAYS = {"刚刚": 0, "今天": 0, "昨天": 1, "前天": 2}
PUBLISHED = re.compile(r"(?:发布|公开|发文|上网|推送)\s*(?:日期|时间|于)?\s*[：:]?")
NOT_PUBLISHED = re.compile(r"成文|生成|签署|印发|失效|废止|截止|实施|施行|修订|更新|有效")


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


def valid(year: int, month: int, day: int) -> date | None:
    """Return the day, None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def today_of(fetched_at: datetime) -> date | None:
    """Return the day in China on which a page was fetched, None for a page that never was (a time before 2000)."""
    return fetched_at.astimezone(BEIJING).date() if fetched_at.year >= 2000 else None


def read_day(pieces: Iterable[str], today: date | None = None) -> date | MonthDay | None:
    """Return the day that a row's pieces of text print, outside its title.

    Of several days the one labelled 发布 counts, else the last: 成文日期 stands before 发布日期.
    """
    short = [piece.strip() for piece in pieces if len(piece.strip()) <= LONGEST_PIECE]
    return _full(short) or _split(" ".join(short)) or _month_day(short) or _relative(short, today)


def _full(pieces: Sequence[str]) -> date | None:
    label, found, published = "", [], []
    for piece in pieces:
        days = [day for match in FULL.finditer(piece) if (day := _of(match, 1, 2, 3))]
        days += [day for match in [COMPACT.fullmatch(piece)] if match and (day := _of(match, 1, 2, 3))]
        words = label + piece
        if days and PUBLISHED.search(words) and not NOT_PUBLISHED.search(words):
            published += days
        found += [(day, bool(NOT_PUBLISHED.search(words))) for day in days]
        label = "" if days else piece
    if published:
        return published[-1]
    plain = [day for day, is_other in found if not is_other]
    return plain[-1] if plain else found[-1][0] if found else _of_joined(pieces)


def _of_joined(pieces: Sequence[str]) -> date | None:
    """Return a day whose numbers stand in elements of their own."""
    days = [day for match in FULL.finditer(" ".join(pieces)) if (day := _of(match, 1, 2, 3))]
    return days[-1] if days else None


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
        match = MONTH_DAY.fullmatch(PUBLISHED.sub("", piece))
        if match is None:
            continue
        month, day = int(match["month"] or match["mm"] or match["m"]), int(match["day"] or match["dd"] or match["d"])
        if valid(2024, month, day):  # a leap year has every day
            return MonthDay(month, day)
    return None


def _relative(pieces: Sequence[str], today: date | None) -> date | None:
    match = next(filter(None, (RELATIVE.search(piece) for piece in reversed(pieces) if len(piece) <= 20)), None)
    if match is None or today is None:
        return None
    if match[3]:
        return today - timedelta(days=RELATIVE_DAYS[match[3]])
    return today - timedelta(days=int(match[1]) if match[2] == "天" else 0)


def day_of_value(value: object, today: date | None = None) -> date | MonthDay | None:
    """Return the day in China of a value in JSON or XML: epoch seconds or milliseconds, RFC 3339, a date as printed."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", text):
        return _day_of_epoch(float(text))
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(BEIJING).date() if moment.tzinfo else moment.date()
    except ValueError:
        return read_day([text], today)


def _day_of_epoch(number: float) -> date | None:
    seconds = number / 1000 if number > 1e11 else number
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).date()


def settle_years(
    days: Sequence[date | MonthDay | None], in_urls: Sequence[date | None], today: date | None
) -> list[date | None]:
    """Return the days of a list, newest first, with their years: from the address, from today, from the rows beside.

    A day after `today` is not believed. None where nothing tells the year.
    """
    known = [day if isinstance(day, date) else in_url for day, in_url in zip(days, in_urls, strict=True)]
    settled: list[date | None] = []
    for position, (day, in_url) in enumerate(zip(days, in_urls, strict=True)):
        above = [other for other in settled if other]
        below = next((other for other in known[position + 1 :] if other), None)
        full = _with_year(day, in_url, above, below, today) if isinstance(day, MonthDay) else day
        settled.append(_believable(full, today) or _believable(in_url, today))
    return settled


def _believable(day: date | None, today: date | None) -> date | None:
    return None if day and today and day > today else day


def _with_year(
    day: MonthDay, in_url: date | None, above: Sequence[date], below: date | None, today: date | None
) -> date | None:
    if in_url:
        return _nearest(day, in_url)
    beside = _nearest(day, above[-1]) if above else _nearest(day, below) if below else None
    newest = day.latest(today) if today else None
    if newest is None:
        return beside
    # One or two rows pinned to the top may be old; after three, a jump up by half a year is the turn of a year.
    is_earlier_year = len(above) >= PINNED_ROWS and newest - above[-1] > timedelta(days=183)
    return beside if is_earlier_year else newest


def _nearest(day: MonthDay, other: date) -> date | None:
    days = (day.in_year(year) for year in (other.year - 1, other.year, other.year + 1))
    return min((found for found in days if found), key=lambda found: abs(found - other), default=None)
