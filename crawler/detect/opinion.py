"""Ask for a second opinion: how much an article's wording is that of an announcement, whatever it is about. No I/O.

Names, places, tracks and numbers become signs first, so that what was learned is language: `A印发《C计划》,提出到9年`.
The points of groups of one to three characters are fitted to labelled texts (docs/points.md says how) and stand in
`opinion.tsv`. They add up to one hit, which shows the words that carried it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.detect.facts.authorities import find_authorities
from crawler.detect.facts.reading import View
from crawler.detect.titles import QUALIFIERS
from crawler.text.fold import Folded
from storage.records import Hit

if TYPE_CHECKING:
    from crawler.detect.clues import Clues
    from crawler.detect.reading import Part

FITTED = Path(__file__).with_name("opinion.tsv")
OPINION = "措辞"  # how its hit begins
LEAST, MOST = -10.0, 15.0  # points: it decides where the plain rules are undecided ...
MOST_ALONE, ALONE = 45.0, 1.75  # points and share: who acts is known, but the rules know no document in these words
MOST_DOUBTED = 10.0  # ... and less where one of them speaks against an announcement
READ_CHARACTERS = 260  # characters of a text: its lead, as long as its names may be
GROUPS = {"title": (1, 2, 3), "body": (2, 3)}  # characters
SHOWN_GROUPS = 3  # groups that a person is shown
BASE = "base"  # the points of an article without any of these groups
NAME = re.compile(r"《([^《》]{2,120})》?")
NUMBER = re.compile(r"\d[\d,.]*|[一二三四五六七八九十百两]+(?=[个项条批部家届次章问大年轮方])")
NOISE = re.compile(r"[“”‘’\"'\s]+")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with signs for what is particular in it.

    `starts` are the offsets in `text` from which on characters stand elsewhere in the plain text, `places` where.
    """

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def at(self, offset: int) -> int:
        """Return the offset in the plain text of an offset in this one; that of a sign is where its words begin."""
        index = bisect_right(self.starts, offset) - 1
        return min(self.places[index] + offset - self.starts[index], (*self.places, offset)[index + 1])


def find_opinion(clues: Clues, score: float, *, is_doubted: bool) -> Hit | None:
    """Return the points of an article's wording as one hit; None where they cannot decide, or come to nothing.

    `score` is that of all other hits; `is_doubted` where some of them speak against an announcement.
    """
    lexicon = clues.lexicon
    most = MOST_DOUBTED if is_doubted else MOST_ALONE if score > 0 and _may_decide_alone(clues) else MOST
    if not lexicon.points.opinion or not lexicon.threshold - most <= score < lexicon.threshold - LEAST:
        return None
    fitted = _fitted()
    read = [(part, mask(part)) for part in (clues.reading.title, clues.reading.text)]
    known = [
        (fitted[group], group, part, masked) for part, masked in read for group in fitted.keys() & groups(part, masked)
    ]
    points = _points(fitted[BASE] + sum(worth for worth, *_ in known), most, lexicon.threshold - score)
    points *= lexicon.points.opinion
    if not known or round(points, 1) == 0:
        return None
    spans = [
        (part, *_span(masked, group[1:])) for _, group, part, masked in sorted(known, reverse=points > 0)[:SHOWN_GROUPS]
    ]
    words = "…".join(dict.fromkeys(part.plain.quote(start, end) for part, start, end in spans))
    part, start, _ = spans[0]
    return part.hit(f"{OPINION}:{words}", part.plain.at(start), points)


def _may_decide_alone(clues: Clues) -> bool:
    """Whether wording alone may announce: who acts is known, and no name in marks is there to be judged by itself."""
    head = clues.reading.title.plain.shown + clues.reading.text.plain.shown[:READ_CHARACTERS]
    return clues.is_somebodys and "《" not in head


def _points(said: float, most: float, lacking: float) -> float:
    """Return what the wording is worth: as much as it says, or, where that alone decides, as a document found by it."""
    if most == MOST_ALONE and lacking > MOST and ALONE * said >= lacking:
        return min(most, ALONE * said)
    return max(LEAST, min(most, MOST, said))


def groups(part: Part, masked: Masked) -> set[str]:
    """Return the groups of characters of a title or lead, each behind a letter for its place."""
    text, place = masked.text, part.name[0]
    return {place + text[n : n + length] for length in GROUPS[part.name] for n in range(len(text) - length + 1)}


def _span(masked: Masked, group: str) -> tuple[int, int]:
    start = masked.text.index(group)
    return masked.at(start), masked.at(start + len(group))


def mask(part: Part) -> Masked:
    """Return the beginning of a text between `^` and `$`, with signs for names, topics, places and numbers."""
    text = part.plain.text[:READ_CHARACTERS]
    signs, starts, places, at, size = ["^"], [0], [0], 0, 1
    for start, end, sign in sorted(_particular(part, text), key=lambda found: (found[0], -found[1])):
        if start < at:
            continue
        starts += [size, size + start - at]
        places += [at, start]
        signs += [text[at:start], sign]
        size += start - at + len(sign)
        at = end
    return Masked("".join([*signs, text[at:], "$"]), (*starts, size), (*places, at))


def _particular(part: Part, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is particular to a text, with its sign: C the topic, T a track, A an authority, P a place."""
    topics = [(term.start, term.end, "C") for term in part.terms["core"]]
    topics += [(term.start, term.end, "T") for term in part.terms["track"]]
    for name in NAME.finditer(text):
        own = min((sign for start, end, sign in topics if name.start() < start and end <= name.end()), default="O")
        bare = QUALIFIERS.sub("", name[1])
        yield *name.span(), f"《{own}{bare[-2:]}{'稿' if '征求意见' in name[1] else ''}》"
    yield from (topic for topic in topics if topic[1] <= len(text))
    view = View(Folded(text, part.plain.shown), part.name)
    yield from ((one.start, one.end, "A") for one in find_authorities(view))
    yield from ((one.start, one.end, "P") for one in view.regions if one.form != "nickname")
    yield from ((*number.span(), "9") for number in NUMBER.finditer(text))
    yield from ((*noise.span(), "|" if "\n" in noise[0] else "") for noise in NOISE.finditer(text))


@cache
def _fitted() -> dict[str, float]:
    """Return the points of each group."""
    lines = (line.rsplit("\t", 1) for line in FITTED.read_text(encoding="utf-8").splitlines())
    return {group: float(points) for group, points in lines}
