"""Read the wording of an article: its title and lead with signs for whatever is particular in them. No I/O.

Names, places, tracks and numbers become signs, so that what is learned from labelled texts is language:
`A印发《C计划》,提出到9年`. The groups of one to three characters in it are what fitted tables (docs/points.md) know.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.detect.facts.authorities import find_authorities
from crawler.detect.facts.reading import View
from crawler.detect.matcher import Matcher
from crawler.detect.reading import Part, part_of
from crawler.detect.titles import QUALIFIERS
from crawler.text.fold import Folded

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon

LEGISLATURE = re.compile("人大|人民代表大会")
READ_CHARACTERS = 260  # characters of a text: its lead, as long as its names may be
LOOKED_AT = READ_CHARACTERS + 40  # characters of the text as shown: folding takes blanks out
TITLE_GROUPS, TEXT_GROUPS = (1, 2, 3), (2, 3)  # characters
NAME = re.compile(r"《([^《》]{2,120})》?")
NUMBER = re.compile(r"\d[\d,.]*|[一二三四五六七八九十百两]+(?=[个项条批部家届次章问大年轮方])")
NOISE = re.compile(r"[“”‘’\"'\s]+")


@dataclass(frozen=True, slots=True)
class Masked:
    """A title or lead with signs for what is particular in it.

    `starts` are the offsets in `text` from which on characters stand elsewhere in the plain text, `places` where.
    """

    part: Part
    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def groups(self) -> set[str]:
        """Return the groups of characters, each behind a letter for its place: t in a title, b in a text."""
        text, is_title = self.text, self.part.name == "title"
        letter, lengths = ("t", TITLE_GROUPS) if is_title else ("b", TEXT_GROUPS)
        return {letter + text[n : n + length] for length in lengths for n in range(len(text) - length + 1)}

    def span(self, group: str) -> tuple[int, int]:
        """Return where a group first stands in the plain text of the part."""
        start = self.text.index(group[1:])
        return self._at(start), self._at(start + len(group) - 1)

    def _at(self, offset: int) -> int:
        """Return the offset in the plain text of an offset in this one; that of a sign is where its words begin."""
        index = bisect_right(self.starts, offset) - 1
        following = (*self.places, len(self.part.plain.text))[index + 1]
        return min(self.places[index] + offset - self.starts[index], following)


def wording_of(title: str, text: str, lexicon: Lexicon) -> dict[str, Masked]:
    """Return the groups of characters of a title and its text, with the part in which each stands."""
    return _wording(title, text[:LOOKED_AT], lexicon.matcher)


@lru_cache(maxsize=4)
def _wording(title: str, text: str, matcher: Matcher) -> dict[str, Masked]:
    """Return the wording of an article; facts and score ask for it one after the other, so the last ones are kept."""
    found: dict[str, Masked] = {}
    for masked in (mask(part_of("title", title, matcher)), mask(part_of("body", text, matcher))):
        found |= dict.fromkeys(masked.groups(), masked)
    return found


def mask(part: Part) -> Masked:
    """Return the beginning of a text between `^` and `$`, with signs for names, topics, places and numbers."""
    text = part.plain.text[:READ_CHARACTERS]
    signed, starts, places = with_signs(text, _particular(part, text))
    return Masked(part, f"^{signed}$", (0, *(start + 1 for start in starts)), (0, *places))


def with_signs(text: str, found: Iterable[tuple[int, int, str]]) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return a text with signs for what was found in it (start, end, sign), the outer where one lies in another.

    With it, the offsets in it from which on characters stand elsewhere in the text, and where; beginning with (0, 0).
    """
    signs, starts, places, at, size = [""], [0], [0], 0, 0
    for start, end, sign in sorted(found, key=lambda one: (one[0], -one[1])):
        if start < at:
            continue
        starts += [size + start - at, size + start - at + len(sign)]
        places += [start, end]
        signs += [text[at:start], sign]
        size += start - at + len(sign)
        at = end
    return "".join([*signs, text[at:]]), tuple(starts), tuple(places)


def _particular(part: Part, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is particular to a text, with its sign: C the topic, T a track, A or L an authority, P a place.

    L is one that makes laws.
    """
    topics = [(term.start, term.end, "C") for term in part.terms["core"]]
    topics += [(term.start, term.end, "T") for term in part.terms["track"]]
    for name in NAME.finditer(text):
        own = min((sign for start, end, sign in topics if name.start() < start and end <= name.end()), default="O")
        bare = QUALIFIERS.sub("", name[1])
        yield *name.span(), f"《{own}{bare[-2:]}{'稿' if '征求意见' in name[1] else ''}》"
    yield from (topic for topic in topics if topic[1] <= len(text))
    view = View(Folded(text, part.plain.shown), part.name)
    yield from ((one.start, one.end, "L" if LEGISLATURE.search(one.text) else "A") for one in find_authorities(view))
    yield from ((one.start, one.end, "P") for one in view.regions if one.form != "nickname")
    yield from ((*number.span(), "9") for number in NUMBER.finditer(text))
    yield from ((*noise.span(), "|" if "\n" in noise[0] else "") for noise in NOISE.finditer(text))
