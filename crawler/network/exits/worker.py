"""Be a worker: take orders of a vantage, send their requests from here, and reply with what was answered.

Names are looked up here, so private addresses are refused here; limits of size and time hold here, too. The program
spaces the requests to a host: it gives one order of a host at a time.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.network.exits.orders import START_BY_SECONDS, SUBJECT, read_order, written_answer, written_failure
from crawler.network.hub import HubService
from crawler.network.local import LocalHandler, refuse_private, stop_when_long
from crawler.network.settings import TLS, TLS_LEVELS, CrawlSettings, scrapy_settings


class Worker:
    """A worker of a vantage. Needs the asyncio reactor."""

    def __init__(self, vantage: str, settings: CrawlSettings) -> None:
        self._settings = settings
        self._handlers = {tls: _handler(settings, tls) for tls in TLS_LEVELS}
        self._service = HubService(
            subject=f"{SUBJECT}.{vantage}", queue=vantage, answer=self._done, too_large=_too_large
        )  # fmt: skip

    async def run(self, server: str, credentials: Path | None, ending: asyncio.Event) -> None:
        """Take orders until it is to end; those under way are still replied to."""
        await self._service.run(server, credentials, ending)
        for handler in self._handlers.values():
            await handler.close()

    async def _done(self, data: bytes) -> bytes:
        """Return the reply to an order. One that has waited too long is left: it is made again meanwhile."""
        try:
            request, tls, start_by = read_order(data)
            handler = self._handlers[tls]
        except (ValueError, KeyError, TypeError) as error:
            return written_failure(error, is_order_at_fault=False)
        if fault := clock_fault(start_by - time.time()):
            return written_failure(ValueError(fault), is_order_at_fault=False)
        if request.meta.get("is_probe"):
            return written_answer(Response(request.url))
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


def clock_fault(seconds_left: float) -> str:
    """Return what is wrong with an order that is to be begun in so many seconds, empty where nothing is."""
    if seconds_left < 0:
        return f"its worker got the order {-seconds_left:.0f} s too late: it was asleep, or the clocks disagree"
    behind = seconds_left - START_BY_SECONDS
    # once it lags by the time that an order has, it would begin what was made again meanwhile
    return f"its worker's clock is {behind:.0f} s behind" if behind > START_BY_SECONDS else ""


def _too_large(most_bytes: int) -> bytes:
    said = ValueError(f"the server passes on no more than {most_bytes} bytes")
    return written_failure(said, is_order_at_fault=False)
