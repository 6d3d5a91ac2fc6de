"""Send the messages that are due: in order within an endpoint, and to all endpoints at the same time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog

from scheduler.china_time.clock import next_at
from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.breakdown import note_breakdown, note_recovery
from scheduler.notify.channels.channel import Attempt
from scheduler.notify.channels.registry import channels
from scheduler.notify.dispatch import Dispatch
from scheduler.notify.due_digests import gather
from scheduler.notify.incident import open_incident, resolve_incident
from scheduler.notify.sending import bucket_of, send
from scheduler.notify.split import MessagePart
from scheduler.notify.web_client import http_client
from storage.archive import Archive
from storage.connection import text_of
from storage.records import Delivery

log = structlog.get_logger()

DRAIN_AT_MOST = timedelta(seconds=20)  # a restart of the receiver: the tries after 2, 6 and some seconds fall into it
TOKEN_WAIT_AT_MOST = timedelta(seconds=2)  # a token that comes back so soon is waited for within the round
ALARM_AFTER_FAILING = timedelta(minutes=5)  # of failing: a restart of the receiver is over by then
WRONG_ENDPOINT_TRIES = 2  # tries that an endpoint with a wrong key or address gets before the operator hears of it
WRONG_MESSAGE_TRIES = 10  # tries of a message that its endpoint calls wrong: half an hour, then it holds up no other
NEXT_DIGEST_AFTER = timedelta(hours=1)  # when the messages of an untaken digest come again, without a digest time


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a delivery round went."""

    delivered: int = 0
    failed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(delivered=self.delivered + other.delivered, failed=self.failed + other.failed)


async def deliver_due(archive: Archive, dispatch: Dispatch, *, clock: Callable[[], datetime]) -> Tally:
    """Send everything that is due and return how many messages were taken and how many tries failed.

    A failed try ends its endpoint's round: later messages wait, so that order is kept. Other endpoints go on.
    """
    rounds = [deliver_to(endpoint, archive, dispatch, clock=clock) for endpoint in dispatch.endpoints]
    return sum(await asyncio.gather(*rounds), Tally())


async def deliver_to(
    endpoint: Endpoint, archive: Archive, dispatch: Dispatch, *, clock: Callable[[], datetime]
) -> Tally:
    """Send what is due to one endpoint; a failure of the program itself is told as one, and its message comes back."""
    try:
        gather(archive, endpoint, flood=dispatch.flood, review_url=dispatch.review_url, now=clock())
        if not archive.outbox.is_due(endpoint.name, now=clock()):
            return Tally()
        async with http_client(dispatch.timeout_seconds) as client:
            tally = await Round(archive, dispatch, endpoint, client, clock).run()
        if tally != Tally():  # the endpoint was asked
            note_recovery(archive, dispatch, endpoint, now=clock())
    except Exception as error:  # noqa: BLE001  the others must go on
        await note_breakdown(archive, dispatch, endpoint, error, now=clock())
        return Tally(failed=1)
    return tally


async def drain(
    archive: Archive, dispatch: Dispatch, *, clock: Callable[[], datetime], patience: timedelta = DRAIN_AT_MOST
) -> Tally:
    """Deliver, and again while a failed message comes due soon: the next crawl from a timer may be far off."""
    names, until = [endpoint.name for endpoint in dispatch.endpoints], clock() + patience
    tally = await deliver_due(archive, dispatch, clock=clock)
    while (due := archive.outbox.next_due(names)) and max(due, clock()) < until:
        await dispatch.pause(max(1.0, (due - clock()).total_seconds()))
        tally += await deliver_due(archive, dispatch, clock=clock)
    return tally


@dataclass(frozen=True, slots=True)
class Round:
    """One round of messages to one endpoint."""

    archive: Archive
    dispatch: Dispatch
    endpoint: Endpoint
    client: httpx.AsyncClient
    clock: Callable[[], datetime]

    async def run(self) -> Tally:
        """Send what is due until nothing is, a try fails, or a quota is used up."""
        tally, outbox = Tally(), self.archive.outbox
        while outbox.is_due(self.endpoint.name, now=self.clock()):
            delivery = outbox.claim(self.endpoint.name, now=self.clock(), lease=self.dispatch.lease)
            answer = await self._send(delivery) if delivery else None
            if delivery is None or answer is None:
                return tally
            if not answer.is_delivered:
                self._note_failure(delivery, answer)
                return tally + Tally(failed=1)
            self._note_delivered(delivery, answer)
            tally += Tally(delivered=1)
        return tally

    async def _send(self, delivery: Delivery) -> Answer | None:
        """Send the parts of a message that have not arrived yet; None when a quota stopped it."""
        answer = Answer(verdict="delivered", text="all parts had arrived")
        try:
            parts = self._parts(delivery)
        except Exception as error:  # noqa: BLE001  an operator's template may fail in any way; the message must wait
            return Answer(verdict="retry", text=f"template: {type(error).__name__}", fault="endpoint")
        for number, part in list(enumerate(parts, start=1))[delivery.parts_sent :]:
            wait = await self._take_token()
            if wait:
                self.archive.outbox.postponed(delivery.id, until=self.clock() + wait + timedelta(seconds=1))
                return None
            attempt = Attempt(
                client=self.client, endpoint=self.endpoint, id=delivery.id, part=part, now=self.clock(),
                timeout_seconds=self.dispatch.timeout_seconds,
            )  # fmt: skip
            answer = await send(attempt)
            if not answer.is_delivered:
                return answer
            if len(parts) > 1:
                leased_until = self.clock() + self.dispatch.lease
                self.archive.outbox.advanced(delivery.id, parts=number, leased_until=leased_until)
        return answer

    def _parts(self, delivery: Delivery) -> tuple[MessagePart, ...]:
        buttons = self.endpoint.callback_key is not None
        return self.dispatch.templates.parts(self.endpoint.kind, delivery.payload, now=self.clock(), buttons=buttons)

    async def _take_token(self) -> timedelta:
        """Take a token of the endpoint's robot, waiting a moment for it; return how long there will be none."""
        limits, bucket = channels()[self.endpoint.kind].limits, bucket_of(self.endpoint)
        wait = self.archive.quotas.take(bucket, limits, now=self.clock())
        if timedelta() < wait <= TOKEN_WAIT_AT_MOST:
            await self.dispatch.pause(wait.total_seconds())
            wait = self.archive.quotas.take(bucket, limits, now=self.clock())
        return wait

    def _note_delivered(self, delivery: Delivery, answer: Answer) -> None:
        name, now = self.endpoint.name, self.clock()
        self.archive.outbox.delivered(delivery.id, answer=answer.text, now=now)
        for key in (f"endpoint:{name}", f"delivery:{delivery.id}"):
            resolve_incident(self.archive, self.dispatch.endpoints, key=key, now=now, not_through=name)
        log.info("delivered", delivery=delivery.id, endpoint=name, announcement=delivery.announcement_id)

    def _note_failure(self, delivery: Delivery, answer: Answer) -> None:
        now, attempts = self.clock(), delivery.attempts + 1
        failing_for = now - (delivery.failing_since or now)
        due = self._next_attempt(attempts, answer, failing_for, now)
        with self.archive.transaction():
            self.archive.outbox.failed(
                delivery.id, answer=answer.text, now=now, next_attempt_at=due,
                set_aside=answer.fault == "message" and attempts >= WRONG_MESSAGE_TRIES,
            )  # fmt: skip
            if answer.retry_after:
                self.archive.quotas.close(bucket_of(self.endpoint), until=now + answer.retry_after)
            if failing_for >= ALARM_AFTER_FAILING or (answer.fault == "endpoint" and attempts >= WRONG_ENDPOINT_TRIES):
                self._alarm(delivery, answer, now)
            if due is None:
                self._bury(delivery, answer, now)
        log.warning("delivery failed", delivery=delivery.id, endpoint=delivery.endpoint, answer=answer.text,
                    attempts=attempts, next_attempt_at=text_of(due) or "never: dead")  # fmt: skip

    def _next_attempt(self, attempts: int, answer: Answer, failing_for: timedelta, now: datetime) -> datetime | None:
        """Return when a message is tried again: after the backoff, and not before the endpoint wants to hear of it."""
        if answer.verdict == "give_up":
            return None
        chance = random.random()  # noqa: S311  spreads load, guards nothing
        wait = self.dispatch.backoff.after(attempts, chance, failing_for=failing_for)
        return now + max(wait, answer.retry_after or timedelta()) if wait is not None else None

    def _alarm(self, delivery: Delivery, answer: Answer, now: datetime) -> None:
        """Tell the operator that the endpoint keeps failing; its messages wait, the first one is tried on."""
        open_incident(
            self.archive,
            self.dispatch.endpoints,
            key=f"endpoint:{self.endpoint.name}",
            summary=f"Endpoint {self.endpoint.name} keeps failing and is paused",
            detail=f"{answer.text} (try {delivery.attempts + 1}); the others wait, one is tried every 4 minutes",
            hint=f"futurewatch outbox list --endpoint {self.endpoint.name} --state pending",
            now=now,
            not_through=self.endpoint.name,
        )

    def _bury(self, delivery: Delivery, answer: Answer, now: datetime) -> None:
        """Tell the operator of a message that is dead; what a digest carried comes with the next one."""
        if delivery.type == "digest" and delivery.source is None:
            due = now + NEXT_DIGEST_AFTER
            if self.endpoint.mode == "digest":
                due = next_at(self.endpoint.digest_at, self.endpoint.digest_day, now)
            self.archive.digests.dissolve(delivery.id, until=due)
            return
        open_incident(
            self.archive,
            self.dispatch.endpoints,
            key=f"delivery:{delivery.id}",
            summary=f"A message to endpoint {self.endpoint.name} could not be delivered",
            detail=f"{delivery.type} {delivery.id}: {answer.text}",
            hint=f"futurewatch outbox replay {delivery.id}",
            now=now,
            not_through=self.endpoint.name,
        )
