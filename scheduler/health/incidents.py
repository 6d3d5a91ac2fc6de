"""Decide what becomes of incidents: one for each cause, few messages, none for what flaps. No I/O, no clock.

One host that fails is an incident of its own, `empty:www.example.gov.cn`, with all its sources. Many hosts that fail in
one way are one incident together, `unreachable:*`; hosts that follow join it silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.health.findings import Finding
from scheduler.health.shared_causes import ALL, MASS_SHARE
from storage.records import Incident

MANY_HOSTS = 5  # hosts that fail in one way at a time: one cause is likelier than five
MASS_AFTER = timedelta(minutes=5)  # a moment's outage is none
JOINS_FOR = timedelta(days=1)  # after that a group that is acknowledged would swallow what is new
ABSORBS = timedelta(hours=2)  # incidents so young are the group's first signs
REMAINING_HOSTS = 2  # hosts of a group that are left: then the cause has gone, and those have their own
FADES_FOR = timedelta(hours=2)  # since the last host came back: the others are visited at their own times
CALM = (timedelta(), timedelta(hours=3), timedelta(days=1))  # of health, by openings within a day: what flaps waits
REMIND_AFTER = timedelta(days=1)
NOT_FROM_RUNS = frozenset({"stale", "extraction", "rows", "validators", "refused", "detour"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An incident to open. `absorbs` are the keys of those it takes up; `is_told` unless a message said it before."""

    key: str
    members: Mapping[str, str]
    absorbs: tuple[str, ...] = ()
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """An open incident whose sources are others by now."""

    incident: Incident
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An incident that is over. `rest` are sources of a group that are still ill, with incidents of their own."""

    incident: Incident
    rest: Mapping[str, str] = field(default_factory=dict)


Step = Opening | Changing | Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncidents:
    """The open incidents, the hosts visited lately, and of each incident how often it opened and how long it is calm.

    `openings` counts those within a day before it was opened, its own included; `calm_since` is when its last source
    left it, None when none has.
    """

    incidents: Sequence[Incident]
    visited: frozenset[str]
    openings: Callable[[Incident], int]
    calm_since: Callable[[int], datetime | None]


def decide(findings: Iterable[Finding], standing: OpenIncidents, now: datetime) -> list[Step]:
    """Return what is to be opened, changed and ended."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[_kept_kind(finding, standing.incidents)].append(finding)
    kinds = dict.fromkeys((*found, *(incident.kind for incident in standing.incidents)))
    return [step for kind in kinds for step in _of_kind(kind, found.get(kind, []), standing, now)]


def _kept_kind(finding: Finding, incidents: Iterable[Incident]) -> str:
    """Return the kind under which a source is ill already: a timeout after a 500 is neither recovery nor news."""
    if finding.kind in NOT_FROM_RUNS:
        return finding.kind
    kinds = (one.kind for one in incidents if finding.source in one.members and one.kind not in NOT_FROM_RUNS)
    return next(kinds, finding.kind)


def _of_kind(kind: str, found: Sequence[Finding], standing: OpenIncidents, now: datetime) -> list[Step]:
    mine = [incident for incident in standing.incidents if incident.kind == kind]
    group = next((incident for incident in mine if incident.key == f"{kind}:{ALL}"), None)
    single = [incident for incident in mine if incident is not group]
    if group is not None:
        return _with_group(kind, group, single, found, standing, now)
    opened = _new_group(kind, found, single, standing, now)
    if opened is None:
        return _singles(kind, found, single, standing, now)
    left = [incident for incident in single if incident.key not in opened.absorbs]
    return [opened, *_singles(kind, _outside(found, opened.members), left, standing, now)]


def _new_group(
    kind: str, found: Sequence[Finding], single: Sequence[Incident], standing: OpenIncidents, now: datetime
) -> Opening | None:
    """Return the group that many hosts make, those included that have failed once: they fail for the same cause."""
    old = [incident for incident in single if now - incident.opened_at > ABSORBS]
    held = {source for incident in old for source in incident.members}
    candidates = [finding for finding in found if finding.source not in held]
    hosts = {finding.host for finding in candidates}
    if len(hosts) < MANY_HOSTS or not (
        any(one.is_sure for one in candidates) or _is_mass(candidates, hosts, standing, now)
    ):
        return None
    absorbs = tuple(incident.key for incident in single if incident not in old)
    return Opening(key=f"{kind}:{ALL}", members=_said(candidates), absorbs=absorbs)


def _is_mass(found: Sequence[Finding], hosts: set[str], standing: OpenIncidents, now: datetime) -> bool:
    lasts = now - min(finding.since for finding in found) >= MASS_AFTER
    return lasts and len(hosts) >= MASS_SHARE * len(standing.visited | hosts)


def _with_group(
    kind: str,
    group: Incident,
    single: Sequence[Incident],
    found: Sequence[Finding],
    standing: OpenIncidents,
    now: datetime,
) -> list[Step]:
    """Return what becomes of a group: hosts join and leave it silently, the last ones get incidents of their own."""
    held = {source for incident in single for source in incident.members}
    joins = group.acknowledged_at is None or now - group.opened_at < JOINS_FOR
    inside = [finding for finding in found if finding.source in group.members or (joins and finding.source not in held)]
    singles = _singles(kind, _outside(found, _said(inside)), single, standing, now)
    if not inside:
        return [*_ended(group, standing, now), *singles]
    is_fading = now - (standing.calm_since(group.id) or now) < FADES_FOR or set(group.members) - set(_said(inside))
    if is_fading or len({finding.host for finding in inside}) > REMAINING_HOSTS:
        return [*_changed(group, _said(inside)), *singles]
    silent = [
        Opening(key=f"{kind}:{host}", members=_said(of_host), is_told=False)
        for host, of_host in _by_host(inside).items()
        if all(incident.key != f"{kind}:{host}" for incident in single)
    ]
    return [Ending(incident=group, rest=_said(inside)), *silent, *singles]


def _singles(
    kind: str, found: Sequence[Finding], single: Sequence[Incident], standing: OpenIncidents, now: datetime
) -> list[Step]:
    """Return what becomes of the incidents of single hosts."""
    steps: list[Step] = []
    by_host, known = _by_host(found), {incident.key: incident for incident in single}
    for incident in single:
        of_host = by_host.get(incident.key.partition(":")[2], [])
        steps += _changed(incident, _said(of_host)) if of_host else _ended(incident, standing, now)
    for host, of_host in by_host.items():
        sure = [finding for finding in of_host if finding.is_sure]
        if sure and f"{kind}:{host}" not in known:
            steps.append(Opening(key=f"{kind}:{host}", members=_said(of_host)))
    return steps


def _changed(incident: Incident, members: Mapping[str, str]) -> list[Step]:
    return [] if set(members) == set(incident.members) else [Changing(incident=incident, members=members)]


def _ended(incident: Incident, standing: OpenIncidents, now: datetime) -> list[Step]:
    """Return the end of an incident without sources; one that was opened again within a day waits for calm."""
    needed = CALM[min(max(standing.openings(incident), 1), len(CALM)) - 1]
    since = now if incident.members else standing.calm_since(incident.id) or incident.opened_at
    if now - since >= needed:
        return [Ending(incident=incident)]
    return _changed(incident, {})


def _outside(found: Iterable[Finding], members: Mapping[str, str]) -> list[Finding]:
    return [finding for finding in found if finding.source not in members]


def _by_host(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    hosts: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        hosts[finding.host].append(finding)
    return hosts


def _said(found: Iterable[Finding]) -> dict[str, str]:
    return {finding.source: finding.detail for finding in found}
