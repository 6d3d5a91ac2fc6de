"""Keep in memory which sources are due: only this process visits, so nobody else changes it. No I/O, no clock.

A source stands on the heap while it waits, and not while it is visited: it cannot be visited twice at the same time,
and whatever happens to the clock, or however long the machine slept, it is due once.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from crawler.sources import Source, host_of
from scheduler.visits.crawls import by_host
from scheduler.visits.pace import Pace, missed, next_due
from storage.records import Cause, Run
from storage.runs import HEALTHY_OUTCOMES

LastRun: TypeAlias = tuple[Run | None, int]  # a source's last run, and how many failed since the last healthy one

CLOCK_STEP_BACK = timedelta(seconds=1)  # from which the clock counts as set back


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A source as it waits; `due` is None while it is visited."""

    source: Source
    pace: Pace
    last: Run | None
    failures: int
    due: datetime | None = None


class Timetable:
    """The sources that are watched, and when each is to be visited next."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[datetime, str]] = []  # holds outdated pairs too: `_Entry.due` says which one counts
        self._asked_at: datetime | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, source: str) -> bool:
        return source in self._entries

    def fill(
        self, sources: Iterable[Source], paces: Mapping[str, Pace], standings: Mapping[str, LastRun], now: datetime
    ) -> None:
        """Watch these sources and no others; those known before keep how they stand, and go on being visited."""
        before, self._entries, self._heap = self._entries, {}, []
        for source in sources:
            known = before.get(source.id)
            last, failures = (known.last, known.failures) if known else _credible(standings[source.id], now)
            entry = _Entry(source=source, pace=paces[source.id], last=last, failures=failures)
            self._entries[source.id] = entry
            if known is None or known.due is not None:
                self._plan(entry, now)

    def pace(self, paces: Mapping[str, Pace], now: datetime) -> None:
        """Visit at other paces from now on; a source that is not named keeps its own."""
        for id, entry in self._entries.items():
            if id in paces:
                entry.pace = paces[id]
        self._replan(now)

    def take(self, now: datetime, *, busy: Container[str], hosts: int) -> list[list[Source]]:
        """Return what is due as groups of one host each, for at most so many hosts, longest due first.

        The returned sources count as being visited until `visited` or `give_back` tell otherwise. A host that is `busy`
        is not among them, and neither are more hosts than asked for: they stay due.
        """
        if self._asked_at is not None and now < self._asked_at - CLOCK_STEP_BACK:
            self._replan(now)  # the clock was set back, and the next visits would be far away
        self._asked_at = now
        due = self._pop_due(now)
        taken: dict[str, list[Source]] = {}
        for group in by_host(entry.source for entry in due):
            host = host_of(group[0])  # two groups of a host differ in their TLS: one after the other
            if host not in busy and host not in taken and len(taken) < hosts:
                taken[host] = group
        starting = {source.id for group in taken.values() for source in group}
        for entry in due:
            if entry.source.id in starting:
                entry.due = None
            else:
                heapq.heappush(self._heap, (entry.due or now, entry.source.id))
        return list(taken.values())

    def visited(self, run: Run, now: datetime) -> None:
        """Note how a visit ended, and plan the next one."""
        entry = self._entries.get(run.source)
        if entry is None:
            return  # its source was taken out while it was visited
        entry.last, entry.failures = run, 0 if run.outcome in HEALTHY_OUTCOMES else entry.failures + 1
        self._plan(entry, now)

    def give_back(self, source: str, due: datetime) -> None:
        """Plan a visit that came to nothing again; one that `visited` has planned stays."""
        entry = self._entries.get(source)
        if entry is not None and entry.due is None:
            self._push(entry, due)

    def make_due(self, cause: Cause, now: datetime) -> int:
        """Let the sources whose last visit failed for a cause be visited now; return how many there are."""
        waiting = [entry for entry in self._entries.values() if entry.due and entry.due > now]
        found = [entry for entry in waiting if entry.last is not None and entry.last.cause == cause]
        for entry in found:
            self._push(entry, now)
        return len(found)

    def never_visited(self) -> int:
        """Return how many sources were not visited yet."""
        return sum(entry.last is None for entry in self._entries.values())

    def last_runs(self) -> list[tuple[str, Run]]:
        """Return the host and the last run of every source that was visited, the latest run last."""
        found = [(host_of(entry.source), entry.last) for entry in self._entries.values() if entry.last is not None]
        return sorted(found, key=lambda one: one[1].finished_at)

    def missed(self, now: datetime) -> int:
        """Return how many visits were due up to now and were not made; one is then made for all of a source's."""
        waiting = [entry for entry in self._entries.values() if entry.due is not None and entry.last is not None]
        return sum(missed(entry.due, now, pace=entry.pace) for entry in waiting if entry.due)

    def next_due(self) -> dict[str, datetime | None]:
        """Return when each source is to be visited next, None while it is visited."""
        return {id: entry.due for id, entry in self._entries.items()}

    def _pop_due(self, now: datetime) -> list[_Entry]:
        found = []
        while self._heap and self._heap[0][0] <= now:
            due, id = heapq.heappop(self._heap)
            entry = self._entries.get(id)
            if entry is not None and entry.due == due:
                found.append(entry)
        return found

    def _replan(self, now: datetime) -> None:
        """Plan all that waits again."""
        self._heap = []
        for entry in self._entries.values():
            if entry.due is not None:
                self._plan(entry, now)

    def _plan(self, entry: _Entry, now: datetime) -> None:
        self._push(entry, next_due(entry.last, entry.failures, pace=entry.pace, now=now))

    def _push(self, entry: _Entry, due: datetime) -> None:
        entry.due = due
        heapq.heappush(self._heap, (due, entry.source.id))


def _credible(standing: LastRun, now: datetime) -> LastRun:
    """Return a standing without a last run that lies in the future: the clock was set back while nobody ran."""
    last, failures = standing
    return (None, 0) if last is not None and last.finished_at > now else (last, failures)
