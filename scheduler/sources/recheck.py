"""Check again each week what changed: sources that stay ill, and those with other addresses than those checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.sources import Source, numbered
from scheduler.config.log import get_logger
from scheduler.sources.check_all import Verifying
from scheduler.visits.pace import PASSING, RETREATS
from storage.archive import Archive
from storage.checks import SourceCheck
from storage.records import Run

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()

WEEK = timedelta(days=7)
FAILURES_UNTIL_ILL = 3  # in a row, of a kind that does not pass by itself, from which a source counts as ill
HOSTS_AT_ONCE = 2  # beside the daemon's own visits


async def recheck(program: Program, now: datetime) -> None:
    """Check what changed since it was checked, and say what moved; a week lies between two checks of a source."""
    due = tuple(changed(program.sources, program.context.archive, now))
    await Verifying(program.context, _say, hosts_at_once=HOSTS_AT_ONCE).check(due)


def changed(sources: Iterable[Source], archive: Archive, now: datetime) -> Iterator[Source]:
    """Yield the sources that are to be checked again."""
    for source in sources:
        check = archive.checks.of(source.id)
        if check is not None and now - check.checked_at < WEEK:
            continue
        if _is_ill(*archive.runs.standing(source.id)) or (check is not None and _is_altered(source, check, now)):
            yield source


def _is_ill(last: Run | None, failures: int) -> bool:
    return last is not None and failures >= FAILURES_UNTIL_ILL and RETREATS[last.cause or last.outcome] is not PASSING


def _is_altered(source: Source, check: SourceCheck, now: datetime) -> bool:
    """True when an update or the operator gave a source other addresses than those that were checked."""
    checked = {found["url"] for found in check.detail["listings"]}
    return bool(checked) and checked.isdisjoint(numbered(url, 1) for url in source.at(now).listings)


def _say(check: SourceCheck) -> None:
    columns = check.detail["columns"]
    if columns:
        log.warning("listing moved", source=check.source, columns=columns, hint="futurewatch sources apply")
    else:
        log.info("source checked again", source=check.source, state=check.state, reason=check.reason)
