"""Keep in memory which sources are due: only this process visits, so nobody else changes it. No I/O, no clock.

A source stands on the heap while it waits, and not while it is visited: it cannot be visited twice at the same time,
and whatever happens to the clock, or however long the machine slept, it is due once.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from crawler.sources import Source, host_of
from scheduler.visits.pace import Pace, missed, next_due
from storage.records import BEIJING, Cause, Run
from storage.runs import HEALTHY_OUTCOMES

LastRun: TypeAlias = tuple[Run | None, int]  # a source's last run, and how many failed since the last healthy one

CLOCK_STEP_BACK = timedelta(seconds=1)  # from which the clock counts as set back
ONE_HINT_PER = timedelta(hours=1)  # a source is visited early at most once in that time, however many hints there are
LEAST_BEFORE_HINT = timedelta(minutes=5)  # since a source's last visit: no hint makes an interval shorter


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A source as it waits; `due` is None while it is visited. `host` is that of its first listing page.

    `woken_at` is when a hint last made it due, None when none has.
    """

    source: Source
    host: str
    pace: Pace
    last: Run | None
    failures: int
    due: datetime | None = None
    woken_at: datetime | None = None


class Timetable:
    """The sources that are watched, and when each is to be visited next."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[datetime, str]] = []  # holds outdated pairs too: `_Entry.due` says which one counts
        self._of_host: dict[str, list[_Entry]] = {}
        self._parked: dict[str, list[tuple[datetime, str]]] = {}  # what is due of hosts that were busy
        self._asked_at: datetime | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def hosts(self) -> int:
        """How many hosts are watched."""
        return len(self._of_host)

    def __contains__(self, source: str) -> bool:
        return source in self._entries

    def fill(
        self, sources: Iterable[Source], paces: Mapping[str, Pace], standings: Mapping[str, LastRun], now: datetime
    ) -> None:
        """Watch these sources and no others; those known before keep how they stand, and go on being visited."""
        before, self._entries, self._heap, self._parked = self._entries, {}, [], {}
        of_host = defaultdict(list)
        for source in sources:
            known = before.get(source.id)
            last, failures = (known.last, known.failures) if known else _credible(standings[source.id], now)
            entry = _Entry(source=source, host=host_of(source), pace=paces[source.id], last=last, failures=failures,
                           woken_at=known.woken_at if known else None)  # fmt: skip
            self._entries[source.id] = entry
            of_host[entry.host].append(entry)
            if known is None or known.due is not None:
                self._plan(entry, now)
        self._of_host = dict(of_host)

    def pace(self, paces: Mapping[str, Pace], now: datetime) -> None:
        """Visit at other paces from now on; a source that is not named keeps its own."""
        for id, pace in paces.items():
            if entry := self._entries.get(id):
                entry.pace = pace
                if entry.due is not None:
                    self._plan(entry, now)

    def take(self, now: datetime, *, busy: Container[str], hosts: int) -> list[list[Source]]:
        """Return what is due as groups of one host each, for at most so many hosts, longest due first.

        The returned sources count as being visited until `visited` or `give_back` tell otherwise. A host that is `busy`
        is not among them, and neither are more hosts than asked for: they stay due. The work is in proportion to what
        is returned and to the hosts that are busy, however much is due.
        """
        if self._asked_at is not None and now < self._asked_at - CLOCK_STEP_BACK:
            self._replan(now)  # the clock was set back, and the next visits would be far away
        self._asked_at = now
        for host in [host for host in self._parked if host not in busy]:
            for pair in self._parked.pop(host):
                heapq.heappush(self._heap, pair)
        taken: dict[str, list[Source]] = {}
        while self._heap and self._heap[0][0] <= now and len(taken) < hosts:
            due, id = heapq.heappop(self._heap)
            entry = self._entries.get(id)
            if entry is None or entry.due != due:
                continue
            if entry.host in busy or entry.host in taken:
                self._parked.setdefault(entry.host, []).append((due, id))
            else:
                taken[entry.host] = self._taken_with(entry, now)
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

    def wake(self, provinces: Container[str], now: datetime, *, is_silent: Callable[[str], bool]) -> int:
        """Let the sources of provinces (their codes) be visited early, and return how many will be.

        A source that fails, is outside its hours, was woken within the hour, or whose host is silent, keeps its time.
        """
        named = [entry for entry in self._entries.values() if f"{entry.source.region[:2]}0000" in provinces]
        found = [(entry, due) for entry in named if (due := _woken_due(entry, now)) and not is_silent(entry.host)]
        for entry, due in found:
            entry.woken_at = now
            self._push(entry, due)
        return len(found)

    def never_visited(self) -> int:
        """Return how many sources were not visited yet."""
        return sum(entry.last is None for entry in self._entries.values())

    def last_runs(self) -> list[tuple[str, Run]]:
        """Return the host and the last run of every source that was visited, the latest run last."""
        found = [(entry.host, entry.last) for entry in self._entries.values() if entry.last is not None]
        return sorted(found, key=lambda one: one[1].finished_at)

    def missed(self, now: datetime) -> int:
        """Return how many visits were due up to now and were not made; one is then made for all of a source's."""
        waiting = [entry for entry in self._entries.values() if entry.due is not None and entry.last is not None]
        return sum(missed(entry.due, now, pace=entry.pace) for entry in waiting if entry.due)

    def next_due(self) -> dict[str, datetime | None]:
        """Return when each source is to be visited next, None while it is visited."""
        return {id: entry.due for id, entry in self._entries.items()}

    def _taken_with(self, first: _Entry, now: datetime) -> list[Source]:
        """Take what is due of a host; those of another kind of TLS come after, in a visit of their own."""
        found = [
            (entry.due, entry.source.id, entry) for entry in self._of_host[first.host]
            if entry.due is not None and entry.due <= now and entry.source.tls == first.source.tls
        ]  # fmt: skip
        group = [entry for *_, entry in sorted(found, key=lambda one: one[:2])]
        for entry in group:
            entry.due = None
        return [entry.source for entry in group]

    def _replan(self, now: datetime) -> None:
        """Plan all that waits again."""
        self._heap, self._parked = [], {}
        for entry in self._entries.values():
            if entry.due is not None:
                self._plan(entry, now)

    def _plan(self, entry: _Entry, now: datetime) -> None:
        self._push(entry, next_due(entry.last, entry.failures, pace=entry.pace, now=now))

    def _push(self, entry: _Entry, due: datetime) -> None:
        entry.due = due
        heapq.heappush(self._heap, (due, entry.source.id))


def _woken_due(entry: _Entry, now: datetime) -> datetime | None:
    """Return when a hint makes a source due, None where it changes nothing, or must not."""
    if entry.due is None or entry.last is None or entry.failures:
        return None
    if entry.woken_at is not None and timedelta(0) <= now - entry.woken_at < ONE_HINT_PER:
        return None
    due, hours = max(now, entry.last.finished_at + LEAST_BEFORE_HINT), entry.pace.hours
    is_open = hours is None or hours.covers(due.astimezone(BEIJING).time())
    return due if due < entry.due and is_open else None


def _credible(standing: LastRun, now: datetime) -> LastRun:
    """Return a standing without a last run that lies in the future: the clock was set back while nobody ran."""
    last, failures = standing
    return (None, 0) if last is not None and last.finished_at > now else (last, failures)
