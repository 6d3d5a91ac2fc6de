"""Define the equipment of a delivery round: endpoints, templates, timeouts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.notify.render import Templates, templates_in

SEND_TIMEOUT_SECONDS = 10.0
LEASE_TIME = timedelta(seconds=SEND_TIMEOUT_SECONDS * 3)  # longer than a try: connect, write, read take it each


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """When a failed delivery is tried again: after 2 s, three times as long each time, at most 200 s, ±20 %.

    So a receiver that comes back after hours is noticed within four minutes; what has failed for 48 hours is dead: a
    receiver that is down for a weekend loses nothing that was first tried on it.
    """

    first: timedelta = timedelta(seconds=2)
    factor: int = 3
    longest: timedelta = timedelta(seconds=200)
    jitter: float = 0.2
    gives_up: timedelta = timedelta(hours=48)

    def after(self, attempts: int, chance: float, *, failing_for: timedelta) -> timedelta | None:
        """Return the wait after so many failed tries, None when the last was tried; `chance` from 0 to 1."""
        if failing_for >= self.gives_up:
            return None
        exponent = min(attempts - 1, 20)  # 3^20 seconds is beyond any longest wait
        wait = min(self.longest, self.first * int(self.factor**exponent))
        return wait * (1 - self.jitter + 2 * self.jitter * chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The endpoints and how they are told. `pause` waits some seconds; `flood` is explained at `[alert] flood`."""

    endpoints: tuple[Endpoint, ...]
    templates: Templates
    review_url: str = "http://127.0.0.1:8080"
    flood: int = 20
    backoff: Backoff = Backoff()
    lease: timedelta = LEASE_TIME
    timeout_seconds: float = SEND_TIMEOUT_SECONDS
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


def dispatch_of(settings: Settings) -> Dispatch:
    """Return the dispatch that is configured. Raises `ConfigurationError` when a template has faults."""
    return Dispatch(
        endpoints=settings.endpoint,
        templates=templates_in(settings.alert.templates),
        review_url=settings.review.url,
        flood=settings.alert.flood,
    )
