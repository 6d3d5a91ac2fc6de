"""End a crawl of Scrapy's: it says that its engine has started a moment before the engine can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scrapy.crawler import Crawler

LOOK_SECONDS = 0.01  # between two looks whether the engine runs: it takes a few turns of the loop


async def end_crawl(crawler: Crawler, *, is_over: Callable[[], bool]) -> None:
    """Stop a crawl whose engine has started; `is_over` says that it has ended by itself.

    Asked a moment too early, Scrapy stops nothing, and takes no second asking: a crawl without an end would go on.
    """
    while not is_over():
        if crawler.engine is not None and crawler.engine.running:
            await crawler.stop_async()
            return
        await asyncio.sleep(LOOK_SECONDS)
