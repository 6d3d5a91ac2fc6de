"""Read the name of a policy document: what it is called, its years, its stage. No I/O, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from crawler.dedupe.identity import plain, simple
from crawler.regions import find_regions, region_in
from storage.records import Act

Stage = Literal["draft", "meeting", "final", "list", "call"]

# What is done with a policy. An interpretation or a press conference tells of the document itself, so it is no stage.
STAGE_OF_ACT: dict[Act, Stage] = {"征求意见": "draft", "部署会": "meeting", "名单": "list", "申报": "call"}
DRAFT = re.compile(r"征求意见|草案|送审稿|公开征求|意见征集")
YEAR = r"(?:19[89]\d|20[0-4]\d)"
PERIOD = re.compile(rf"[(\[]?\s*(?P<first>{YEAR})\s*年?\s*(?:[-—–~～－至到─]+\s*)?(?P<last>{YEAR})?\s*年?\s*[)\]]?")
BRACKETS = re.compile(r"[(\[][^)\]]{0,12}(?:试行|暂行|征求意见稿|草案|送审稿|讨论稿|全文)[^)\]]{0,6}[)\]]")
OPENING = re.compile(
    r"^(?:关于)?(?:(?:公开征求|征求|印发|发布|转发|公布|下发|实施|对|进一步|加快|深入|大力|积极|推动|推进|促进))*(?:关于)?"
)
CLOSING = re.compile(r"(?:征求意见稿|草案|送审稿|试行|暂行)$")
# What stands for documents without naming one: 五份行动计划, 系列政策措施, 该行动方案.
COLLECTIVE = re.compile(
    r"^(?:[一二三四五六七八九十两\d]+(?:大|个|项|份|部|条)|系列|上述|这|该|相关|有关|配套|多份|一批)"
)
LEVEL = re.compile(r"^(?:全?[省市区县]|自治区)(?=[^级])")  # 省低空经济…方案 in the province's own papers
SHORTEST = 6  # characters; 《行动计划》 or 《实施意见》 alone is no name
NOUN = 2  # characters at the end that tell a plan from an opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A document's name: without region, years, stage and opening words; `region` is the code that it begins with."""

    text: str
    region: str | None
    years: tuple[int, ...]
    is_draft: bool

    @property
    def is_telling(self) -> bool:
        """False for a mere document noun, and for what stands for several documents."""
        return len(self.text) >= SHORTEST and not COLLECTIVE.match(self.text)


def read_name(title: str) -> Name:
    """Return the parts of a document's name."""
    printed = simple(title)
    period = PERIOD.search(printed)
    years = tuple(int(year) for year in (period["first"], period["last"]) if year) if period else ()
    place = region_in(OPENING.sub("", printed))
    bare = CLOSING.sub("", plain(BRACKETS.sub("", PERIOD.sub("", printed))))
    return Name(
        text=_without_opening(bare),
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


def resembles(one: Name, other: Name) -> bool:
    """True when one name is short for the other: same noun at the end, all its characters in the other's order."""
    short, long = sorted((one.text, other.text), key=len)
    if len(short) < SHORTEST or short[-NOUN:] != long[-NOUN:]:
        return False
    rest = iter(long)
    return all(char in rest for char in short)
