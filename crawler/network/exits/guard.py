"""Stand between a browser and the network: a proxy on loopback that connects to public addresses only.

A page's scripts ask for whatever they like, so a browser is given no other way out. The guard looks names up, and the
address that it has checked is the one that is connected to.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from crawler.network.errors import PrivateAddressError
from crawler.network.public_addresses import is_public

CONNECT_SECONDS = 10.0
MOST_HEAD_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024
REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BrowserGuard:
    """The proxy. `failures` holds by host why it was not connected to, until it is."""

    def __init__(self, *, is_open: bool) -> None:
        self.failures: dict[str, Exception] = {}
        self._is_open = is_open
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen, and return the address for the browser."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MOST_HEAD_BYTES)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection: a tunnel, or one request in plain http."""
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            there = await self._connect(parts.hostname or "", parts.port or (443 if method == "CONNECT" else 80))
            if there is None:
                writer.write(REFUSED)
            elif method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _relay((reader, writer), there)
            else:
                there[1].write(_plain(method, target, head))
                await _relay((reader, writer), there)
        with contextlib.suppress(OSError):
            writer.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a connection to a host, None where there is none: `failures` says why."""
        try:
            address = await self._address(host, port)
            pair = await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
        except (PrivateAddressError, CannotResolveHostError) as error:
            self.failures[host] = error
        except OSError as error:  # a time that is out too
            self.failures[host] = DownloadConnectionRefusedError(f"{host}: {error or type(error).__name__}")
        else:
            self.failures.pop(host, None)
            return pair
        return None

    async def _address(self, host: str, port: int) -> str:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)  # SOCK_STREAM
        except OSError as error:
            raise CannotResolveHostError(f"{host}: {error}") from error
        addresses = [str(row[4][0]) for row in found]
        allowed = [address for address in addresses if self._is_open or is_public(address)]
        if not allowed:
            raise PrivateAddressError(host, addresses[0])
        return allowed[0]


def _plain(method: str, target: str, head: bytes) -> bytes:
    """Return a request to a proxy as one to the server itself, for this one only: what follows may be for another."""
    parts = urlsplit(target)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    lines = head.split(b"\r\n")[1:-2]
    kept = [line for line in lines if not line.lower().startswith((b"proxy-", b"connection:"))]
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode("latin-1"), *kept, b"Connection: close", b"", b""])


async def _relay(
    here: tuple[asyncio.StreamReader, asyncio.StreamWriter], there: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    """Pass on what comes from either side until one of them is done."""
    ways = [asyncio.create_task(_pump(here[0], there[1])), asyncio.create_task(_pump(there[0], here[1]))]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    with contextlib.suppress(OSError):
        there[1].close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(PIECE_BYTES):
            writer.write(data)
            await writer.drain()
