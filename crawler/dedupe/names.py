"""Read the name of a policy document: what it is called, its years, its stage. No I/O, no clock."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from crawler.dedupe.identity import plain, simple
from crawler.text.regions import find_regions, region_in
from storage.records import Act

Stage = Literal["draft", "meeting", "final", "list", "call", "repeal"]

# What is done with a policy. An interpretation or a press conference tells of the document itself, so it is no stage.
STAGE_OF_ACT: dict[Act, Stage] = {
    "征求意见": "draft",
    "部署会": "meeting",
    "名单": "list",
    "申报": "call",
    "失效": "repeal",
}
DRAFT = re.compile(r"征求意见|草案|送审稿|公开征求|意见征集")
YEAR = r"(?:19[89]\d|20[0-4]\d)"
PERIOD = re.compile(
    rf"[(\[]?\s*(?P<first>{YEAR})\s*年?\s*(?:[-—–~～－至到─]+\s*)?(?P<last>{YEAR})?\s*(?:年度?)?\s*[)\]]?"
)
THIS_YEAR = re.compile("(?:今|本)年度?")
BRACKETS = re.compile(
    r"[(\[][^)\]]{0,12}(?:试行|暂行|征求意见稿|草案"
    r"|送审稿|讨论稿|全文|节选|转载|摘要)[^)\]]{0,6}[)\]]"
)
OPENING = re.compile(
    r"^(?:关于)?(?:(?:公开征求|征求|印发|发布|转发|公布|下发|实施|对|进一步|加快|深入|大力|积极|推动|推进|促进))*(?:关于)?"
)
CLOSING = re.compile(
    r"(?:征求意见稿|草案|送审稿|试行|暂行|(?<=[名清]单|指南"
    r"|目录)的?(?:通知|公告|公示)|(?<=[见案划施法策])的?通知)$"
)
# The notice of a list or a call names itself: 关于首批…名单的公示.
NOTICE = re.compile(r"关于(?:公布|公示|发布|印发|组织|开展|申报)*(?P<name>[^《》]{4,60}(?:通知|公告|公示))$")
OF_NOTICES = re.compile(r"(?:[名清榜]单|指南|目录|通知|公告|公示|通告)(?:第[^第]{1,3}批)?$")
# What stands for documents without naming one: 五份行动计划, 系列政策措施, 该行动方案.
COLLECTIVE = re.compile(
    r"^(?:[一二三四五六七八九十两\d]+(?:大|个|项|份|部|条)|系列|上述|这|该|相关|有关|配套|多份|一批)"
)
LEVEL = re.compile(r"^(?:全?[省市区县]|自治区)(?=[^级])")  # 省低空经济…方案 in the province's own papers
BATCH = re.compile(r"(?:首批次?|第(?P<number>[一二三四五六七八九十百\d]+)批次?)[(\[]?(?P<half>[上下]半年)?[)\]]?")
# Nouns that papers put for one another, of one kind each: 行动计划 for 行动方案.
RENAMED = (
    re.compile(r"(?:三年|专项|实施|工作|行动)*(?:计划|方案)$"),
    re.compile(r"(?:若干|支持|扶持|政策)*(?:措施|政策|举措)$"),
    re.compile(r"(?:若干|实施|指导|工作)*意见$"),
)
# Words that papers leave out or put for one another: 未来产业三年行动方案 for 未来产业培育行动方案.
FILLERS = re.compile("[一二三四五六七八九十两]年|培育|发展|创新|推进|推动|促进|高质量|规定$")
LEAST_NAME_CHARACTERS = 6  # characters; 《行动计划》 or 《实施意见》 alone is no name
LEAST_STEM_CHARACTERS = 4  # characters before the noun: 未来产业
DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True)) | {"10": "十"}
LEAST_REORDERED_CHARACTERS = 10  # of a name whose words papers put in another order
NAMES_REMEMBERED = 1024  # the pages about an act give the same names
NOUN_CHARACTERS = 2  # characters at the end that tell a plan from an opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The number of a list or call among those of one name: `half` of the year (上半年) where it says so."""

    number: str
    half: str | None = None

    def may_be(self, other: Batch) -> bool:
        """True when both can be one batch."""
        return self.number == other.number and (self.half == other.half or None in {self.half, other.half})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentName:
    """A document's name without region, years, stage and opening words, its batch last.

    `region` is the code that it begins with.
    """

    text: str
    region: str | None
    years: tuple[int, ...]
    is_draft: bool

    @property
    def unnumbered(self) -> str:
        """The name without its batch."""
        return BATCH.sub("", self.text)

    @property
    def is_telling(self) -> bool:
        """False for a mere document noun, and for what stands for several documents."""
        return len(self.text) >= LEAST_NAME_CHARACTERS and not COLLECTIVE.match(self.text)


@lru_cache(maxsize=NAMES_REMEMBERED)
def read_name(title: str) -> DocumentName:
    """Return the parts of a document's name."""
    printed = simple(title)
    period = PERIOD.search(printed)
    years = tuple(int(year) for year in (period["first"], period["last"]) if year) if period else ()
    place = region_in(OPENING.sub("", printed))
    bare = CLOSING.sub("", plain(BRACKETS.sub("", BATCH.sub("", THIS_YEAR.sub("", PERIOD.sub("", printed))))))
    return DocumentName(
        text=_without_opening(bare) + "".join(f"第{batch.number}批" for batch in batches_in(title)),
        region=place.code if place else None,
        years=years,
        is_draft=bool(DRAFT.search(printed)),
    )


def _without_opening(bare: str) -> str:
    """Return a name without 关于印发, its region and the verbs that differ from paper to paper."""
    text = OPENING.sub("", bare)
    while (places := find_regions(text)) and places[0].start == 0:
        text = text[places[0].end :]
    return OPENING.sub("", LEVEL.sub("", text)).replace("的", "")


def notice_in(title: str) -> str | None:
    """Return what the title of a notice calls its list or call, None for other titles."""
    match = NOTICE.search(title)
    return match["name"] if match else None


def batches_in(title: str) -> list[Batch]:
    """Return the batches that a title or name says."""
    found = BATCH.finditer(simple(title))
    numbered = ((match["number"] or "一", match["half"]) for match in found)
    return [Batch(number=DIGITS.get(number, number), half=half) for number, half in numbered]


def resembles(one: DocumentName, other: DocumentName) -> bool:
    """True when both can be one document's names: one is short for the other, or has another noun of its kind."""
    return is_short_for(one, other) or is_renamed(one, other)


def is_renamed(one: DocumentName, other: DocumentName) -> bool:
    """True when two names differ only in a noun that papers put for the other."""
    for noun in RENAMED:
        stem = noun.sub("", one.text)
        if stem != one.text and len(stem) >= LEAST_STEM_CHARACTERS and stem == noun.sub("", other.text) != other.text:
            return True
    return False


def is_short_for(one: DocumentName, other: DocumentName) -> bool:
    """True when one name is short for the other: same noun at the end, and all its characters."""
    if one.unnumbered == other.unnumbered:
        return one.text == other.text or one.unnumbered in {one.text, other.text}
    short, long = sorted((FILLERS.sub("", one.text), FILLERS.sub("", other.text)), key=len)
    if len(short) < LEAST_NAME_CHARACTERS or short[-NOUN_CHARACTERS:] != long[-NOUN_CHARACTERS:]:
        return False
    rest = iter(long)
    return all(char in rest for char in short) or _is_of_same_characters(short, long)


def _is_of_same_characters(short: str, long: str) -> bool:
    """True when a long name has all characters of another in some order: “十五五”…规划 for …“十五五”规划."""
    return len(short) >= LEAST_REORDERED_CHARACTERS and not Counter(short) - Counter(long)
