"""Give each host one turn at a time, across all crawls of the process: spacing, Crawl-delay, Retry-After.

Scrapy's own delay is per crawl: four crawls of one host with a delay of 0.5 s came 0.1 s apart.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storage.host_rules import HostRules, Robots

LONGEST_WAIT_SECONDS = 60.0  # a host that wants longer silence is left alone until a later run


class HostSilentError(Exception):
    """A host asked not to be asked now. Carries until when."""

    def __init__(self, host: str, until: datetime) -> None:
        self.until = until
        super().__init__(f"{host} asked for silence until {until.isoformat(timespec='seconds')}")


class ClosingError(Exception):
    """The program is ending, so nobody gets a turn any more."""


@dataclass(slots=True)
class _Host:
    delay_seconds: float
    ended_at: float = float("-inf")  # when its last answer ended; these two in the loop's time
    silent_until: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """Gives out turns. The wait starts when an answer ends, so the host sees no gap shorter than its delay."""

    def __init__(self, rules: HostRules, *, delay_seconds: float) -> None:
        self._rules = rules
        self._delay_seconds = delay_seconds
        self._hosts: dict[str, _Host] = {}
        self.robots: dict[str, Robots] = {}  # by host, as last fetched
        self.unreadable_robots: dict[str, tuple[Robots, Exception]] = {}  # by host, with what was raised
        self._closing = asyncio.Event()

    @property
    def is_closing(self) -> bool:
        """True once no more turns are given out."""
        return self._closing.is_set()

    def close(self) -> None:
        """Give out no more turns; a request that waits for one gets `ClosingError`."""
        self._closing.set()

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(delay_seconds=self._delay_seconds)
            now = datetime.now(UTC)
            until = self._rules.silent_until(host, now=now)
            if until:
                self._hosts[host].silent_until = _loop_time() + (until - now).total_seconds()
        return self._hosts[host]

    @asynccontextmanager
    async def turn(self, host: str, *, most_seconds: float = LONGEST_WAIT_SECONDS) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it. `most_seconds` is how long whoever asks has left.

        Raises:
            HostSilentError: the host asked for a longer silence than one waits for, or has left.
            ClosingError: the program ended meanwhile.
        """
        state = self._host(host)
        async with state.turn:
            silence = state.silent_until - _loop_time()
            if silence > min(LONGEST_WAIT_SECONDS, max(0.0, most_seconds)):
                raise HostSilentError(host, datetime.now(UTC) + timedelta(seconds=silence))
            await self._wait(max(silence, state.ended_at + state.delay_seconds - _loop_time()))
            try:
                yield
            finally:
                state.ended_at = _loop_time()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), max(0.0, seconds))
        if self._closing.is_set():
            raise ClosingError

    def space(self, delay_seconds: float) -> None:
        """Space requests by so many seconds from now on; a host that wants more keeps its Crawl-delay."""
        for state in self._hosts.values():
            asked = state.delay_seconds if state.delay_seconds > self._delay_seconds else 0.0
            state.delay_seconds = max(delay_seconds, asked)
        self._delay_seconds = delay_seconds

    def slow_down(self, host: str, seconds: float) -> None:
        """Space requests to a host by at least so many seconds: its Crawl-delay."""
        state = self._host(host)
        state.delay_seconds = max(self._delay_seconds, seconds)

    def silence(self, host: str, seconds: float) -> None:
        """Ask a host nothing for so many seconds, also after a restart: its Retry-After."""
        state = self._host(host)
        state.silent_until = max(state.silent_until, _loop_time() + seconds)
        self._rules.silence(host, datetime.now(UTC) + timedelta(seconds=seconds))

    def is_silent(self, host: str) -> bool:
        """Return whether a host has asked not to be asked now."""
        return self._host(host).silent_until > _loop_time()

    def robots_lock(self, host: str) -> asyncio.Lock:
        """Return the lock under which a host's robots.txt is fetched once."""
        return self._host(host).robots


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
