"""Run a coroutine on the asyncio loop that Scrapy's reactor turns on."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from scheduler.config.collector import begin_collecting
from scheduler.config.log import get_logger

if TYPE_CHECKING:
    from crawler.network.settings import CrawlSettings
    from scheduler.config.program import Program

T = TypeVar("T")
log = get_logger()


def run(main: Coroutine[Any, Any, T], opened: Program) -> T:
    """Run a coroutine of a program to its end, close its exits, and return what it returned."""
    ways = opened.context.ways

    async def closing() -> T:
        try:
            return await main
        finally:
            await ways.close()

    return turn(closing(), opened.settings.crawl, allowed=ways.hosts)


def turn(main: Coroutine[Any, Any, T], settings: CrawlSettings, *, allowed: Collection[str] = ()) -> T:
    """Run a coroutine to its end and return what it returns. Once per process: a reactor cannot start again.

    Host names that stand for private addresses are refused, unless the settings allow private networks or they are of
    `allowed` proxies.
    """
    from scrapy.utils.reactor import install_reactor

    from crawler.network.proxies import portal_proxies

    for fault in portal_proxies().faults:
        log.warning(f"for portals, {fault}")
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    reactor = _reactor()
    if not settings.allow_private_networks:
        _resolve_public_names_only(reactor, allowed)
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # Twisted offers no public way to its loop
    result: asyncio.Future[T] = loop.create_future()

    async def supervised() -> None:
        try:
            result.set_result(await main)
        except BaseException as error:  # noqa: BLE001  handed to the caller below
            result.set_exception(error)
        finally:
            reactor.stop()

    begin_collecting()
    reactor.callWhenRunning(lambda: loop.create_task(supervised()))
    reactor.run(installSignalHandlers=False)  # signals are the daemon's
    return result.result()


def _resolve_public_names_only(reactor: Any, allowed: Collection[str]) -> None:
    """Let host names stand for public addresses only, in everything that Scrapy fetches; `allowed` are proxies."""
    from scrapy.settings import Settings

    from crawler.network.proxies import portal_proxies
    from crawler.network.resolver import PublicResolver

    settings, ours = Settings(), portal_proxies().hosts | frozenset(allowed)
    resolver = PublicResolver(reactor, settings.getint("DNSCACHE_SIZE"), settings.getfloat("DNS_TIMEOUT"), allowed=ours)
    reactor.installResolver(resolver)


def _reactor() -> Any:
    """Return the installed reactor; Twisted types its module as an interface without the asyncio parts."""
    from twisted.internet import reactor

    return reactor
