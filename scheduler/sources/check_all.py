"""Check many sources, many hosts at once and each host politely, and keep every check as soon as it is made."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from crawler.listing import ListEndpoint
from crawler.sources import Source
from crawler.text.addresses import netloc
from crawler.visit import Context
from scheduler.sources.check import check_source
from scheduler.sources.trial import FetchListing
from scheduler.visits.by_host import by_host
from scheduler.visits.fetch_one import FetchError, fetch_one
from storage.checks import SourceCheck
from storage.records import Page

FRESH_FOR = timedelta(hours=12)  # a check younger than this is not made again: a run that was stopped goes on
# Each host gets one request at a time however many there are, so this says nothing to a portal. 48 hosts wait for
# answers nearly all the time: with two readers of pages a processor core has enough to do.
HOSTS_AT_ONCE = 48
# Requests in a row that a host leaves unanswered; then it is asked nothing more in this check.
MOST_UNANSWERED_REQUESTS = 2
SILENT_CAUSES = {"dns", "timeout", "connection"}
ANSWER_SECONDS = 1.5  # that a portal takes, by the paces that crawlers of 2025-26 report


class Verifying:
    """The checks of this process. Needs the asyncio reactor (see `scheduler.daemon.reactor`).

    `is_kept`: the archive keeps what each source gave.
    """

    def __init__(
        self, context: Context, done: Callable[[SourceCheck], None], *, hosts_at_once: int = HOSTS_AT_ONCE,
        is_kept: bool = True,
    ) -> None:  # fmt: skip
        self._context = context
        self._done = done
        self._is_kept = is_kept
        self._room = asyncio.Semaphore(max(hosts_at_once, 1))

    async def check(self, sources: Iterable[Source]) -> None:
        """Check sources, those of one host one after the other; `done` is told each check once it is kept.

        Hosts with the most to ask begin, so that none of them is left alone at the end.
        """
        groups = sorted(by_host(sources), key=requests_of, reverse=True)
        await asyncio.gather(*(self._check_host(group) for group in groups))

    def stop(self) -> None:
        """Ask nothing more. What was being checked then is not kept: half a check says nothing about a portal."""
        self._context.hosts.close()

    async def _check_host(self, sources: list[Source]) -> None:
        async with self._room:
            ask = PatientFetch()
            for source in sources:
                if self._context.hosts.is_closing:
                    return
                check = await self._check_one(source, ask)
                if self._context.hosts.is_closing:
                    return
                if self._is_kept:
                    self._context.archive.checks.record(check)
                self._done(check)

    async def _check_one(self, source: Source, ask: PatientFetch) -> SourceCheck:
        now = datetime.now(UTC)
        fetch = partial(ask.fetch, fetch=partial(fetch_one, context=self._context, source=source))
        try:
            return await check_source(source, fetch, self._context.lexicon, now=now)
        except Exception as error:  # noqa: BLE001  one page that we cannot read must not end the round
            reason = f"{type(error).__name__}: {error}"
            return SourceCheck(
                source=source.id, checked_at=now, state="fails", outcome="error", cause="parse", reason=reason,
                detail={"problems": [reason], "listings": [], "columns": [], "article": None, "newest": []},
            )  # fmt: skip


class PatientFetch:
    """Asks for the pages of one group of sources: none twice, and a host that stays silent no more."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str, str], Page] = {}  # by address, method and body of the request
        self._unanswered: Counter[str] = Counter()
        self._silent: dict[str, FetchError] = {}

    async def fetch(self, wanted: ListEndpoint, *, fetch: FetchListing) -> Page:
        """Return the page that a request is answered with.

        Raises:
            FetchError: it was not answered, or its host has left others unanswered before.
        """
        host = netloc(wanted.url)
        if self._unanswered[host] >= MOST_UNANSWERED_REQUESTS:
            raise FetchError(wanted.url, f"not asked for after: {self._silent[host]}", self._silent[host].cause)
        request = (wanted.url, wanted.method, wanted.body)
        if request not in self._pages:
            self._pages[request] = await self._ask(wanted, host, fetch)
        return self._pages[request]

    async def _ask(self, wanted: ListEndpoint, host: str, fetch: FetchListing) -> Page:
        try:
            page = await fetch(wanted)
        except FetchError as error:
            self._unanswered[host] = self._unanswered[host] + 1 if error.cause in SILENT_CAUSES else 0
            self._silent[host] = error
            raise
        self._unanswered[host] = 0
        return page


def fresh(checks: Iterable[SourceCheck | None], now: datetime) -> tuple[SourceCheck, ...]:
    """Return the checks that need not be made again."""
    return tuple(check for check in checks if check is not None and now - check.checked_at < FRESH_FOR)


def requests_of(sources: Sequence[Source]) -> int:
    """Return how many requests a check of one host's sources makes while all is well.

    robots.txt, and for each source its listing pages and an article.
    """
    return 1 + sum(len(source.listings) + 1 for source in sources)


def expected_duration(sources: Iterable[Source], *, delay_seconds: float) -> timedelta:
    """Return how long a check of sources takes on a normal line: the sum over the hosts side by side, or the longest.

    A host's share is its requests, each with the answer's time and the delay before the next one.
    """
    seconds = [requests_of(group) * (ANSWER_SECONDS + delay_seconds) for group in by_host(sources)]
    return timedelta(seconds=max([0.0, sum(seconds) / HOSTS_AT_ONCE, *seconds]))
