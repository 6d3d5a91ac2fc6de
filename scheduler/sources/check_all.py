"""Check many sources, many hosts at once and each host politely, and keep every check as soon as it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from crawler.sources import Source
from crawler.visit import Context
from scheduler.sources.check import check_source
from scheduler.visits.crawls import by_host
from scheduler.visits.fetch_one import fetch_one
from storage.checks import SourceCheck

FRESH = timedelta(hours=12)  # a check younger than this is not made again: a run that was stopped goes on


class Verifying:
    """The checks of this process. Needs the asyncio reactor (see `scheduler.daemon.reactor`)."""

    def __init__(self, context: Context, done: Callable[[SourceCheck], None]) -> None:
        self._context = context
        self._done = done
        self._room = asyncio.Semaphore(context.settings.concurrent_hosts)
        self._is_stopping = False

    async def check(self, sources: Iterable[Source]) -> None:
        """Check sources, those of one host one after the other; `done` is told each check once it is kept."""
        await asyncio.gather(*(self._check_host(group) for group in by_host(sources)))

    def stop(self) -> None:
        """Ask nothing more. What was being checked is not kept: half a check says nothing about a portal."""
        self._is_stopping = True
        self._context.hosts.close()

    async def _check_host(self, sources: list[Source]) -> None:
        async with self._room:
            for source in sources:
                if self._is_stopping:
                    return
                check = await self._check_one(source)
                if self._is_stopping:
                    return
                self._context.archive.checks.record(check)
                self._done(check)

    async def _check_one(self, source: Source) -> SourceCheck:
        now, fetch = datetime.now(UTC), partial(fetch_one, context=self._context, source=source)
        try:
            return await check_source(source, fetch, self._context.lexicon, now=now)
        except Exception as error:  # noqa: BLE001  one page that we cannot read must not end the round
            reason = f"{type(error).__name__}: {error}"
            return SourceCheck(
                source=source.id, checked_at=now, state="fails", outcome="error", cause="parse", reason=reason,
                detail={"problems": [reason], "listings": [], "columns": [], "article": None, "newest": []},
            )  # fmt: skip


def fresh(checks: Iterable[SourceCheck | None], now: datetime) -> tuple[SourceCheck, ...]:
    """Return the checks that need not be made again."""
    return tuple(check for check in checks if check is not None and now - check.checked_at < FRESH)
