"""Find articles and facts, and give all that is known of an article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import citation_document
from scheduler.questions.documents import ArticleDocument, ArticleRow, FactRow, HitDocument, Listed
from scheduler.questions.paging import cursor_of, number_in
from scheduler.reports.cite import cite_article
from storage.archive import Archive
from storage.search.find import FoundArticle
from storage.search.query import parse_query

SHOWN_OF_ARTICLE = (
    "id", "url", "title", "text", "publisher", "published_at", "published_precision", "source", "first_seen_at",
)  # fmt: skip


def list_articles(archive: Archive, text: str, *, cursor: str | None, limit: int) -> Listed[ArticleRow]:
    """Return a part of the articles that a text in the filter language finds, the newest first.

    Raises:
        QueryError: the text cannot be read.
        CursorError: the cursor is none.
    """
    found, following = archive.search.part(parse_query(text, vocabulary()), below=number_in(cursor), limit=limit)
    return Listed(items=tuple(map(_row, found)), next=None if following is None else cursor_of(following))


def _row(one: FoundArticle) -> ArticleRow:
    same = (
        "id", "url", "publisher", "published_at", "published_precision", "source", "first_seen_at", "label", "score",
        "region", "tracks",
    )  # fmt: skip
    return ArticleRow(
        **{name: getattr(one, name) for name in same}, title=one.title.text, snippet=one.snippet.text,
        act=one.announcement,
    )  # fmt: skip


def get_article(archive: Archive, id: int) -> ArticleDocument:
    """Return an article with its text, facts, hits and citation. Raises `KeyError` when there is none."""
    row = archive.articles.row(id)
    assessment = archive.announcements.assessment(id)
    return ArticleDocument(
        **{name: row[name] for name in SHOWN_OF_ARTICLE},
        label=assessment.label, score=assessment.score, threshold=assessment.threshold,
        hits=tuple(
            HitDocument(term=hit.term, place=hit.place, points=hit.points, sentence=hit.sentence)
            for hit in assessment.hits
        ),
        facts=tuple(fact_row(one) for one in archive.fact_rows.find(article=id)),
        act=archive.announcements.of_article(id), citation=citation_document(cite_article(archive, id)),
    )  # fmt: skip


def list_facts(
    archive: Archive,
    *,
    kind: str | None,
    value: str | None,
    article: int | None,
    act: int | None,
    cursor: str | None,
    limit: int,
) -> Listed[FactRow]:
    """Return a part of the facts of a kind, a value, an article or an act, the latest first.

    Raises:
        CursorError: the cursor is none.
    """
    found = archive.fact_rows.find(
        kind=kind, value=value, article=article, act=act, below=number_in(cursor), limit=limit + 1
    )
    shown = tuple(fact_row(one) for one in found[:limit])
    return Listed(items=shown, next=cursor_of(shown[-1].id) if len(found) > limit else None)


def fact_row(row: Mapping[str, Any]) -> FactRow:
    """Return a fact."""
    return FactRow(**row)
