"""Whether a general plan has a section on future industries. No points."""

from __future__ import annotations

from crawler.detect.topic import TopicMentions
from storage.records import Facts

SECTION_MENTIONS = 3  # mentions: a general plan that names the topic less often has no section on it


def has_section(mentions: TopicMentions, facts: Facts) -> bool:
    """True when a text names the topic often, or sets it a dated goal in one sentence."""
    if len(mentions.core) >= SECTION_MENTIONS:
        return True
    goals = [fact for fact in facts.of("target") if fact.year is not None]
    sentences = {(part.name, part.sentence(part.shown(term))) for part, term in mentions.core}
    parts = {part.name: part for part, _ in mentions.core}
    return any(
        (name, parts[name].sentence(max(0, goal.start))) in sentences
        for goal in goals if (name := "body" if goal.place == "lead" else goal.place) in parts
    )  # fmt: skip
