"""Let requests leave by workers: `futurewatch worker` on other machines, which take orders over NATS.

A worker that falls silent counts as dead: the request fails, and is made again in a turn of its own.
"""

from __future__ import annotations

import time

from scrapy import Request
from scrapy.http import Response

from crawler.hub import SILENT_AFTER_SECONDS, Hub, HubError, SilentError
from crawler.network.errors import ExitError, SilentWorkerError
from crawler.network.exits.exit import ExitKind, ExitOptions
from crawler.network.exits.orders import SUBJECT, read_reply, written_order
from crawler.network.local import LocalHandler

START_BY_SECONDS = SILENT_AFTER_SECONDS - 2  # an order that was begun later would be made again meanwhile
# So long after the request's own time a reply may come: the loop may be held while pages are taken in. With 0.5 s one
# page of each host was asked twice, with 5 s none.
REPLY_MARGIN_SECONDS = 30.0


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
        seconds = request.meta["download_timeout"] + REPLY_MARGIN_SECONDS
        try:
            await self.hub.connect()  # before the clock of the order begins to run
            order = written_order(request, tls=local.tls, start_by=time.time() + START_BY_SECONDS)
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
