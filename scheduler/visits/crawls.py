"""Crawl sources in this process: a poll, then one short crawl per host with news, many at once; and a clean stop.

Three things are done around Scrapy here. Crawls that fail do not raise, so outcomes are read from the visits. A crawl
is never cancelled (it would go on detached). And it is stopped only once its engine runs: stopping it before that
hangs it for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.network.handler import out_of_time
from crawler.network.settings import TLS_LEVELS, scrapy_settings
from crawler.sources import Source
from crawler.spiders.portal import PortalSpider
from crawler.visit import Context, Visit, utc_now
from scheduler.config.log import get_logger
from scheduler.visits.by_host import by_host
from scheduler.visits.ending import end_crawl
from scheduler.visits.polls import PollCrawl
from scheduler.visits.shared_settings import SharedSettings
from storage.records import Cause, Run

log = get_logger()

LOGGED_FIELDS = ("source", "outcome", "cause", "error", "listed", "new", "announcements", "requests", "not_extracted")
LEAST_CRAWL_SECONDS = 0.1  # of one that began when its visit was over: 0 would be no limit
LEAST_HOSTS_AT_ONCE = 16
# 14,000 hosts that each are visited every 30 minutes are 7.8 visits a second; one takes 2 s of spacing and 2 s to be
# answered, so 31 are under way. Twice as many leave room for slow portals and for the best hours.
HOSTS_FOR_ONE_AT_ONCE = 225


class Crawls:
    """The crawls of this process. Needs the asyncio reactor (see `scheduler.daemon.reactor`).

    `done` is told each visit once it is kept, `hint` the codes of provinces that a visit gave reason to look at.
    """

    def __init__(
        self,
        context: Context,
        *,
        clock: Callable[[], datetime] = utc_now,
        done: Callable[[Run], None] = lambda _: None,
        hint: Callable[[frozenset[str]], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._done = done
        self._hint = hint
        self._running: dict[Crawler, asyncio.Event] = {}
        self._retired: list[AsyncCrawlerRunner] = []
        self._is_stopping = False
        self._ending: set[asyncio.Task[None]] = set()  # polls under earlier settings
        self._take_up(context)

    def _take_up(self, context: Context) -> None:
        self._context = context
        settings = {tls: SharedSettings(scrapy_settings(context.settings, tls=tls)) for tls in TLS_LEVELS}
        self._runners = {tls: AsyncCrawlerRunner(one) for tls, one in settings.items()}
        self._polls = {tls: PollCrawl(context, tls) for tls in TLS_LEVELS}
        self.make_room(0)

    def make_room(self, watched: int) -> None:
        """Crawl so many hosts at once as the settings say; where they say nothing, as `watched` hosts need."""
        self._room = asyncio.Semaphore(self._context.settings.concurrent_hosts or hosts_at_once(watched))

    def change(self, context: Context) -> None:
        """Crawl with other settings, lexicon and endpoints from now on; visits under way go on as they began."""
        self._retired = [one for one in (*self._retired, *self._runners.values()) if one.crawlers]
        for polls in self._polls.values():
            task = asyncio.get_running_loop().create_task(polls.close())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        self._take_up(context)

    async def visit(self, sources: Iterable[Source]) -> list[Run]:
        """Visit sources now, due or not, and return how it went, in the order of the sources.

        Every visit ends as a `Run`, whatever happens to it; but for one that the end of the program came before.
        """
        sources = list(sources)
        self._context.archive.runs.register(source.row for source in sources)
        groups = await asyncio.gather(*(self._visit_host(group) for group in by_host(sources)))
        runs = {run.source: run for group in groups for run in group}
        return [runs[source.id] for source in sources if source.id in runs]

    async def _visit_host(self, sources: list[Source]) -> list[Run]:
        async with self._room:
            if self._is_stopping:
                return []
            archive, visits = self._context.archive, self._begun(sources)
            to_read = await self._poll(visits)
            if to_read is None or to_read:
                await self._crawl(visits, to_read)
            ended = visits if not self._is_stopping else [visit for visit in visits if visit.was_answered]
            with archive.transaction():
                runs = [visit.keep(archive, self._clock()) for visit in ended]
        for run in runs:
            log.debug("source visited", **{name: getattr(run, name) for name in LOGGED_FIELDS})
            self._done(run)
        if provinces := frozenset(code for visit in ended for code in visit.hinted):
            self._hint(provinces)
        return runs

    def is_silent(self, host: str) -> bool:
        """Return whether a host has asked not to be asked now."""
        return self._context.hosts.is_silent(host)

    def _begun(self, sources: Iterable[Source]) -> list[Visit]:
        """Return visits to sources of one host that begin now."""
        started, cookies, runs = self._clock(), CookieJar(), self._context.archive.runs
        ends_at = asyncio.get_running_loop().time() + self._context.settings.limit_seconds
        return [
            Visit(source=one.at(started), started_at=started, is_first=not runs.had_first_crawl(one.id),
                  ends_at=ends_at, cookies=cookies)
            for one in sources
        ]  # fmt: skip

    async def _poll(self, visits: list[Visit]) -> Sequence[Response] | None:
        """Return the first pages that are to be read, none where all stand; None where a crawl is to ask for them."""
        try:
            return await self._polls[visits[0].source.tls].poll(visits)
        except Exception as error:  # noqa: BLE001  as with a crawl: a failure is that host's run
            _trouble(visits, f"{type(error).__name__}: {error}", "other")
            return ()

    async def _crawl(self, visits: list[Visit], answers: Sequence[Response] | None) -> None:
        runner = self._runners[visits[0].source.tls]
        crawler = runner.create_crawler(PortalSpider)
        seconds_left = visits[0].ends_at - asyncio.get_running_loop().time()
        crawler.settings.set("CLOSESPIDER_TIMEOUT", max(LEAST_CRAWL_SECONDS, seconds_left))
        self._running[crawler] = started = asyncio.Event()

        def note_start() -> None:
            started.set()

        crawler.signals.connect(note_start, signal=signals.engine_started)
        try:
            await runner.crawl(crawler, visits=visits, context=self._context, answers=answers)
        except Exception as error:  # noqa: BLE001  one host's failure is that host's run, never the round's
            _trouble(visits, f"{type(error).__name__}: {error}", "other")
        finally:
            started.set()
            del self._running[crawler]
        reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
        if reason == "closespider_timeout":
            _trouble(visits, out_of_time(self._context.settings.limit_seconds), "limit")

    async def stop(self) -> None:
        """End all crawls: what is being fetched is still taken in, nothing new is asked for."""
        self._is_stopping = True
        self._context.hosts.close()
        await asyncio.gather(*(polls.close() for polls in self._polls.values()), *self._ending)
        for crawler, started in list(self._running.items()):
            await started.wait()
            await end_crawl(crawler, is_over=partial(self._has_ended, crawler))
        for runner in (*self._retired, *self._runners.values()):
            await runner.join()

    def _has_ended(self, crawler: Crawler) -> bool:
        return crawler not in self._running


def hosts_at_once(watched: int) -> int:
    """Return how many hosts need to be crawled at once, by how many are watched."""
    return max(LEAST_HOSTS_AT_ONCE, watched // HOSTS_FOR_ONE_AT_ONCE)


def _trouble(visits: Iterable[Visit], reason: str, cause: Cause) -> None:
    for visit in visits:
        visit.trouble("error", reason, cause)
