"""Make the client for endpoints and heartbeat: through the environment's proxies, and directly when one cannot be used.

A client is made whatever the environment holds. An answer is read up to a limit of bytes, and up to a limit of time.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import os
import ssl
import zlib
from collections.abc import Mapping

import certifi
import httpx

from crawler.network.proxies import SOCKS_KINDS, Proxies, Proxy, proxies_in
from scheduler.config.log import get_logger

log = get_logger()

NEEDS_SOCKS = "SOCKS needs pip install 'httpx[socks]'"
MOST_ANSWER_BYTES = 64 * 1024  # of an answer: vendors say some hundred bytes
ANSWER_BODY_SECONDS = 5.0  # for an answer whose status has arrived
PROXY_REFUSAL_STATUS = 407  # only a proxy wants to know who asks it
PROXY_UNREACHED_STATUSES = frozenset({502, 503, 504})  # a proxy's answers for a server that it does not reach
ZLIB_OR_GZIP_WBITS = 47  # zlib's own word for "either, with up to 32 KiB to look back"


class NoWayError(httpx.TransportError):
    """Neither the proxy nor the direct way led anywhere. The message names the variable, never an address."""


def endpoint_proxies() -> Proxies:
    """Return the proxies that endpoints and heartbeat are asked through."""
    is_missing = importlib.util.find_spec("socksio") is None
    return proxies_in(os.environ, unusable=dict.fromkeys(SOCKS_KINDS, NEEDS_SOCKS) if is_missing else {})


def http_client(timeout_seconds: float) -> httpx.AsyncClient:
    """Return a client for a round; it follows no redirects, for they could lead a signed message elsewhere."""
    proxies = endpoint_proxies()
    for fault in proxies.faults:
        warn_once(fault)
    return httpx.AsyncClient(
        timeout=timeout_seconds, follow_redirects=False, trust_env=False, transport=_Ways(proxies)
    )  # fmt: skip


async def ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes | None = None,
    body_seconds: float = ANSWER_BODY_SECONDS,
) -> httpx.Response:
    """Return an answer with no more than the beginning of its body. Its status counts even when the body hangs.

    Raises:
        httpx.HTTPError, httpx.InvalidURL, ValueError: there was no answer, or the address is none.
    """
    request = client.build_request(method, url, headers={**headers, "Accept-Encoding": "identity"}, content=content)
    response = await client.send(request, stream=True)
    try:
        body = await _beginning(response, body_seconds)
    finally:
        await response.aclose()
    kept = {name: value for name, value in response.headers.items() if name in {"date", "retry-after"}}
    return httpx.Response(response.status_code, headers=kept, content=body, extensions=response.extensions)


async def _beginning(response: httpx.Response, body_seconds: float) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(body_seconds):
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= MOST_ANSWER_BYTES:
                    break
    except (httpx.HTTPError, TimeoutError):
        pass  # the status has arrived: it is the answer
    raw = bytes(body[:MOST_ANSWER_BYTES])
    if response.headers.get("Content-Encoding", "identity") == "identity":
        return raw
    try:  # packed though nobody asked for it
        return zlib.decompressobj(ZLIB_OR_GZIP_WBITS).decompress(raw, MOST_ANSWER_BYTES)
    except zlib.error:
        return raw


class _Ways(httpx.AsyncBaseTransport):
    """Sends a request through its proxy; directly when the proxy fails and that can tell nobody twice."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies
        self._direct = httpx.AsyncHTTPTransport(verify=certificates(), trust_env=False)
        self._through: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self._proxies.of(str(request.url))
        if proxy is None:
            return await self._direct.handle_async_request(request)
        sent = _Sent(request)
        try:
            response = await self._way_through(proxy).handle_async_request(request)
        except (httpx.TransportError, httpx.InvalidURL, ValueError, ImportError, RuntimeError) as error:
            if not sent.may_repeat:
                raise
            return await self._detour(request, proxy, type(error).__name__)
        if not sent.is_fault_of_proxy(response):
            return response
        await response.aclose()
        return await self._detour(request, proxy, f"http {response.status_code}")

    async def _detour(self, request: httpx.Request, proxy: Proxy, problem: str) -> httpx.Response:
        """Ask directly. Raises `NoWayError` when that fails as well."""
        said = f"the proxy in {proxy.variable} cannot be used ({problem})"
        try:
            response = await self._direct.handle_async_request(request)
        except httpx.TransportError as error:
            raise NoWayError(f"{said}, and directly: {type(error).__name__}") from error
        log.warning("asked directly", why=said)
        response.extensions["detour"] = f"directly: {said}"
        return response

    def _way_through(self, proxy: Proxy) -> httpx.AsyncHTTPTransport:
        if proxy.variable not in self._through:
            tls = certificates() if proxy.url.startswith("https:") else None
            self._through[proxy.variable] = httpx.AsyncHTTPTransport(
                verify=certificates(), trust_env=False, proxy=httpx.Proxy(proxy.url, ssl_context=tls)
            )
        return self._through[proxy.variable]

    async def aclose(self) -> None:
        for transport in (self._direct, *self._through.values()):
            await transport.aclose()


class _Sent:
    """Notes whether a request itself went out, past what was said to the proxy alone."""

    def __init__(self, request: httpx.Request) -> None:
        self._request, self._went_out = request, False
        request.extensions = {**request.extensions, "trace": self._note}

    async def _note(self, event: str, info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            self._went_out |= getattr(info.get("request"), "method", b"") != b"CONNECT"

    @property
    def may_repeat(self) -> bool:
        """Whether a second try tells nobody twice: a `webhook-id` lets its receiver drop it."""
        return not self._went_out or self._request.method == "GET" or "webhook-id" in self._request.headers

    def is_fault_of_proxy(self, response: httpx.Response) -> bool:
        """Return whether an answer is the proxy's own, about itself or a server that it does not reach."""
        if response.status_code == PROXY_REFUSAL_STATUS:
            return True
        return (
            self._request.url.scheme == "http" and response.status_code in PROXY_UNREACHED_STATUSES and self.may_repeat
        )


@functools.cache
def certificates() -> ssl.SSLContext:
    """Return the trusted certificates, read once: that takes 20 ms, most of what a client costs."""
    return read_certificates()


def read_certificates() -> ssl.SSLContext:
    """Return the trusted certificates; the usual ones where the environment names some that cannot be read."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one: no file, or no certificate in it
        warn_once(f"SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE is unusable and ignored: {type(error).__name__}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the default's own maker reads the environment again
    context.load_verify_locations(certifi.where())
    return context


@functools.cache
def warn_once(text: str) -> None:
    """Log a warning the first time it is due in this process."""
    log.warning(text)
