"""Read how long ago something was: 3小时前, 半个月前, 1小时10分钟前. No I/O, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from crawler.text.numerals import numeral_of

COUNT = r"(\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
UNIT = r"(秒|分|小时|钟头|天|周|星期|礼拜|月|年)"
PART = re.compile(rf"{COUNT}\s*个?\s*{UNIT}钟?")
AGO = re.compile(rf"(?<![\d.第])((?:{PART.pattern}\s*)+)(?:之|以)?前(?=[^\u3400-\u9fff]|发布|发表|更新|来源|$)")
SPANS = {
    "秒": timedelta(seconds=1), "分": timedelta(minutes=1), "小时": timedelta(hours=1), "钟头": timedelta(hours=1),
    "天": timedelta(days=1), "周": timedelta(weeks=1), "星期": timedelta(weeks=1), "礼拜": timedelta(weeks=1),
    "月": timedelta(days=30), "年": timedelta(days=365),
}  # fmt: skip
MONTHS_OF = {"月": 1, "年": 12}  # whole months and years go by the calendar, halves by their days


def day_back(now: datetime, words: str) -> date | None:
    """Return the day that lies the spans of 1小时10分 before a moment, None where that is before the year 1."""
    try:
        return _spans_back(now, words).date()
    except (ValueError, OverflowError):
        return None


def _spans_back(now: datetime, words: str) -> datetime:
    for count, unit in PART.findall(words):
        number = 0.5 if count == "半" else numeral_of(count)
        if unit in MONTHS_OF and number >= 1:
            now = _months_back(now, int(number) * MONTHS_OF[unit])
        else:
            now -= number * SPANS[unit]
    return now


def _months_back(now: datetime, months: int) -> datetime:
    """Return the moment some months earlier, on the last day of a month that is too short."""
    year, month = divmod(12 * now.year + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
