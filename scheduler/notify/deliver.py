"""Empty the outbox: what is due goes out, in order within an endpoint, endpoints beside each other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog

from scheduler.config import Endpoint
from scheduler.notify.webhook import send
from storage.connection import text_of
from storage.outbox import Outbox
from storage.records import Delivery

log = structlog.get_logger()

TIMEOUT_SECONDS = 10.0
LEASE = timedelta(seconds=TIMEOUT_SECONDS * 3)  # longer than any try: connect, write and read may take it each


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """When a failed delivery is tried again: after 2 s, three times as long each time, at most 6 hours, ±20 %.

    Eighteen tries spread over at least 48 hours: a receiver that is down for a weekend loses nothing.
    """

    first: timedelta = timedelta(seconds=2)
    factor: int = 3
    longest: timedelta = timedelta(hours=6)
    jitter: float = 0.2
    tries: int = 19

    def after(self, attempts: int, chance: float) -> timedelta | None:
        """Return the wait after so many failed tries, None when that was the last; `chance` from 0 to 1."""
        if attempts >= self.tries:
            return None
        exponent = min(attempts - 1, 20)  # 3^20 seconds is beyond any longest wait
        wait = min(self.longest, self.first * int(self.factor**exponent))
        return wait * (1 - self.jitter + 2 * self.jitter * chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a delivery round went."""

    delivered: int = 0
    failed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(delivered=self.delivered + other.delivered, failed=self.failed + other.failed)


async def deliver_due(
    outbox: Outbox, endpoints: Iterable[Endpoint], *, clock: Callable[[], datetime], backoff: Backoff | None = None
) -> Tally:
    """Send everything that is due and return how many messages were taken and how many tries failed.

    A failed try ends its endpoint's round: later messages wait, so that order is kept. Other endpoints go on.
    """
    backoff = backoff or Backoff()
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
        rounds = [_deliver_to(endpoint, outbox, client, clock, backoff) for endpoint in endpoints]
        return sum(await asyncio.gather(*rounds), Tally())


async def _deliver_to(
    endpoint: Endpoint, outbox: Outbox, client: httpx.AsyncClient, clock: Callable[[], datetime], backoff: Backoff
) -> Tally:
    tally = Tally()
    while delivery := outbox.claim(endpoint.name, now=clock(), lease=LEASE):
        answer = await send(client, endpoint, delivery, now=clock())
        if not answer.is_delivered:
            _note_failure(delivery, answer.text, outbox, clock(), backoff)
            return tally + Tally(failed=1)
        outbox.delivered(delivery.id, answer=answer.text, now=clock())
        log.info("delivered", delivery=delivery.id, endpoint=endpoint.name, announcement=delivery.announcement_id)
        tally += Tally(delivered=1)
    return tally


def _note_failure(delivery: Delivery, answer: str, outbox: Outbox, now: datetime, backoff: Backoff) -> None:
    wait = backoff.after(delivery.attempts + 1, random.random())  # noqa: S311  spreads load, guards nothing
    due = now + wait if wait else None
    outbox.failed(delivery.id, answer=answer, next_attempt_at=due)
    log.warning("delivery failed", delivery=delivery.id, endpoint=delivery.endpoint, answer=answer,
                attempts=delivery.attempts + 1, next_attempt_at=text_of(due) or "never: dead")  # fmt: skip
