"""Look after the watch itself: read how sources and machine are, decide, and open, change or end incidents."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler.sources import Source, host_of
from scheduler.china_time.worktime import is_closed, working_days
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.log import get_logger
from scheduler.health.findings import Finding, of_lie, of_refused
from scheduler.health.incidents import REMIND_AFTER, Changing, Ending, OpenIncidents, Opening, Step, decide
from scheduler.health.machine import clock_problem, disk_problem
from scheduler.health.silence import (
    LEARN_FROM,
    MOVES_KEPT,
    SHORTEST_LIMIT_WORKDAYS,
    SilenceLimit,
    gaps_of,
    is_silent,
    learn,
)
from scheduler.health.source_looks import SourceLook, SourceLooks
from scheduler.health.wording import SAYS, detail_of, hint_of, rest_of, summary_of
from scheduler.notify.incident import messages, open_incident, remind, resolve_incident
from storage.archive import Archive
from storage.records import BEIJING, Incident, Run
from storage.runs import HEALTHY_OUTCOMES

log = get_logger()

LATELY = timedelta(minutes=30)
A_DAY = timedelta(days=1)
LEARN_EVERY = timedelta(days=1)

LearnedLimits = dict[str, tuple[datetime, SilenceLimit]]


def look(
    archive: Archive, settings: Settings, sources: Sequence[Source], now: datetime,
    rhythms: LearnedLimits | None = None, seen: SourceLooks | None = None,
) -> None:  # fmt: skip
    """Look once: what is wrong opens an incident, what is right again ends it.

    `rhythms` keeps what was learned until the next look, and `seen` what the visits said.
    """
    standing = archive.incidents.list(only_open=True)
    stale, incomplete = (_members(standing, kind) for kind in ("stale", "extraction"))
    known = {} if rhythms is None else rhythms
    looks = (SourceLooks() if seen is None else seen).take(archive, sources, now, incomplete=incomplete)
    findings = [
        *(finding for look in looks.values() for finding in look.findings),
        *_lies(sources, archive, now),
        *_refusals(sources, archive),
        *_silences(looks.values(), archive, now, known, stale),
    ]
    state = OpenIncidents(
        incidents=[incident for incident in standing if incident.kind in SAYS],
        visited=frozenset(one.host for one in looks.values() if one.last and now - one.last.finished_at <= LATELY),
        openings=lambda one: archive.incidents.openings(one.key, since=one.opened_at - A_DAY),
        calm_since=archive.incidents.calm_since,
    )
    for step in decide(findings, state, now):
        _take(step, archive, settings, now)
    _look_at_machine(archive, settings, looks.values(), now)
    _remind(archive, settings, now)


def _members(incidents: Iterable[Incident], kind: str) -> set[str]:
    return {source for incident in incidents if incident.kind == kind for source in incident.members}


def _lies(sources: Iterable[Source], archive: Archive, now: datetime) -> Iterator[Finding]:
    watched = {source.id: source for source in sources}
    for liar in archive.freshness.liars():
        if liar.source in watched:
            lie = of_lie(liar.source, host_of(watched[liar.source]), liar.url, liar.noticed_at, now)
            if lie is not None:
                yield lie


def _refusals(sources: Sequence[Source], archive: Archive) -> Iterator[Finding]:
    watched = {source.id: source for source in sources}
    for refused in archive.frontier.staying_refused():
        if refused.source in watched:
            yield of_refused(host_of(watched[refused.source]), refused)


def _silences(
    looks: Iterable[SourceLook], archive: Archive, now: datetime, rhythms: LearnedLimits, stale: set[str]
) -> Iterator[Finding]:
    """Yield the sources that are read well, but have had nothing new for unusually long; none begins in a holiday."""
    closed = is_closed(now)
    for look in looks:
        source = look.source
        is_read = look.last is not None and look.last.outcome in HEALTHY_OUTCOMES
        if source.id not in stale and (closed or not is_read):
            continue
        looked, watched = look.read_at or now, look.first_at or now
        last = look.moved_at or watched
        if working_days(max(last, watched), looked) <= SHORTEST_LIMIT_WORKDAYS:
            continue
        rhythm = _rhythm(source, archive, now, rhythms)
        if is_silent(rhythm, last, watched=watched, looked=looked):
            day = last.astimezone(BEIJING).date()
            yield Finding(
                kind="stale", source=source.id, host=look.host, since=last,
                detail=f"nothing new since {day}, that is {working_days(last, looked):.1f} working days; "
                f"99 of 100 gaps are shorter than {rhythm.usual:.1f}",
            )  # fmt: skip


def _rhythm(source: Source, archive: Archive, now: datetime, rhythms: LearnedLimits) -> SilenceLimit:
    """Return a source's rhythm, learned anew once a day."""
    if source.id not in rhythms or abs(now - rhythms[source.id][0]) >= LEARN_EVERY:
        moves = archive.freshness.moves(source.id, since=now - LEARN_FROM, now=now)[-MOVES_KEPT:]
        rhythm = learn(gaps_of([at for at, _ in moves]), kind=source.kind, level=source.level)
        rhythms[source.id] = (now, rhythm)
    return rhythms[source.id][1]


def _take(step: Step, archive: Archive, settings: Settings, now: datetime) -> None:
    """Do what was decided, in one transaction each."""
    incidents = archive.incidents
    match step:
        case Opening():
            _open(step, archive, settings, now)
        case Changing():
            key = step.incident.key
            members = step.members or step.incident.members  # when the last one leaves it still says what it was
            incidents.update(
                step.incident.id, summary=summary_of(key, members), detail=detail_of(members), members=step.members,
                now=now,
            )  # fmt: skip
        case Ending():
            with archive.transaction():
                ended = incidents.resolve(step.incident.key, now=now)
                if ended is not None:
                    said = replace(ended, detail=rest_of(step.rest)) if step.rest else ended
                    archive.outbox.put(messages(said, "incident.resolved", settings.endpoint, now=now))
            log.info("incident resolved", key=step.incident.key)


def _open(step: Opening, archive: Archive, settings: Settings, now: datetime) -> None:
    with archive.transaction():
        told = settings.endpoint if step.is_told else ()
        incident = open_incident(
            archive, told, key=step.key, summary=summary_of(step.key, step.members), detail=detail_of(step.members),
            hint=hint_of(step.key, step.members), members=step.members, now=now,
        )  # fmt: skip
        for key in step.absorbs:
            archive.incidents.resolve(key, now=now, merged_into=incident.id if incident else None)
    log.warning("incident opened", key=step.key, sources=len(step.members))


def _look_at_machine(archive: Archive, settings: Settings, looks: Iterable[SourceLook], now: datetime) -> None:
    by_host: dict[str, list[Run]] = {}
    for look in looks:
        by_host.setdefault(look.host, []).extend([look.last] if look.last else [])
    clock = clock_problem(by_host, now, is_open=archive.incidents.standing("clock:local") is not None)
    _settle(archive, settings, "clock:local", "This machine's clock is wrong", clock, "check NTP: timedatectl", now)
    if archive.path is not None:
        disk = disk_of(archive.path, is_open=archive.incidents.standing("disk:archive") is not None)
        hint = "free space, move the archive, or set a retention: futurewatch prune"
        _settle(archive, settings, "disk:archive", "The archive's disk is nearly full", disk, hint, now)


def disk_of(path: Path, *, is_open: bool = False) -> str | None:
    """Return that the disk of a file is nearly full, None when it is not."""
    usage = shutil.disk_usage(path.resolve().parent)
    return disk_problem(usage.free, usage.total, is_open=is_open)


def _settle(
    archive: Archive, settings: Settings, key: str, summary: str, problem: str | None, hint: str, now: datetime
) -> None:
    if problem is None:
        resolve_incident(archive, settings.endpoint, key=key, now=now)
    else:
        open_incident(archive, settings.endpoint, key=key, summary=summary, detail=problem, hint=hint, now=now)


def _remind(archive: Archive, settings: Settings, now: datetime) -> None:
    """Tell the operator once a day what still stands and nobody has acknowledged.

    A day either way: what was told in the future was told while the clock was ahead.
    """
    for incident in archive.incidents.list(only_open=True):
        if incident.acknowledged_at is None and abs(now - (incident.told_at or incident.opened_at)) >= REMIND_AFTER:
            remind(archive, _others(settings, incident), incident, now=now)


def _others(settings: Settings, incident: Incident) -> list[Endpoint]:
    failing = incident.key.partition(":")[2] if incident.kind == "endpoint" else ""
    return [endpoint for endpoint in settings.endpoint if endpoint.name != failing]
