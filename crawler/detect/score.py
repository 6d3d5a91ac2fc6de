"""Decide whether an article announces a policy on future industries. No I/O, no clock.

The score is a sum that a person can follow: mentions of the topic, the document, the act and who performs it, and what
speaks against an announcement. docs/detection.md goes through one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.detect.clues import Clues, find_clues
from crawler.detect.documents import ACT, Documents, find_documents
from crawler.detect.facts.reading import with_title_in_bounds
from crawler.detect.opinion import find_opinion
from crawler.detect.reading import ArticleParts, Part
from crawler.detect.rules import find_rules
from crawler.detect.sections import SECTION_MENTIONS
from crawler.detect.titles import is_policy
from crawler.detect.topic import TopicMentions
from crawler.text.regions import region_in
from storage.records import Article, Assessment, Fact, Facts, Hit, Label

if TYPE_CHECKING:
    from crawler.detect.lexicon import Cue, Lexicon
    from crawler.detect.matcher import Term, WordKind


CUES: tuple[WordKind, ...] = ("cue", "title_cue")
NAMES = {"issuer": "发文机关", "act": ACT, "document_number": "文号", "target": "目标"}  # as people read them


def assess(article: Article, facts: Facts, lexicon: Lexicon) -> Assessment:
    """Return whether an article announces a policy, and why: same article and version, same result."""
    clues = find_clues(with_title_in_bounds(article), facts, lexicon)
    reading, mentions = clues.reading, clues.mentions
    rules = tuple(find_rules(reading, lexicon))
    if not mentions.core and not mentions.tracks and not mentions.names:
        is_asked_for = any(hit.points > 0 for hit in rules)  # what only speaks against it need not be said
        return _assessment(rules if is_asked_for else (), "irrelevant", lexicon)
    documents = find_documents(clues)
    cues = _cues(reading, documents, facts, lexicon)
    hits = (*documents.hits, *mentions.hits, *_acts(clues, documents), *(hit for _, hit in cues), *rules)
    score = sum(hit.points for hit in hits)
    opinion = find_opinion(clues, score, is_off_topic=documents.is_off_topic)
    hits = (*hits, opinion) if opinion else hits
    return _assessment(hits, _other_label(reading, mentions, documents, [cue for cue, _ in cues], lexicon), lexicon)


def _assessment(hits: tuple[Hit, ...], otherwise: Label, lexicon: Lexicon) -> Assessment:
    score = round(sum(hit.points for hit in hits), 1)
    label: Label = "announcement" if score >= lexicon.threshold else otherwise
    return Assessment(score=score, threshold=lexicon.threshold, label=label, hits=hits, lexicon_version=lexicon.version)


def _other_label(
    reading: ArticleParts, mentions: TopicMentions, documents: Documents, cues: list[Cue], lexicon: Lexicon
) -> Label:
    """Return the label below the threshold: is the article about future industries at all?"""
    if documents.is_listed or any(cue.digest for cue in cues):
        return "related" if documents.is_there else "irrelevant"
    if documents.is_off_topic or any(not cue.topic for cue in cues):
        return "irrelevant"
    if mentions.core and any(word in reading.title.plain.text for word in lexicon.plans):
        return "related"
    if documents.topic == "general":
        return "related" if len(mentions.core) >= SECTION_MENTIONS else "irrelevant"
    if documents.topic and documents.share == 1 and (mentions.core or documents.topic == "track"):
        return "related"
    return "related" if _is_about(mentions, lexicon) else "irrelevant"


def _is_about(mentions: TopicMentions, lexicon: Lexicon) -> bool:
    """Whether the topic is more than mentioned; tracks alone are industries of today."""
    if not mentions.core:
        return mentions.names > 1
    return mentions.points + mentions.names * lexicon.points.core.body >= lexicon.related


def _acts(clues: Clues, documents: Documents) -> Iterator[Hit]:
    """Yield who did what: worth something only beside a document on the topic, and less beside one deep in the text."""
    if not documents.is_there:
        return
    reading, points, share = clues.reading, clues.lexicon.points, documents.share
    kinds = {"issuer": points.issuer, "act": points.act, "document_number": points.number, "target": points.targets}
    for kind, worth in kinds.items():
        if fact := next((fact for fact in clues.facts.all if fact.kind == kind), None):
            value = fact.value if kind != "target" else fact.quote
            yield _hit(reading, fact, f"{NAMES[kind]}:{value}", worth * share)
    if clues.facts.first("issuer") is None:
        yield from _territory(clues, points.territory * share)
    if formula := next(((part, term) for part in reading.parts for term in part.terms["formula"]), None):
        part, term = formula
        yield part.hit(f"公文用语:{part.plain.quote(term.start, term.end)}", part.shown(term), points.formula)
    if clues.is_official:
        yield reading.title.hit(f"发布机构:{reading.article.publisher}", 0, points.publisher * share)


def _territory(clues: Clues, worth: float) -> Iterator[Hit]:
    """Yield whose act it is where no issuer is named: the headline's subject, or the region in the document's name."""
    if subject := clues.subject:
        yield clues.reading.title.hit(f"主体:{subject.text}", subject.start, worth)
    elif named := next(filter(_names_region, clues.facts.of("policy_title")), None):
        yield _hit(clues.reading, named, f"属地:{named.value}", worth)


def _names_region(document: Fact) -> bool:
    """Whether a document's name begins with a region: 某省…行动计划 is that province's."""
    return region_in(document.value) is not None


def _cues(reading: ArticleParts, documents: Documents, facts: Facts, lexicon: Lexicon) -> list[tuple[Cue, Hit]]:
    """Return the cues that are there; what speaks for an announcement only beside a document."""
    announced = [fact for fact in facts.of("policy_title") if is_policy(fact.value, lexicon)]
    title = reading.title.plain.text
    there = {term.key for part in reading.parts for kind in CUES for term in part.terms[kind]}
    wanted = [cue for cue in lexicon.cues if cue.name in there and (cue.points < 0 or documents.is_there)]
    wanted = [cue for cue in wanted if not any(word in title for word in cue.except_titles)]
    return [(cue, hit) for cue in wanted if (hit := _cue(reading, cue, announced))]


def _cue(reading: ArticleParts, cue: Cue, announced: list[Fact]) -> Hit | None:
    """Return the cue at its first word, None when too few of its words are there."""
    words = [(reading.title, term) for term in reading.title.terms["title_cue"] if term.key == cue.name]
    for part in reading.parts:
        here = [term for term in part.terms["cue"] if term.key == cue.name]
        words += [(part, term) for term in here if part.place(part.shown(term)) in cue.places]
    found = [(part, term) for part, term in words if not _is_in_name(part, term, announced)]
    if cue.background:
        found = [(part, term) for part, term in found if not _is_behind(part, term, announced)]
    if len({term.word for _, term in found}) < cue.least:
        return None
    part, term = found[0]
    return part.hit(f"{cue.name}:{term.word}", part.shown(term), cue.points)


def _is_in_name(part: Part, term: Term, announced: list[Fact]) -> bool:
    """Whether a word is part of the name of an announced document: 《…调研…办法》 is no visit."""
    shown = part.shown(term)
    return any(
        (fact.place if fact.place != "lead" else "body") == part.name
        and fact.start <= shown < fact.start + len(fact.quote)
        for fact in announced
    )


def _is_behind(part: Part, term: Term, announced: list[Fact]) -> bool:
    """Whether a word of the text stands behind the name of an announced document: it tells what that one says."""
    named = [fact.start if fact.place in {"lead", "body"} else part.plain.shown.find(fact.value) for fact in announced]
    first = min((start for start in named if start >= 0), default=None)
    return part.name == "body" and first is not None and part.shown(term) > first


def _hit(reading: ArticleParts, fact: Fact, term: str, points: float) -> Hit:
    part = reading.of(fact)
    return part.hit(term, max(0, fact.start), points)
