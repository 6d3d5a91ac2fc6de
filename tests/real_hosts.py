"""A portal under real host names on the ports of the web, and a command that finds all of them on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conftest import Futurewatch
from forked import be_lines, run_forked
from local_portal import LocalPortal, Reply, open_portal
from self_signed import open_self_signed

# Runs the command with every name standing for loopback, and the ports of the web for those of the test's servers:
# Twisted asks `socket.getaddrinfo`, which asks `_socket`, for each name, and connects to what that answers.
DRIVER = """
import _socket
import socket
PORTS = {ports!r}
asked = _socket.getaddrinfo
def here(name, port, *more, **named):
    if port not in PORTS:
        return asked(name, port, *more, **named)
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", PORTS[port]))]
_socket.getaddrinfo = here
from scheduler.cli import main
main()
"""


@dataclass
class RealHosts:
    """One portal as it is met over http and over https, whatever its host is called."""

    plain: LocalPortal
    tls: LocalPortal

    def serve(self, path: str, page: str) -> None:
        """Answer a path with a page on both ports."""
        self.plain.serve(path, page)
        self.tls.serve(path, page)

    def redirect(self, path: str, url: str) -> None:
        """Lead from a path over http to another address."""
        self.plain.replies[path] = Reply(status=301, headers={"Location": url})

    def asked(self, path: str) -> int:
        """Return how often a path was asked for."""
        return len(self.plain.asked(path)) + len(self.tls.asked(path))

    def run(self, futurewatch: Futurewatch, *arguments: str) -> str:
        """Run a command that finds the portal, and return its stdout."""
        ports = {80: urlsplit(self.plain.url).port, 443: urlsplit(self.tls.url).port}
        words = [DRIVER.format(ports=ports), *arguments, "--config", str(futurewatch.config)]
        returned, out, err = run_forked(words, environment=os.environ | futurewatch.environment, be=be_lines)
        assert returned == 0, err
        return out


@contextmanager
def open_hosts(folder: Path) -> Iterator[RealHosts]:
    """Serve a portal over http and https."""
    with open_portal() as plain, open_self_signed(folder) as tls:
        yield RealHosts(plain, tls)
