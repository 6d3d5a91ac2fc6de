"""Find policy acts, and give all that is known of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.text.regions import region
from scheduler.config.vocabulary import vocabulary
from scheduler.questions.documents import (
    ActDocument,
    ActRow,
    CitationDocument,
    HitDocument,
    Listed,
    MentionDocument,
    RegionDocument,
    StepDocument,
    TargetDocument,
)
from scheduler.questions.paging import cursor_of, day_and_number_in
from scheduler.reports.citation_forms import gbt7714
from scheduler.reports.cite import Citation, cite_announcement
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.announcements import ListedAnnouncement
from storage.overview.selected import Chosen, chosen_after, chosen_by
from storage.records import Region
from storage.search.query import Query, parse_query
from storage.search.selection import Selection

HOLDING_ARTICLES = 100_000  # articles that hold the words, the newest first: as many acts as a list can have


def chosen_acts(archive: Archive, query: Query, *, tags: Sequence[str] = ()) -> Chosen:
    """Return the acts that a query chooses: by its filters, and by articles that hold its words."""
    if query.wanted is None:
        return chosen_by(query, tags=tags)
    told = replace(query, selection=Selection(named={"label": ("announcement",)}))
    noted = archive.notes.holding(query.wanted) if query.words else ()
    return chosen_by(query, articles=archive.search.ids(told, limit=HOLDING_ARTICLES), noted=noted, tags=tags)


def list_acts(archive: Archive, text: str, *, cursor: str | None, limit: int) -> Listed[ActRow]:
    """Return a part of the acts that a text in the filter language finds, the latest first.

    Raises:
        QueryError: the text cannot be read.
        CursorError: the cursor is none.
    """
    after = day_and_number_in(cursor)
    chosen = chosen_acts(archive, parse_query(text, vocabulary()))
    found = archive.overview.find(chosen_after(chosen, after) if after else chosen, limit=limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].day, shown[-1].id) if len(found) > limit else None
    return Listed(items=tuple(map(act_row, shown)), next=following)


def act_row(one: ListedAnnouncement) -> ActRow:
    """Return an act as a row."""
    same = (
        "id", "policy_id", "title", "issuers", "document_number", "instrument", "act", "tracks", "score",
        "first_published_at", "articles", "url",
    )  # fmt: skip
    return ActRow(
        **{name: getattr(one, name) for name in same},
        region=region_document(region(one.region)) if one.region else None,
        first_seen_at=str(text_of(one.first_seen_at)),
    )


def get_act(archive: Archive, id: int) -> ActDocument:
    """Return an act with its articles, steps and citation. Raises `KeyError` when there is none."""
    one = archive.announcements.get(id)
    verdict = archive.verdicts.of_announcements([id]).get(id)
    same = (
        "id", "version", "title", "issuers", "policy_titles", "document_number", "instrument", "act", "tracks", "score",
        "threshold", "first_published_at",
    )  # fmt: skip
    return ActDocument(
        **{name: getattr(one, name) for name in same},
        policy_id=one.policy_id or one.id,
        region=region_document(one.region) if one.region else None,
        targets=tuple(TargetDocument(year=target.year, text=target.text) for target in one.targets),
        explanation=tuple(
            HitDocument(term=hit.term, place=hit.place, points=hit.points, sentence=hit.sentence)
            for hit in one.explanation
        ),
        first_seen_at=str(text_of(one.first_seen_at)),
        articles=tuple(
            MentionDocument(
                id=m.article_id, url=m.url, title=m.title, publisher=m.publisher, source=m.source,
                published_at=m.published_at, relation=m.relation, is_lead=m.article_id == one.lead_article_id,
            )
            for m in one.mentions
        ),
        steps=tuple(
            StepDocument(
                id=step.announcement_id, act=step.act, title=step.title, first_published_at=step.first_published_at
            )
            for step in one.timeline
        ),
        verdict=verdict.verdict if verdict else None,
        citation=citation_document(cite_announcement(archive, id)),
    )  # fmt: skip


def region_document(place: Region) -> RegionDocument:
    """Return a region."""
    return RegionDocument(code=place.code, name=place.name)


def citation_document(one: Citation) -> CitationDocument:
    """Return a citation."""
    return CitationDocument(
        text=gbt7714(one), url=one.url, archived_at=str(text_of(one.archived_at)), sha256=one.sha256
    )
