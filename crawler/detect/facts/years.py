"""Find the years that a text names, printed (2028年) or told (明年, 三年后, “十五五”末). No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from crawler.detect.facts.reading import ArticleViews, View
from crawler.text.numerals import numeral_of, year_of

DASH = "-—–~～至到"
ANCHOR = re.compile("年|十[四五六]五|月[底末]?之?前|[一二三四]季度|20[2-9]\\d(?=、20[2-9]\\d)")
PRINTED = re.compile(r"(?<!\d)(?:20[2-9]\d|二[〇零][二三四五六七八九][〇零一二三四五六七八九])年?$")
WORD = re.compile("(?:(?P<word>[今明后本当])|(?<=[争保计划，\n])全)年$")  # 全年 counts where a clause begins
COUNTED = re.compile("(?P<before>再用|未来|今后)?(?P<count>[一两二三四五六七八九十]|(?<!\\d)\\d)年$")
AFTERWARDS, WITHIN = re.compile("多?(?:之后|以?后)(?!的)"), re.compile("(?:之|以)?内")
CLOSED = re.compile(rf"内（[{DASH}](20[2-9]\d)年")
BARE = re.compile(r"(?<![一二两三四五六七八九十几多半\d年今明后去当每全])年$")
IN_THE_YEAR = re.compile("[内底]")
HALF = re.compile("(?<!年)[上下]半年$")  # 明年上半年 is told by 明年
PLAN_END = re.compile("”?(?:规划|时期)*(?:期?末|结束|收官)")
MONTH = re.compile(r"(?<![年\d一二三四五六七八九十])(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月[底末]?之?前$")
QUARTER = re.compile("(?<!年)(?<!年第)[一二三四]季度$")
PERIOD = re.compile(rf"(20[2-9]\d)年?[{DASH}]{{1,2}}(20[2-9]\d)年")
YEARS_AHEAD = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2}
PLAN_ENDS = {"四": 2025, "五": 2030, "六": 2035}
NAMED = "in a name"  # the form of years that stand in a document's name: 《某计划（2026—2028年）》
LONGEST_NAME = 120  # characters
BACK = len("目标是未来两年")  # characters that tell which year ends with an anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMention:
    """A year where a text names it, the characters from `start` to before `end`; None is a year that is not known.

    `form` says how: printed, 明年, 年内, 半年, 季度, 月, 五年, 后, 内, 未来, 再用 (with `from publication` where no
    period is so long), or `NAMED`.
    """

    view: View
    year: int | None
    start: int
    end: int
    form: str


def find_years(reading: ArticleViews) -> list[YearMention]:
    """Return the years that title and text name, in order, from the year of publication on.

    今年以来 and 截至2026年 tell of the past.
    """
    published = reading.published.year if reading.published else None
    spans = (match for view in reading.views for match in PERIOD.finditer(view.text))
    periods = {int(match[2]) - int(match[1]) + 1: int(match[2]) for match in spans}
    found = chain.from_iterable(_years(view, published, periods) for view in reading.views)
    return [mention for mention in found if mention.year is None or mention.year >= (published or 0)]


def _years(view: View, published: int | None, periods: Mapping[int, int]) -> Iterator[YearMention]:
    for anchor in ANCHOR.finditer(view.text):
        found = _printed(view, anchor) or _told(view, anchor, published) or _counted(view, anchor, published, periods)
        if found is not None and not _is_past(found):
            is_named = is_open(view.text, found.start, "《》", LONGEST_NAME)
            yield replace(found, form=NAMED) if is_named else found


def is_open(text: str, at: int, pair: str, reach: int) -> bool:
    """Return whether the first of a pair of marks stands at most `reach` characters before an offset, unclosed."""
    return text.rfind(pair[0], max(0, at - reach), at) > text.rfind(pair[1], max(0, at - reach), at)


def _is_past(mention: YearMention) -> bool:
    text = mention.view.text
    return text.startswith("以来", mention.end) or text.endswith("截至", 0, mention.start)


def _printed(view: View, anchor: re.Match[str]) -> YearMention | None:
    match = PRINTED.search(view.text, max(0, anchor.end() - BACK), anchor.end())
    if match is None:
        return None
    year = year_of(match[0].removesuffix("年"))
    return YearMention(view=view, year=year, start=match.start(), end=match.end(), form="printed")


def _told(view: View, anchor: re.Match[str], published: int | None) -> YearMention | None:
    """Return the year of 明年, 年内, 三季度, 6月底前 or “十五五”末."""
    text, start, end = view.text, max(0, anchor.end() - BACK), anchor.end()
    if anchor[0].startswith("十"):
        following = PLAN_END.match(text, end)
        return _mention(view, anchor.start(), following.end(), "五年", PLAN_ENDS[anchor[0][1]]) if following else None
    if published is None:
        return None
    if match := WORD.search(text, start, end):
        return _mention(view, match.start(), end, match[0], published + YEARS_AHEAD.get(match["word"], 0))
    if IN_THE_YEAR.match(text, end) and (match := BARE.search(text, start, end)):
        return _mention(view, match.start(), end + 1, "年内", published)
    for pattern, form in ((HALF, "半年"), (QUARTER, "季度"), (MONTH, "月")):
        if match := pattern.search(text, start, end):
            return _mention(view, match.start(), end, form, published)
    return None


def _counted(
    view: View, anchor: re.Match[str], published: int | None, periods: Mapping[int, int]
) -> YearMention | None:
    """Return the year of 三年后, 再用两年 or 三年内: the end of a period so long, or counted from publication."""
    end = anchor.end()
    match = COUNTED.search(view.text, max(0, end - BACK), end)
    if match is None:
        return None
    later, within = AFTERWARDS.match(view.text, end), WITHIN.match(view.text, end)
    form = match["before"] or ("后" if later else "内" if within else None)
    if form is None:
        return None
    years = numeral_of(match["count"])
    closed = CLOSED.match(view.text, end)
    year = int(closed[1]) if closed else periods.get(years)
    if year is None and published is not None:
        form, year = f"{form} from publication", published + years
    return _mention(view, match.start(), (later or within or match).end(), form, year)


def _mention(view: View, start: int, end: int, form: str, year: int | None) -> YearMention:
    return YearMention(view=view, year=year, start=start, end=end, form=form)
