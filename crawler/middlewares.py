"""What stands between spider and network: robots.txt, and servers that ask for silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.fetch import RobotsRefusedError, RobotsUnreachableError, netloc, silence_seconds
from crawler.hosts import LONGEST_WAIT_SECONDS
from crawler.network.proxies import portal_proxies
from crawler.text.decode import decode
from storage.frontier import Robots

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.visit import Context

ROBOTS_AGE = timedelta(hours=24)  # RFC 9309, 2.4
LONGEST_CRAWL_DELAY_SECONDS = 60.0  # a slip of the pen ("86400") must not take a portal out of the watch
TRIES_AFTER_SILENCE = 2


class RobotsMiddleware:
    """Asks robots.txt before everything else, once in 24 hours per host and process, and keeps its Crawl-delay."""

    def __init__(self, crawler: Crawler, user_agent: str) -> None:
        self._crawler = crawler
        self._user_agent = user_agent
        self._parsed: dict[str, tuple[datetime, Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        return cls(crawler, str(crawler.settings["USER_AGENT"]))

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
            rules = await self._rules(host, request)
        context.hosts.slow_down(host, min(rules.crawl_delay(self._user_agent) or 0.0, LONGEST_CRAWL_DELAY_SECONDS))
        if not rules.can_fetch(request.url, self._user_agent):
            raise RobotsRefusedError(request.url)

    @property
    def _context(self) -> Context:
        context: Context = self._crawler.spider.context  # type: ignore[union-attr]  # the spider that asks has one
        return context

    async def _rules(self, host: str, request: Request) -> Protego:
        frontier, now = self._context.archive.frontier, datetime.now(UTC)
        known = frontier.robots(host)
        if known is None or now - known.fetched_at >= ROBOTS_AGE:
            known = Robots(text=await self._fetch(host, request), fetched_at=now)
            frontier.remember_robots(host, known)
        if host not in self._parsed or self._parsed[host][0] != known.fetched_at:
            self._parsed[host] = (known.fetched_at, Protego.parse(known.text))
        return self._parsed[host][1]

    async def _fetch(self, host: str, request: Request) -> str:
        """Return robots.txt, empty when the host says that it has none (any 4xx: RFC 9309, 2.3.1.3)."""
        assert self._crawler.engine is not None
        url = f"{urlsplit(request.url).scheme}://{host}/robots.txt"
        meta = {"is_robots": True, "visit": request.meta.get("visit")}
        response = await self._crawler.engine.download_async(Request(url, meta=meta, callback=NO_CALLBACK))
        if response.status >= 500:
            raise RobotsUnreachableError(host, response.status)
        return decode(response.body) if response.status < 400 else ""


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
