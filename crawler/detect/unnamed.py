"""Signs of a policy document that an article does not name in marks. Names in marks are facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.detect.titles import counts, is_document_name, other_names
from crawler.detect.told import CLAUSE, find_met, find_performed, find_spoken, find_told, is_one_of_several
from storage.records import Hit

if TYPE_CHECKING:
    from crawler.detect.clues import Clues
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Term, WordKind
    from crawler.detect.reading import Part

MEASURES = frozenset(("政策", "措施", "举措"))  # 某省发布低空政策: the headline's own
BARE_CHARACTERS = 4  # characters between a verb and a noun that say nothing of what the document is about: 印发一份意见
SURVEY_REACH = 12  # characters before a verb in which its subject stands
SURVEYED = re.compile(r"多地|各地|央地|地方|密集|不断|陆续|相继|先后")
OPENING = re.compile(r"^.{0,30}?(?:一、(?:总体要求|总体目标|发展目标|工作目标|总体思路)|第一章)")
CITED_BEFORE = re.compile(r"(?:根据|按照|依据|落实|贯彻|随着|对照)[^,。;《]{0,6}$")
CUT_OFF = re.compile(r"《[^《》]{4,80}$")


@dataclass(frozen=True)
class Surroundings:
    """A part of the article, and what in it announces nothing: names that are cited or on other topics."""

    part: Part
    names: list[tuple[int, int]]
    clues: Clues

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon that says which words mean what."""
        return self.clues.lexicon

    @property
    def speaks(self) -> bool:
        """Whether this is a headline that speaks of a place or an authority."""
        return self.part is self.clues.reading.title and self.clues.subject is not None

    def holds(self, term: Term) -> bool:
        """Whether a term is part of such a name."""
        return any(start < term.start and term.end < end for start, end in self.names)

    def near(self, kind: WordKind, term: Term) -> Term | None:
        """Return the first term of a kind within reach of a topic and in its sentence; vague nouns mean no document."""
        part = self.part
        for other in part.near(kind, term.start, term.end, self.lexicon.reach):
            is_together = part.name == "title" or part.is_one_sentence(other, term)  # a headline is one thought
            is_vague = kind == "document" and other.word in self.lexicon.vague and not self._means_own(other, term)
            if is_together and not is_vague and not self.holds(other):
                return other
        return None

    def before(self, start: int, reach: int) -> str:
        """Return the words before an offset."""
        return self.part.plain.text[max(0, start - reach) : start]

    def _means_own(self, noun: Term, term: Term) -> bool:
        """Whether 政策 behind a topic is a document: in a headline that speaks of a place, or where it is issued."""
        is_joined = noun.word in MEASURES and 0 <= noun.start - term.end <= BARE_CHARACTERS
        return is_joined and (self.speaks or "印发" in self.before(term.start, 2 * BARE_CHARACTERS))


def find_unnamed(clues: Clues) -> Hit | None:
    """Return the best sign: words side by side, a formula, a name as title or cut off, a headline, a meeting."""
    finders = (_side_by_side, _opened, _titled, _cut_off, find_told, find_spoken, find_met, find_performed)
    return max((hit for find in finders for hit in find(clues)), key=lambda hit: hit.points, default=None)


def _side_by_side(clues: Clues) -> Iterator[Hit]:
    """Yield the topic where a verb of announcing and a document noun stand within reach in its sentence."""
    points = clues.lexicon.points
    around = {id(part): _surroundings(clues, part) for part in clues.reading.parts}
    nobody = 1.0 if clues.facts.region or clues.is_somebodys else points.unnamed_share
    for part, term in clues.topics:
        if company := _company(around[id(part)], term):
            words, share = company
            shown = part.shown(term)
            yield part.hit(words, shown, getattr(points.unnamed, part.place(shown)) * share * nobody)


def _surroundings(clues: Clues, part: Part) -> Surroundings:
    cited = set(clues.facts.values("cited_title"))
    return Surroundings(part, other_names(part, cited, clues.lexicon), clues)


def _company(around: Surroundings, term: Term) -> tuple[str, float] | None:
    """Return the words that stand together as people read them (印发…未来产业…行动方案) and what share they are worth.

    None when one is missing. Only a share when the topic is one of several (新兴产业和未来产业等) or the noun belongs
    to another clause: 印发数字经济若干措施，提出布局未来产业.
    """
    if around.holds(term) or around.near("planning", term):
        return None  # 将制定, 正在起草: not yet
    points = around.lexicon.points
    notice, verb, noun = (around.near(kind, term) for kind in ("notice", "announcing", "document"))
    share = points.unnamed_share if is_one_of_several(around.part, term) else 1.0
    if verb and noun and not SURVEYED.search(around.before(verb.start, SURVEY_REACH)):
        is_apart = _is_apart(around.part, term, verb, noun)
        if not is_apart or not notice:
            return f"{verb.word}…{term.word}…{noun.word}", share * (points.unnamed_share if is_apart else 1.0)
    if notice:
        is_sure = term.kind == "core" or around.speaks
        return f"{notice.word}…{term.word}", share * (1.0 if is_sure else points.unnamed_track)
    return None


def _is_apart(part: Part, term: Term, verb: Term, noun: Term) -> bool:
    """Whether the noun is another document's: 印发数字经济措施，提出布局未来产业; not 印发实施意见，赋能低空产业."""
    first, last = (noun, term) if noun.end <= term.start else (term, noun)
    is_bare = 0 <= noun.start - verb.end <= BARE_CHARACTERS or verb.start <= noun.start < verb.end
    return not is_bare and CLAUSE.search(part.plain.text, first.end, last.start) is not None


def _opened(clues: Clues) -> Iterator[Hit]:
    """Yield the words that open a document on the topic: a copy that lost its title starts like that."""
    if clues.facts.of("policy_title"):
        return
    text, lead, cores = clues.reading.text, clues.lexicon.points.unnamed.lead, clues.mentions.core
    if len(cores) > 1 and (opening := OPENING.match(text.plain.text)):
        yield text.hit(f"{opening[0]}…未来产业", 0, lead)
    ends = [term.end for part, term in cores if part is text]
    for formula in text.terms["formula"]:
        if any(0 <= formula.start - end <= clues.lexicon.unwritten for end in ends):
            yield text.hit(f"{formula.word}…未来产业", text.shown(formula), lead)


def _titled(clues: Clues) -> Iterator[Hit]:
    """Yield the title that is a document's name, over a text that speaks as one or that an authority publishes."""
    article, formulas = clues.reading.article, clues.reading.text.terms["formula"]
    if (formulas or clues.is_official) and is_document_name(article.title, clues.lexicon):
        sign = formulas[0].word if formulas else article.publisher
        yield clues.reading.title.hit(f"{sign}…{article.title}", 0, clues.lexicon.points.unnamed.title)


def _cut_off(clues: Clues) -> Iterator[Hit]:
    """Yield the name at the end of a text that a feed cut short: …印发《某市未来产业."""
    points = clues.lexicon.points
    for part in (clues.reading.title, clues.reading.text):
        match = CUT_OFF.search(part.plain.text)
        if match is None or CITED_BEFORE.search(part.plain.text, 0, match.start()):
            continue
        own = {term.kind for kind in ("core", "track") for term in part.terms[kind] if term.start > match.start()}
        if "core" in own or (own and counts("track", clues.lexicon)):
            worth = points.named_core if "core" in own else points.named_track
            yield part.hit(f"{match[0]}…", part.plain.at(match.start()), worth + clues.worth_of_act)
