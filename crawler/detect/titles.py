"""Tell what a document is about by its name alone, not by its place or by whether it is announced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from crawler.detect.reading import Part, part
from crawler.detect.topic import is_meant

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Term

Topic: TypeAlias = Literal["core", "track", "general", "other"]
RANKS: tuple[Topic, ...] = ("core", "track", "general", "other")
NAME = re.compile(r"《([^《》]{4,80})》")
QUALIFIERS = re.compile(r"(?:\([^()]*\)|[\d年版—~-])*$")  # (2026—2028年), (征求意见稿), 2025年版
FUTURE_OF = re.compile(  # 未来海洋产业, in a name
    r"未来(?!的|[几一二两三五十\d]|发展)[\u4e00-\u9fff]{2,6}?产业(?![链化])"
)
FIVE_YEARS = re.compile(  # the five-year plan, however it is called: 十五五”规划建议
    r"(?:十[三四五六七]五|[三四五六七]个?五年)[”\"’》]?(?:时期)?(?:发展)?(?:规划)?(?:《?纲要》?|建议|规划)+."
)


def topic_of(name: str, lexicon: Lexicon) -> Topic:
    """Return what a document is about: the topic, one track, a general plan, or something else.

    A report, a standard or an article (《前瞻布局未来产业》) is no document: something else.
    """
    read = part("title", name, lexicon)
    bare = QUALIFIERS.sub("", read.plain.text)
    if not read.terms["document"] or bare.endswith(lexicon.reports):
        return "other"
    if any(_is_of_topic(read, term, lexicon) for term in read.terms["core"]) or FUTURE_OF.search(bare):
        return "core"
    if any(term.key in lexicon.policy_tracks for term in read.terms["track"]) and not bare.endswith(lexicon.technical):
        return "track"
    return "general" if any(word in bare for word in lexicon.general) else "other"


def _is_of_topic(name: Part, term: Term, lexicon: Lexicon) -> bool:
    """Whether a core term in a document's name is its topic: rules for a fund, or for chains of industries, are."""
    if is_meant(name, term, lexicon):
        return True
    funds = (word for word in lexicon.core.names if word.endswith("基金"))
    return name.plain.text.startswith(("链", *funds), term.end)


def counts(topic: Topic, lexicon: Lexicon) -> bool:
    """Whether a policy is an announcement by its topic alone; a general plan needs a section on the topic as well."""
    return topic == "core" or (topic == "track" and lexicon.track_policies)


def is_policy(name: str, lexicon: Lexicon) -> bool:
    """Whether a name is that of a policy, on whatever topic: no report, no standard, no article."""
    read = part("title", name, lexicon)
    return bool(read.terms["document"]) and not QUALIFIERS.sub("", read.plain.text).endswith(lexicon.reports)


def is_document_name(title: str, lexicon: Lexicon) -> bool:
    """Whether a title, without marks, is the name of a document that counts: …实施方案(2024—2026年)."""
    read = part("title", title, lexicon)
    bare = QUALIFIERS.sub("", read.plain.text)
    ends = any(term.end == len(bare) and term.word not in lexicon.vague for term in read.terms["document"])
    return ends and counts(topic_of(title, lexicon), lexicon)


def other_names(where: Part, cited: set[str], lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the spans of names that are cited or on other topics: their words announce nothing here."""
    names = [
        match.span()
        for match in NAME.finditer(where.plain.text)
        if where.plain.quote(*match.span(1)) in cited or topic_of(match[1], lexicon) in {"general", "other"}
    ]
    return names + [match.span() for match in FIVE_YEARS.finditer(where.plain.text)]
