"""What announcements of many provinces, desks and genres establish (cases in test_facts_styles.toml)."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import established
from storage.records import Facts

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["case"]
PUBLISHED = date(2025, 6, 10)


def facts_of(case: dict[str, Any]) -> Facts:
    return established(case["text"], case["title"], on=PUBLISHED)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_announcement(case: dict[str, Any]) -> None:
    """Region, issuers, documents, act, goals and number are those a reader would write down."""
    facts = facts_of(case)
    assert {
        "region": facts.region and facts.region.code,
        "issuers": list(facts.values("issuer")),
        "policy_titles": list(facts.values("policy_title")),
        "act": facts.first("act"),
        "target_years": sorted({fact.year for fact in facts.of("target") if fact.year}),
        "document_number": facts.first("document_number"),
    } == {key: case.get(key) for key in case if key not in {"name", "title", "text", "tracks"}} | {
        "document_number": case.get("document_number")
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_tracks(case: dict[str, Any]) -> None:
    """Every track that a reader would write down is told; what is weighed may be one too many."""
    told = facts_of(case).values("track")
    assert set(case["tracks"]) <= set(told)
    assert len(told) <= len(case["tracks"]) + 1


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_quotes_are_verbatim(case: dict[str, Any]) -> None:
    """Every fact quotes the page's own words at the offset it names."""
    for fact in facts_of(case).all:
        shown = case["title"] if fact.place == "title" else case["text"]
        assert shown[fact.start : fact.start + len(fact.quote)] == fact.quote
