"""Whether what an article says of a document is news of its own: no old date, no item of a digest. No points."""

from __future__ import annotations

import re
from datetime import date

from crawler.detect.reading import ArticleParts
from storage.folding import fold
from storage.records import Hit

# The date that stands before an act: 2023年1月, 去年9月. Periods (到2027年, 2024—2026年) are no dates of acts.
DATED = re.compile(
    r"(?<![到至自从—–~\-\d])(?P<year>20\d\d|今|去|前)\s*年(?!底前|前|内|起)\s*(?:(?P<month>\d{1,2})\s*月)?"
)
FRESH = re.compile(r"近日|日前|今[日天]|昨[日天]|近期|新近|最新|刚刚|本周|本月")
SCRIPT = "导语|正文|同期|解说|口播|配音|字幕|出镜|记者"  # what the lines of a television report begin with
ITEM = re.compile(rf"\s*(?:\(?\d{{1,2}}[、.．)](?!\d)|【(?!{SCRIPT})|[●•◆■▶▲★·]|[①-⑳])")
LIST_ITEMS = 4  # lines: three numbered points may still be one story


def age_in_days(reading: ArticleParts, hit: Hit) -> int | None:
    """Return how old the act of a hit was at publication by the date before it in its sentence, None without one."""
    published = reading.article.published_day
    if hit.place == "attachment":
        return None  # a document dates much that is not its own act
    part = reading.title if hit.place == "title" else reading.text
    first, _ = part.sentence(hit.start)
    before = fold(part.plain.shown[first : hit.start])
    dates = list(DATED.finditer(before))
    if published is None or not dates or FRESH.search(before, dates[-1].end()):
        return None
    year = {"今": published.year, "去": published.year - 1, "前": published.year - 2}.get(dates[-1]["year"])
    return (published - _last_day(year or int(dates[-1]["year"]), dates[-1]["month"], published)).days


def _last_day(year: int, month: str | None, published: date) -> date:
    """Return the latest day that a date can mean; without a month the year's last, or that of publication."""
    if month is None or not 1 <= int(month) <= 12:
        return min(date(year, 12, 31), published) if year <= published.year else published
    return date(year, int(month), 28)


def is_news_item(reading: ArticleParts, hit: Hit) -> bool:
    """Whether a hit stands in one of several numbered or marked lines under a title that is not about the topic."""
    title = reading.title.terms
    if hit.place in {"title", "attachment"} or title["core"] or title["track"]:
        return False
    shown = reading.text.plain.shown
    own = shown[shown.rfind("\n", 0, hit.start) + 1 :]
    return bool(ITEM.match(own)) and sum(bool(ITEM.match(line)) for line in shown.split("\n")) >= LIST_ITEMS
