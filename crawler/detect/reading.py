"""An article as the detection reads it: title, text and attachments, each in its plain form with its terms."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crawler.detect.directions import find_directions
from crawler.detect.lexicon import Lexicon
from crawler.detect.matcher import DIRECTION, Matcher, Term, WordKind
from crawler.text.fold import PAUSES_OF_TITLES, Folded, plain
from storage.records import Article, Fact, Hit, Place

LEAD_CHARACTERS = 200  # characters: the lead of a Chinese news story, and a whole flash
SENTENCE = re.compile(r"[。！？!?；;\n]+[”’」』）)】]*")
LONGEST_TERM = 40  # characters: no word of a lexicon is longer
SHORT_CHARACTERS = 300  # characters of a text that is remembered for a while: a lead
LONGEST_QUOTE = 120  # characters of a sentence that a person still reads beside a score


@dataclass(frozen=True)
class Part:
    """The title, the text, or an attachment: its title and what was read of it."""

    name: Place
    plain: Folded
    terms: dict[WordKind, list[Term]]

    def place(self, shown: int) -> Place:
        """Return where an offset in the text as shown stands: the first 200 characters are the lead."""
        return "lead" if self.name == "body" and shown < LEAD_CHARACTERS else self.name

    def sentence(self, shown: int) -> tuple[int, int]:
        """Return the span of the sentence around an offset, both in the text as shown."""
        index = bisect_right(self._ends, shown)
        first = self._ends[index - 1] if index else 0
        last = self._ends[index] if index < len(self._ends) else len(self.plain.shown)
        return first, last

    def hit(self, term: str, shown: int, points: float) -> Hit:
        """Return a cue as people see it: its place, its offset and its sentence in the text as shown."""
        first, last = self.sentence(shown)
        if last - first > LONGEST_QUOTE:  # a table or a list without stops
            first, last = max(first, shown - LONGEST_QUOTE // 2), min(last, shown + LONGEST_QUOTE // 2)
        sentence = self.plain.shown[first:last].strip()
        return Hit(term=term, place=self.place(shown), start=shown, points=round(points, 1), sentence=sentence)

    def shown(self, term: Term) -> int:
        """Return where a term stands in the text as shown."""
        return self.plain.at(term.start)

    def is_one_sentence(self, one: Term, other: Term) -> bool:
        """Whether two terms stand in one sentence."""
        return self.sentence(self.shown(one)) == self.sentence(self.shown(other))

    def near(self, kind: WordKind, start: int, end: int, reach: int) -> Iterator[Term]:
        """Yield the terms of a kind within `reach` characters of a span of the plain text."""
        terms = self.terms[kind]
        for index in range(bisect_left(terms, start - reach - LONGEST_TERM, key=_start), len(terms)):
            if terms[index].start > end + reach:
                return
            if terms[index].end >= start - reach:
                yield terms[index]

    @cached_property
    def _ends(self) -> list[int]:
        return [match.end() for match in SENTENCE.finditer(self.plain.shown)]


@dataclass(frozen=True)
class ArticleParts:
    """The parts of an article in the order in which they are read."""

    article: Article
    parts: tuple[Part, ...]

    @property
    def title(self) -> Part:
        """The title."""
        return self.parts[0]

    @property
    def text(self) -> Part:
        """The text."""
        return self.parts[1]

    def of(self, fact: Fact) -> Part:
        """Return the part in which a fact stands; those of attachments stand in the first one that was read."""
        if fact.place == "attachment":
            read = zip(self.article.attachments, self.parts[2:], strict=True)
            return next((part for attachment, part in read if attachment.text), self.text)
        return self.title if fact.place == "title" else self.text


def _start(term: Term) -> int:
    return term.start


def read(article: Article, lexicon: Lexicon) -> ArticleParts:
    """Return an article with its terms found."""
    return ArticleParts(
        article,
        (
            part("title", article.title, lexicon),
            part("body", article.text, lexicon),
            *(part("attachment", attachment.wording, lexicon) for attachment in article.attachments),
        ),
    )


def part(name: Place, shown: str, lexicon: Lexicon) -> Part:
    """Return a text with its terms found."""
    return part_of(name, shown, lexicon.matcher)


def part_of(name: Place, shown: str, matcher: Matcher) -> Part:
    """Return a text with the terms that a matcher finds."""
    return (_short_part if len(shown) <= SHORT_CHARACTERS else _part)(name, shown, matcher)


def _part(name: Place, shown: str, matcher: Matcher) -> Part:
    is_title = name == "title" or (name == "attachment" and "\n" not in shown)
    folded = plain(shown, pauses=PAUSES_OF_TITLES if is_title else "")
    terms = matcher.find(folded.text)
    if matcher.has_directions and terms["document"]:
        terms["track"] = _with_directions(terms, folded.text, is_title=is_title)
    return Part(name, folded, terms)


def _with_directions(terms: dict[WordKind, list[Term]], text: str, *, is_title: bool) -> list[Term]:
    """Return the tracks of a text with the directions that documents are for and the lexicon has no word of."""
    known = [*terms["core"], *terms["track"]]
    found = [
        Term("track", DIRECTION, text[start:end], start)
        for start, end in find_directions(text, terms["document"], is_title=is_title)
        if not any(term.start < end and start < term.end for term in known)
    ]
    return sorted([*terms["track"], *found], key=_start) if found else terms["track"]


# Facts, wording and score ask for titles, leads and documents' names one after the other.
_short_part = lru_cache(maxsize=64)(_part)
