"""Let requests leave through a proxy: http, https or socks5. The proxy looks names up, and must refuse private ones."""

from __future__ import annotations

import base64
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError
from scrapy.http import Response

from crawler.network.errors import ExitError
from crawler.network.exits.exit import ExitKind, ExitOptions
from crawler.network.local import LocalHandler
from crawler.network.proxies import read_proxy
from crawler.network.tls import tls_fault
from crawler.network.unreachable import try_server, why_unreachable

PROXY_WANTS_ACCOUNT = 407


class ProxyExit:
    """A proxy. `socks5` has names looked up by the proxy too."""

    def __init__(self, options: ExitOptions) -> None:
        self.name = options.name
        proxy = read_proxy(options.name, options.url, {})
        self.host = proxy.host
        parts = urlsplit(proxy.url)
        self._is_http = parts.scheme == "http"
        self._url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".replace("socks5h:", "socks5:")
        account = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
        self._account = b"Basic " + base64.b64encode(account) if parts.username else None

    def suits(self, request: Request) -> bool:  # noqa: ARG002  any
        """Return true."""
        return True

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return what a portal answers through the proxy."""
        asked = request.copy()  # what middlewares wrote for the environment's proxy is not for this one
        asked.meta["proxy"] = self._url
        asked.headers.pop("Proxy-Authorization", None)
        if self._account:
            asked.headers["Proxy-Authorization"] = self._account
        try:
            response = await (local.download_request(asked) if self._is_http else local.send_by_httpx(asked))
        except (CannotResolveHostError, DownloadConnectionRefusedError, TunnelError) as error:
            raise await self._failure(error) from tls_fault(error) or error
        if response.status == PROXY_WANTS_ACCOUNT:
            raise self._refused()
        return response

    async def _failure(self, error: Exception) -> Exception:
        """Return what a failure means: that of the proxy, or of the portal behind it."""
        if str(PROXY_WANTS_ACCOUNT) in str(error):
            return self._refused()
        if isinstance(error, TunnelError) or not (self._is_http or type(error.__cause__).__name__ == "ConnectError"):
            return error
        if tls_fault(error):
            return await self._own_fault() or DownloadFailedError(str(error))
        return ExitError(self.name, f"the proxy does not answer ({type(error).__name__})")

    def _refused(self) -> ExitError:
        return ExitError(self.name, f"the proxy wants another account ({PROXY_WANTS_ACCOUNT})")

    async def _own_fault(self) -> ExitError | None:
        """Return why the proxy itself cannot be reached, None where it is the portal whose TLS is at fault."""
        try:
            await self.probe()
        except ExitError as error:
            return error
        return None

    async def probe(self) -> None:
        """Connect to the proxy and hang up."""
        try:
            await try_server(self._url)
        except (OSError, ValueError, KeyError) as error:
            raise ExitError(self.name, f"the proxy: {why_unreachable(error)}") from error

    async def close(self) -> None:
        """Do nothing: connections are those of the crawls."""


KIND = ExitKind(name="proxy", open=ProxyExit, needs=("url",))
