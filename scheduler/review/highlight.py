"""Mark an article's hits and quotes in its text, sentence by sentence, so that a link leads to each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from storage.folding import fold
from storage.records import Article, Assessment, Fact, Facts, Hit

SENTENCE = re.compile(r"[^\n。！？；]*[。！？；]+[”’」』）》]*|[^\n。！？；]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMark:
    """A passage that counts: a hit with its points, or a fact's quote (`hit` is None)."""

    start: int
    end: int
    hit: Hit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text under the same marks. `points` are those of the hits that end with it."""

    text: str
    terms: tuple[str, ...] = ()
    points: tuple[float, ...] = ()
    is_hit: bool = False
    is_against: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSentence:
    """A sentence, and the name by which a link leads to it."""

    anchor: str
    pieces: tuple[Piece, ...]


Paragraph = tuple[MarkedSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """An article with its marks. `attachments` are (title, paragraphs); the anchor of what stands nowhere is empty."""

    title: Paragraph
    text: tuple[Paragraph, ...]
    attachments: tuple[tuple[str, tuple[Paragraph, ...]], ...]
    hits: tuple[tuple[Hit, str], ...]
    facts: tuple[tuple[Fact, str], ...]


def mark(article: Article, facts: Facts, assessment: Assessment) -> MarkedText:
    """Return an article with the hits of its assessment and the quotes of its facts marked, strongest hit first."""
    files = {f"file{number}": one for number, one in enumerate(article.attachments, 1) if one.text}
    parts = _parts(article)
    quoted = tuple((fact, _anchor_of_fact(fact, parts)) for fact in facts.all)
    strongest = sorted(assessment.hits, key=lambda hit: -abs(hit.points))
    hits = tuple((hit, _anchor_of_hit(hit, parts)) for hit in strongest)
    return MarkedText(
        title=next(iter(parts["title"].paragraphs()), ()),
        text=tuple(parts["text"].paragraphs()),
        attachments=tuple((one.title, tuple(parts[name].paragraphs())) for name, one in files.items()),
        hits=hits,
        facts=quoted,
    )


def anchor_of_quote(article: Article, quote: str) -> str:
    """Return the anchor of the sentence in which words begin, however they are written; empty: they stand nowhere."""
    wanted = fold(quote)
    found = ((part, fold(part.text).find(wanted)) for part in _parts(article).values())
    return next((part.anchor(start) for part, start in found if start >= 0), "")


def _parts(article: Article) -> dict[str, _Part]:
    files = {f"file{number}": one.wording for number, one in enumerate(article.attachments, 1) if one.text}
    wordings = {"title": article.title, "text": article.text} | files
    return {name: _Part(name, text) for name, text in wordings.items()}


class _Part:
    """One text with its sentences and the marks found in it."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.marks: list[TextMark] = []
        self.sentences = [match.span() for match in SENTENCE.finditer(text)]

    def anchor(self, start: int) -> str:
        """Return the anchor of the sentence around an offset, an empty string when there is none."""
        return next((f"{self.name}-{s}" for s, end in self.sentences if s <= start < end), "")

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield the lines with their sentences; empty lines are left out."""
        line: list[MarkedSentence] = []
        last = 0
        for start, end in self.sentences:
            if "\n" in self.text[last:start] and line:
                yield tuple(line)
                line = []
            line.append(MarkedSentence(anchor=f"{self.name}-{start}", pieces=tuple(self._pieces(start, end))))
            last = end
        if line:
            yield tuple(line)

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        here = [mark for mark in self.marks if mark.start < end and mark.end > start]
        edges = {start, end, *(edge for mark in here for edge in (mark.start, mark.end) if start < edge < end)}
        ordered = sorted(edges)
        for at, to in pairwise(ordered):
            marks = [mark for mark in here if mark.start <= at and mark.end >= to]
            hits = [mark for mark in marks if mark.hit]
            yield Piece(
                text=self.text[at:to],
                terms=tuple(mark.hit.term for mark in hits if mark.hit),
                points=tuple(mark.hit.points for mark in hits if mark.hit and mark.end == to),
                is_hit=bool(hits),
                is_against=bool(hits) and all(mark.hit.points < 0 for mark in hits if mark.hit),
                is_quoted=any(mark.hit is None for mark in marks),
            )


def _anchor_of_fact(fact: Fact, parts: dict[str, _Part]) -> str:
    """Mark a fact's quote where it stands, and return the anchor of its sentence; empty when it stands nowhere."""
    for part in _candidates(fact.place, parts):
        if fact.start >= 0 and part.text.startswith(fact.quote, fact.start):
            part.marks.append(TextMark(start=fact.start, end=fact.start + len(fact.quote), hit=None))
            return part.anchor(fact.start)
    return ""


def _anchor_of_hit(hit: Hit, parts: dict[str, _Part]) -> str:
    """Mark a hit where it stands, and return the anchor of its sentence; empty when it stands nowhere.

    A hit's term is a word of the lexicon, or a kind and the words for it (`目标:到2030年…`), which may be written
    otherwise in the text; where they are not found, the quote of a fact at its place is marked, else one character.
    """
    candidates = [part for part in _candidates(hit.place, parts) if hit.start < len(part.text)]
    words = (hit.term, hit.term.partition(":")[2])
    for part in candidates:
        end = next((end for word in words if word and (end := _end(part.text, word, hit.start))), None)
        if end:
            part.marks.append(TextMark(start=hit.start, end=end, hit=hit))
            return part.anchor(hit.start)
    if not candidates:
        return ""
    part = candidates[0]
    end = max((mark.end for mark in part.marks if mark.start == hit.start and not mark.hit), default=hit.start + 1)
    part.marks.append(TextMark(start=hit.start, end=end, hit=hit))
    return part.anchor(hit.start)


def _candidates(place: str, parts: dict[str, _Part]) -> Iterable[_Part]:
    """Return the texts that a place may mean; which of several attachments it is, the words at the offset tell."""
    if place == "attachment":
        return [part for name, part in parts.items() if name.startswith("file")]
    return [parts["title" if place == "title" else "text"]]


def _end(text: str, word: str, start: int) -> int | None:
    """Return where a word ends that begins at an offset, whatever its width and line breaks; None: it is not there."""
    at = start
    for letter in fold(word):
        while at < len(text) and text[at].isspace() and not letter.isspace():
            at += 1
        if at >= len(text) or fold(text[at]) != letter:
            return None
        at += 1
    return at
