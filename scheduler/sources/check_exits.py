"""Find which exit works for which source: check each source through each exit. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler.sources import Source
from crawler.visit import Context
from scheduler.sources.check_all import Verifying
from storage.checks import CheckState, SourceCheck
from storage.records import Cause

STATES_BEST_FIRST: tuple[CheckState, ...] = ("works", "partly", "fails")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCheck:
    """The check of a source through one exit. `rows` are those of its listing pages, all together."""

    source: str
    exit: str
    state: CheckState
    rows: int
    cause: Cause | None
    reason: str


async def check_exits(sources: Sequence[Source], exits: Iterable[str], context: Context) -> tuple[ExitCheck, ...]:
    """Return what each source gives through each exit, one exit after the other; sources in their order."""
    found: list[ExitCheck] = []
    for name in exits:
        checks: list[SourceCheck] = []
        through = (source.model_copy(update={"via": (name,)}) for source in sources)
        await Verifying(context, checks.append, is_kept=False).check(through)
        found += (_of(check, name) for check in checks)
    order = {source.id: number for number, source in enumerate(sources)}
    return tuple(sorted(found, key=lambda check: order[check.source]))


def best_exits(checks: Iterable[ExitCheck]) -> dict[str, tuple[str, ...]]:
    """Return the exits that give rows by source, best first, as `via` wants them; checks of a source stand together."""
    found = {}
    for source, group in groupby(checks, key=lambda check: check.source):
        ranked = sorted(group, key=lambda check: (STATES_BEST_FIRST.index(check.state), -check.rows))
        found[source] = tuple(check.exit for check in ranked if check.state != "fails")
    return found


def _of(check: SourceCheck, name: str) -> ExitCheck:
    rows = sum(listing["rows"] for listing in check.detail["listings"])
    return ExitCheck(
        source=check.source, exit=name, state=check.state, rows=rows, cause=check.cause, reason=check.reason
    )
