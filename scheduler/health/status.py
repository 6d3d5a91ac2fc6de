"""Report how the program is at a moment: daemon, sources, endpoints, incidents, archive. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scheduler.config.outline import Outline
from scheduler.health.survey import state_of
from scheduler.health.trouble_words import in_english, remedy_in_english
from scheduler.health.troubles import Trouble, troubles_of
from storage.archive import Archive
from storage.connection import text_of
from storage.lock import crawler_of, is_there
from storage.overview.deliveries import EndpointHealth
from storage.records import ExitUse, Incident
from storage.runs import HEALTHY_OUTCOMES, SourceState
from storage.ticks import Gap
from storage.upkeep.vitals import Vitals

ROWS = ("listed", "links", "known", "new", "fetched", "extracted", "failed")  # what a run says of its rows
GAPS_OVER = timedelta(days=7)
EXITS_OVER = timedelta(days=1)
TICK_LIMIT = timedelta(minutes=3)  # the archive is told of ticks once a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How the program is. `pid` is the process that crawls, None when none does; `gaps` are those of the last week.

    `exits` says what went through each exit in the last day. `endpoints` are those that were ever written to, and those
    that are configured, by name.
    """

    taken_at: datetime
    pid: int | None
    last_tick_at: datetime | None
    gaps: tuple[Gap, ...]
    counts: Mapping[str, int]
    endpoints: Mapping[str, EndpointHealth]
    incidents: tuple[Incident, ...]
    states: tuple[SourceState, ...]
    troubles: tuple[Trouble, ...]
    bytes: int
    exits: Mapping[str, ExitUse]

    @property
    def is_watching(self) -> bool:
        """Whether a daemon looks again and again what is due."""
        is_fresh = self.last_tick_at is not None and self.taken_at - self.last_tick_at < TICK_LIMIT
        return self.pid is not None and is_fresh

    @property
    def failing(self) -> list[SourceState]:
        """The sources whose last visit failed, those that fail longest first."""
        found = [state for state in self.states if state.last and state.last.outcome not in HEALTHY_OUTCOMES]
        return sorted(found, key=lambda state: -state.failures)

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many sources ended their last visit how; `never visited` are those that had none."""
        return Counter(state.last.outcome if state.last else "never visited" for state in self.states)

    @property
    def is_well(self) -> bool:
        """False when a source's last visit failed, a message is dead, or something else keeps alerts from people."""
        keeps = any(trouble.keeps_alerts for trouble in self.troubles)
        return not self.failing and not self.counts["deliveries_dead"] and not keeps


def take(archive: Archive, outline: Outline, *, now: datetime) -> Picture:
    """Return how the program is now."""
    path = outline.path
    health = archive.delivery_overview.endpoints(now=now)
    for name in outline.endpoints:
        health.setdefault(
            name, EndpointHealth(name=name, states={}, oldest_at=None, last_delivered_at=None, delay=None)
        )
    return Picture(
        taken_at=now, pid=crawler_of(path), last_tick_at=archive.ticks.last(),
        gaps=tuple(archive.ticks.gaps(now - GAPS_OVER)), counts=archive.runs.counts(), endpoints=health,
        incidents=tuple(archive.incidents.list(only_open=True)), troubles=troubles_of(state_of(archive, outline, now)),
        states=tuple(archive.runs.states(source.id for source in outline.sources)),
        exits=Vitals(archive.db).exits_since(now - EXITS_OVER),
        bytes=path.stat().st_size if is_there(path) else 0,
    )  # fmt: skip


def document(picture: Picture) -> dict[str, Any]:
    """Return a picture as JSON."""
    return {
        "now": text_of(picture.taken_at),
        "daemon": {"watching": picture.is_watching, "pid": picture.pid, "last_tick_at": text_of(picture.last_tick_at)},
        "troubles": [
            {"kind": one.kind, "cause": one.cause, "place": one.place, "says": in_english(one),
             "remedy": remedy_in_english(one), "since": text_of(one.since), "sources": list(one.sources),
             "keeps_alerts": one.keeps_alerts}
            for one in picture.troubles
        ],
        "gaps": [
            {"started_at": text_of(gap.started_at), "ended_at": text_of(gap.ended_at), "cause": gap.cause,
             "missed": gap.missed}
            for gap in picture.gaps
        ],
        "counts": dict(picture.counts),
        "archive_bytes": picture.bytes,
        "endpoints": [_endpoint(one) for one in picture.endpoints.values()],
        "incidents": [
            {"id": one.id, "key": one.key, "summary": one.summary, "detail": one.detail,
             "opened_at": text_of(one.opened_at)}
            for one in picture.incidents
        ],
        "exits": {
            name: {"requests": use.requests, "failed": use.failed, "seconds": round(use.seconds, 3)}
            for name, use in picture.exits.items()
        },
        "sources": [_state(state) for state in picture.states],
    }  # fmt: skip


def _endpoint(one: EndpointHealth) -> dict[str, Any]:
    return {
        "name": one.name, "states": dict(one.states), "oldest_pending_at": text_of(one.oldest_at),
        "last_delivered_at": text_of(one.last_delivered_at),
    }  # fmt: skip


def _state(state: SourceState) -> dict[str, Any]:
    last = state.last
    return {
        "source": state.source, "outcome": last and last.outcome, "error": last and last.error,
        "last_run_at": last and text_of(last.finished_at), "last_healthy_at": text_of(state.last_healthy_at),
        "rows": last and {name: getattr(last, name) for name in ROWS}, "flaws": last and dict(last.flaws),
        "failures": state.failures, "troubles": dict(state.troubles), "lying_validators": list(state.liars),
    }  # fmt: skip
