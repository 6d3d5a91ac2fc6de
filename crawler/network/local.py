"""Send requests from this machine: tolerant of odd servers, closed to private networks, through a proxy where told."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, StopDownload
from scrapy.http import Response

from crawler.network.errors import PrivateAddressError
from crawler.network.lenient import make_tolerant
from crawler.network.public_addresses import is_address, is_public
from crawler.network.resolver import PublicResolver
from crawler.network.settings import TLS
from crawler.network.tls import LegacyCiphers, ProxiedHandler

LOCAL_NAMES = (
    "localhost",
    ".localhost",
    ".local",
    ".internal",
    ".home.arpa",
)  # RFC 6761, 6762, 8375; ICANN

# How long a connection stands open for the next request to its host: spaced requests come within seconds, and thousands
# of hosts that are polled in turn must not hold a connection each for the four minutes that are Twisted's own.
IDLE_CONNECTION_SECONDS = 10

MOST_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are read, of a longer file the beginning


class LocalHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, reading answers as browsers do. A request's proxy, of kind http, is its `proxy`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        make_tolerant(self._pool)
        self._pool.cachedConnectionTimeout = IDLE_CONNECTION_SECONDS
        self._httpx: ProxiedHandler | None = None
        self.tls: TLS = "modern" if crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") else "legacy"
        if self.tls == "legacy":
            self._contextFactory.tls_ciphers = LegacyCiphers()

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request.

        Raises:
            PrivateAddressError: the host's name stands for a private address.
        """
        host = urlsplit(request.url).hostname or ""
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            if host in PublicResolver.refused:
                raise PrivateAddressError(host, PublicResolver.refused[host]) from error
            raise

    async def send_by_httpx(self, request: Request) -> Response:
        """Return the answer to a request whose proxy is of a kind that Twisted does not speak to: https, socks5."""
        if self._httpx is None:
            self._httpx = ProxiedHandler(self.crawler)
        seconds = request.meta["download_timeout"]
        try:
            async with asyncio.timeout(seconds):  # httpx's own limit is one for each read
                return await self._httpx.download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"Getting {request.url} took longer than {seconds} seconds.") from error

    async def close(self) -> None:
        """Close all connections."""
        await super().close()
        if self._httpx is not None:
            await self._httpx.close()


def stop_when_long(data: bytes, request: Request) -> None:
    """End the download of a robots.txt once enough of it is there; what has come is read."""
    if request.meta.get("is_robots"):
        request.meta["received"] = request.meta.get("received", 0) + len(data)
        if request.meta["received"] >= MOST_ROBOTS_BYTES:
            raise StopDownload(fail=False)


def refuse_private(host: str, *, ours: Collection[str] = (), is_named_elsewhere: bool = False) -> None:
    """Refuse a host that is written as a private address, or is one of `ours`, wherever that stands.

    `is_named_elsewhere`: names are looked up elsewhere, so a name that means a machine's own network is refused too.

    Raises:
        PrivateAddressError
    """
    if is_address(host) and not is_public(host):
        raise PrivateAddressError(host, host)
    if host in ours:
        raise PrivateAddressError(host, "a proxy of ours")
    name = host.rstrip(".").lower()
    if is_named_elsewhere and (name == LOCAL_NAMES[0] or name.endswith(LOCAL_NAMES[1:])):
        raise PrivateAddressError(host, "a name of a machine's own network")
