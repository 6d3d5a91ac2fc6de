"""Do what the API is asked to write: verdicts, saved searches, tokens. Each needs a token with the scope for it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.notify.incident import resolve_incident
from scheduler.notify.subscriptions import incident_key
from scheduler.questions.documents import SavedSearchDocument, TokenDocument, VerdictDocument
from scheduler.questions.reviewed import saved_document, token_document, verdict_document
from scheduler.review.api.access import RefusedError
from scheduler.review.api.asking import LARGEST_ID, LONGEST_QUERY, Id, Judging, Managing, there
from scheduler.review.api.problems import described
from scheduler.review.give_verdict import Reviewed, judge, judge_announcement, undo
from storage.archive import Archive
from storage.records import VerdictValue
from storage.search.query import parse_query
from storage.search.saved import Frequency, SavedSearch, SavedSearchError
from storage.verdicts import VerdictError

router = APIRouter()
CONFLICT = described(409)
MOST_ENDPOINTS = 100  # that one search tells: more than anybody has
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Sent(BaseModel):
    """A body that a program sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewVerdict(Sent):
    """A verdict on an article or on an act; a rejection needs a reason."""

    article: RowId | None = None
    act: RowId | None = None
    verdict: VerdictValue
    reason: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.article is None) == (self.act is None):
            raise ValueError("give either article or act")
        if self.verdict == "rejected" and not self.reason.strip():
            raise ValueError("a rejection needs a reason")
        return self


class NewSavedSearch(Sent):
    """A search to keep under a name; `endpoints` are told of what it finds, as often as `frequency` says.

    Without one each endpoint's own times hold.
    """

    name: Annotated[str, Field(min_length=1, max_length=60)]
    query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY)]
    endpoints: Annotated[tuple[str, ...], Field(max_length=MOST_ENDPOINTS)] = ()
    frequency: Frequency | None = None


@router.post("/verdicts", status_code=201)
async def give_verdict(asked: Judging, body: NewVerdict) -> VerdictDocument:
    """Give a verdict: it does what the same verdict on a page does, corrections included."""
    id = body.act or body.article or 0
    say = judge_announcement if body.act else judge

    def change(archive: Archive) -> Reviewed:
        return say(
            archive, id, body.verdict, who=asked.caller.name, reason=body.reason.strip(), settings=asked.site.settings,
            now=asked.now,
        )  # fmt: skip

    try:
        done = await asyncio.to_thread(asked.site.write, change)
    except VerdictError as error:
        raise RefusedError(404, str(error)) from error
    return verdict_document(done.verdict)


@router.delete("/verdicts/{id}")
async def undo_verdict(asked: Judging, id: Id) -> VerdictDocument:
    """Undo a verdict; the one before it stands again."""
    try:
        done = await asyncio.to_thread(
            asked.site.write, lambda archive: undo(archive, id, settings=asked.site.settings, now=asked.now)
        )
    except VerdictError as error:
        raise RefusedError(404, str(error)) from error
    return verdict_document(done.verdict)


@router.post("/saved-searches", status_code=201, responses=CONFLICT)
async def save_search(asked: Judging, body: NewSavedSearch) -> SavedSearchDocument:
    """Keep a search: it is a feed, and an alert rule where endpoints are named."""
    settings = asked.site.settings
    audience = {one.name for one in settings.endpoint if one.role == "audience"}
    unknown = next((name for name in body.endpoints if name not in audience), None)
    if unknown is not None:
        raise RefusedError(400, f"endpoints: there is none {unknown!r} that gets announcements")
    parse_query(body.query, vocabulary())
    try:
        made = await asyncio.to_thread(
            asked.site.write,
            lambda archive: archive.saved_searches.add(
                body.name,
                body.query,
                endpoints=body.endpoints,
                frequency=body.frequency,
                by=asked.caller.name,
                now=asked.now,
            ),
        )
    except SavedSearchError as error:
        status = 409 if body.name.strip() else 400
        raise RefusedError(status, str(error)) from error
    return saved_document(made, review_url=settings.review.url)


@router.delete("/saved-searches/{id}", status_code=204)
async def remove_search(asked: Judging, id: Id) -> Response:
    """Let a saved search end: its feed ends, and nobody is told any more."""
    endpoints = asked.site.settings.endpoint

    def change(archive: Archive) -> SavedSearch:
        found = archive.saved_searches.get(id)
        if found.removed_at or not found.is_seen_by(asked.caller.name):
            raise KeyError(id)
        gone = archive.saved_searches.remove(id, by=asked.caller.name, now=asked.now)
        resolve_incident(archive, endpoints, key=incident_key(gone), now=asked.now)
        return gone

    await asyncio.to_thread(asked.site.write, there(change))
    return Response(status_code=204)


@router.get("/tokens")
async def tokens(asked: Managing) -> tuple[TokenDocument, ...]:
    """List the valid tokens."""
    return await asked.site.read(lambda archive: tuple(map(token_document, archive.api_tokens.list())))


@router.delete("/tokens/{id}")
async def withdraw_token(asked: Managing, id: Id) -> TokenDocument:
    """Let a token be valid no longer."""
    gone = await asyncio.to_thread(
        asked.site.write, there(lambda archive: archive.api_tokens.withdraw(id, now=asked.now))
    )
    return token_document(gone)
