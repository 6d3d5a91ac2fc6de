"""Serve feeds: of everything, of each region, track, saved search and source; the list of them; the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.config.vocabulary import vocabulary
from scheduler.feeds.calendar import MEDIA_TYPE, calendar_of
from scheduler.feeds.feed import FeedKind, ServedFeed
from scheduler.feeds.find import find_feed, known_feeds
from scheduler.feeds.formats import FEED_FORMATS
from scheduler.feeds.opml import opml
from scheduler.questions.deadlines import CALL_KINDS, OTHER_KIND, AskedDeadlines, list_deadlines
from scheduler.review.api.access import Access, Caller, RefusedError
from scheduler.review.api.rate import RequestRate
from scheduler.review.api.validators import ServedContents, is_unmodified
from scheduler.review.page_request import PageSite
from storage.archive import Archive
from storage.records import BEIJING
from storage.search.filters import CHINESE_KEYS
from storage.search.query import QueryError, parse_query

CALENDAR_BACK = timedelta(days=366)
LAST_DAY = "9999-12-31"
MOST_CALENDAR_EVENTS = 5000  # of one calendar: what phones take
FEEDS_PER_MINUTE = 1200  # requests: a reader that has all feeds of a large archive asks for some hundreds at once


class Feeds:
    """The feeds of a site."""

    def __init__(self, site: PageSite, access: Access) -> None:
        self._site = site
        self._access = access
        self._rate = RequestRate(FEEDS_PER_MINUTE)
        self._contents = ServedContents()

    @property
    def routes(self) -> list[Route]:
        """Where they are served."""
        return [
            Route("/feeds.opml", self._list),
            Route("/calendar.ics", self._calendar),
            Route("/feeds/{kind}/{name:path}", self._feed),
            Route("/feeds/{name}", self._feed),
        ]

    async def _feed(self, request: Request) -> Response:
        caller = await self._admit(request)
        names = request.path_params
        value, _, ending = names["name"].rpartition(".")
        kind = cast("FeedKind", names.get("kind", value))
        value = value if "kind" in names else ""
        if ending not in FEED_FORMATS or kind not in KINDS or (kind == "all") != (not value):
            raise RefusedError(404, "没有这个订阅源。")
        lexicon = self._site.settings.detect.lexicon
        try:
            found = await self._site.read(
                lambda archive: find_feed(
                    archive, kind, value, who=caller.name, lexicon=Path(lexicon) if lexicon else None
                )
            )
        except KeyError as error:
            raise RefusedError(404, "没有这个订阅源，或它已经删除。") from error
        except QueryError as error:
            raise RefusedError(409, f"这个订阅的检索式读不懂了：{error.in_chinese}") from error
        return self._answer(request, self._text(found, ending), FEED_FORMATS[ending].media_type)

    def _text(self, feed: ServedFeed, ending: str) -> str:
        return FEED_FORMATS[ending].write(feed, url=f"{self._url}/{feed.name.path}.{ending}")

    async def _list(self, request: Request) -> Response:
        """Give the list; addresses carry the token that it was asked for with, so that a reader can import it."""
        caller = await self._admit(request)
        token = request.query_params.get("token")

        def text(archive: Archive) -> str:
            query = f"?{urlencode({'token': token})}" if token else ""
            return opml(known_feeds(archive, caller.name), url=self._url, query=query)

        return self._answer(request, await self._site.read(text), "text/x-opml")

    async def _calendar(self, request: Request) -> Response:
        """Give closing days as a calendar: those of a year back, which readers keep, and all to come."""
        await self._admit(request)
        asked = request.query_params
        filters = [(key, asked[key]) for key in CHINESE_KEYS if asked.get(key)]
        try:
            query = parse_query(asked.get("q", ""), vocabulary(), more=filters)
        except QueryError as error:
            raise RefusedError(400, error.in_chinese) from error
        kinds = tuple(one for one in asked.getlist("kind") if one)
        if unknown := next((one for one in kinds if one not in {*CALL_KINDS, OTHER_KIND}), None):
            raise RefusedError(400, f"没有“{unknown}”这一种，有{'、'.join((*CALL_KINDS, OTHER_KIND))}。")
        since = (datetime.now(BEIJING) - CALENDAR_BACK).date().isoformat()
        wanted = AskedDeadlines(since=since, until=LAST_DAY, query=query, kinds=kinds, limit=MOST_CALENDAR_EVENTS)
        found = await self._site.read(lambda archive: list_deadlines(archive, wanted))
        text = calendar_of(found, review_url=self._site.settings.review.url)
        return self._answer(request, text, MEDIA_TYPE)

    @property
    def _url(self) -> str:
        return f"{self._site.settings.review.url}/feeds"

    async def _admit(self, request: Request) -> Caller:
        caller = await self._access.caller(request, "read", in_address=True)
        if wait := self._rate.wait_seconds(caller.key):
            raise RefusedError(429, "问得太频繁，请稍后再来。", {"Retry-After": str(wait)})
        return caller

    def _answer(self, request: Request, text: str, media_type: str) -> Response:
        content = text.encode()
        headers = self._contents.headers(request.url.path, content, now=datetime.now(UTC))
        if is_unmodified(request.headers, headers):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=f"{media_type}; charset=utf-8")


KINDS = frozenset(get_args(FeedKind))
