"""Take off a row's title what is no part of it: marks (置顶, NEW, 图), countdowns, readers, days, row numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

CLOCK = r"(?:\s+\d{1,2}:\d\d(?::\d\d)?)?"
OPEN, CLOSE = r"[\[(（【]\s*", r"\s*[\])）】]"
NUMERIC_DAY = rf"(?:19|20)\d\d([-/.])\d{{1,2}}\1\d{{1,2}}{CLOCK}"
MONTH, DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
DAY_IN_BRACKETS = rf"{OPEN}(?:(?:19|20)?\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}{CLOCK}|{MONTH}[-/.]{DAY}){CLOSE}"
# 通知11-27, with two digits each and behind a word: 2021-25 and 1-3月 are part of what a title says.
MONTH_AND_DAY = rf"(?<=[\u4e00-\u9fff\s》”）)\]]){MONTH}[-/]{DAY}"
SPAN = "至到起—~-"  # 2026-11-27至2026-12-01
OPENING_DAY = re.compile(rf"^(?:{DAY_IN_BRACKETS}|{NUMERIC_DAY}(?![\d.-]))\s*(?![{SPAN}])")
CLOSING_DAY = re.compile(
    r"\s?(?:(?:发布|更新|发表)?(?:日期|时间)\s?[：:]\s?)?"
    rf"(?:{DAY_IN_BRACKETS}|(?<![{SPAN}]){NUMERIC_DAY}|{MONTH_AND_DAY})$"
)
MARK = (
    r"(?:置顶|最新|NEW|HOT|TOP|推荐|荐|热门?|新|顶|精|图文?|组图|多图|视频|音频|附件|附图|附表|附视频|附下载|原创|转载|头条|要闻|重要"
    r"|进行中|征集中|公示中|报名中|已结束|已截止|已办结|未开始|即将开始|即将截止)"
)
COUNTDOWN = (
    r"(?:(?:距离?|离)[^\d\s]{0,8}?(?:截止|结束|开始|到期)[^\d\s]{0,4}|还剩(?:余|下)?|剩余|仅剩|倒计时)\s?[：:]?\s?"
    r"(?:\d{1,5}\s?(?:天|日|个?小时|时|分钟?|秒)\s?){1,4}"
)
READERS = r"(?:点击|浏览|阅读|访问)(?:量|数|次数)?\s?[：:]?\s?\d{1,9}\s?次?"
BADGE = re.compile(rf"^(?:[\[【(（]?\s*(?:{MARK}|{COUNTDOWN}|{READERS})[!！]*\s*[\]】)）]?)$", re.IGNORECASE)
OPENING_BADGE = re.compile(
    rf"^(?:{OPEN}(?:{MARK}|{COUNTDOWN}){CLOSE}|(?:置顶|NEW|HOT|TOP)(?=[\s\u3400-\u9fff《“])|{MARK}\s+(?=\S{{6}})|{COUNTDOWN})",
    re.IGNORECASE,
)
CLOSING_BADGE = re.compile(
    rf"(?:{OPEN}(?:{MARK}|{COUNTDOWN}|{READERS}){CLOSE}|(?<=[^A-Za-z])(?:NEW|HOT)[!！]*|\s{MARK}|\s?{COUNTDOWN}|\s{READERS})$",
    re.IGNORECASE,
)
# What a title begins and ends with that has a day or a mark there; the others are not looked through.
MAY_OPEN = re.compile(r"[\[(（【\d置最新NHT推荐热顶精图组多视音附原转头要重进征公报已未即距离还剩仅倒]", re.IGNORECASE)
MAY_CLOSE = re.compile(r"[\])）】\d\s!！顶新WTP荐热门精图文频件表载创条闻要中束止结始天日时分钟秒次]", re.IGNORECASE)
LONGEST_TITLE = 300  # characters that are looked through
# 1. 关于…, 01 关于…, 12关于…; not 3月 and 5个, which a list may count up as well.
NUMBERED = re.compile(
    r"^[\[(（]?(\d{1,4})(?:[\])）]\s*[.、．]?|\s*[.、．:：]|\s)?\s*(?![\d.年月日号个项条家批次季届期类大至到-])(?=\S)"
)
FEWEST_NUMBERED = 3  # rows that count up


def is_badge(words: str) -> bool:
    """True for words that are a mark beside a title."""
    return len(words) <= LONGEST_TITLE and BADGE.match(words) is not None


def without_badges(title: str) -> tuple[str, list[str]]:
    """Return a title without the marks before and behind it, and the days that were glued to it.

    What is nothing but marks stays as it is.
    """
    days: list[str] = []
    while len(title) <= LONGEST_TITLE and (shorter := _one_less(title, days)) != title and shorter:
        title = shorter
    return title, days


def _one_less(title: str, days: list[str]) -> str:
    opens, closes = MAY_OPEN.match(title[:1]), MAY_CLOSE.match(title[-1:])
    if not opens and not closes:
        return title.strip()
    for day in (OPENING_DAY if opens else None, CLOSING_DAY if closes else None):
        if day and (match := day.search(title)) and len(match[0]) < len(title):
            days.append(match[0].strip())
            return (title[: match.start()] + title[match.end() :]).strip()
    return CLOSING_BADGE.sub("", OPENING_BADGE.sub("", title)).strip()


def unnumbered(titles: Sequence[str]) -> list[str]:
    """Return titles without the number of their row, where the rows of a list are numbered through."""
    numbers = [NUMBERED.match(title) for title in titles]
    counted = [int(match[1]) if match else None for match in numbers]
    steps = sum(one is not None and other == one + 1 for one, other in pairwise(counted))
    if len(titles) < FEWEST_NUMBERED or steps < len(titles) - 1:
        return list(titles)
    return [title[match.end() :] if match else title for title, match in zip(titles, numbers, strict=True)]
