"""Define the middlewares between spider and network: equal requests, robots.txt, servers that ask for silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.request import fingerprint

from crawler.network.errors import (
    PrivateAddressError,
    RobotsRefusedError,
    RobotsUnreachableError,
    cause_of,
    said_of,
)
from crawler.network.exits.ways import via_of
from crawler.network.handler import SIZE_LIMIT_KEY, silence_seconds
from crawler.network.hosts import LONGEST_WAIT_SECONDS, ClosingError, HostSilentError
from crawler.network.local import MOST_ROBOTS_BYTES, stop_when_long
from crawler.network.proxies import portal_proxies
from crawler.network.requests import request_for
from crawler.reading import LimitError, Permission, ReadingError, permission
from crawler.reading.robots import SHORT_ROBOTS_CHARACTERS
from crawler.text.addresses import netloc
from crawler.text.decode import decode
from storage.host_rules import Robots
from storage.records import Cause

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.visit import Context

ROBOTS_AGE = timedelta(hours=24)  # RFC 9309, 2.4
STALE_ROBOTS_AGE = timedelta(days=30)  # RFC 9309, 2.3.1.4: how long a copy serves while robots.txt cannot be had
ROBOTS_RETRY_AFTER = timedelta(minutes=1)  # a visit asks again for a robots.txt that it could not have
MOST_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2: beyond them it is as if there were none
LONGEST_CRAWL_DELAY_SECONDS = 60.0  # a slip of the pen ("86400") must not take a portal out of the watch
TRIES_AFTER_SILENCE = 2
# The host does not answer, whatever it is asked for; with any other cause it is robots.txt that fails.
HOST_CAUSES: frozenset[Cause] = frozenset({"dns", "tls", "timeout", "connection", "exit"})


class Fingerprinter:
    """Tells requests apart by their fragments too: two rows that differ there both want an answer."""

    def fingerprint(self, request: Request) -> bytes:
        """Return what Scrapy knows a request by."""
        return fingerprint(request, keep_fragments=True)


class RobotsMiddleware:
    """Asks robots.txt before everything else, once in 24 hours per host, and keeps its Crawl-delay."""

    def __init__(self, crawler: Crawler, user_agent: str) -> None:
        self._crawler = crawler
        self._user_agent = user_agent
        self._failed: dict[tuple[str, tuple[str, ...]], tuple[datetime, RobotsUnreachableError]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl, listening to what arrives."""
        made = cls(crawler, str(crawler.settings["USER_AGENT"]))
        crawler.signals.connect(stop_when_long, signal=signals.bytes_received)
        return made

    async def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            RobotsRefusedError, RobotsUnreachableError
        """
        context = self._context
        visit = request.meta.get("visit")
        is_exempt = bool(visit and visit.source.ignore_robots_because)
        if not context.settings.obey_robots or is_exempt or request.meta.get("is_robots"):
            return
        host = netloc(request.url)
        async with context.hosts.robots_lock(host):
            said = await self._permission(await self._robots(host, request), host, request.url)
        context.hosts.slow_down(host, min(said.crawl_delay_seconds, LONGEST_CRAWL_DELAY_SECONDS))
        if not said.is_given:
            raise RobotsRefusedError(request.url)

    @property
    def _context(self) -> Context:
        context: Context = self._crawler.spider.context  # type: ignore[union-attr]  # the spider that asks has one
        return context

    async def _permission(self, robots: Robots, host: str, url: str) -> Permission:
        """Return what a robots.txt says to a request; a long one is read where it can hold nobody.

        Raises:
            RobotsUnreachableError: it cannot be read, so nothing is known of what it forbids.
        """
        if len(robots.text) <= SHORT_ROBOTS_CHARACTERS:
            return permission(robots.text, url, self._user_agent)
        unreadable = self._context.hosts.unreadable_robots
        if host in unreadable and unreadable[host][0] == robots:
            raise unreadable[host][1]
        try:
            return await self._context.reader.read(permission, robots.text, url, self._user_agent)
        except ReadingError as error:
            failure = RobotsUnreachableError(host, str(error))
            if isinstance(error, LimitError):  # it would take as much at the next request
                unreadable[host] = (robots, failure)
            raise failure from error

    async def _robots(self, host: str, request: Request) -> Robots:
        """Return the robots.txt of a host, at most a day old unless a new one cannot be had."""
        kept, now = self._context.hosts.robots, datetime.now(UTC)
        if host in kept and abs(now - kept[host].fetched_at) < ROBOTS_AGE:  # abs: a clock that was ahead is set back
            return kept[host]
        known = self._context.archive.host_rules.robots(host)
        if known is None or abs(now - known.fetched_at) >= ROBOTS_AGE:
            known = await self._renewed(host, request, known)
        kept[host] = known
        return known

    async def _renewed(self, host: str, request: Request, known: Robots | None) -> Robots:
        """Return robots.txt as it is now; the copy of before while it cannot be had."""
        now = datetime.now(UTC)
        try:
            renewed = Robots(text=await self._fetch_unless_failed(host, request), fetched_at=now)
        except RobotsUnreachableError:
            if known is None or abs(now - known.fetched_at) >= STALE_ROBOTS_AGE:
                raise
            return known
        self._context.archive.host_rules.remember_robots(host, renewed)
        return renewed

    async def _fetch_unless_failed(self, host: str, request: Request) -> str:
        """Return the text of robots.txt; a failure stands for a minute, for all who ask by the same exits."""
        asked = (host, via_of(request))
        if asked in self._failed and abs(datetime.now(UTC) - self._failed[asked][0]) < ROBOTS_RETRY_AFTER:
            raise self._failed[asked][1]
        try:
            return await self._fetch(host, request)
        except (ClosingError, HostSilentError):
            raise
        except Exception as error:
            if isinstance(error, PrivateAddressError) and error.host == urlsplit(request.url).hostname:
                raise  # the page itself must not be asked for either
            cause = cause_of(error)
            failure = RobotsUnreachableError(host, said_of(error), cause if cause in HOST_CAUSES else "robots")
            self._keep_failure(asked, failure)
            raise failure from error

    def _keep_failure(self, asked: tuple[str, tuple[str, ...]], failure: RobotsUnreachableError) -> None:
        """Keep a failure while it stands, and forget those that stand no more: a crawl may ask all hosts, for ever."""
        now = datetime.now(UTC)
        self._failed = {key: one for key, one in self._failed.items() if abs(now - one[0]) < ROBOTS_RETRY_AFTER}
        self._failed[asked] = (now, failure)

    async def _fetch(self, host: str, request: Request) -> str:
        """Return robots.txt, empty when the host has none: any 4xx, or a redirect that leads on and on.

        Raises: whatever keeps it from being had.
        """
        url = f"{urlsplit(request.url).scheme}://{host}/robots.txt"
        for _ in range(MOST_ROBOTS_REDIRECTS + 1):
            response = await self._ask(url, request)
            location = response.headers.get("Location")
            if response.status >= 500:
                raise IgnoreRequest(f"http {response.status}")
            if not (300 <= response.status < 400 and location):
                return decode(response.body[:MOST_ROBOTS_BYTES]) if response.status < 300 else ""
            url = urljoin(url, location.decode("latin-1"))
        return ""

    async def _ask(self, url: str, asking: Request) -> Response:
        assert self._crawler.engine is not None
        led = {key: asking.meta.get(key) for key in ("visit", "via")}
        meta = led | {"is_robots": True, "dont_redirect": True, SIZE_LIMIT_KEY: 0}
        headers = {"Accept-Encoding": "identity"}  # the beginning of a packed file cannot always be unpacked
        request = request_for(url, meta=meta, headers=headers, callback=NO_CALLBACK)
        return await self._crawler.engine.download_async(request)


class ProxyMiddleware:
    """Sends each request the way that the environment's proxy variables say; Scrapy reads fewer of their forms."""

    def __init__(self) -> None:
        self._proxies = portal_proxies()

    def process_request(self, request: Request) -> None:
        """Note the proxy of a request, and that there is none: a redirect takes the notes of its request along."""
        proxy = self._proxies.of(request.url)
        request.meta["proxy"] = proxy.url if proxy else None
        request.meta["proxy_variable"] = proxy.variable if proxy else None


class RetryAfterMiddleware:
    """Asks again where a 429 or 503 wants a short silence; the silence itself is kept by the host's turn."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the response, or the request again when the host only wants a short silence."""
        seconds = silence_seconds(response, datetime.now(UTC))
        tries = request.meta.get("silences", 0)
        if seconds is None or seconds > LONGEST_WAIT_SECONDS or tries >= TRIES_AFTER_SILENCE:
            return response
        return request.replace(dont_filter=True, meta=request.meta | {"silences": tries + 1})
