"""Open the one door to the network: every request, robots.txt and redirects too, waits here for its host's turn."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver

from crawler.network.hosts import ClosingError, HostSilentError
from crawler.network.lenient import LEFT_OUT_HEADER, make_tolerant
from crawler.network.proxies import portal_proxies
from crawler.network.public_addresses import is_address, is_public
from crawler.text.addresses import netloc
from crawler.text.header_numbers import clock_offset_seconds_in, retry_after_seconds
from storage.records import CUT_SHORT, Cause

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

    from crawler.visit import Context, Visit


DOWNLOAD_FAILURES = (DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
REFUSAL_STATUSES = frozenset({401, 403, 451})  # the portal refuses us the page, for good or for now
SIZE_LIMIT_KEY = "download_maxsize"  # of one request, 0 for none: Scrapy's name
DEFAULT_SILENCE_SECONDS = 60.0  # for a 429 that does not say how long


class PrivateAddressError(Exception):
    """A portal's address, link or redirect leads into a private network. Carries host and address."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        super().__init__(f"{host} is {address}, which is no public address")


class RobotsRefusedError(IgnoreRequest):
    """robots.txt does not allow an address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"robots.txt does not allow {url}")


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt cannot be had, so nothing of its host may be fetched (RFC 9309, 2.3.1.4). Nothing is wrong with pages.

    `cause` is that of the host where it did not answer at all, else `robots`.
    """

    def __init__(self, host: str, reason: str, cause: Cause = "robots") -> None:
        self.cause: Cause = cause
        super().__init__(f"robots.txt of {host} cannot be had, so no page of it may be asked for: {reason}")


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind the turn of each host, closed to private networks, within the time of its crawl."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        make_tolerant(self._pool)
        self._limit_seconds = crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf
        self._ends_at = asyncio.get_running_loop().time() + self._limit_seconds
        self._proxy_hosts = portal_proxies().hosts

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request, once the host's turn has come."""
        context: Context = self.crawler.spider.context  # type: ignore[union-attr]  # the spider that asks has one
        host = urlsplit(request.url).hostname or ""
        variable = request.meta.get("proxy_variable")
        if not context.settings.allow_private_networks:
            if is_address(host) and not is_public(host):
                raise PrivateAddressError(host, host)
            if host in self._proxy_hosts and not variable:  # the resolver lets it pass, wherever it stands
                raise PrivateAddressError(host, "a proxy of ours")
        seconds_left = self._ends_at - asyncio.get_running_loop().time()
        async with context.hosts.turn(netloc(request.url), most_seconds=seconds_left):
            visit = request.meta.get("visit")
            self._limit(request, visit)
            if visit is not None:
                visit.requests += 1
            try:
                response = await super().download_request(request)
            except CannotResolveHostError as error:
                if host in PublicResolver.refused:
                    raise PrivateAddressError(host, PublicResolver.refused[host]) from error
                _name_proxy(error, variable)
                raise
            except (*DOWNLOAD_FAILURES, TunnelError) as error:
                _name_proxy(error, variable)
                raise
            if request.meta.get("is_robots"):
                request.meta.pop(
                    SIZE_LIMIT_KEY, None
                )  # of a long one the beginning is read, but unpacked it has a limit
            if is_cut_short(response) and not response.body:
                raise ResponseDataLossError
            if visit is not None:
                visit.hear(clock_offset_seconds(response, datetime.now(UTC)))
                visit.note_answer(*flaws_of(response))
            seconds = silence_seconds(response, datetime.now(UTC))
            if seconds is not None:  # before the turn passes on: the request that waits for it must wait longer now
                context.hosts.silence(netloc(request.url), seconds)
            return response

    def _limit(self, request: Request, visit: Visit | None) -> None:
        """Let a request take no longer than its visit may: a request that waited for a turn until then gets none.

        Scrapy's own limit ends a crawl only after what it has begun, which a host that hangs draws out; and it notices
        none that ends by itself because it may ask for nothing any more.

        Raises:
            ClosingError: the visit has no time left.
        """
        seconds_left = self._ends_at - asyncio.get_running_loop().time()
        if seconds_left <= 0:
            if visit is not None:
                visit.trouble("error", out_of_time(self._limit_seconds), "limit")
            raise ClosingError
        request.meta["download_timeout"] = min(request.meta.get("download_timeout", seconds_left), seconds_left)


def _name_proxy(error: Exception, variable: str | None) -> None:
    """Let a failure of the network say through which proxy it was met."""
    if variable:
        error.args = (f"{error} (asked through the proxy in {variable})",)


def out_of_time(limit_seconds: float) -> str:
    """Return what is said of a visit that reached its limit."""
    return f"not finished after {limit_seconds:g} s"


CAUSE_OF_ERROR: tuple[tuple[tuple[type[BaseException], ...], Cause], ...] = (
    ((CannotResolveHostError,), "dns"),
    ((DownloadTimeoutError, TimeoutError), "timeout"),
    ((DownloadConnectionRefusedError, ResponseDataLossError, ConnectionError, TunnelError), "connection"),
    ((DownloadCancelledError,), "size"),
    ((RobotsRefusedError,), "robots"),
    ((HostSilentError,), "silence"),
    ((PrivateAddressError,), "private"),
    ((SSL.Error,), "tls"),
)


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only. It gives the very address that is connected to.

    So a redirect, or a name that changes its address between two look-ups, opens no private network. `allowed` are the
    proxies' own names, which may be private.
    """

    refused: ClassVar[dict[str, str]] = {}  # names and their private addresses: Twisted only says "no results"

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, *, allowed: Collection[str] = ()) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allowed = frozenset(allowed)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        """Return the address of a name; there is none where it is private."""
        return super().getHostByName(name, timeout).addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if name in self._allowed or is_public(address):
            return address
        self.refused[name] = address
        raise PrivateAddressError(name, address)


def cause_of(error: BaseException | None) -> Cause:
    """Return the class of a failed fetch, which decides how soon it is tried again."""
    if isinstance(error, RobotsUnreachableError):
        return error.cause
    for kinds, cause in CAUSE_OF_ERROR:
        if isinstance(error, kinds):
            return cause
    if error is None:
        return "other"
    chain = (error.__cause__, error.__context__, *getattr(error.__cause__, "reasons", ()))
    inner = [getattr(link, "value", link) for link in chain]  # Twisted wraps the reasons of a failed answer
    return "tls" if any(isinstance(link, SSL.Error) for link in inner) else "other"


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


def said_of(error: BaseException | None) -> str:
    """Return what went wrong as `class: message`; errors that are written for people say it themselves."""
    name = type(error).__name__.removesuffix("Error")
    return str(error) if isinstance(error, IgnoreRequest) else f"{name}: {error}".rstrip(": ")


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
