"""An article read for a page: its text with every hit and quote marked, and what is known about it. Not a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.dedupe import keys_of_title
from scheduler.review.highlight import MarkedText, mark
from scheduler.review.page_request import PageError
from storage.archive import Archive
from storage.fact_kinds import fact_kinds
from storage.near_duplicates import article_of
from storage.records import NATION, Article, Assessment, Fact, Facts
from storage.verdicts import Verdict

MOST_CITED = 50  # documents that are looked up, 20 microseconds each; a digest of laws cites hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """The facts of one kind, each value once, with the anchors of their sentences."""

    kind: str
    facts: tuple[tuple[Fact, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """An article as a page shows it, from the page that was fetched at `fetched_at`. `wordings`: 1 if never edited.

    `documents` are the announcements of the documents that it cites, as far as the archive has them.
    """

    id: int
    row: Mapping[str, Any]
    fetched_at: datetime
    article: Article
    assessment: Assessment
    marked: MarkedText
    facts: tuple[FactGroup, ...]
    verdict: Verdict | None
    wordings: int
    announcement_id: int | None
    documents: Mapping[str, int]

    def facts_of(self, kind: str) -> tuple[tuple[Fact, str], ...]:
        """Return the facts of one kind, each value once, with the anchors of their sentences."""
        return next((group.facts for group in self.facts if group.kind == kind), ())


def read_article(archive: Archive, article_id: int) -> ReadArticle:
    """Return an article with all that its page shows. Raises `PageError` (404) when there is none."""
    try:
        row = archive.articles.row(article_id)
    except KeyError as error:
        raise PageError(404, "档案里没有这篇文章。") from error
    article = article_of(row)
    wordings = archive.revisions.of(article_id)
    assessment = archive.announcements.assessment(article_id)
    marked = mark(article, Facts(all=wordings[-1].facts), assessment)
    return ReadArticle(
        id=article_id, row=row, fetched_at=wordings[-1].fetched_at, article=article, assessment=assessment,
        marked=marked, facts=_grouped(marked.facts),
        verdict=archive.verdicts.of(article_id), wordings=len(wordings),
        announcement_id=archive.announcements.of_article(article_id),
        documents=_documents(archive, Facts(all=wordings[-1].facts)),
    )  # fmt: skip


def _documents(archive: Archive, facts: Facts) -> dict[str, int]:
    """Return the announcements of the documents that an article cites: its region's, its province's, the nation's."""
    own = facts.first("region") or NATION.code
    regions = dict.fromkeys((own, f"{own[:2]}0000", NATION.code))
    found = {
        title: archive.near_duplicates.document(keys_of_title(title, regions))
        for title in facts.values("cited_title")[:MOST_CITED]
    }
    return {title: id for title, id in found.items() if id is not None}


def _grouped(facts: Iterable[tuple[Fact, str]]) -> tuple[FactGroup, ...]:
    """Return facts by kind, the same value once."""
    kinds: dict[str, dict[str, tuple[Fact, str]]] = {kind: {} for kind in fact_kinds()}
    for fact, anchor in facts:
        kinds.setdefault(fact.kind, {}).setdefault(fact.value, (fact, anchor))
    return tuple(FactGroup(kind=kind, facts=tuple(found.values())) for kind, found in kinds.items() if found)
