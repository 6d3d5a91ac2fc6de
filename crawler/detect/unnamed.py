"""Signs of a policy document that an article does not name in marks. Names in marks are facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.detect.reading import Part, Reading
from crawler.detect.titles import is_document_name, other_names, topic_of
from crawler.detect.topic import Mentions
from storage.records import Facts, Hit

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Kind, Term

CLAUSE = re.compile(r"[,;:]")  # full width is half width in the plain form
BEFORE_ONE_OF = tuple("、和与及")
AFTER_ONE_OF = ("等", "、", "领域", "项目")


@dataclass(frozen=True)
class Surroundings:
    """A part of the article and what in it announces nothing: names that are cited or on other topics."""

    part: Part
    names: list[tuple[int, int]]

    def holds(self, term: Term) -> bool:
        """Whether a term is part of such a name."""
        return any(start < term.start and term.end < end for start, end in self.names)


def find_unnamed(reading: Reading, mentions: Mentions, facts: Facts, lexicon: Lexicon) -> Hit | None:
    """Return the best sign: words side by side, a formula, a title that is a name, a meeting; None without any."""
    hits = [
        *_side_by_side(reading, mentions, facts, lexicon),
        *_opened(reading, mentions, lexicon),
        *_titled(reading, lexicon),
        *_met(reading, mentions, facts, lexicon),
    ]
    return max(hits, key=lambda hit: hit.points, default=None)


def _side_by_side(reading: Reading, mentions: Mentions, facts: Facts, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the topic where a verb of announcing and a document noun stand within reach in its sentence."""
    cited = {fact.value for fact in facts.of("cited_title")}
    around = {id(part): Surroundings(part, other_names(part, cited, lexicon)) for part in reading.parts}
    tracks = mentions.tracks if lexicon.track_policies else ()
    nobody = lexicon.points.unnamed_share if facts.region is None and facts.first("issuer") is None else 1.0
    for part, term in (*mentions.core, *tracks):
        if company := _company(around[id(part)], term, lexicon):
            words, share = company
            share *= nobody * (1.0 if term.kind == "core" else lexicon.points.unnamed_track)
            shown = part.shown(term)
            yield part.hit(words, shown, getattr(lexicon.points.unnamed, part.place(shown)) * share)


def _company(around: Surroundings, term: Term, lexicon: Lexicon) -> tuple[str, float] | None:
    """Return the words that stand together as people read them (印发…未来产业…行动方案) and what share they are worth.

    None when one is missing. Only a share when the topic is one of several (新兴产业和未来产业等) or the noun belongs
    to another clause: 印发数字经济若干措施，提出布局未来产业.
    """
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
    notice, verb, noun = near("notice"), near("announcing"), near("document")
    share = lexicon.points.unnamed_share if _is_one_of_several(part, term) else 1.0
    if notice:
        return f"{notice.word}…{term.word}", share
    if verb is None or noun is None:
        return None
    is_apart = noun.end <= term.start and CLAUSE.search(part.plain.text, noun.end, term.start)
    return f"{verb.word}…{term.word}…{noun.word}", share * (lexicon.points.unnamed_share if is_apart else 1.0)


def _is_one_of_several(part: Part, term: Term) -> bool:
    before = part.plain.text[max(0, term.start - 1) : term.start]
    return before in BEFORE_ONE_OF or part.plain.text.startswith(AFTER_ONE_OF, term.end)


def _opened(reading: Reading, mentions: Mentions, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the formula that opens a document on the topic: a copy that lost its title starts like that."""
    text, cores = reading.text, [term for part, term in mentions.core if part is reading.text]
    for formula in text.terms["formula"]:
        if any(0 <= formula.start - core.end <= lexicon.unwritten for core in cores):
            yield text.hit(f"{formula.word}…未来产业", text.shown(formula), lexicon.points.unnamed.lead)


def _titled(reading: Reading, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the title that is itself a document name, over a text that speaks as one."""
    formulas = reading.text.terms["formula"]
    if formulas and is_document_name(reading.article.title, lexicon):
        yield reading.title.hit(f"{formulas[0].word}…{reading.article.title}", 0, lexicon.points.unnamed.title)


def _met(reading: Reading, mentions: Mentions, facts: Facts, lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the meeting that decides on the topic, or sets a document or dated goals on it to work.

    The title must say that the topic is what they met for: a cabinet meets on ten things a day.
    """
    is_report = any(part.place(part.shown(term)) != "body" for part in reading.parts for term in part.terms["convened"])
    if not is_report or not any(part is reading.title for part, _ in mentions.core):
        return
    has_goal = bool(facts.of("target")) or any(
        topic_of(name, lexicon) == "core" for name in facts.values("cited_title")
    )
    kinds: tuple[Kind, ...] = ("cabinet", "meeting") if has_goal else ("cabinet",)
    for part, term in mentions.core:
        for kind in kinds:
            for meeting in part.near(kind, term.start, term.end, 2 * lexicon.reach):
                if part.is_one_sentence(meeting, term):
                    shown = part.shown(term)
                    yield part.hit(
                        f"{meeting.word}…{term.word}", shown, getattr(lexicon.points.unnamed, part.place(shown))
                    )
