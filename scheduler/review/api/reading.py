"""Answer what the API is asked to read: acts, articles, facts, closing days, sources, health, verdicts, searches."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import get_act, list_acts
from scheduler.questions.articles import get_article, list_articles, list_facts
from scheduler.questions.compared_regions import FEWEST_REGIONS, MOST_REGIONS, compare_regions, matrix, region_codes
from scheduler.questions.comparison_documents import ComparedRegion, DraftComparison, MatrixDocument
from scheduler.questions.deadlines import CALL_KINDS, OTHER_KIND, AskedDeadlines, asked_days, list_deadlines
from scheduler.questions.documents import (
    ActDocument,
    ActRow,
    ArticleDocument,
    ArticleRow,
    DeadlineDocument,
    FactRow,
    HealthDocument,
    Listed,
    SavedSearchDocument,
    SourceDocument,
    VerdictDocument,
)
from scheduler.questions.drafts import draft_of
from scheduler.questions.reviewed import list_verdicts, saved_document
from scheduler.questions.sources import get_source, health, list_sources
from scheduler.review.api.access import RefusedError
from scheduler.review.api.asking import LARGEST_ID, AskedPart, Id, QueryParameter, Reading, there
from storage.fact_kinds import fact_kinds
from storage.records import BEIJING
from storage.search.query import parse_query

router = APIRouter()


@router.get("/acts")
async def acts(asked: Reading, part: AskedPart, q: QueryParameter = "") -> Listed[ActRow]:
    """List policy acts, the latest first."""
    return await asked.site.read(lambda archive: list_acts(archive, q, cursor=part.cursor, limit=part.limit))


@router.get("/acts/{id}")
async def act(asked: Reading, id: Id) -> ActDocument:
    """Give an act with its articles, the steps of its policy, the explanation of its score, and its citation."""
    return await asked.site.read(there(lambda archive: get_act(archive, id)))


@router.get("/articles")
async def articles(asked: Reading, part: AskedPart, q: QueryParameter = "") -> Listed[ArticleRow]:
    """Search articles, the newest first."""
    return await asked.site.read(lambda archive: list_articles(archive, q, cursor=part.cursor, limit=part.limit))


@router.get("/articles/{id}")
async def article(asked: Reading, id: Id) -> ArticleDocument:
    """Give an article with its text, facts and hits, and its citation with the hash of what was served."""
    return await asked.site.read(there(lambda archive: get_article(archive, id)))


@router.get("/facts")
async def facts(
    asked: Reading,
    part: AskedPart,
    kind: Annotated[str | None, Query(json_schema_extra={"enum": [*fact_kinds()]})] = None,
    value: Annotated[str | None, Query(max_length=500)] = None,
    article: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    act: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Listed[FactRow]:
    """List facts, the latest first: of a kind, with a value, of an article, of an act."""
    if kind is not None and kind not in fact_kinds():
        raise RefusedError(400, f"kind: there is none {kind!r}; there are {', '.join(fact_kinds())}")
    return await asked.site.read(
        lambda archive: list_facts(
            archive, kind=kind, value=value, article=article, act=act, cursor=part.cursor, limit=part.limit
        )
    )


@router.get("/deadlines")
async def deadlines(
    asked: Reading,
    since: date | None = None,
    until: date | None = None,
    kind: Annotated[str | None, Query(json_schema_extra={"enum": [*CALL_KINDS, OTHER_KIND]})] = None,
    q: QueryParameter = "",
) -> tuple[DeadlineDocument, ...]:
    """List the closing days that acts name, the nearest first: from today over 90 days where nothing is said."""
    first, last = asked_days(since, until, now=asked.now)
    if last < first:
        raise RefusedError(400, "until: lies before since")
    if kind is not None and kind not in {*CALL_KINDS, OTHER_KIND}:
        raise RefusedError(400, f"kind: there is none {kind!r}; there are {', '.join((*CALL_KINDS, OTHER_KIND))}")
    wanted = AskedDeadlines(
        since=first.isoformat(),
        until=last.isoformat(),
        query=parse_query(q, vocabulary()),
        kinds=(kind,) if kind else (),
    )
    return await asked.site.read(lambda archive: list_deadlines(archive, wanted))


@router.get("/compare")
async def compare(
    asked: Reading,
    region: Annotated[list[str], Query(min_length=FEWEST_REGIONS, max_length=MOST_REGIONS)],
    q: QueryParameter = "",
) -> tuple[ComparedRegion, ...]:
    """Put two to five regions (names or codes) beside each other: what their acts say, with the words that say so."""
    today, query = asked.now.astimezone(BEIJING).date(), parse_query(q, vocabulary())
    codes = region_codes(region)
    return await asked.site.read(lambda archive: compare_regions(archive, codes, query, today=today))


@router.get("/matrix")
async def counts(asked: Reading, q: QueryParameter = "") -> MatrixDocument:
    """Count the acts that a query chooses by region, track and year, and tell who was first with each track."""
    query = parse_query(q, vocabulary())
    return await asked.site.read(lambda archive: matrix(archive, query))


@router.get("/acts/{id}/draft")
async def draft(asked: Reading, id: Id) -> DraftComparison | None:
    """Give the draft of an act's policy against its document, paragraph by paragraph; null without both."""
    return await asked.site.read(there(lambda archive: draft_of(archive, id)))


@router.get("/sources")
async def sources(asked: Reading) -> tuple[SourceDocument, ...]:
    """List the sources and how each is."""
    return await asked.site.read(lambda archive: list_sources(archive, asked.site.settings, now=asked.now))


@router.get("/sources/{id}")
async def source(asked: Reading, id: str) -> SourceDocument:
    """Give a source and how it is."""
    settings = asked.site.settings
    return await asked.site.read(there(lambda archive: get_source(archive, settings, id, now=asked.now)))


@router.get("/health")
async def how_it_is(asked: Reading) -> HealthDocument:
    """Tell how the watch is, and what is wrong with it."""
    return await asked.site.read(lambda archive: health(archive, asked.site.settings, now=asked.now))


@router.get("/verdicts")
async def verdicts(asked: Reading, part: AskedPart) -> Listed[VerdictDocument]:
    """List verdicts, those that were undone too, the latest first."""
    return await asked.site.read(lambda archive: list_verdicts(archive, cursor=part.cursor, limit=part.limit))


@router.get("/saved-searches")
async def saved_searches(asked: Reading) -> tuple[SavedSearchDocument, ...]:
    """List the saved searches that the caller sees: shared ones and own ones."""
    url = asked.site.settings.review.url
    seen = await asked.site.read(lambda archive: archive.saved_searches.seen_by(asked.caller.name))
    return tuple(saved_document(one, review_url=url) for one in seen)
