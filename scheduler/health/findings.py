"""Find what is wrong with a source from its last runs. No I/O, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from scheduler.health.flaws import said_of_flaws
from scheduler.health.shared_causes import FAMILY
from storage.records import ANSWER_FLAWS, ROW_FLAWS, Cause, Run
from storage.runs import HEALTHY_OUTCOMES

if TYPE_CHECKING:
    from storage.frontier import Refused

RUNS_OF_A_SOURCE = 8  # of each source that are looked at
PASSING = frozenset({"unreachable", "5xx", "silence", "limit"})  # what a portal recovers from by itself
SURE_AFTER, SURE_AFTER_PASSING = 2, 3  # unhealthy runs in a row
OFTEN_FAILED_RUNS = 4  # of the last RUNS_OF_A_SOURCE that failed: a source that works every other time is ill as well
READ_RUNS = 3  # with new pages
INCOMPLETE_SHARE = 0.2  # of the new pages without text, or of the rows with flaws: below 0.8 completeness (G26)
FEW_PAGES = 3  # with fewer new pages nothing follows from a share
# A few are normal in one visit: a day's picture news, a notice that is only a file, two names of one page. More are a
# portal that is read wrongly, and waiting for two further visits would cost a day of it.
MORE_THAN_A_FEW = 4
LIE_STANDS = timedelta(days=1)  # the listing is read in full from then on: nothing is left to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a source. `kind` is the cause that groups it; unless it `is_sure` it may pass by itself."""

    kind: str
    source: str
    host: str
    detail: str
    since: datetime
    is_sure: bool = True


def of_runs(source: str, host: str, runs: Sequence[Run]) -> Finding | None:
    """Return what is wrong with a source that was not read on its last visit, None when it was; latest run first."""
    failed = list(takewhile(lambda run: run.outcome not in HEALTHY_OUTCOMES, runs))
    if not failed:
        return None
    last = failed[0]
    kind = kind_of(last)
    needed = SURE_AFTER_PASSING if kind in PASSING else SURE_AFTER
    is_often = sum(run.outcome not in HEALTHY_OUTCOMES for run in runs[:RUNS_OF_A_SOURCE]) >= OFTEN_FAILED_RUNS
    place = next(_in_vain(last), host) if kind == "exit" else host  # one incident for each exit, with all its sources
    return Finding(
        kind=kind, source=source, host=place, detail=_said(last), since=failed[-1].started_at,
        is_sure=len(failed) >= needed or is_often,
    )  # fmt: skip


def kind_of(run: Run) -> str:
    """Return the class of what was wrong with a run."""
    if run.outcome != "error":
        return run.outcome
    cause: Cause = run.cause or "other"
    return FAMILY.get(cause, cause)


def of_extraction(source: str, host: str, runs: Sequence[Run]) -> Finding | None:
    """Return that the text of too many new pages was not found: of the last run that had some, or of three in a row."""
    read = [run for run in runs if run.new][:READ_RUNS]
    incomplete = list(takewhile(lambda run: run.not_extracted > INCOMPLETE_SHARE * run.new, read))
    new, without = sum(run.new for run in incomplete), sum(run.not_extracted for run in incomplete)
    if without < MORE_THAN_A_FEW and (len(incomplete) < READ_RUNS or new < FEW_PAGES):
        return None
    flaws = sum((Counter(run.flaws) for run in incomplete), Counter[str]())
    kinds = said_of_flaws({kind: n for kind, n in flaws.items() if kind not in ROW_FLAWS | ANSWER_FLAWS})
    return Finding(
        kind="extraction", source=source, host=host, since=incomplete[-1].started_at,
        detail=f"{without} of {new} new pages without text" + (f": {kinds}" if kinds else ""),
    )  # fmt: skip


def of_rows(source: str, host: str, runs: Sequence[Run]) -> Finding | None:
    """Return that more than a few rows of the last visit that read any fall onto one link or lead to the home page."""
    read = next((run for run in runs if run.listed or run.fetched), None)
    if read is None:
        return None
    lost = {kind: number for kind, number in read.flaws.items() if kind in ROW_FLAWS}
    number = sum(lost.values())
    if number < MORE_THAN_A_FEW or number <= INCOMPLETE_SHARE * read.listed:
        return None
    return Finding(
        kind="rows", source=source, host=host, since=read.started_at,
        detail=f"{said_of_flaws(lost)}; {read.listed} rows, {read.links} links",
    )  # fmt: skip


def of_detour(source: str, runs: Sequence[Run]) -> Finding | None:
    """Return that a source is read, but not by the exit it was to leave by: nobody would notice that it is dead."""
    if not runs or runs[0].outcome not in HEALTHY_OUTCOMES:
        return None
    name = next(_in_vain(runs[0]), None)
    if name is None:
        return None
    around = list(takewhile(lambda run: name in _in_vain(run), runs))
    return Finding(
        kind="detour", source=source, host=name, since=around[-1].started_at, is_sure=len(around) >= SURE_AFTER,
        detail=f"none of {runs[0].exits[name].requests} requests through it was answered; another exit was",
    )  # fmt: skip


def _in_vain(run: Run) -> Iterator[str]:
    """Yield the exits that no request of a run came back from."""
    return (name for name, use in run.exits.items() if use.is_in_vain)


def of_lie(source: str, host: str, url: str, noticed_at: datetime, now: datetime) -> Finding | None:
    """Return that a listing's validators hid a change, for a day after it was noticed."""
    if now - noticed_at >= LIE_STANDS:
        return None
    return Finding(kind="validators", source=source, host=host, detail=f"its validators hid a change: {url}",
                   since=noticed_at)  # fmt: skip


def of_refused(host: str, refused: Refused) -> Finding:
    """Return that articles of a source stay refused: nobody reads what may be in them."""
    return Finding(
        kind="refused", source=refused.source, host=host, since=refused.since,
        detail=f"{refused.number} articles are not given to us, such as {refused.address}: {refused.reason}",
    )  # fmt: skip


def _said(run: Run) -> str:
    text = " ".join((run.error or run.outcome).split())
    return f"{run.cause}: {text}" if run.cause else text
