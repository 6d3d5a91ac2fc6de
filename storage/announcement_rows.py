"""Turn what an article establishes into a row of `announcements`, and a row into an announcement. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from storage.articles import dump
from storage.connection import moment_of, text_of
from storage.records import SECTION_PLAN, Announcement, Hit, Judged, Mention, Milestone, Region, Target

MOST_EXPLAINING_HITS = 12  # hits that an alert shows, strongest first: a screenful
# The fields that one article may leave out and another one fill.
COMPLETED_FIELDS = (
    "document_number", "instrument", "act", "region", "region_name", "issuers", "policy_titles", "tracks", "targets",
)  # fmt: skip


def row_of(judged: Judged) -> dict[str, Any]:
    """Return the row of an announcement that an article makes."""
    article, assessment = judged.article, judged.assessment
    strongest = sorted(assessment.hits, key=_weight)[:MOST_EXPLAINING_HITS]
    return said_of(judged) | {
        "title": article.title, "score": assessment.score, "threshold": assessment.threshold,
        "explanation": dump(strongest), "first_published_at": text_of(article.published_at),
    }  # fmt: skip


def said_of(judged: Judged) -> dict[str, Any]:
    """Return the `COMPLETED_FIELDS` as an article has them."""
    facts = judged.facts
    return {
        "region": facts.region and facts.region.code, "region_name": facts.region and facts.region.name,
        "issuers": dump(list(facts.values("issuer"))), "policy_titles": dump(list(facts.values("policy_title"))),
        "document_number": facts.first("document_number"), "instrument": facts.first("instrument"),
        "act": facts.first("act"), "tracks": dump(list(facts.values("track"))),
        "targets": dump([Target(year=t.year, text=t.quote) for t in facts.of("target")]),
    }  # fmt: skip


def _weight(hit: Hit) -> tuple[bool, float]:
    """Return where a hit stands among those that are kept: first what decides when people are told, then the rest."""
    return not hit.term.startswith(SECTION_PLAN), -abs(hit.points)


def completed(row: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with what it leaves out taken from another, and the documents that both name."""
    filled = {name: other[name] if row[name] in {None, "[]"} else row[name] for name in COMPLETED_FIELDS}
    return row | filled | {"policy_titles": _combined(row["policy_titles"], other["policy_titles"])}


def _combined(first: str, second: str) -> str:
    """Return two JSON lists of names as one; the same name with other brackets and dashes counts once."""
    names = {"".join(filter(str.isalnum, name)): name for name in [*json.loads(second), *json.loads(first)]}
    ordered = dict.fromkeys("".join(filter(str.isalnum, name)) for name in [*json.loads(first), *json.loads(second)])
    return json.dumps([names[bare] for bare in ordered], ensure_ascii=False)


def announcement_of(
    row: Mapping[str, Any], mentions: tuple[Mention, ...], timeline: tuple[Milestone, ...]
) -> Announcement:
    """Return the announcement of a row with what other tables have of it."""
    region = Region(code=row["region"], name=row["region_name"]) if row["region"] else None
    same = (
        "id", "version", "title", "document_number", "instrument", "act", "score", "threshold", "first_published_at",
        "policy_id", "lead_article_id", "held_back",
    )  # fmt: skip
    return Announcement(
        **{name: row[name] for name in same},
        region=region,
        issuers=tuple(json.loads(row["issuers"])),
        policy_titles=tuple(json.loads(row["policy_titles"])),
        tracks=tuple(json.loads(row["tracks"])),
        targets=tuple(Target(**target) for target in json.loads(row["targets"])),
        explanation=tuple(Hit(**hit) for hit in json.loads(row["explanation"])),
        first_seen_at=moment_of(row["first_seen_at"]),
        mentions=mentions,
        timeline=timeline,
        is_told=row["known_since"] is not None,
        updated_at=moment_of(row["updated_at"]),
    )
