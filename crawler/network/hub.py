"""Ask services on other machines over NATS, and be one. Comes with the extra `workers`.

One service of a queue group gets each question. It sends an empty message every two seconds while it is at it, and
then its answer. One that falls silent counts as dead; an answer that comes after that is dropped.

    HubError        the server cannot be used, or nobody listens: said at once
    SilentError     a service has fallen silent
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.network.hub_connection import SERVER_SCHEMES, HubError, connected, usable

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

CONNECT_AGAIN_SECONDS = 1.0
HEARTBEAT_SECONDS = 2.0
SILENT_AFTER_SECONDS = 8.0  # without a heartbeat a service counts as dead: four that did not come
GRACE_SECONDS = 1.0  # what came while the loop was held is read in this time
NO_RESPONDERS_STATUS = "503"  # what the server answers where nobody listens
LOG = logging.getLogger(__name__)


class SilentError(Exception):
    """A service has said nothing for too long, or has not come to an end."""


class Hub:
    """A connection that is made when there is something to ask, and again once it has ended."""

    def __init__(self, server: str, credentials: Path | None) -> None:
        if not server.startswith(SERVER_SCHEMES):
            raise ValueError("the server of workers is written tls://HOST:4222 or nats://HOST:4222")
        self._server, self._credentials = server, credentials
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._inbox, self._number = "", 0
        self._waiting: dict[str, asyncio.Queue[Msg | str]] = {}  # by the subject that answers come to

    async def ask(self, subject: str, question: bytes, *, most_seconds: float) -> bytes:
        """Return the answer of one of those who listen at a subject.

        Raises:
            HubError, SilentError
        """
        client = await self.connect()
        self._number += 1
        inbox = f"{self._inbox}.{self._number}"
        answers: asyncio.Queue[Msg | str] = asyncio.Queue()
        self._waiting[inbox] = answers
        try:
            with usable():
                await client.publish(subject, question, reply=inbox)
            async with asyncio.timeout(most_seconds):
                return await _answer(answers)
        except TimeoutError as error:
            raise SilentError(f"it has not come to an end in {most_seconds:g} s") from error
        finally:
            del self._waiting[inbox]

    async def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            await self._client.close()

    async def connect(self) -> Client:
        """Return the connection, a new one where there is none. Raises `HubError`."""
        async with self._connecting:
            if self._client is None or not self._client.is_connected:
                client = await connected(self._server, self._credentials, self._gone)
                self._inbox = client.new_inbox()
                with usable():
                    await client.subscribe(f"{self._inbox}.*", cb=self._heard)
                self._client = client
            return self._client

    async def _heard(self, message: Msg) -> None:
        """Give a message to whoever waits for it; nobody does for a late one."""
        if message.subject in self._waiting:
            self._waiting[message.subject].put_nowait(message)

    async def _gone(self, why: str) -> None:
        """Let all who wait know why the connection has ended."""
        for answers in self._waiting.values():
            answers.put_nowait(why)


async def _answer(answers: asyncio.Queue[Msg | str]) -> bytes:
    """Return the answer, once heartbeats are over."""
    while True:
        message = await _next(answers)
        if isinstance(message, str):
            raise HubError(message)
        if message.headers and message.headers.get("Status") == NO_RESPONDERS_STATUS:
            raise HubError("no worker listens there")
        if message.data:
            return message.data


async def _next(answers: asyncio.Queue[Msg | str]) -> Msg | str:
    for seconds in (SILENT_AFTER_SECONDS, GRACE_SECONDS):
        try:
            return await asyncio.wait_for(answers.get(), seconds)
        except TimeoutError:
            continue
    raise SilentError(f"it has said nothing for {SILENT_AFTER_SECONDS:g} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubService:
    """An answerer of the questions that come to a subject, one of its queue group.

    `answer` returns the answer to a question; `too_large` that to one whose answer is larger than the server passes on.
    """

    subject: str
    queue: str
    answer: Callable[[bytes], Awaitable[bytes]]
    too_large: Callable[[int], bytes]

    async def run(self, server: str, credentials: Path | None, ending: asyncio.Event) -> None:
        """Answer until it is to end; a server that is gone is asked for again every second. A fault is said once."""
        last = ""
        while not ending.is_set():
            gone = asyncio.Event()

            async def note(why: str, gone: asyncio.Event = gone) -> None:
                nonlocal last
                gone.set()
                if why != last and not ending.is_set():
                    LOG.warning("%s: %s", self.subject, why)
                last = why

            try:
                if await self._listen(await connected(server, credentials, note), gone, ending):
                    last = ""
            except HubError as error:
                await note(str(error))
            await _first(ending.wait(), asyncio.sleep(CONNECT_AGAIN_SECONDS))

    async def _listen(self, client: Client, gone: asyncio.Event, ending: asyncio.Event) -> bool:
        """Answer until the connection is gone, or it is to end: then what was begun is still answered.

        Return whether orders were taken. Raises `HubError`.
        """
        begun: set[asyncio.Task[None]] = set()

        async def take(message: Msg) -> None:
            task = asyncio.create_task(self._serve(client, message))
            begun.add(task)
            task.add_done_callback(begun.discard)

        with usable():
            listening = await client.subscribe(self.subject, queue=self.queue, cb=take)
            await (
                client.flush()
            )  # nats-py 2.16 sends a PING before what is pending: this one only sends the subscription,
            await client.flush()  # and what the server says of that has come before the answer to this one
        if is_in := not gone.is_set():
            LOG.warning("%s: takes orders", self.subject)
        await _first(ending.wait(), gone.wait())
        if not gone.is_set():
            await listening.unsubscribe()
            await asyncio.gather(*begun)
            await client.close()
        return is_in

    async def _serve(self, client: Client, message: Msg) -> None:
        """Answer a question, saying meanwhile that one is at it, while there is a connection."""
        beating = asyncio.create_task(_beat(client, message.reply))
        try:
            answer = await self.answer(message.data)
        finally:
            beating.cancel()
        if len(answer) > client.max_payload:
            answer = self.too_large(client.max_payload)
        if client.is_connected:
            await client.publish(message.reply, answer)


async def _beat(client: Client, subject: str) -> None:
    while client.is_connected:
        await client.publish(subject, b"")
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def _first(*awaited: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of several, and end the others."""
    tasks = [asyncio.create_task(one) for one in awaited]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
