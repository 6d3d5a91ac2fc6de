"""The policy document of an article: named with the topic, unnamed but announced, doubtful, or on another topic.

The 《document name》 that carries a track word and a document noun is the strongest single cue there is: precision 0.91
on pages, 0.69 on flashes, where nearly all the rest are reports and standards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.detect.reading import ArticleParts, Part
from crawler.detect.sections import has_section
from crawler.detect.staleness import age_in_days, is_news_item
from crawler.detect.titles import NAME, RANKS, Topic, counts, is_policy, topic_of
from crawler.detect.told import is_one_of_several
from crawler.detect.unnamed import find_unnamed
from crawler.text.regions import province_of, region_in
from storage.folding import fold
from storage.records import SECTION_PLAN, Fact, Facts, Hit, Region

if TYPE_CHECKING:
    from crawler.detect.clues import Clues
    from crawler.detect.lexicon import Lexicon

CITED = "引用"  # how a hit for a cited name begins
ACT = "行为"  # how a hit for the act begins, here and in the score
BASED = ("名单", "申报")  # acts that rest on a document
RESTS = re.compile(r"(?:根据|依据|按照|依照)(?:[^,。;《》]{0,6}《[^《》]*》[、和及])*[^,。;《》]{0,6}$")
PURPOSE = re.compile(  # 为抢抓未来产业发展机遇，…制定本办法
    r"\s*为[^。]*(?:制定|制订|起草|草拟|拟定|印发|发布|出台|开展|征集|征求|如下|以下)[^，。；,;]{0,40}"
)
FURTHER_DOCUMENTS = 3  # further documents that still count: five plans of one press conference are one act


@dataclass(frozen=True)
class Documents:
    """The document cues of an article; `topic` is what the announced document is about, None without one.

    `is_listed` when the document is one item in a list of news.
    """

    topic: Topic | None
    hits: tuple[Hit, ...]
    is_listed: bool = False
    share: float = 1.0
    """The share of their points that issuer, act and the like are worth beside it: less where it stands deep."""

    @property
    def is_off_topic(self) -> bool:
        """Whether the document that is announced is on another topic."""
        return self.topic == "other"

    @property
    def is_there(self) -> bool:
        """Whether a document on the topic is announced, by name or without; citing one is not enough."""
        return any(hit.points > 0 and not hit.term.startswith(CITED) for hit in self.hits)


def find_documents(clues: Clues) -> Documents:
    """Return what speaks for, or against, a policy document on future industries."""
    reading, facts, lexicon = clues.reading, clues.facts, clues.lexicon
    announced = [fact for fact in facts.of("policy_title") if not _is_cited(reading, fact, lexicon)]
    named = sorted(((fact, topic_of(fact.value, lexicon)) for fact in announced), key=lambda it: RANKS.index(it[1]))
    named = [(fact, topic) for fact, topic in named if counts(topic, lexicon) or _is_marked(fact)]
    wanted = [(fact, topic) for fact, topic in named if counts(topic, lexicon)]
    if not wanted and facts.first("act") in BASED:
        wanted = list(_rested_on(reading, facts, lexicon))
    if not wanted and _serves_the_topic(clues):
        wanted = [(fact, "track") for fact, topic in named if topic == "other" and is_policy(fact.value, lexicon)]
    if not wanted and lexicon.section_policies != "off" and has_section(clues.mentions, facts):
        wanted = [(fact, "general") for fact, _ in named if is_policy(fact.value, lexicon)]
    if wanted:
        hits = list(_named(reading, wanted, lexicon))
        if wanted[0][1] == "general" and lexicon.section_policies == "digest":
            hits[0] = replace(hits[0], term=f"{SECTION_PLAN}{hits[0].term}")
        if _is_survey(facts, lexicon):
            hits.append(replace(hits[0], term="各地文件", points=lexicon.points.several_regions))
        documents = _doubted(clues, wanted[0][1], hits)
        return replace(documents, share=_share(wanted[0][0], lexicon))
    found = [*_unnamed(clues), *_cited(reading, lexicon)]
    if not named or any(hit.term.startswith((*lexicon.cabinets, *lexicon.meetings)) for hit in found):
        return _doubted(clues, None, found)  # a meeting decides on several things, the title says which
    fact, topic = named[0]
    return Documents(topic, (*found, _hit(reading, fact, f"另有主题《{fact.value}》", lexicon.points.other_document)))


def _rested_on(reading: ArticleParts, facts: Facts, lexicon: Lexicon) -> Iterator[tuple[Fact, Topic]]:
    """Yield the document on the topic that the lead of a list or call of an authority rests on."""
    for fact in facts.of("cited_title"):
        topic = topic_of(fact.value, lexicon)
        if fact.place == "lead" and topic == "core" and RESTS.search(_before(reading, fact)):
            yield fact, topic


def _serves_the_topic(clues: Clues) -> bool:
    """Whether the lead says that what is issued serves the topic, as its purpose: its name may call it anything."""
    text = clues.reading.text
    served = [term for part, term in clues.topics if part is text and text.place(text.shown(term)) == "lead"]
    return any(
        PURPOSE.fullmatch(text.plain.shown[slice(*text.sentence(text.shown(term)))].strip(" 　。：:"))
        for term in served if not is_one_of_several(text, term)
    )  # fmt: skip


def _is_marked(fact: Fact) -> bool:
    """Whether a name stands in marks or in the title: without them in a text it may be a part of one, on any topic."""
    return fact.place == "title" or fact.quote.startswith("《")


def _is_cited(reading: ArticleParts, fact: Fact, lexicon: Lexicon) -> bool:
    return _before(reading, fact).endswith(lexicon.citing)


def _before(reading: ArticleParts, fact: Fact) -> str:
    return fold(part_of(reading, fact).plain.shown[: max(0, fact.start)]).rstrip("《")


def _named(reading: ArticleParts, wanted: list[tuple[Fact, Topic]], lexicon: Lexicon) -> Iterator[Hit]:
    points = lexicon.points
    (first, topic), *more = wanted
    share = _share(first, lexicon)
    worth = points.named_core if topic == "core" else points.named_track
    yield _hit(reading, first, f"《{first.value}》", worth * share)
    for fact, _ in more[:FURTHER_DOCUMENTS]:
        yield _hit(reading, fact, f"《{fact.value}》", points.named_more * share)


def _share(fact: Fact, lexicon: Lexicon) -> float:
    """Return the share of its points that a fact is worth where it stands: deep in a text it is background."""
    return lexicon.points.deep_share if fact.place == "body" and fact.start >= lexicon.deep else 1.0


def _is_survey(facts: Facts, lexicon: Lexicon) -> bool:
    """Whether the documents on the topic are of several provinces: two announced, or three with the cited ones."""

    def provinces(kind: str) -> set[Region]:
        names = [name for name in facts.values(kind) if topic_of(name, lexicon) in {"core", "track"}]
        return {province_of(place) for name in names if (place := region_in(name))}

    announced = provinces("policy_title")
    return len(announced) > 1 or len(announced | provinces("cited_title")) > 2


def _unnamed(clues: Clues) -> Iterator[Hit]:
    if hit := find_unnamed(clues):
        yield hit
        verb = hit.term.partition("…")[0]
        if clues.facts.first("act") is None and verb in clues.lexicon.acting:
            yield replace(hit, term=f"{ACT}:{verb}", points=clues.lexicon.points.act)


def _cited(reading: ArticleParts, lexicon: Lexicon) -> Iterator[Hit]:
    for where in reading.parts:
        for match in NAME.finditer(where.plain.text):
            if topic_of(match[1], lexicon) == "core":
                yield where.hit(f"{CITED}《{match[1]}》", where.plain.at(match.start()), lexicon.points.cited)
                return


def _doubted(clues: Clues, topic: Topic | None, hits: list[Hit]) -> Documents:
    """Return the document cues with what makes the first of them doubtful: an old date, a list of news around it."""
    if not hits:
        return Documents(topic, ())
    reading, lexicon, first = clues.reading, clues.lexicon, hits[0]
    is_listed = is_news_item(reading, first)
    if is_listed:
        hits = [*hits, replace(first, term="汇总:多条消息之一", points=lexicon.points.listed)]
    age = age_in_days(reading, first)
    is_withdrawn = clues.facts.first("act") == "失效"  # what is withdrawn may be of any age
    if age is not None and age > lexicon.stale_days and not is_withdrawn:
        hits = [*hits, replace(first, term=f"旧闻:{age}天前", points=lexicon.points.past)]
    return Documents(topic, tuple(hits), is_listed)


def part_of(reading: ArticleParts, fact: Fact) -> Part:
    """Return the part of an article in which a fact stands."""
    return reading.of(fact)


def _hit(reading: ArticleParts, fact: Fact, term: str, points: float) -> Hit:
    return part_of(reading, fact).hit(term, max(0, fact.start), points)
