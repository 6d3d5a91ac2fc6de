"""Open the one door to the network: every request, robots.txt and redirects too, waits here for its host's turn."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from crawler.network.errors import WAY_FAILURES, ExitError, UnsuitedExitError
from crawler.network.exits.exit import DIRECT, Exit
from crawler.network.hosts import ClosingError
from crawler.network.lenient import LEFT_OUT_HEADER
from crawler.network.local import LocalHandler, refuse_private
from crawler.network.proxies import portal_proxies
from crawler.text.addresses import netloc
from crawler.text.header_numbers import clock_offset_seconds_in, retry_after_seconds
from storage.records import CUT_SHORT

if TYPE_CHECKING:
    from crawler.visit import Context, Visit


REFUSAL_STATUSES = frozenset({401, 403, 451})  # the portal refuses us the page, for good or for now
SIZE_LIMIT_KEY = "download_maxsize"  # of one request, 0 for none: Scrapy's name
DEFAULT_SILENCE_SECONDS = 60.0  # for a 429 that does not say how long


class PoliteHandler(BaseDownloadHandler):
    """Sends each request through one of its exits, behind its host's turn, within the time of its visit."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._local = LocalHandler(crawler)
        limit_seconds = crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf
        self._ends_at = asyncio.get_running_loop().time() + limit_seconds
        self._proxy_hosts = portal_proxies().hosts

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request. Where one exit cannot serve, the next is asked, in a turn of its own."""
        ways = self._context.ways
        *others, last = ways.of(request)
        met: list[str] = []
        for way in others:
            try:
                return await self._through(way, request)
            except UnsuitedExitError as error:
                met.append(str(error))
            except (*WAY_FAILURES, ExitError) as error:
                ways.rest(way, request, error)
                met.append(f"{way.name}: {error}")
        try:
            return await self._through(last, request)
        except UnsuitedExitError:
            return await self._through(ways.direct, request)
        except (*WAY_FAILURES, ExitError) as error:
            ways.rest(last, request, error)
            if met or last.name != DIRECT:
                before = f", after {'; '.join(met)}" if met else ""
                error.args = (f"{error} (asked through exit {last.name}{before})",)
            raise

    @property
    def _context(self) -> Context:
        context: Context = self.crawler.spider.context  # type: ignore[union-attr]  # the spider that asks has one
        return context

    async def _through(self, way: Exit, request: Request) -> Response:
        """Return the answer to a request through an exit, once the host's turn has come."""
        context, visit = self._context, request.meta.get("visit")
        if not context.settings.allow_private_networks:
            self._refuse_private(way, request)
        seconds_left = self._seconds_left(visit)
        async with context.hosts.turn(netloc(request.url), most_seconds=seconds_left):
            self._limit(request, visit)
            response = await self._timed(way, request, visit)
            request.meta["exit"] = way.name
            if request.meta.get("is_robots"):  # of a long one the beginning is read, but unpacked it has a limit
                request.meta.pop(SIZE_LIMIT_KEY, None)
            if is_cut_short(response) and not response.body:
                raise ResponseDataLossError
            if visit is not None:
                visit.hear(clock_offset_seconds(response, datetime.now(UTC)))
                visit.note_answer(*flaws_of(response))
            seconds = silence_seconds(response, datetime.now(UTC))
            if seconds is not None:  # before the turn passes on: the request that waits for it must wait longer now
                context.hosts.silence(netloc(request.url), seconds)
            return response

    async def _timed(self, way: Exit, request: Request, visit: Visit | None) -> Response:
        """Return the answer to a request; the visit counts it for its exit."""
        began, failed = asyncio.get_running_loop().time(), True
        try:
            response = await way.fetch(request, self._local)
            failed = False
        finally:
            if visit is not None:
                visit.asked(way.name, asyncio.get_running_loop().time() - began, failed=failed)
        return response

    def _refuse_private(self, way: Exit, request: Request) -> None:
        """Refuse a private host; names are judged where they are looked up. Raises `PrivateAddressError`."""
        host = urlsplit(request.url).hostname or ""
        is_by_proxy = way.name != DIRECT or bool(request.meta.get("proxy_variable"))
        ours = self._context.ways.hosts | (frozenset() if is_by_proxy else self._proxy_hosts)
        refuse_private(host, ours=ours, is_named_elsewhere=way.name != DIRECT)  # the resolver lets `ours` pass

    async def close(self) -> None:
        """Close the connections of the crawl."""
        await self._local.close()

    def _limit(self, request: Request, visit: Visit | None) -> None:
        """Let a request take no longer than its visit may: a request that waited for a turn until then gets none.

        Scrapy's own limit ends a crawl only after what it has begun, which a host that hangs draws out; and it notices
        none that ends by itself because it may ask for nothing any more.

        Raises:
            ClosingError: the visit has no time left.
        """
        seconds_left = self._seconds_left(visit)
        if seconds_left <= 0:
            if visit is not None:
                visit.trouble("error", out_of_time(self._context.settings.limit_seconds), "limit")
            raise ClosingError
        request.meta["download_timeout"] = min(request.meta.get("download_timeout", seconds_left), seconds_left)

    def _seconds_left(self, visit: Visit | None) -> float:
        """Return how much time a visit has left; what belongs to none has the time of its crawl."""
        return (self._ends_at if visit is None else visit.ends_at) - asyncio.get_running_loop().time()


def out_of_time(limit_seconds: float) -> str:
    """Return what is said of a visit that reached its limit."""
    return f"not finished after {limit_seconds:g} s"


def silence_seconds(response: Response, now: datetime) -> float | None:
    """Return for how long an answer asks for silence, at most a day; None when it does not."""
    value = (response.headers.get("Retry-After") or b"").decode("ascii", "replace").strip()
    if response.status not in {429, 503} or (response.status == 503 and not value):
        return None
    seconds = retry_after_seconds(value, since=now)
    return DEFAULT_SILENCE_SECONDS if seconds is None else seconds


def clock_offset_seconds(response: Response, now: datetime) -> float | None:
    """Return by how much an answer's clock is ahead of ours, None when it does not say."""
    date, age = ((response.headers.get(name) or b"").decode("ascii", "replace") for name in ("Date", "Age"))
    return clock_offset_seconds_in(date, age, now=now)


def is_cut_short(response: Response) -> bool:
    """True for an answer that ended before its Content-Length or its last chunk said: browsers show what came."""
    return "dataloss" in response.flags


def flaws_of(response: Response) -> tuple[str, ...]:
    """Return what was odd about an answer that was taken all the same, as a run counts it."""
    return (
        *(("cut short",) if is_cut_short(response) else ()),
        *(("odd headers",) if LEFT_OUT_HEADER in response.headers else ()),
    )


def note_of(response: Response) -> str:
    """Return what was odd about an answer that was taken all the same, empty when nothing was."""
    lines = "; ".join(line.decode("latin-1") for line in response.headers.getlist(LEFT_OUT_HEADER))
    notes = (CUT_SHORT if is_cut_short(response) else "", f"header lines left out: {lines}" if lines else "")
    return "; ".join(filter(None, notes))
