"""Mark the words of a query in a text: the offsets of every hit, and the part around the first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storage.folding import fold
from storage.search.text import Word

CHARACTERS_BEFORE_HIT = 40  # characters before the first hit: what leads to it
SNIPPET_CHARACTERS = 120  # characters of a snippet: two lines
SENTENCE_END = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSnippet:
    """A text and where its hits are: pairs of start and end, in order, none touching another. Not escaped."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is a hit: escape each piece, then mark the hits."""
        end = 0
        for start, stop in self.marks:
            if start > end:
                yield self.text[end:start], False
            yield self.text[start:stop], True
            end = stop
        if end < len(self.text):
            yield self.text[end:], False


def marked(text: str, words: Iterable[Word]) -> MarkedSnippet:
    """Return a whole text with every hit of the words marked."""
    return MarkedSnippet(text=text, marks=tuple(_marks(fold(text), words)))


def snippet(text: str, words: Iterable[Word]) -> MarkedSnippet:
    """Return the part of a text around its first hit with all hits in it, on one line; its beginning without any."""
    words = tuple(words)
    folded = fold(text)
    first = min((at for word in words if (at := folded.find(word.text)) >= 0), default=0)
    start = _start(text, first)
    end = min(len(text), start + SNIPPET_CHARACTERS)
    part, before, after = text[start:end], "…" if start else "", "…" if end < len(text) else ""
    shift = len(before)
    marks = ((begin + shift, stop + shift) for begin, stop in _marks(folded[start:end], words))
    shown = re.sub(r"\s", " ", part)  # character by character, so that offsets stay
    return MarkedSnippet(text=f"{before}{shown}{after}", marks=tuple(marks))


def _start(text: str, first: int) -> int:
    """Return where a snippet begins: at the sentence of the first hit, unless that is far back."""
    if first <= CHARACTERS_BEFORE_HIT // 2:
        return 0
    breaks = [match.end() for match in SENTENCE_END.finditer(text, max(0, first - CHARACTERS_BEFORE_HIT), first)]
    return breaks[-1] if breaks else max(0, first - CHARACTERS_BEFORE_HIT // 2)


def _marks(folded: str, words: Iterable[Word]) -> Iterator[tuple[int, int]]:
    """Yield the spans of all hits, those that touch joined to one."""
    spans = sorted(match.span() for word in words for match in re.finditer(re.escape(word.text), folded))
    start = end = -1
    for begin, stop in spans:
        if begin > end:
            if end >= 0:
                yield start, end
            start = begin
        end = max(end, stop)
    if end >= 0:
        yield start, end
