"""Give turns to read: whoever has taken least of the readers' time comes first, so costly pages wait for others."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HALF_LIFE_SECONDS = 600.0  # after which half of what a host has taken is forgotten


class ReadingTurns:
    """So many turns at a time, given to the waiting host that has taken the fewest seconds; to the first of equals."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._taken_seconds: defaultdict[str, float] = defaultdict(float)
        self._halved_at = float("-inf")

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it."""
        loop = asyncio.get_running_loop()
        if self._free:
            self._free -= 1
        else:
            await self._called(host, loop)
        began = loop.time()
        try:
            yield
        finally:
            self._note(host, loop.time() - began, loop.time())
            self._pass_on()

    async def _called(self, host: str, loop: asyncio.AbstractEventLoop) -> None:
        call = loop.create_future()
        self._waiting.append((host, call))
        try:
            await call
        except asyncio.CancelledError:
            if call.cancelled():
                self._waiting = [one for one in self._waiting if one[1] is not call]
            else:
                self._pass_on()  # it was called in the same moment
            raise

    def _note(self, host: str, seconds: float, now: float) -> None:
        if now - self._halved_at > HALF_LIFE_SECONDS:
            self._halved_at = now
            kept = {name: taken / 2 for name, taken in self._taken_seconds.items() if taken > 1}
            self._taken_seconds = defaultdict(float, kept)
        self._taken_seconds[host] += seconds

    def _pass_on(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        least = min(self._waiting, key=lambda one: self._taken_seconds[one[0]])
        self._waiting.remove(least)
        least[1].set_result(None)
