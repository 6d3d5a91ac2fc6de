"""Let requests leave by workers: `futurewatch worker` on other machines, which take orders over NATS.

One worker of the vantage gets each order and says every two seconds that it is at it. One that falls silent counts as
dead: the request fails, and is made again in a turn of its own. A reply that comes after that is dropped.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.network.errors import ExitError, SilentWorkerError
from crawler.network.exits.exit import ExitKind, ExitOptions
from crawler.network.exits.hub import HubError, connected
from crawler.network.exits.orders import SILENT_AFTER_SECONDS, SUBJECT, read_reply, written_order
from crawler.network.local import LocalHandler

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

SERVER_SCHEMES = ("nats", "tls")
NO_RESPONDERS_STATUS = "503"  # what the server answers where nobody listens
START_BY_SECONDS = SILENT_AFTER_SECONDS - 2  # an order that was begun later would be made again meanwhile
# So long after the request's own time a reply may come: the loop may be held while pages are taken in. With 0.5 s one
# page of each host was asked twice, with 5 s none.
REPLY_MARGIN_SECONDS = 30.0
GRACE_SECONDS = 1.0  # what came while the loop was held is read in this time


class WorkersExit:
    """The workers of a vantage, which has the exit's name."""

    host = ""

    def __init__(self, options: ExitOptions) -> None:
        if urlsplit(options.server).scheme not in SERVER_SCHEMES:
            raise ValueError("the server of workers is written tls://HOST:4222 or nats://HOST:4222")
        self.name = options.name
        self._options = options
        self._subject = f"{SUBJECT}.{options.name}"
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._inbox, self._number = "", 0
        self._waiting: dict[str, asyncio.Queue[Msg | None]] = {}  # by the subject that replies come to

    def suits(self, request: Request) -> bool:  # noqa: ARG002  any
        """Return true."""
        return True

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return what a worker was answered."""
        client = await self._connected()
        self._number += 1
        subject = f"{self._inbox}.{self._number}"
        replies: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._waiting[subject] = replies
        order = written_order(request, tls=local.tls, start_by=time.time() + START_BY_SECONDS)
        try:
            await client.publish(self._subject, order, reply=subject)
            seconds = request.meta["download_timeout"] + REPLY_MARGIN_SECONDS
            async with asyncio.timeout(seconds):
                return read_reply(await self._reply(replies), request.url, self.name)
        except TimeoutError as error:
            raise SilentWorkerError(f"its worker has not come to an end in {seconds:g} s") from error
        finally:
            del self._waiting[subject]

    async def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            await self._client.close()

    async def _reply(self, replies: asyncio.Queue[Msg | None]) -> bytes:
        """Return the reply to an order, once heartbeats are over.

        Raises:
            ExitError: nobody listens, or the server is gone.
            SilentWorkerError: the worker is.
        """
        while True:
            message = await _next(replies)
            if message is None:
                raise ExitError(self.name, "the NATS server is gone")
            if message.headers and message.headers.get("Status") == NO_RESPONDERS_STATUS:
                raise ExitError(self.name, "no worker listens at this vantage")
            if message.data:
                return message.data

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None or not self._client.is_connected:
                try:
                    client = await connected(self._options.server, self._options.credentials, self._gone)
                except HubError as error:
                    raise ExitError(self.name, str(error)) from error
                self._inbox = client.new_inbox()
                await client.subscribe(f"{self._inbox}.*", cb=self._heard)
                self._client = client
            return self._client

    async def _heard(self, message: Msg) -> None:
        """Give a message to who waits for it; nobody does for a late one."""
        if message.subject in self._waiting:
            self._waiting[message.subject].put_nowait(message)

    async def _gone(self) -> None:
        """Let all who wait know that the connection has ended."""
        for replies in self._waiting.values():
            replies.put_nowait(None)


async def _next(replies: asyncio.Queue[Msg | None]) -> Msg | None:
    """Return the next message of an order. Raises `SilentWorkerError` where none comes for too long."""
    for seconds in (SILENT_AFTER_SECONDS, GRACE_SECONDS):
        try:
            return await asyncio.wait_for(replies.get(), seconds)
        except TimeoutError:
            continue
    raise SilentWorkerError(f"its worker has said nothing for {SILENT_AFTER_SECONDS:g} s")


KIND = ExitKind(name="workers", open=WorkersExit, needs=("server",), may_have=("credentials",))
