"""Find when an article was published: what the page declares, then what it prints. Pure: no clock, no host time zone.

Nothing is guessed: pages were seen whose © year, hot list or comment other tools take for the date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawler.extract.blocks import TextBlock, elements_of, standing_outside
from crawler.extract.containers import is_header
from crawler.extract.head import Head
from crawler.text.address_days import days_in_address
from crawler.text.dates import (
    CLOCK,
    Stamp,
    Today,
    day_of,
    find_stamps,
    fold_width,
    label_of,
    read_moment,
    read_relative,
)

DECLARED = (
    "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "og:published_time", "datepublished",
    "publish_time", "publishtime", "pub_date", "og:release_date", "og:time", "weibo:article:create_at", "apub:time",
    "_pubtime", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date", "dcterms.created", "releasedate",
    "maketime", "createdate", "bytedance:published_time", "date", "article:create_at",
)  # fmt: skip
NO_YEAR = re.compile(rf"(?<![\d年/.-])(?P<month>\d{{1,2}})\s*[-/月]\s*(?P<day>\d{{1,2}})(?!\d)\s*日?(?:\s*{CLOCK})?")
COPYRIGHT = re.compile(r"©|copyright|版权|ICP|公网安备|今天是|页面生成|生成时间", re.IGNORECASE)
VENUE = re.compile(r"^(?:.{0,40}\s)?(?:会议|活动|举办|召开)?地\s*点\s*[：:]")
PUBLICATION_TIME = r"(?:ori_?)?create_?time|ct|publish_?(?:time|date)|pub_?(?:time|date)|release_?(?:time|date)"
SAID = r"(?:\w+\(\s*)?[\"']?(\d{4}[-/年]\d{1,2}[-/月]\d{1,2}[日T\s\d:]{0,12}|\d{10}(?:\d{3})?)(?!\d)"
# The keywords come first, and what must not stand before them behind them: so a page is read in a sixth of the time.
ASSIGNED = re.compile(
    r"(?:var(?<!\wvar)\s+|let(?<!\wlet)\s+|const(?<!\wconst)\s+|window(?<!\wwindow)\.)"
    rf"(?i:(?:{PUBLICATION_TIME})\s*=\s*{SAID})"
)
KEYED = re.compile(rf"[\"'\s,{{](?:{PUBLICATION_TIME})[\"']?\s*:\s*{SAID}", re.IGNORECASE)
UPDATE = "label of an update"
AGREES_WITHIN = timedelta(days=2)  # days printed by hand, and time zones, are that far apart
LONGEST_VENUE = 120  # characters of a line that says where a meeting was
LONGEST_LABEL = 12  # characters of a line that is nothing but a label
LONGEST_RELATIVE = 80  # characters of a dateline that says 3小时前
ABOVE, BELOW = 12, 14  # blocks around a headline in which a dateline stands
DATE_REACH_CHARACTERS = 600  # characters below the headline that a labelled date may stand away


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When, and where on the page that was read. `doubt` is another source of it with what it says instead."""

    when: datetime | date
    source: str
    doubt: str | None = None

    @property
    def day(self) -> date:
        """The day in China."""
        return day_of(self.when)

    @property
    def has_clock(self) -> bool:
        """True when the page gives a clock time."""
        return isinstance(self.when, datetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClues:
    """The parts of a page that may say when it was published.

    `blocks` are those outside of boilerplate, `text` those of the article, `tabled` is the value of the label-value
    table; `stated` was read from the state of a script, whose plain variables stand in the `markup`.
    """

    head: Head
    blocks: Sequence[TextBlock]
    headline: TextBlock | None
    text: Sequence[TextBlock]
    tabled: str | None
    stated: Sequence[Published]
    markup: str
    url: str


def find_published(shown: DateClues, today: Today) -> Published | None:
    """Return the publication time, or None when the page does not say.

    What `today` does not believe, the future and the time before the web, is passed over.
    """
    blocks = _without_events(shown.blocks)
    printed = _Printed(blocks, shown.headline)
    in_url = [Published(when=day, source="url") for day in days_in_address(shown.url) if today.believes(day)]
    sources: tuple[Iterable[Published], ...] = (
        (
            *shown.stated,
            *_posted(shown.head, today),
            *_declared(shown.head, today),
            *_tabled(shown.tabled, today),
            *printed.full(),
        ),
        _scripted(shown, today),
        printed.yearless(in_url),
        in_url,
        printed.relative(today),
        _anywhere(blocks),
        _signed(shown.text),
    )
    for source in sources:
        found = [p for p in source if today.believes(p.when)]
        if found:
            best = _most_precise(found)
            return replace(best, doubt=_doubt(best, found))
    return None


def _doubt(best: Published, found: Sequence[Published]) -> str | None:
    """Return the first source of equal rank that means another day, None when all agree; an update is no other day."""
    others = (p for p in found if p.source not in {best.source, UPDATE} and abs(p.day - best.day) > AGREES_WITHIN)
    other = next(others, None)
    return f"{other.source} {other.day}" if other else None


def _most_precise(found: Sequence[Published]) -> Published:
    """Return the first moment, with its clock time from another one of the same day that is no update's."""
    best = found[0]
    with_clock = (p for p in found if p.has_clock and p.day == best.day and p.source != UPDATE)
    return best if best.has_clock else next(with_clock, best)


def _posted(head: Head, today: Today) -> Iterator[Published]:
    """Yield what the page of a 公众号 shows."""
    if head.posted and isinstance(moment := read_moment(head.posted, today), date):
        yield Published(when=moment, source="dateline")


def _declared(head: Head, today: Today) -> Iterator[Published]:
    """Yield what metas and JSON-LD say, in order of trust."""
    for name in DECLARED:
        if (said := head.meta.get(name)) and (moment := read_moment(said, today)):
            yield Published(when=moment, source=f"meta {name}")
    for entry in head.json_ld:
        said = entry.get("datePublished") or entry.get("pubDate") or entry.get("uploadDate")
        if isinstance(said, str) and (moment := read_moment(said, today)):
            yield Published(when=moment, source="JSON-LD")


def _tabled(value: str | None, today: Today) -> Iterator[Published]:
    """Yield what the label-value table says."""
    if value and (moment := read_moment(value, today)):
        yield Published(when=moment, source="label")


def _around(blocks: Sequence[TextBlock], headline: TextBlock | None) -> list[TextBlock]:
    """Return the blocks in which a dateline may stand, those below the headline first."""
    if headline is None:
        return []
    tops = set(filter(is_header, elements_of(blocks))).difference(headline.home.ancestors())
    blocks = [b for b in standing_outside(blocks, tops) if b is not headline]  # on top stands a calendar
    below: list[TextBlock] = []
    read = 0
    for block in blocks:
        if block.position >= headline.position and read < DATE_REACH_CHARACTERS and len(below) < BELOW:
            below.append(block)
            read += len(block.text)
    above = [b for b in blocks if headline.position - ABOVE <= b.position < headline.position]
    return below + above[::-1]


def _without_events(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Return the blocks without the lines whose 时间 stands beside a 地点: when a meeting was."""
    venues = {b.position for b in blocks if "点" in b.text and len(b.text) <= LONGEST_VENUE and VENUE.search(b.text)}
    return [b for b in blocks if venues.isdisjoint({b.position, b.position + 1})]


class _Printed:
    """The days that are printed around the headline, by what they are called."""

    def __init__(self, blocks: Sequence[TextBlock], headline: TextBlock | None) -> None:
        self.near = [b for b in _around(blocks, headline) if not COPYRIGHT.search(b.text)]
        self.start = _start_of_text(self.near, headline)

    def full(self) -> Iterator[Published]:
        """Yield full days: called publication, then those without a name beside an update, updates, all others."""
        published, updated, plain = [], [], []
        for block, before in self._with_labels():
            for stamp in find_stamps(block.text, before):
                if stamp.label == "published":
                    published.append((block, stamp.moment))
                elif stamp.label == "updated":
                    updated.append((block, stamp.moment))
                elif not stamp.label and self._is_told_above(block, stamp):
                    plain.append((block, stamp.moment))
            for moment in _of_time_elements(block):
                if block.position <= self.start:
                    (updated if is_update(block.text) else plain).append((block, moment))
        beside = [p for p in plain if any(abs(p[0].position - u[0].position) <= 1 for u in updated)]
        clocked = [p for p in plain if isinstance(p[1], datetime)]
        for source, found in (
            ("label", published), ("dateline", beside), (UPDATE, updated), ("dateline", clocked),
            ("dateline", plain),
        ):  # fmt: skip
            yield from (Published(when=moment, source=source) for _, moment in found)

    def _with_labels(self) -> Iterator[tuple[TextBlock, str]]:
        """Yield the blocks with the bare label that stands in the block before, or nothing."""
        labels = {b.position + 1: b.text for b in self.near if len(b.text) <= LONGEST_LABEL and label_of(b.text)}
        yield from ((block, labels.get(block.position, "")) for block in self.near)

    def _is_told_above(self, block: TextBlock, stamp: Stamp) -> bool:
        return block.position < self.start and _is_dateline(block) and not _is_today(block.text, stamp)

    def yearless(self, in_url: Sequence[Published]) -> Iterator[Published]:
        """Yield days without a year for which the address or another full date of the page gives the year."""
        full = [day_of(stamp.moment) for block in self.near for stamp in find_stamps(block.text)]
        years = {(day.month, day.day): day.year for day in (*full, *(p.day for p in in_url))}
        for block in filter(_is_dateline, self.near):
            for match in NO_YEAR.finditer(fold_width(block.text)):
                year = years.get((int(match["month"]), int(match["day"])))
                clock = f" {match['hour']}:{match['minute']}" if match["hour"] else ""
                if year and (moment := read_moment(f"{year}-{match['month']}-{match['day']}{clock}")):
                    yield Published(when=moment, source="dateline without year")

    def relative(self, today: Today) -> Iterator[Published]:
        """Yield what 昨天 and 3小时前 mean in the lines above the text."""
        lines = (b.text for b in self.near if len(b.text) <= LONGEST_RELATIVE and b.position < self.start)
        moments = (read_relative(line, today) for line in lines if not is_update(line))
        yield from (Published(when=moment, source="relative day") for moment in moments if moment)


def _of_time_elements(block: TextBlock) -> Iterator[datetime | date]:
    yield from filter(None, map(read_moment, block.times))


def is_update(text: str) -> bool:
    """Return whether a line tells of an update and of no publication."""
    return "更新" in text and "发布" not in text


def _start_of_text(blocks: Sequence[TextBlock], headline: TextBlock | None) -> float:
    """Return the position of the first sentence below the headline: days from there on are told."""
    below = (b for b in blocks if headline is not None and b.position > headline.position)
    sentences = (b.position for b in below if len(b.text) >= 30 and b.text.endswith(("。", "！", "？")))
    return next(sentences, float("inf"))


def _is_today(text: str, stamp: Stamp) -> bool:
    """A day of the week without a clock belongs to the calendar in the head of a page."""
    return not stamp.has_clock and bool(re.match(r"\s*[（(]?(?:星期|周[一二三四五六日])", text[stamp.end :]))


def _is_dateline(block: TextBlock) -> bool:
    """A day in a sentence is the day of what is told."""
    return len(block.text) <= 120 and not re.search(r"[。！？；]|，.*，", block.text)


def _scripted(shown: DateClues, today: Today) -> Iterator[Published]:
    """Yield what plain variables of scripts say; on a 公众号 page also the keys of its objects."""
    patterns = (ASSIGNED, KEYED) if shown.head.is_of_account else (ASSIGNED,)
    for pattern in patterns:
        for match in pattern.finditer(shown.markup):
            if moment := read_moment(match[1], today):
                yield Published(when=moment, source="script variable")


def _anywhere(blocks: Iterable[TextBlock]) -> Iterator[Published]:
    """Yield the labelled days of short lines, wherever they stand: publications, then updates."""
    short = [b for b in blocks if _is_dateline(b) and not COPYRIGHT.search(b.text)]
    stamps = [stamp for block in short for stamp in find_stamps(block.text)]
    for label in ("published", "updated"):
        yield from (Published(when=stamp.moment, source="label") for stamp in stamps if stamp.label == label)


def _signed(text: Sequence[TextBlock]) -> Iterator[Published]:
    """Yield the day under the signature of a document, the last hint: it may be days before the publication."""
    for block in reversed(text):
        stamps = find_stamps(block.text)
        if len(stamps) == 1 and (stamps[0].start, stamps[0].end) == (0, len(block.text)):
            yield Published(when=day_of(stamps[0].moment), source="signature")
