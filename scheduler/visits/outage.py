"""Tell from the visits that this machine resolves no names any more, so that its return is not waited out. No clock.

A name that one source alone asks for may be gone for good. A machine is offline when the visits to several hosts failed
at their names, one after the other, and none in between got as far as a portal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from storage.records import Run

HOSTS_IN_A_ROW = 2  # one host that has no name says nothing about this machine
ANSWER_SECONDS = 4.0  # a resolver without a network may take longer to give up than visits can wait


class Outage:
    """Whether names are resolved here, as far as the visits tell."""

    def __init__(self, runs: Iterable[tuple[str, Run]] = ()) -> None:
        self._hosts: dict[str, None] = {}  # that failed at their names since a visit last got farther, oldest first
        for host, run in runs:
            self.note(host, run)

    def note(self, host: str, run: Run) -> None:
        """Note how a visit to a host ended."""
        if run.cause == "dns":
            self._hosts[host] = None
        else:
            self._hosts.clear()

    @property
    def is_on(self) -> bool:
        """Whether this machine seems to be offline."""
        return len(self._hosts) >= HOSTS_IN_A_ROW

    def next_host(self) -> str:
        """Return a host whose name is worth asking for: each in its turn, so that a dead one holds nobody up."""
        host = next(iter(self._hosts))
        self._hosts[host] = self._hosts.pop(host)
        return host

    def end(self) -> None:
        """Forget the outage."""
        self._hosts.clear()


async def resolves(host: str) -> bool:
    """Return whether a host, with or without its port, has an address here."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.get_running_loop().getaddrinfo(urlsplit(f"//{host}").hostname, None)
    except OSError:
        return False
    return True
