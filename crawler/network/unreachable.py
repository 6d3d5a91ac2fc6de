"""Connect to a server and hang up, and say why one cannot be reached. Never its address, which may hold a password."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

CONNECT_SECONDS = 5.0
PORTS = {
    "http": 80, "https": 443, "ws": 80, "wss": 443, "smtp": 587, "smtps": 465, "socks5": 1080, "socks5h": 1080,
}  # fmt: skip
TLS_SCHEMES = frozenset({"https", "wss", "smtps"})
UNREACHABLE_WORDS: Mapping[type[Exception], str] = {  # the narrower class first
    KeyError: "its address is none",
    TimeoutError: "no answer in time",
    ssl.SSLCertVerificationError: "its certificate does not hold",
    ssl.SSLError: "it speaks no TLS that we do",
    socket.gaierror: "its name is not known",
    ConnectionRefusedError: "it refuses connections",
    ValueError: "its address is none",
}


async def try_server(address: str) -> None:
    """Connect and hang up: name, port, and certificate where there is one. Raises what `why_unreachable` words."""
    parts = urlsplit(address)
    port = parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context() if parts.scheme in TLS_SCHEMES else None
    async with asyncio.timeout(CONNECT_SECONDS):
        _, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
        writer.close()
        await writer.wait_closed()


def why_unreachable(error: BaseException) -> str:
    """Return in words why a server cannot be reached; the class of an error that has none."""
    found = (words for kind, words in UNREACHABLE_WORDS.items() if isinstance(error, kind))
    return next(found, type(error).__name__)
