"""Many portals on one loopback port, told apart by the host they are asked as, and a command that finds them there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from local_portal import Reply

# Runs the command with every name standing for loopback, but for those that are to be unknown: Twisted asks
# `socket.getaddrinfo` for each name it connects to.
DRIVER = """
import _socket
import socket
UNKNOWN = {unknown!r}
def anywhere(name, port, *_):
    if name in UNKNOWN:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]
_socket.getaddrinfo = anywhere
from scheduler.cli import main
main()
"""


@dataclass
class LocalCountry:
    """Portals under test: what each host answers at a path (without its query), and who was asked when."""

    port: int = 0
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    log: list[tuple[float, str, str]] = field(default_factory=list)

    def serve(self, url: str, reply: Reply) -> None:
        """Answer an address from now on."""
        parts = urlsplit(url)
        self.replies[parts.hostname or "", parts.path] = reply

    def here(self, url: str) -> str:
        """Return an address as it is asked for in a test: without TLS, on the test's port."""
        parts = urlsplit(url)
        return parts._replace(scheme="http", netloc=f"{parts.hostname}:{self.port}").geturl()

    def asked(self, host: str) -> list[str]:
        """Return the paths that a host was asked for, in order."""
        return [path for _, name, path in self.log if name == host]


@contextmanager
def open_country() -> Iterator[LocalCountry]:
    """Serve all portals on a free port."""
    country = LocalCountry()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"country": country}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    country.port = server.server_port
    with server:
        yield country
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    country: LocalCountry
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host, path = (self.headers.get("Host") or "").partition(":")[0], urlsplit(self.path).path
        self.country.log.append((time.monotonic(), host, path))
        reply = self.country.replies.get((host, path), Reply(status=404, body=b"<h1>404 Not Found</h1>"))
        time.sleep(reply.delay_seconds)
        with contextlib.suppress(ConnectionError):  # whoever asked has not waited for a late answer
            self._answer(reply)

    do_POST = do_GET  # noqa: N815  the name that http.server looks for

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": "text/html", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """The country keeps its own log."""
