"""Look at the last visits of each source, and keep what was seen until the next visit. Reads only.

A look at 14,000 sources each minute takes seconds where all their visits are read; some hundred of them were visited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.sources import Source, host_of
from scheduler.health.findings import (
    READ_RUNS,
    RUNS_OF_A_SOURCE,
    Finding,
    of_detour,
    of_extraction,
    of_rows,
    of_runs,
)
from storage.archive import Archive
from storage.records import Run
from storage.runs import HEALTHY_OUTCOMES

OLD_RUNS = timedelta(days=30)  # of pages: what a portal's pages were like before says nothing of now


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLook:
    """A source as its visits tell of it. `last` is None before the first.

    `read_at` is when the last of them began that went well, None when none of the last few did; `first_at` when the
    first of all began, `moved_at` when there was something new, None when there never was.
    """

    source: Source
    host: str
    last: Run | None
    read_at: datetime | None
    first_at: datetime | None
    moved_at: datetime | None
    findings: tuple[Finding, ...]


class SourceLooks:
    """The sources of one archive as they were after their last visits."""

    def __init__(self) -> None:
        self._known: dict[str, SourceLook] = {}
        self._upto = 0  # the visit that was recorded last, by its id

    def take(
        self, archive: Archive, sources: Sequence[Source], now: datetime, *, incomplete: Collection[str]
    ) -> Mapping[str, SourceLook]:
        """Return how each source is; those that are known to be read `incomplete` are always looked at anew."""
        upto = archive.freshness.last_run_id()
        visited = archive.freshness.visited_after(self._upto)
        if upto < self._upto:  # another archive lies there now
            self._known.clear()
        known, self._known, self._upto = self._known, {}, upto
        for source in sources:
            look = known.get(source.id)
            is_as_before = look is not None and look.source is source and source.id not in visited
            if look is None or not is_as_before or source.id in incomplete:
                look = _look_at(source, archive, now, is_incomplete=source.id in incomplete)
            self._known[source.id] = look
        return self._known


def _look_at(source: Source, archive: Archive, now: datetime, *, is_incomplete: bool) -> SourceLook:
    runs = archive.freshness.last_runs(source.id, RUNS_OF_A_SOURCE)
    host = host_of(source)
    return SourceLook(
        source=source, host=host, last=runs[0] if runs else None,
        read_at=next((run.started_at for run in runs if run.outcome in HEALTHY_OUTCOMES), None),
        first_at=archive.freshness.first_run_at(source.id), moved_at=archive.freshness.last_move(source.id, now=now),
        findings=tuple(_findings(source.id, host, runs, archive, now, is_incomplete=is_incomplete)),
    )  # fmt: skip


def _findings(
    source: str, host: str, runs: Sequence[Run], archive: Archive, now: datetime, *, is_incomplete: bool
) -> Iterator[Finding]:
    """Yield what the last visits of a source say is wrong, the latest first."""
    for found in (of_runs(source, host, runs), of_detour(source, runs), of_rows(source, host, runs)):
        if found is not None:
            yield found
    if is_incomplete or any(run.new for run in runs):
        read = archive.freshness.runs_with_pages(source, READ_RUNS, since=now - OLD_RUNS)
        unread = of_extraction(source, host, read)
        if unread is not None:
            yield unread
