"""Put the feeds and the API before the pages: addresses that are theirs never reach Datasette."""

from __future__ import annotations

import sqlite3

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from scheduler.review.api.access import Access, AskedSite, RefusedError
from scheduler.review.api.feeds import Feeds
from scheduler.review.guard import App, Message, Receive, Send
from storage.errors import ArchiveError

log = structlog.get_logger()


class WithPrograms:
    """Answers programs; what is not theirs is passed on."""

    def __init__(self, pages: App, site: AskedSite) -> None:
        self._pages = pages
        self._feeds = feed_application(site)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_feed = scope["type"] == "http" and (scope["path"] == "/feeds.opml" or scope["path"].startswith("/feeds/"))
        await (self._feeds if is_feed else self._pages)(scope, receive, send)


def feed_application(site: AskedSite) -> Starlette:
    """Return what serves the feeds of a site."""
    return Starlette(
        routes=Feeds(site, Access(site)).routes,
        exception_handlers={
            RefusedError: _refused, HTTPException: _not_found, sqlite3.DatabaseError: _unavailable,
            ArchiveError: _unavailable,
        },
    )  # fmt: skip


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return PlainTextResponse(error.problem, status_code=error.status, headers=error.headers)


async def _not_found(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse("没有这个地址。", status_code=error.status_code)


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("archive not available", path=request.url.path, error=f"{type(error).__name__}: {error}")
    return PlainTextResponse("档案正忙，请过一会儿再试。", status_code=503, headers={"Retry-After": "30"})
