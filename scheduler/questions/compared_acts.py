"""Put policy acts beside each other, and their policies in order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import chosen_acts, region_document
from scheduler.questions.compared_regions import goals_by_year, measures_in
from scheduler.questions.comparison_documents import ChainDocument, ChainStep, ComparedAct, QuotedValue
from storage.archive import Archive
from storage.overview.announcements import Chain
from storage.records import Announcement
from storage.search.query import parse_query

MOST_COMPARED_ACTS = 10  # beside each other: more than anybody reads


def compare_acts(archive: Archive, ids: Sequence[int]) -> tuple[ComparedAct, ...]:
    """Return what acts say on the same things, in the order of their ids. Raises `KeyError` for an unknown one."""
    return tuple(_compared(archive, id) for id in ids[:MOST_COMPARED_ACTS])


def _compared(archive: Archive, id: int) -> ComparedAct:
    one = archive.announcements.get(id)
    rows = {kind: _each_once(archive, kind, id) for kind in ("target", "money", "deadline")}
    said = {kind: tuple(_quoted(row, id) for row in some) for kind, some in rows.items()}
    years = ((row["year"], row["number"], row["unit"]) for row in rows["target"])
    return ComparedAct(
        id=one.id, title=one.title, policy_title=one.policy_title,
        region=region_document(one.region) if one.region else None, act=one.act, instrument=one.instrument,
        issuers=one.issuers, first_published_at=one.first_published_at, tracks=one.tracks, targets=said["target"],
        goals=tuple(goals_by_year(zip(said["target"], years, strict=True))), money=said["money"],
        measures=tuple(one.latest for one in measures_in(_texts(archive, one))), deadlines=said["deadline"],
    )  # fmt: skip


def _each_once(archive: Archive, kind: str, id: int) -> list[Mapping[str, Any]]:
    """Return the facts of a kind that an act's articles have, each value once, as they were read."""
    each = {row["value"]: row for row in reversed(archive.fact_rows.find(kind=kind, act=id))}
    return list(reversed(each.values()))


def _quoted(row: Mapping[str, Any], id: int) -> QuotedValue:
    return QuotedValue(value=row["value"], quote=row["quote"], act=id, article=row["article"])


def _texts(archive: Archive, one: Announcement) -> list[Mapping[str, Any]]:
    """Return the text of an act's leading article; nothing where an act was merged into another."""
    if one.lead_article_id is None:
        return []
    text = archive.articles.row(one.lead_article_id)["text"]
    return [{"id": one.id, "article": one.lead_article_id, "text": text}]


def timeline(archive: Archive, text: str, *, limit: int) -> tuple[ChainDocument, ...]:
    """Return the policies that went through several acts, of those that a text in the filter language finds.

    The one that moved last comes first, its acts in order of time. Raises `QueryError`.
    """
    chosen = chosen_acts(archive, parse_query(text, vocabulary()))
    return tuple(map(_chain, archive.overview.chains(chosen, limit=limit)))


def _chain(chain: Chain) -> ChainDocument:
    steps = (
        ChainStep(day=step.day, act=step.act, title=step.title, id=step.announcement_id, article=step.article_id)
        for step in chain.steps
    )
    return ChainDocument(policy_id=chain.policy_id, steps=tuple(steps))
