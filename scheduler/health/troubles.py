"""Decide what keeps alerts from people, and which sources fail for which true cause. No I/O, no clock.

One list for the strip on every page, `status`, `doctor` and `/readyz`. What each trouble says is in trouble_words.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from scheduler.health.shared_causes import FAMILY, MASS_SHARE
from storage.records import Cause, Incident, Outcome
from storage.runs import HEALTHY_OUTCOMES

THROUGH_PROXY = re.compile(r"\(asked through the proxy in (\w+)\)")  # what crawler.network.handler appends to an error
HOSTS_OF_A_MASS = 2  # one host that fails says nothing about this machine
HOSTS_OF_A_FAMILY = 3  # that fail in one way: the software they share is likelier than each for itself
# Incidents that are not read from runs, and whether they keep messages from being sent.
OF_INCIDENTS = {"deliveries": True, "archive": True, "disk": False, "clock": False, "endpoint": False, "saved": False}

BACKUPS = frozenset({"no backup", "old backup"})

GroupKey = TypeVar("GroupKey", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVisit:
    """How the last visit to a watched source went; `outcome` is None before the first.

    `failing_since` is when the first of its failures in a row began, None when the last visit was healthy. `healthy_at`
    is when a visit last went well, None when none ever did.
    """

    source: str
    host: str
    family: str | None = None
    outcome: Outcome | None = None
    cause: Cause | None = None
    error: str = ""
    failing_since: datetime | None = None
    healthy_at: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Whether there was a visit, and the last one failed."""
        return self.outcome is not None and self.outcome not in HEALTHY_OUTCOMES

    @property
    def kind(self) -> str:
        """The trouble of a run: a cause, else the outcome."""
        return (self.cause or "other") if self.outcome == "error" else str(self.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """The state of the watch at a moment. `audience` names the endpoints that get announcements.

    `backups` is the folder that is asked for, empty where none is; `backup_at` is when the newest was made.
    """

    now: datetime
    has_sample_contact: bool
    audience: Sequence[str]
    visits: Sequence[LastVisit]
    incidents: Sequence[Incident] = ()
    backups: str = ""
    backup_at: datetime | None = None
    backup_every: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong. `kind` is a row of the words; `place` is its host, family, variable, folder or endpoint.

    `keeps_alerts` says whether it keeps alerts from people, beyond single portals that fail. `watched` counts all
    sources that were visited.
    """

    kind: str
    cause: str = ""
    place: str = ""
    since: datetime | None = None
    sources: tuple[str, ...] = ()
    watched: int = 0
    keeps_alerts: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether it is more than one portal among others that fails."""
        return self.keeps_alerts or self.kind != "host"

    @property
    def number(self) -> int:
        """How many sources it concerns."""
        return len(self.sources)


def troubles_of(state: WatchState) -> tuple[Trouble, ...]:
    """Return what is wrong, what keeps alerts from people first, then what concerns most sources."""
    found = [*_of_visits(state.visits), *_of_setup(state), *_of_incidents(state.incidents)]
    return tuple(sorted(found, key=lambda one: (not one.keeps_alerts, -len(one.sources))))


def _of_setup(state: WatchState) -> Iterator[Trouble]:
    """Yield what is missing for any alert to arrive."""
    visited = [visit for visit in state.visits if visit.outcome is not None]
    if not state.visits:
        yield Trouble(kind="no sources", keeps_alerts=True)
    elif not visited:
        yield Trouble(kind="never visited", keeps_alerts=True)
    elif not any(visit.healthy_at for visit in visited):
        since = min(visit.failing_since or state.now for visit in visited)
        yield Trouble(kind="never answered", since=since, watched=len(visited), keeps_alerts=True)
    if not state.audience:
        yield Trouble(kind="no endpoint", keeps_alerts=True)
    if state.has_sample_contact:
        yield Trouble(kind="sample contact", keeps_alerts=True)
    if state.backups and state.backup_at is None:
        yield Trouble(kind="no backup", place=state.backups, keeps_alerts=True)
    elif state.backup_at and state.now - state.backup_at > 2 * state.backup_every:
        yield Trouble(kind="old backup", place=state.backups, since=state.backup_at, keeps_alerts=True)


def _of_incidents(incidents: Iterable[Incident]) -> Iterator[Trouble]:
    for one in incidents:
        if one.kind in OF_INCIDENTS:
            place = one.key.partition(":")[2]
            keeps = OF_INCIDENTS[one.kind]
            yield Trouble(kind=one.kind, place=place, since=one.opened_at, keeps_alerts=keeps)


def _of_visits(visits: Sequence[LastVisit]) -> Iterator[Trouble]:
    """Yield the failing sources by their true cause: this machine, a proxy, a family, else each host."""
    visited = [visit for visit in visits if visit.outcome is not None]
    left = [visit for visit in visited if visit.is_failing]
    for kind in ("unreachable", "tls"):
        mass = [visit for visit in left if visit.outcome == "error" and FAMILY.get(_cause(visit), visit.kind) == kind]
        if _is_mass(mass, visited, HOSTS_OF_A_MASS):
            groups = _grouped((_reach(visit), visit) for visit in mass)
            yield from (_group(*key, members, visited, True) for key, members in groups.items())
            left = [visit for visit in left if visit not in mass]
    for (family, cause), members in _grouped(((v.family or "", v.kind), v) for v in left).items():
        if family and _is_mass(members, [v for v in visited if v.family == family], HOSTS_OF_A_FAMILY):
            yield _group("family", cause, family, members, visited, False)
            left = [visit for visit in left if visit not in members]
    for (host, cause), members in _grouped(((v.host, v.kind), v) for v in left).items():
        yield _group("host", cause, host, members, visited, False)


def _cause(visit: LastVisit) -> Cause:
    return visit.cause or "other"


def _reach(visit: LastVisit) -> tuple[str, str, str]:
    """Return kind, cause and place of a failure that this machine shares among many hosts."""
    proxy = THROUGH_PROXY.search(visit.error)
    if proxy:
        return "proxy", "", proxy[1]
    return ("machine", visit.kind if visit.kind in {"dns", "tls"} else "network", "")


def _is_mass(members: Iterable[LastVisit], all_of_them: Iterable[LastVisit], least: int) -> bool:
    hosts, all_hosts = {visit.host for visit in members}, {visit.host for visit in all_of_them}
    return len(hosts) >= least and len(hosts) >= MASS_SHARE * len(all_hosts)


def _grouped(pairs: Iterable[tuple[GroupKey, LastVisit]]) -> dict[GroupKey, list[LastVisit]]:
    found: dict[GroupKey, list[LastVisit]] = defaultdict(list)
    for key, visit in pairs:
        found[key].append(visit)
    return found


def _group(
    kind: str, cause: str, place: str, members: Sequence[LastVisit], visited: Sequence[LastVisit], is_shared: bool
) -> Trouble:
    # The middle one: a source that failed long before the others says nothing of when their common cause began.
    begun = sorted(visit.failing_since for visit in members if visit.failing_since)
    since = begun[(len(begun) - 1) // 2]  # the median; `statistics` takes longer to import than all else here
    return Trouble(
        kind=kind, cause=cause, place=place, since=since, sources=tuple(visit.source for visit in members),
        watched=len(visited), keeps_alerts=is_shared or len(members) == len(visited),
    )  # fmt: skip
