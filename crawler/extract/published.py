"""Find when an article was published: what the page declares, then what it prints. Pure: no clock, no host time zone.

Nothing is guessed: pages were seen whose © year, hot list or comment other tools take for the date
(research/extraction.md, 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote

from crawler.extract.blocks import Block, Element
from crawler.extract.containers import is_header
from crawler.extract.dates import CLOCK, STAMP, day_of, moment_of, read_moment
from crawler.extract.head import Head

EARLIEST = date(1994, 1, 1)  # the first Chinese web pages
SLACK = timedelta(days=1)  # portals' clocks run ahead, and publish on the eve

DECLARED = (
    "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "og:published_time", "datepublished",
    "publish_time", "publishtime", "pub_date", "og:release_date", "og:time", "weibo:article:create_at", "apub:time",
    "_pubtime", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date", "dcterms.created", "releasedate",
    "maketime", "createdate", "bytedance:published_time", "date", "article:create_at",
)  # fmt: skip
NO_YEAR = re.compile(rf"(?<![\d年/.-])(?P<month>\d{{1,2}})\s*[-/月]\s*(?P<day>\d{{1,2}})(?!\d)\s*日?(?:\s*{CLOCK})?")
LABEL = re.compile(
    r"(?:发布|发表|发稿|刊发|公开|公布|上网|录入|上传|更新|信息)?(?:时间|日期)\s*[】\])）]?\s*[：:]?\s*|(?:发布|发表|刊登|公布|更新)(?:于|在)\s*[：:]?\s*"
    r"|(?:posted|published)\s*(?:@|on|at)?\s*[:：]?\s*",
    re.IGNORECASE,
)
# Days of other things than the publication.
OTHER = re.compile(
    r"(?:成文|生成|实施|施行|废止|失效|截止|截至|有效|印发|签发|修改|编辑|制定|会议|活动|开庭|报名|页面生成|最后更新|今天是|现在是|当前)"
    r"(?:时间|日期|期限|期)?\s*[】\])）]?\s*[：:]?\s*$"
)
COPYRIGHT = re.compile(r"©|copyright|版权|ICP|公网安备|今天是|页面生成|生成时间|更新于", re.IGNORECASE)
URL_DAY = (
    re.compile(r"[/_t](?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)"),
    re.compile(r"[/_-](?P<year>(?:19|20)\d\d)[/_-](?P<month>\d{1,2})[/_-](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])/(?P<day>[0-2]\d|3[01])(?!\d)"),
    re.compile(r"/(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])/"),
)  # fmt: skip
ABOVE, BELOW = 12, 14  # blocks around a headline in which a dateline stands
REACH = 600  # characters below the headline that a labelled date may stand away (research/extraction.md, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When, and where on the page that was read."""

    when: datetime | date
    source: str

    @property
    def day(self) -> date:
        """The day in China."""
        return self.when.date() if isinstance(self.when, datetime) else self.when

    @property
    def has_clock(self) -> bool:
        """True when the page gives a clock time."""
        return isinstance(self.when, datetime)


def find_published(
    head: Head,
    blocks: Sequence[Block],
    headline: Block | None,
    *,
    first: Sequence[Published] = (),
    text: Sequence[Block] = (),
    tabled: str | None = None,
    url: str,
    not_after: date | None,
) -> Published | None:
    """Return the publication time, or None when the page does not say.

    `first` is what was read elsewhere and counts before everything here (a script's own state); `blocks` are those
    outside of boilerplate, `text` those of the article, `tabled` is the value of the label-value table. `not_after`
    rejects the future; None accepts every day.
    """
    limit = not_after + SLACK if not_after else date.max
    in_url = [p for p in _in_url(url) if EARLIEST <= p.day <= limit]
    sources = (
        (*first, *_declared(head), *_tabled(tabled), *_printed(blocks, headline)),
        _yearless(blocks, headline, in_url),
        in_url,
        _anywhere(blocks),
        _signed(text),
    )
    for source in sources:
        found = [p for p in source if EARLIEST <= p.day <= limit]
        if found:
            return _most_precise(found)
    return None


def _most_precise(found: Sequence[Published]) -> Published:
    """Return the first moment, with its clock time from another one of the same day where it has none."""
    best = found[0]
    with_clock = (p for p in found if p.has_clock and p.day == best.day)
    return best if best.has_clock else next(with_clock, best)


def _declared(head: Head) -> Iterator[Published]:
    """Yield what metas and JSON-LD say, in order of trust."""
    for name in DECLARED:
        if (said := head.meta.get(name)) and (moment := read_moment(said)):
            yield Published(when=moment, source=f"meta {name}")
    for entry in head.json_ld:
        said = entry.get("datePublished") or entry.get("pubDate") or entry.get("uploadDate")
        if isinstance(said, str) and (moment := read_moment(said)):
            yield Published(when=moment, source="JSON-LD")


def _tabled(value: str | None) -> Iterator[Published]:
    """Yield what the label-value table says."""
    if value and (moment := read_moment(value)):
        yield Published(when=moment, source="label")


def _around(blocks: Sequence[Block], headline: Block | None) -> list[Block]:
    """Return the blocks in which a dateline may stand, those below the headline first."""
    if headline is None:
        return []
    inside = set(headline.home.ancestors())
    blocks = [b for b in blocks if b is not headline and not _is_on_top(b, inside)]
    below: list[Block] = []
    read = 0
    for block in blocks:
        if block.position >= headline.position and read < REACH and len(below) < BELOW:
            below.append(block)
            read += len(block.text)
    above = [b for b in blocks if headline.position - ABOVE <= b.position < headline.position]
    return below + above[::-1]


def _is_on_top(block: Block, around_headline: set[Element]) -> bool:
    """Return whether a block stands in the top of the page, with its calendar."""
    return any(is_header(e) for e in block.home.ancestors() if e not in around_headline)


def _printed(blocks: Sequence[Block], headline: Block | None) -> Iterator[Published]:
    """Yield what is printed around the headline: labelled, with a clock, any day of a short line above the text."""
    labelled: list[re.Match[str]] = []
    clocked: list[re.Match[str]] = []
    bare: list[re.Match[str]] = []
    near = [b for b in _around(blocks, headline) if not COPYRIGHT.search(b.text)]
    start = _start_of_text(near, headline)
    for block in near:
        for match in STAMP.finditer(block.text):
            label = _label_before(block.text, match)
            if label == "publication":
                labelled.append(match)
            elif not label and block.position < start and _is_dateline(block) and not _is_today(block.text, match):
                (clocked if match["hour"] else bare).append(match)
    for source, matches in (("label", labelled), ("dateline", clocked), ("dateline", bare)):
        for match in matches:
            if moment := moment_of(match):
                yield Published(when=moment, source=source)


def _start_of_text(blocks: Sequence[Block], headline: Block | None) -> float:
    """Return the position of the first sentence below the headline: days from there on are told."""
    below = (b for b in blocks if headline is not None and b.position > headline.position)
    sentences = (b.position for b in below if len(b.text) >= 30 and b.text.endswith(("。", "！", "？")))
    return next(sentences, float("inf"))


def _is_today(text: str, match: re.Match[str]) -> bool:
    """A day of the week without a clock belongs to the calendar in the head of a page."""
    return match["hour"] is None and bool(
        re.match(r"\s*[（(]?(?:星期|周[一二三四五六日])", text[match.end("day") + 1 :])
    )


def _is_dateline(block: Block) -> bool:
    """A day in a sentence is the day of what is told."""
    return len(block.text) <= 120 and not re.search(r"[。！？；]|，.*，", block.text)


def _label_before(text: str, match: re.Match[str]) -> str:
    """Return `publication`, `other`, or nothing: what the words before a date call it."""
    before = text[max(0, match.start() - 16) : match.start()]
    if OTHER.search(before):
        return "other"
    labels = list(LABEL.finditer(before))
    return "publication" if labels and labels[-1].end() == len(before) else ""


def _yearless(blocks: Sequence[Block], headline: Block | None, in_url: Sequence[Published]) -> Iterator[Published]:
    """Yield days of datelines without a year for which the address or another full date of the page gives the year."""
    near = [b for b in _around(blocks, headline) if b is not headline]
    full = [day for block in near for match in STAMP.finditer(block.text) if (day := day_of(match))]
    years = {(day.month, day.day): day.year for day in (*full, *(p.day for p in in_url))}
    for block in near:
        if not _is_dateline(block) or COPYRIGHT.search(block.text):
            continue
        for match in NO_YEAR.finditer(block.text):
            year = years.get((int(match["month"]), int(match["day"])))
            clock = f" {match['hour']}:{match['minute']}" if match["hour"] else ""
            if year and (moment := read_moment(f"{year}-{match['month']}-{match['day']}{clock}")):
                yield Published(when=moment, source="dateline without year")


def _in_url(url: str) -> Iterator[Published]:
    path = unquote(url).partition("?")[0]
    for pattern in URL_DAY:
        for match in pattern.finditer(path):
            if day := day_of(match):
                yield Published(when=day, source="url")


def _anywhere(blocks: Iterable[Block]) -> Iterator[Published]:
    """Yield the labelled dates of short lines, wherever they stand."""
    for block in blocks:
        if not _is_dateline(block) or COPYRIGHT.search(block.text):
            continue
        for match in STAMP.finditer(block.text):
            if _label_before(block.text, match) == "publication" and (moment := moment_of(match)):
                yield Published(when=moment, source="label")


def _signed(text: Sequence[Block]) -> Iterator[Published]:
    """Yield the day under the signature of a document, the last hint: it may be days before the publication."""
    for block in reversed(text):
        match = STAMP.fullmatch(block.text)
        if match and (day := day_of(match)):
            yield Published(when=day, source="signature")
