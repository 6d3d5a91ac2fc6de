"""Let requests leave by workers: `futurewatch worker` on other machines, which take orders over NATS.

A worker that falls silent counts as dead: the request fails, and is made again in a turn of its own.
"""

from __future__ import annotations

import time

from scrapy import Request
from scrapy.http import Response

from crawler.network.errors import ExitError, SilentWorkerError
from crawler.network.exits.exit import ExitKind, ExitOptions
from crawler.network.exits.orders import SUBJECT, read_reply, written_order
from crawler.network.hub import Hub, SilentError
from crawler.network.hub_connection import HubError
from crawler.network.local import LocalHandler
from crawler.network.requests import request_for
from crawler.network.settings import TLS

# So long after the request's own time a reply may come: the loop may be held while pages are taken in. With 0.5 s one
# page of each host was asked twice, with 5 s none.
REPLY_MARGIN_SECONDS = 30.0
NOWHERE = "http://worker.invalid/"  # the address of an order that asks for none


class WorkersExit:
    """The workers of a vantage, which has the exit's name."""

    host = ""

    def __init__(self, options: ExitOptions) -> None:
        self.name = options.name
        self.hub = Hub(options.server, options.credentials)

    def suits(self, request: Request) -> bool:  # noqa: ARG002  any
        """Return true."""
        return True

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return what a worker was answered."""
        return await self._ordered(request, local.tls)

    async def probe(self) -> None:
        """Give a worker an order to answer by itself: server, account, version and clock must be right for that."""
        await self._ordered(request_for(NOWHERE, meta={"download_timeout": 0.0, "is_probe": True}), "modern")

    async def _ordered(self, request: Request, tls: TLS) -> Response:
        seconds = request.meta["download_timeout"] + REPLY_MARGIN_SECONDS
        try:
            await self.hub.connect()  # before the clock of the order begins to run
            order = written_order(request, tls=tls, now=time.time())
            reply = await self.hub.ask(f"{SUBJECT}.{self.name}", order, most_seconds=seconds)
        except HubError as error:
            raise ExitError(self.name, str(error)) from error
        except SilentError as error:
            raise SilentWorkerError(f"a worker of exit {self.name!r} is lost: {error}") from error
        return read_reply(reply, request.url, self.name)

    async def close(self) -> None:
        """End the connection."""
        await self.hub.close()


KIND = ExitKind(name="workers", open=WorkersExit, needs=("server",), may_have=("credentials",))
