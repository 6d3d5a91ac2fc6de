"""Weigh how likely each authority that an article names issues its document: fitted to labelled texts. No I/O.

`issuers.tsv` has a line for each sign of a mention: what the rules make of its row (claims.py), its form and place, the
words around it (context.py), and what the sign adds to the logarithm of the odds. docs/points.md says how it is fitted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from crawler.detect.facts.authorities import Authority, find_authorities, full_form, place_named, rows
from crawler.detect.facts.claims import Claim, is_passive
from crawler.detect.facts.context import NAME, SignedView, context_of
from crawler.detect.facts.names import Names
from crawler.detect.facts.offices import COUNT
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View
from crawler.detect.facts.zones import OF_ZONE
from crawler.text.odds import probability_of
from crawler.text.regions import region_in
from crawler.text.weights import weights_in

FITTED = Path(__file__).with_name("issuers.tsv")
UNCLAIMED = -2  # below every rank
# To whom a notice is sent (主送机关), a line of its own near the head: 各市、州人民政府，省政府各部门：
ADDRESSEES = re.compile(r"(?:\A|(?<=\n))[^\n。；：]{4,200}：(?=\n)")
PLACES_REACH = 600  # characters of a text in which a place may be told to issue: 某区出台…
POSITIONS = ((60, "opening"), (LEAD_CHARACTERS, "lead"), (600, "story"))  # characters, and what lies before
MOST_MENTIONS = 200  # rows, and authorities in one: the longest notices name some 60
LAST_CHARACTERS = 40  # of a text: where it is signed
LONE_CHARACTERS = 14  # beside a row on its line: a date, brackets
COUNTED_ROW = re.compile(rf"{COUNT}[个大]?(?:部门|部委|单位|厅局|委办局)")
LEVEL_ONLY = re.compile("省|市|自治|区|县|州|旗")
CONGRESS = re.compile("(?:人大|人民代表大会)$")  # the headline's 某市人大 is its standing committee
OWN_REGION = re.compile(r"^(?:中共)?[^省市区]{0,7}?(?:省|市|自治区)(?=.{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAuthority:
    """An authority where it is named: its row, what two mentions of it share, and the rank that the rules give it."""

    view: View
    authority: Authority
    row: tuple[Authority, ...]
    key: str
    rank: int = UNCLAIMED


def mentions(reading: ArticleViews, claims: Sequence[Claim]) -> list[NamedAuthority]:
    """Return the authorities that title and text name, and the places that may stand for one, in order."""
    found: dict[tuple[str, int], NamedAuthority] = {}
    for claim in claims[:MOST_MENTIONS]:
        for authority in claim.row[:MOST_MENTIONS]:
            at = (claim.view.place, authority.start)
            if at not in found or found[at].rank < claim.rank:
                found[at] = _mention(claim.view, authority, claim.row, claim.rank)
    for view in reading.views:
        authorities = find_authorities(view)
        known = [match.span() for pattern in (NAME, ADDRESSEES) for match in pattern.finditer(view.text)]
        known += [(one.authority.start, one.authority.end) for one in found.values() if one.view is view]
        for row in islice((*rows(view, authorities), *_places(view, authorities)), MOST_MENTIONS):
            if is_passive(view, row) or any(start <= row[0].start < end for start, end in known):
                continue
            for authority in row[:MOST_MENTIONS]:
                found.setdefault((view.place, authority.start), _mention(view, authority, row, UNCLAIMED))
    return sorted(found.values(), key=lambda one: (one.view.place != "title", one.authority.start))


def key_of(authority: Authority) -> str:
    """Return what two mentions of one authority share: the office without its region."""
    return _key_of_name(authority.text)


@lru_cache(maxsize=4096)
def _key_of_name(name: str) -> str:
    place = place_named(name)
    if place is not None:
        return place.region.code
    full = full_form(Authority(text=name, start=-1, end=-1), None).replace("管委会", "管理委员会")
    return CONGRESS.sub("人民代表大会常务委员会", OWN_REGION.sub("", full))


@dataclass(frozen=True)
class IssuerSigns:
    """The signs of the mentions that were found in an article; `act` is the one that the rules tell."""

    found: Sequence[NamedAuthority]
    reading: ArticleViews
    names: Names
    act: str | None

    def probability(self, mention: NamedAuthority) -> float:
        """Return how likely a mention's authority issues the document, from 0 to 1."""
        return probability_of(self.of(mention), weights_in(FITTED))

    def of(self, mention: NamedAuthority) -> set[str]:
        """Return the signs of a mention."""
        act, best, rank, row = self.act, self._best, mention.rank, min(len(mention.row), 4)
        form, key, text = _form(mention), mention.key, mention.authority.text
        signs = {
            f"form {form}", f"form {form} {rank == best}", f"row {row}", f"named {min(self._numbers[key], 3)}",
            f"form {form} of {best}", f"form {form} rank {rank} of {best}", f"{act} rank {rank} of {best}",
            f"{act} {form} rank {rank}", f"rank {rank}", f"rank {rank} of {best}",
            f"rank elsewhere {self._ranks[key]}", f"ends {text[-1:]}", f"ends {text[-2:]}",
        }  # fmt: skip
        if self._is_counted:
            signs |= {"counted", f"counted row {row}", f"counted form {form} rank {rank}"}
        if key in self._titled and mention.view.place != "title":
            signs.add("in title too")
        if self._publisher and (key in self._publisher or self._publisher in key):
            signs.add("publishes")
        if mention.authority.start >= 0:
            place, *near = self._around(mention)
            signs.update((place, f"{place} {form}", *near))
        return signs

    def _around(self, mention: NamedAuthority) -> list[str]:
        """Return the signs of where a row stands, which all its authorities share."""
        place, start, end = mention.view.place, mention.row[0].start, mention.row[-1].end
        known = self._places_read.get((place, start, end))
        if known is None:
            known = self._places_read[place, start, end] = _around(self._contexts[place], start, end, self.names)
        return known

    @cached_property
    def _places_read(self) -> dict[tuple[str, int, int], list[str]]:
        return {}

    @cached_property
    def _contexts(self) -> Mapping[str, SignedView]:
        return {view.place: context_of(view, find_authorities(view)) for view in self.reading.views}

    @cached_property
    def _numbers(self) -> Counter[str]:
        return Counter(mention.key for mention in self.found)

    @cached_property
    def _titled(self) -> set[str]:
        return {mention.key for mention in self.found if mention.view.place == "title"}

    @cached_property
    def _best(self) -> int:
        return max((mention.rank for mention in self.found), default=UNCLAIMED)

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {mention.key: mention.rank for mention in sorted(self.found, key=lambda one: one.rank)}

    @cached_property
    def _publisher(self) -> str:
        return key_of(Authority(text=self.reading.article.publisher or "", start=-1, end=-1))

    @cached_property
    def _is_counted(self) -> bool:
        return COUNTED_ROW.search(self.reading.title.text + self.reading.lead) is not None


def _mention(view: View, authority: Authority, row: tuple[Authority, ...], rank: int) -> NamedAuthority:
    key, place = key_of(authority), region_in(authority.text)
    others = {region_in(one.text) for one in row if key_of(one) == key} - {place, None}
    if place and others:  # 北海市科学技术局、防城港市科学技术局 are two
        key = place.code + key
    return NamedAuthority(view=view, authority=authority, row=row, key=key, rank=rank)


def _places(view: View, authorities: tuple[Authority, ...]) -> Iterator[tuple[Authority, ...]]:
    """Yield the places named by themselves near the beginning."""
    inside = [(one.start, one.end) for one in authorities if one.start <= PLACES_REACH]
    for place in (one for one in view.regions if one.start <= PLACES_REACH):
        if place.form != "nickname" and not any(start <= place.start < end for start, end in inside):
            yield (Authority(text=view.text[place.start : place.end], start=place.start, end=place.end),)


def _form(mention: NamedAuthority) -> str:
    authority = mention.authority
    if authority.is_national:
        return "national"
    if place_named(authority.text) is not None:
        return "place"
    if OF_ZONE.search(authority.text):
        return "zone"
    return "level" if LEVEL_ONLY.match(authority.text) else "office"


def _around(context: SignedView, start: int, end: int, names: Names) -> list[str]:
    """Return where a row stands: in which part (first), in or before which name, between which words."""
    view = context.view
    text = view.text
    place = view.place if view.place == "title" else next((name for most, name in POSITIONS if start < most), "deep")
    signs = [f"in {place}", f"line {min(text.count(chr(10), 0, start), 4)}"]
    if len(text) - end < LAST_CHARACTERS:
        signs.append("at the end")
    line = (text.rfind("\n", 0, start) + 1, text.find("\n", end))
    if (line[1] if line[1] >= 0 else len(text)) - line[0] <= end - start + LONE_CHARACTERS:
        signs.append("alone on its line")
    opened = text.rfind("《", 0, start)
    if opened > text.rfind("》", 0, start):
        signs += _name_signs("in a name", view, opened, names)
    following = text.find("《", end, view.sentence_end(end))
    if following >= 0:
        signs += _name_signs("before a name", view, following, names)
    return signs + context.groups(start, end)


def _name_signs(where: str, view: View, start: int, names: Names) -> Iterator[str]:
    yield where
    if any(name.view is view and name.start == start for name in names.announced):
        yield f"{where} announced"
    elif any(name.view is view and name.start == start for name in names.cited):
        yield f"{where} cited"
