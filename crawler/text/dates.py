"""Read days and times as Chinese pages, feeds, sitemaps, scripts and JSON write them. No I/O, no clock.

A day stays a `date`; a clock time makes an aware `datetime` in Beijing time, whatever the zone of the host. Midnight,
as written or in Beijing, is how a CMS writes a day: it never becomes a clock time. Relative words (昨天, 3小时前) count
from the moment that is handed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from crawler.text.ago import AGO, day_back
from crawler.text.numerals import numeral_of, year_of
from storage.records import BEIJING

EARLIEST = date(1990, 1, 1)  # before the web: an older day is a default or a misread number
SLACK = timedelta(days=3)  # portals' clocks run ahead, and Monday's issue is put online on Friday
FIRST_CLOCK = 2000  # year; a page that was never fetched carries the epoch

DAY = r"(?P<year>(?:19|20)\d\d)\s*(?P<unit>[-/.年—])\s*(?P<month>\d{1,2})\s*[-/.月—]\s*(?P<day>\d{1,2})(?!\d)(?:\s*日)?"
CLOCK = (
    r"(?:(?P<half>上午|下午|中午|晚上|凌晨)\s*)?(?P<hour>[01]?\d|2[0-3])\s*[:：时点]\s*(?P<minute>[0-5]\d)"
    r"(?:\s*[:：分]\s*(?P<second>[0-5]\d))?(?:\.\d+)?(?:\s*[分秒])?(?:\s*(?P<meridiem>[AP]M))?"
)
AFTERNOON = frozenset({"下午", "晚上", "PM"})
NIGHT = frozenset({"凌晨", "AM"})  # 12 o'clock is the day's first hour
NOON = "中午"
NOON_BEGINS = 10  # hour; 中午1点 is 13 o'clock, 中午11点 is 11
ZONE = r"\s*(?P<zone>(?:GMT|UTC?)?[+-]\d\d?(?::?\d\d)?(?!\d)|[A-Z]{3}\b|Z\b)"
WEEKDAY = r"(?:\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
STAMP = re.compile(rf"(?<![\d.]){DAY}(?:{WEEKDAY}\s*[T,，]?\s*{CLOCK}(?:{ZONE})?)?", re.ASCII)
COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:\s*(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d))?)?(?!\d)"
)
NUMERAL = "〇○零一二三四五六七八九"
IN_CHINESE = re.compile(
    rf"(?P<year>[一二][{NUMERAL}OＯ0]{{3}})年(?P<month>[一二三四五六七八九十]{{1,2}})月(?P<day>[一二三四五六七八九十]{{1,3}})日"
)
A_YEAR_STARTS = re.compile(r"[\d一二]")
UNIX = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ENGLISH_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]*", re.IGNORECASE)
ENGLISH_CLOCK = re.compile(rf"(?<!\d){CLOCK}(?:{ZONE})?")
LONGEST_VALUE = 500  # characters that are read of a value
LONGEST_ENGLISH = 64  # characters; a longer value is prose
# Hours ahead of UTC. CST is China's: Java writes it in the feeds of Chinese portals, and means the zone of the server.
ZONES = {"CST": 8, "BJT": 8, "HKT": 8, "SGT": 8, "JST": 9, "GMT": 0, "UTC": 0, "Z": 0,
         "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}  # fmt: skip
FURTHEST_ZONE = 14  # hours

DAY_WORD = re.compile(
    rf"(?:(?<![\u3400-\u9fff])|(?<=[于布新]))(刚刚|刚才|今[天日]|昨[天日]|前[天日])(?![\u3400-\u9fff])(?:\s*{CLOCK})?"
)
DAYS_BACK = {"刚": 0, "今": 0, "昨": 1, "前": 2}

DayLabel = Literal["published", "updated", "document", "other", ""]
END = r"[】\])）]?[：:|]?[\[【（(]?$"
# What the words before a day call it; the first that fits counts. Blanks are left out before it is looked at.
LABELS: tuple[tuple[DayLabel, re.Pattern[str]], ...] = (
    ("other", re.compile(
        r"(?:实施|施行|生效|废止|失效|截止|截至|有效|到期|会议|活动|开庭|报名|开标|投标|考试|召开|举办|开始|结束|起止|公示"
        rf"|页面生成|页面渲染|今天|今日|现在|当前)(?:是|时间|日期|期限|期)?至?{END}"
    )),
    ("document", re.compile(rf"(?:成文|生成|印发|签发|签署|制定|发文|拟稿|落款)(?:时间|日期|日|于)?{END}")),
    ("updated", re.compile(
        rf"(?:(?:更新|修改|修订|变更)(?:时间|日期|于|在|[：:])|编辑(?:时间|日期)|(?:last)?(?:updated?|modified)(?:on|at|time)?){END}",
        re.IGNORECASE,
    )),
    ("published", re.compile(
        rf"(?:(?:时间|日期){END}|(?:发布|发表|发稿|刊发|刊登|刊载|公布|公开|上线|推送)(?:于|在|[：:]){END}"
        rf"|(?:posted|published)(?:@|on|at)?{END})",
        re.IGNORECASE,
    )),
)  # fmt: skip
LABEL_AFTER = re.compile(r"\s*(?:(发布|发表|刊发|上网)|(更新|修改))(?![\u3400-\u9fff])")
LABEL_REACH = 24  # characters before a day in which its label ends

WIDE = str.maketrans("０１２３４５６７８９－／．：\u3000\u00a0", "0123456789-/.:  ")


@dataclass(frozen=True, slots=True)
class Today:
    """The moment from which relative words count; `now` is None where nobody knows it.

    `is_visit`: the page was fetched then, so that no later day is believed. A filter's page may be of any time.
    """

    now: datetime | None = None
    is_visit: bool = True

    @classmethod
    def of_visit(cls, fetched_at: datetime) -> Today:
        """Return the moment of a visit, an unknown one for a page that was never fetched (a time before 2000)."""
        return cls(fetched_at.astimezone(BEIJING)) if fetched_at.year >= FIRST_CLOCK else cls()

    @classmethod
    def asked(cls, now: datetime) -> Today:
        """Return the moment at which somebody asks about a page that may be of any time."""
        return cls(now.astimezone(BEIJING), is_visit=False)

    @property
    def day(self) -> date | None:
        """The day in China, None when it is unknown."""
        return self.now.date() if self.now else None

    def believes(self, moment: datetime | date) -> bool:
        """Whether a page can be of a moment: after 1990, and at most a few days after the visit."""
        day = day_of(moment)
        return day >= EARLIEST and not (self.is_visit and self._is_ahead(day))

    def believes_number(self, moment: datetime | date) -> bool:
        """Whether a bare number can mean a moment: it must lie in the past whoever asks."""
        day = day_of(moment)
        return day >= EARLIEST and not self._is_ahead(day)

    def _is_ahead(self, day: date) -> bool:
        return self.day is not None and day > self.day + SLACK


UNKNOWN = Today()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A full day in a text, with its clock time where it has one. `label` is what the words beside it call it."""

    start: int
    end: int
    moment: datetime | date
    label: DayLabel

    @property
    def has_clock(self) -> bool:
        """True when the text gives a clock time."""
        return isinstance(self.moment, datetime)


def day_of(moment: datetime | date) -> date:
    """Return the day in China of a moment."""
    return moment.astimezone(BEIJING).date() if isinstance(moment, datetime) else moment


def fold_width(text: str) -> str:
    """Return a text of the same length with full-width digits, separators and blanks as narrow ones."""
    return text if text.isascii() else text.translate(WIDE)


def read_moment(value: str, today: Today = UNKNOWN) -> datetime | date | None:
    """Return the first moment that a value names, None when it names none that the page can be of."""
    text = fold_width(value[:LONGEST_VALUE]).strip()
    readers = (_stamped, _compact, _in_chinese, _english)
    moment = next(filter(None, (read(text) for read in readers)), None)
    if moment is not None:
        return moment if today.believes(moment) else None
    return from_epoch(float(text), today) if UNIX.fullmatch(text) else read_relative(text, today)


def from_epoch(number: float, today: Today = UNKNOWN) -> datetime | date | None:
    """Return the moment of a Unix time in seconds or milliseconds, None when it is not believable."""
    seconds = number / 1000 if number > 1e11 else number
    if not 0 < seconds < 4.2e9:  # 2103
        return None
    written = datetime.fromtimestamp(seconds, UTC)
    moment = _without_midnight(written)
    return moment if today.believes_number(moment) else None


def read_relative(text: str, today: Today) -> datetime | date | None:
    """Return the moment of 昨天 10:20 and the day of 3小时前, as of `today`; None when the text says neither."""
    if today.now is None:
        return None
    if ago := AGO.search(text):
        return day_back(today.now, ago[1])
    if word := DAY_WORD.search(text):
        day = today.now.date() - timedelta(days=DAYS_BACK[word[1][0]])
        return _clocked(day, word) if word["hour"] else day
    return None


def find_stamps(text: str, before: str = "") -> list[Stamp]:
    """Return the full days of a text in their order, each with its label; `before` is what stands in front of it."""
    if not A_YEAR_STARTS.search(text):
        return []  # most pieces of a page
    folded = fold_width(text)
    found = [(m, moment) for m in STAMP.finditer(folded) if (moment := moment_of(m))]
    if "年" in folded:
        found += [(m, moment) for m in IN_CHINESE.finditer(folded) if (moment := _of_numerals(m))]
    return [
        Stamp(start=m.start(), end=m.end(), moment=moment, label=_label(before + folded, len(before), m))
        for m, moment in sorted(found, key=lambda pair: pair[0].start())
    ]


def label_of(words: str) -> DayLabel:
    """Return what words call the day that stands behind them."""
    said = "".join(words[-LABEL_REACH:].split())
    if not said:
        return ""
    return next((label for label, pattern in LABELS if pattern.search(said)), "")


def _label(text: str, shift: int, match: re.Match[str]) -> DayLabel:
    if label := label_of(text[: shift + match.start()]):
        return label
    after = LABEL_AFTER.match(text, shift + match.end())
    return "" if after is None else "published" if after[1] else "updated"


def valid(year: int, month: int, day: int) -> date | None:
    """Return the day, None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment_of(match: re.Match[str]) -> datetime | date | None:
    """Return the moment of a match of a day with the groups of `DAY` and `CLOCK`, None when there is no such day."""
    day = valid(int(match["year"]), int(match["month"]), int(match["day"]))
    return _clocked(day, match) if day and match["hour"] is not None else day


def _clocked(day: date, match: re.Match[str]) -> datetime | date:
    """Return a day with the clock time, and the zone, of a match."""
    said = match.groupdict()
    hour = _hour(int(match["hour"]), said.get("half") or said.get("meridiem") or "")
    zone = said.get("zone") if said.get("second") or not (said.get("zone") or "").startswith("-") else None
    return _without_midnight(
        datetime(day.year, day.month, day.day, hour, int(match["minute"]), int(said.get("second") or 0),
                 tzinfo=_zone(zone or ""))
    )  # fmt: skip


def _hour(hour: int, half: str) -> int:
    """Return an hour of the day from one that is written with its half: 下午3, 中午1, 凌晨12, 12 AM."""
    if half in AFTERNOON or (half == NOON and hour < NOON_BEGINS):
        return hour % 12 + 12 if hour <= 12 else hour
    return 0 if half in NIGHT and hour == 12 else hour


def _zone(name: str) -> timezone:
    """Return a zone by its name or offset. A name that is not known, or none, is China's."""
    offset = re.search(r"([+-])(\d\d?):?(\d\d)?$", name)
    if offset is None:
        return timezone(timedelta(hours=ZONES.get(name, ZONES["CST"])))
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    if ahead > timedelta(hours=FURTHEST_ZONE):
        return timezone(timedelta(hours=ZONES["CST"]))
    return timezone(-ahead if offset[1] == "-" else ahead)


def _without_midnight(written: datetime) -> datetime | date:
    """Return a moment in Beijing time, its day alone where it is midnight as written or in Beijing."""
    if written.time() == time():
        return written.date()
    moment = written.astimezone(BEIJING)
    return moment.date() if moment.time() == time() else moment


def _stamped(text: str) -> datetime | date | None:
    return next(filter(None, map(moment_of, STAMP.finditer(text))), None)


def _compact(text: str) -> datetime | date | None:
    return next(filter(None, map(moment_of, COMPACT.finditer(text))), None)


def _in_chinese(text: str) -> date | None:
    return next(filter(None, map(_of_numerals, IN_CHINESE.finditer(text))), None)


def _of_numerals(match: re.Match[str]) -> date | None:
    """Return the day of 二〇二六年十一月二十七日."""
    return valid(year_of(match["year"]), numeral_of(match["month"]), numeral_of(match["day"]))


def _english(text: str) -> datetime | date | None:
    """Return the moment of a value with an English month, whatever the order: RFC 822, Java, JavaScript."""
    month = ENGLISH_MONTH.search(text) if len(text) <= LONGEST_ENGLISH else None
    if month is None:
        return None
    clock = ENGLISH_CLOCK.search(text)
    rest = text.replace(clock[0], " ", 1) if clock else text
    year, day = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", rest), re.search(r"(?<!\d)\d{1,2}(?!\d)", rest)
    if year is None or day is None:
        return None
    written = f"{year[0]}-{MONTHS.index(month[1].lower()) + 1}-{day[0]} {clock[0] if clock else ''}"
    return _stamped(written)
