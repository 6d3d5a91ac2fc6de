"""Run the daemon's delivery rounds, one for each endpoint at a time: one that hangs delays no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from scheduler.notify.deliver import Tally, deliver_to
from scheduler.notify.dispatch import Dispatch
from storage.archive import Archive


class Rounds:
    """The rounds that are under way."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Tally]] = {}

    def begin(self, archive: Archive, dispatch: Dispatch, *, clock: Callable[[], datetime]) -> None:
        """Begin a round at every endpoint that has none."""
        self._running = {name: task for name, task in self._running.items() if not task.done()}
        for endpoint in dispatch.endpoints:
            if endpoint.name not in self._running:
                coroutine = deliver_to(endpoint, archive, dispatch, clock=clock)
                self._running[endpoint.name] = asyncio.create_task(coroutine)

    async def wait(self, *, timeout_seconds: float) -> None:
        """Wait until all rounds have ended, but no longer than this."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=timeout_seconds)

    async def end(self, *, timeout_seconds: float) -> None:
        """Let the rounds end; what has not by then is given up, and its message comes back with the lease."""
        await self.wait(timeout_seconds=timeout_seconds)
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
