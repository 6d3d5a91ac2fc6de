"""Choose the exits of a request, in order: those it names, and last those that failed there a short while ago."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from scrapy import Request

from crawler.network.errors import ExitError, SilentWorkerError
from crawler.network.exits.direct import DirectExit
from crawler.network.exits.exit import DIRECT, Exit
from crawler.network.exits.workers import WorkersExit
from crawler.network.hub import Hub

EXIT_REST_SECONDS = 300.0  # for so long an exit that failed is asked after the others; a page waits 30 s for a dead one


class Ways:
    """The exits of the process. `direct` is always one of them."""

    def __init__(self, exits: Iterable[Exit] = ()) -> None:
        self._exits: dict[str, Exit] = {one.name: one for one in (DirectExit(), *exits)}
        self._resting: dict[tuple[str, str], float] = {}  # by exit and host, "" for all hosts: until when, loop's time

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that exits themselves stand on."""
        return frozenset(one.host for one in self._exits.values() if one.host)

    @property
    def direct(self) -> Exit:
        """This machine."""
        return self._exits[DIRECT]

    def hub_of(self, name: str) -> Hub | None:
        """Return the connection of an exit of kind workers, None where it is none."""
        way = self._exits.get(name)
        return way.hub if isinstance(way, WorkersExit) else None

    def of(self, request: Request) -> tuple[Exit, ...]:
        """Return the exits to ask, one after the other; `direct` where none that is named suits the request."""
        suited = [one for one in map(self._exits.__getitem__, via_of(request)) if one.suits(request)]
        host, now = _host(request), asyncio.get_running_loop().time()
        suited.sort(key=lambda one: max(self._resting.get((one.name, at), 0.0) for at in (host, "")) > now)
        return tuple(suited) or (self.direct,)

    def rest(self, way: Exit, request: Request, error: Exception) -> None:
        """Let an exit that failed be asked last for a while: for one host, or for all where it cannot serve."""
        if isinstance(error, SilentWorkerError):
            return
        host = "" if isinstance(error, ExitError) else _host(request)
        self._resting[way.name, host] = asyncio.get_running_loop().time() + EXIT_REST_SECONDS

    async def close(self) -> None:
        """Close all exits."""
        for one in self._exits.values():
            await one.close()


def via_of(request: Request) -> tuple[str, ...]:
    """Return the names of a request's exits: its own, else those of the source that is visited."""
    visit = request.meta.get("visit")
    via: tuple[str, ...] = request.meta.get("via") or (visit.source.via if visit is not None else ())
    return via or (DIRECT,)


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
