"""Give verdicts, saved searches and tokens as documents."""

from __future__ import annotations

from scheduler.questions.documents import (
    Listed,
    SavedSearchDocument,
    TokenDocument,
    VerdictDocument,
)
from scheduler.questions.paging import cursor_of, number_in
from storage.api_tokens import ApiToken
from storage.archive import Archive
from storage.connection import text_of
from storage.search.saved import SavedSearch
from storage.verdicts import Verdict


def list_verdicts(archive: Archive, *, cursor: str | None, limit: int) -> Listed[VerdictDocument]:
    """Return a part of the verdicts, those that were undone too, the latest first. Raises `CursorError`."""
    found = archive.verdicts.part(below=number_in(cursor), limit=limit + 1)
    shown = tuple(map(verdict_document, found[:limit]))
    return Listed(items=shown, next=cursor_of(shown[-1].id) if len(found) > limit else None)


def verdict_document(one: Verdict) -> VerdictDocument:
    """Return a verdict."""
    same = ("id", "title", "url", "verdict", "reason", "who")
    return VerdictDocument(
        **{name: getattr(one, name) for name in same}, article=one.article_id, act=one.announcement_id,
        given_at=str(text_of(one.given_at)), undone_at=text_of(one.undone_at),
    )  # fmt: skip


def saved_document(one: SavedSearch, *, review_url: str) -> SavedSearchDocument:
    """Return a saved search; `review_url` is where its feed is served."""
    same = ("id", "name", "query", "endpoints", "frequency", "created_by")
    return SavedSearchDocument(
        **{name: getattr(one, name) for name in same}, created_at=str(text_of(one.created_at)),
        feed=f"{review_url}/feeds/saved/{one.id}.atom",
    )  # fmt: skip


def token_document(one: ApiToken) -> TokenDocument:
    """Return a token without its text."""
    same = ("id", "name", "scope", "owner", "created_by")
    return TokenDocument(**{name: getattr(one, name) for name in same}, created_at=str(text_of(one.created_at)))
