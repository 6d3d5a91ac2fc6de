"""Read what stands around a mention, with signs for whatever is particular: `近日，A联合印发《》`. No I/O, no clock.

Fitted tables of mentions (issuers.tsv) know these words: the last ones before a mention and the first ones behind it
from one character on, and all groups of two and three near it, within its sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.detect.facts.authorities import Authority
from crawler.detect.facts.reading import View
from crawler.detect.wording import with_signs

READ_CHARACTERS = 3000  # characters of a text
BEFORE, BEHIND = 14, 24  # characters with signs, near a mention
ANCHORED = (1, 2, 3, 4, 6)  # characters next to it
NAME = re.compile(r"《[^《》\n]{2,120}》")
NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class SignedView:
    """A text with signs (A an authority, P a place, 9 a number, 《》 a name) that keeps the way from its own words."""

    view: View
    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def groups(self, start: int, end: int) -> list[str]:
        """Return the groups of characters around the words from `start` to before `end`, with a letter for their place.

        L and R: next to them on the left, on the right; l and r: near them.
        """
        view = self.view
        opens, closes = self._at(view.sentence_start(start)), self._at(view.sentence_end(end))
        first, last = self._at(start), self._at(end)
        left = self.text[max(opens, first - BEFORE) : first]
        left = left if opens < first - BEFORE else "^" + left
        right = self.text[last : min(closes, last + BEHIND)]
        right = right if closes > last + BEHIND else right + "$"
        return [
            *next_to(left, right, ANCHORED), *groups_in("l", left, 2), *groups_in("r", right, 2),
            *groups_in("r", right, 3),
        ]  # fmt: skip

    def _at(self, offset: int) -> int:
        """Return the offset in the text with signs of one in the text as it is read."""
        index = bisect_right(self.places, offset) - 1
        following = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return min(self.starts[index] + offset - self.places[index], following)


def next_to(left: str, right: str, lengths: Sequence[int]) -> list[str]:
    """Return the characters next to a mention: L the last ones before it, R the first ones behind it."""
    return [*["L" + left[-length:] for length in lengths], *["R" + right[:length] for length in lengths]]


def groups_in(letter: str, words: str, length: int) -> list[str]:
    """Return the groups of so many characters in some words, each behind a letter for where these stand."""
    return [letter + words[n : n + length] for n in range(len(words) - length + 1)]


def words_around(view: View, start: int, end: int, before: int, behind: int) -> tuple[str, str]:
    """Return the words of its sentence at most so many characters before and behind a mention, each number as 9.

    `^` and `$` stand where the sentence begins and ends.
    """
    opens, closes = view.sentence_start(start), view.sentence_end(end)
    said = NUMBER.sub("9", view.text[max(opens, start - before) : start])
    follows = NUMBER.sub("9", view.text[end : min(closes, end + behind)])
    return ("^" + said if opens >= start - before else said), (follows + "$" if closes <= end + behind else follows)


def context_of(view: View, authorities: tuple[Authority, ...]) -> SignedView:
    """Return the beginning of a text with signs for what is particular in it."""
    text = view.text[:READ_CHARACTERS]
    spans = [(match.start(), match.end(), "《》") for match in NAME.finditer(text)]
    spans += [(one.start, one.end, "A") for one in authorities if one.end <= len(text)]
    spans += [(place.start, place.end, "P") for place in view.regions if place.end <= len(text)]
    spans += [(match.start(), match.end(), "9") for match in NUMBER.finditer(text)]
    return SignedView(view, *with_signs(text, spans))
