"""Speak TLS with old portals, where `tls = "legacy"` says so: what Scrapy leaves out of that."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from scrapy.core.downloader.handlers._httpx import HttpxDownloadHandler
from scrapy.crawler import Crawler

from crawler.network.settings import LEGACY_CIPHERS

LEGACY_SERVER_CONNECT = 0x4  # OpenSSL's option: servers that do not know RFC 5746 are spoken to


class LegacyCiphers:
    """The ciphers of old portals. Twisted spells a list out and loses its level, without which TLS 1.0 fails."""

    def selectCiphers(self, _: Iterable[Any]) -> tuple[SimpleNamespace, ...]:  # noqa: N802  Twisted's name
        """Return the list as OpenSSL reads it."""
        return (SimpleNamespace(fullName=LEGACY_CIPHERS),)


class ProxiedHandler(HttpxDownloadHandler):
    """Scrapy's handler by httpx. A proxy's own certificate is checked, also where a portal's is not."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if not self._verify_certificates:
            self._ssl_context.options |= LEGACY_SERVER_CONNECT

    def _make_client(self, proxy_url: str | None = None) -> Any:
        checks, self._verify_certificates = self._verify_certificates, True
        try:
            return super()._make_client(proxy_url)
        finally:
            self._verify_certificates = checks


def tls_fault(error: BaseException | None) -> ssl.SSLError | None:
    """Return the fault of TLS that an error comes from, None where it is none."""
    return next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it comes from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
