"""Signs of a policy document that an article does not name in marks. Names in marks are facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.detect.reading import Part, Reading
from crawler.detect.titles import is_document_name, other_names
from crawler.detect.topic import Mentions
from storage.records import Facts, Hit

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Kind, Term


@dataclass(frozen=True)
class Surroundings:
    """A part of the article and what in it announces nothing: names that are cited or on other topics."""

    part: Part
    names: list[tuple[int, int]]

    def holds(self, term: Term) -> bool:
        """Whether a term is part of such a name."""
        return any(start < term.start and term.end < end for start, end in self.names)


def find_unnamed(reading: Reading, mentions: Mentions, facts: Facts, lexicon: Lexicon) -> Hit | None:
    """Return the best sign: words side by side, a formula, a title that is a name; None without any."""
    hits = [
        *_side_by_side(reading, mentions, facts, lexicon),
        *_opened(reading, mentions, lexicon),
        *_titled(reading, lexicon),
    ]
    return max(hits, key=lambda hit: hit.points, default=None)


def _side_by_side(reading: Reading, mentions: Mentions, facts: Facts, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the topic where a verb of announcing and a document noun stand within reach in its sentence."""
    cited = {fact.value for fact in facts.of("cited_title")}
    around = {id(part): Surroundings(part, other_names(part, cited, lexicon)) for part in reading.parts}
    tracks = mentions.tracks if lexicon.track_policies else ()
    for part, term in (*mentions.core, *tracks):
        if company := _company(around[id(part)], term, lexicon):
            share = 1.0 if term.kind == "core" else lexicon.points.unnamed_track
            shown = part.shown(term)
            yield part.hit(company, shown, getattr(lexicon.points.unnamed, part.place(shown)) * share)


def _company(around: Surroundings, term: Term, lexicon: Lexicon) -> str | None:
    """Return the words that stand together as people read them: 印发…未来产业…行动方案. None when one is missing."""
    part = around.part
    if around.holds(term):
        return None

    def near(kind: Kind) -> Term | None:
        for other in part.near(kind, term.start, term.end, lexicon.reach):
            is_vague = kind == "document" and other.word in lexicon.vague
            if not is_vague and not around.holds(other) and part.is_one_sentence(other, term):
                return other
        return None

    if near("planning"):
        return None  # 将制定, 正在起草: not yet
    if notice := near("notice"):
        return f"{notice.word}…{term.word}"
    verb, noun = near("announcing"), near("document")
    return f"{verb.word}…{term.word}…{noun.word}" if verb and noun else None


def _opened(reading: Reading, mentions: Mentions, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the formula that opens a document on the topic: a copy that lost its title starts like that."""
    text, cores = reading.text, [term for part, term in mentions.core if part is reading.text]
    for formula in text.terms["formula"]:
        if any(0 <= formula.start - core.end <= lexicon.unwritten for core in cores):
            shown = text.shown(formula)
            yield text.hit(f"{formula.word}…未来产业", shown, getattr(lexicon.points.unnamed, text.place(shown)))


def _titled(reading: Reading, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the title that is itself a document name, over a text that speaks as one."""
    formulas = reading.text.terms["formula"]
    if formulas and is_document_name(reading.article.title, lexicon):
        yield reading.title.hit(f"{formulas[0].word}…{reading.article.title}", 0, lexicon.points.unnamed.title)
