"""Be a worker: take orders of a vantage, send their requests from here, and reply with what was answered.

Names are looked up here, so private addresses are refused here; limits of size and time hold here, too. The program
spaces the requests to a host: it gives one order of a host at a time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.network.exits.hub import HubError, connected
from crawler.network.exits.orders import (
    HEARTBEAT_SECONDS,
    SUBJECT,
    TLS,
    read_order,
    written_answer,
    written_failure,
)
from crawler.network.local import LocalHandler, refuse_private, stop_when_long
from crawler.network.settings import CrawlSettings, scrapy_settings

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

CONNECT_AGAIN_SECONDS = 2.0
HEAD_BYTES = 64 * 1024  # of a reply, beside its body: headers
LOG = logging.getLogger(__name__)


class Worker:
    """A worker of a vantage. Needs the asyncio reactor."""

    def __init__(self, vantage: str, settings: CrawlSettings) -> None:
        self._vantage = vantage
        self._settings = settings
        self._handlers: Mapping[TLS, LocalHandler] = {"modern": _handler(settings, "modern"),
                                                      "legacy": _handler(settings, "legacy")}  # fmt: skip
        self._orders: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()

    def stop(self) -> None:
        """Take no more orders; those under way are still replied to."""
        self._ending.set()

    async def run(self, server: str, credentials: Path | None) -> None:
        """Take orders until told to stop; a server that is gone is asked for again every two seconds."""
        while not self._ending.is_set():
            gone = asyncio.Event()

            async def note(gone: asyncio.Event = gone) -> None:
                gone.set()

            try:
                client = await connected(server, credentials, note)
            except HubError as error:
                LOG.warning("worker %s: %s", self._vantage, error)
                await _first(self._ending.wait(), asyncio.sleep(CONNECT_AGAIN_SECONDS))
                continue
            await self._listen(client, gone)
        for handler in self._handlers.values():
            await handler.close()

    async def _listen(self, client: Client, gone: asyncio.Event) -> None:
        """Take orders until the connection is gone or the worker is to stop."""

        async def take(message: Msg) -> None:
            task = asyncio.create_task(self._serve(client, message))
            self._orders.add(task)
            task.add_done_callback(self._orders.discard)

        listening = await client.subscribe(f"{SUBJECT}.{self._vantage}", queue=self._vantage, cb=take)
        await client.flush()
        LOG.warning("worker %s takes orders", self._vantage)
        await _first(self._ending.wait(), gone.wait())
        if not gone.is_set():
            await listening.unsubscribe()
            await asyncio.gather(*self._orders)
            await client.close()

    async def _serve(self, client: Client, message: Msg) -> None:
        """Do an order, saying meanwhile that one is at it, and reply while there is a connection."""
        beating = asyncio.create_task(_beat(client, message.reply))
        try:
            reply = await self._done(message.data)
        finally:
            beating.cancel()
        if len(reply) > client.max_payload:
            reply = written_failure(ValueError(f"the server passes on no more than {client.max_payload} bytes"),
                                    is_order_at_fault=False)  # fmt: skip
        if client.is_connected:
            await client.publish(message.reply, reply)

    async def _done(self, data: bytes) -> bytes:
        """Return the reply to an order. One that has waited too long is left: it is made again meanwhile."""
        try:
            request, tls, start_by = read_order(data)
            handler = self._handlers[tls]
        except (ValueError, KeyError, TypeError) as error:
            return written_failure(error, is_order_at_fault=False)
        late = time.time() - start_by
        if late > 0:
            said = f"its worker got the order {late:.0f} s too late: it was asleep, or the clocks disagree"
            return written_failure(ValueError(said), is_order_at_fault=False)
        try:
            return written_answer(await self._fetch(request, handler))
        except Exception as error:  # noqa: BLE001  told to the program, which knows the classes
            return written_failure(error)

    async def _fetch(self, request: Request, handler: LocalHandler) -> Response:
        if not self._settings.allow_private_networks:
            refuse_private(urlsplit(request.url).hostname or "")
        return await handler.download_request(request)


def _handler(settings: CrawlSettings, tls: TLS) -> LocalHandler:
    crawler = Crawler(Spider, Settings(scrapy_settings(settings, tls=tls)))
    crawler.signals.connect(stop_when_long, signal=signals.bytes_received)
    return LocalHandler(crawler)


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
