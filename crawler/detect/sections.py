"""Whether a general plan has a section on future industries. No points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.detect.told import is_one_of_several
from crawler.detect.topic import TopicMentions
from storage.records import Facts

if TYPE_CHECKING:
    from crawler.detect.matcher import Term
    from crawler.detect.reading import Part

IN_SECTION = re.compile(
    r"(?:第[一二三四五六七八九十]{1,3}|[一专单]|两)[章节篇类](?!会)[^。；，]{0,8}未来产业|未来产业[^。；]{0,6}(?:第?[一二三四五六七八九十单专]{1,3}[章节篇]|单列)"
)
TITLED = re.compile(
    r"单列|[一专][章节条篇]|条款|写[进入]|列入|留给|给未来产业|未来产业[^,。;]{0,8}[章节条篇]|布局未来产业"
)
SECTION_REACH = 12  # characters
SECTION_MENTIONS = 3  # mentions: a general plan that names the topic less often has no section on it


def _around(part: Part, term: Term) -> tuple[int, int]:
    """Return the span of the words beside a mention that may call it a section."""
    return max(0, term.start - SECTION_REACH), min(len(part.plain.text), term.end + SECTION_REACH)


def _is_titled(part: Part, term: Term) -> bool:
    """Whether a title says that a document has something on the topic, and not on it as one of several things."""
    is_told = part.name == "title" and TITLED.search(part.plain.text) is not None
    return is_told and not is_one_of_several(part, term)


def has_section(mentions: TopicMentions, facts: Facts) -> bool:
    """True when title or chapter name the topic, or a text names it often or sets it a dated goal in one sentence."""
    if len(mentions.core) >= SECTION_MENTIONS or any(_is_titled(*found) for found in mentions.core):
        return True
    if any(IN_SECTION.search(part.plain.text, *_around(part, term)) for part, term in mentions.core):
        return True
    goals = [fact for fact in facts.of("target") if fact.year is not None]
    sentences = {(part.name, part.sentence(part.shown(term))) for part, term in mentions.core}
    parts = {part.name: part for part, _ in mentions.core}
    return any(
        (name, parts[name].sentence(max(0, goal.start))) in sentences
        for goal in goals if (name := "body" if goal.place == "lead" else goal.place) in parts
    )  # fmt: skip
