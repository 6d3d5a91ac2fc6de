"""Visit the portals of a world when the real code says that they are due, and count delays and costs.

While visits go well the moments of all that follow are those at which a whole visit has come together, so they are
found at once; tests/test_replay.py compares them with `next_due`. After a failure `next_due` itself is asked.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from replay.worlds import DAYS, HOUR, START, Portal
from scheduler.china_time.workdays import DAY_KINDS, day_kind
from scheduler.visits.pace import Pace, next_due
from storage.records import Run
from storage.rhythms import Sighting

# Days on which paces are learned anew: the daemon learns daily; here often at the start, when a day changes much.
LEARNED_ON = (0, 1, 3, 7, 14, 28, *range(56, DAYS, 56))
# Processor time by kind of answer in multiples of a 304, of which a run of benchmarks/visits.py took 15.6 ms and the
# same bytes 15.9; a listing that is read took 3.6 times as much in one process, an article 36 ms in all processes
# (docs/scale.md). A failed visit is reckoned like a 304.
ANSWER_COSTS = {"304": 1.0, "same bytes": 1.0, "same rows": 3.6, "changed": 3.6, "article": 2.3, "failed": 1.0}

STUMBLES_WITHIN = 72.0  # hours that are looked ahead where visits may time out; no interval is as long

PacesAt: TypeAlias = Callable[[datetime], Mapping[str, Pace]]
Trouble: TypeAlias = Literal["5xx", "blocked", "timeout"]
Hours: TypeAlias = NDArray[np.floating[Any]]  # since START
KIND_OF_DAY = [day_kind((START + timedelta(days=day)).date()) for day in range(DAYS + 1)]


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a year of visits cost: requests by answer, and their sum in multiples of a 304."""

    answers: Mapping[str, int]

    @property
    def visits(self) -> int:
        return sum(count for answer, count in self.answers.items() if answer != "article")

    @property
    def cost_a_visit(self) -> float:
        """The mean cost of a visit, without the articles that it led to."""
        return (self.cost - self.answers["article"] * ANSWER_COSTS["article"]) / self.visits

    @property
    def cost(self) -> float:
        return sum(count * ANSWER_COSTS[answer] for answer, count in self.answers.items())


@dataclass(slots=True, kw_only=True)
class Polled:
    """A portal and what a rule's visits have made of it. Moments are hours since START, delays minutes."""

    portal: Portal
    appeared: Hours
    outages: tuple[tuple[float, float, Trouble], ...]
    chance: random.Random
    last_ended: float = 0.0
    last_read: float = 0.0
    trouble: Trouble | None = None
    failures: int = 0
    next_item: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    delays: list[tuple[float, bool]] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)


def spent(polled: Iterable[Polled]) -> Spent:
    """Return what visiting portals has cost."""
    return Spent(answers=sum((one.answers for one in polled), Counter[str]()))


def unvisited(portals: Sequence[Portal]) -> list[Polled]:
    """Return portals that nobody has looked at."""
    return [
        Polled(
            portal=portal, appeared=np.array([_hours(item.at) for item in portal.items]),
            outages=tuple((_hours(one.start), _hours(one.end), one.cause) for one in portal.outages),
            chance=random.Random(portal.source.id),
        )
        for portal in portals
    ]  # fmt: skip


def walk(polled: list[Polled], paces_at: PacesAt) -> list[Polled]:
    """Let the year pass, visit each source when it is due, and return the portals."""
    for begin, end in zip(LEARNED_ON, (*LEARNED_ON[1:], DAYS), strict=True):
        set_to = paces_at(START + timedelta(days=begin))
        for one in polled:
            _visits(one, set_to[one.portal.source.id], end * 24.0)
    return polled


def _visits(one: Polled, pace: Pace, end: float) -> None:
    """Visit a portal up to a moment; the next visit is planned anew from the last one, with the next pace."""
    while True:
        if one.failures:
            due = _hours(next_due(_last(one), one.failures, pace=pace, now=_moment(one.last_ended)))
            ahead = np.array([due] if due < end else [])
        else:
            horizon = min(end, one.last_ended + STUMBLES_WITHIN) if one.portal.stumbles else end
            ahead = while_healthy(one.portal.source.id, one.last_ended, pace, horizon)
        if not len(ahead):
            return
        well, trouble = _well(one, ahead)
        _see(one, ahead[:well])
        if well < len(ahead):
            one.failures, one.trouble, one.last_ended = one.failures + 1, trouble, float(ahead[well])
            one.answers["failed"] += 1


def while_healthy(source: str, start: float, pace: Pace, end: float) -> Hours:
    """Return when a source is due from `start` to before `end` if each visit goes well."""
    if pace.an_hour is None:
        every = pace.every / HOUR
        return start + every * np.arange(1, max(0, math.ceil((end - start) / every - 1e-9)))
    first, rates = int(start // 24), np.asarray(pace.an_hour)
    made = np.concatenate([[0.0], np.cumsum(rates[KIND_OF_DAY[first : math.ceil(end / 24)]].ravel())])
    grid = first * 24.0 + np.arange(len(made))
    part = _part(source)
    begun = float(np.interp(start, grid, made))
    count = int((made[-1] - begun) / part)
    found: Hours = np.interp(begun + part * np.arange(1, count + 1), made, grid)
    return found[: int(np.searchsorted(found, end))]


@cache
def _part(source: str) -> float:
    """Return the part of a visit after which a source is due, as `next_due` says at a pace of one visit an hour."""
    even = Pace(every=HOUR, an_hour=((1.0,) * 24,) * DAY_KINDS)
    last = Run(source=source, started_at=START, finished_at=START, outcome="ok")
    return (next_due(last, 0, pace=even, now=START) - START) / HOUR


def _well(one: Polled, ahead: Hours) -> tuple[int, Trouble | None]:
    """Return how many visits go well before one fails, and why that one does: it stumbles, or falls into an outage."""
    share, well = one.portal.stumbles, len(ahead)
    trouble: Trouble | None = None
    if share:
        stumble = int(math.log(1 - one.chance.random()) / math.log(1 - share))
        well, trouble = (stumble, "timeout") if stumble < well else (well, None)
    for start, end, cause in one.outages:
        index = int(np.searchsorted(ahead, start))
        if index < well and ahead[index] < end:
            return index, cause
    return well, trouble


def _see(one: Polled, at: Hours) -> None:
    """Note what is new at visits that were answered, and how they were answered."""
    if not len(at):
        return
    begin, end = one.next_item, int(np.searchsorted(one.appeared, at[-1], side="right"))
    appeared = one.appeared[begin:end]
    visits = np.searchsorted(at, appeared)
    before = np.concatenate([[one.last_read], at])
    for item, visit, delay in zip(one.portal.items[begin:end], visits, at[visits] - appeared, strict=True):
        one.delays.append((float(delay) * 60, item.is_relevant))
        after, seen = _moment(before[visit]), _moment(at[visit])
        if item.said is not None and after < item.said <= seen:  # as `storage.rhythms` reads a page's minute
            after = seen = item.said
        one.sightings.append(
            Sighting(source=one.portal.source.id, after=after, seen_at=seen, is_relevant=item.is_relevant)
        )
    changed = len(np.unique(visits))
    one.answers.update({"changed": changed, one.portal.unchanged: len(at) - changed, "article": end - begin})
    one.next_item, one.failures, one.trouble = end, 0, None
    one.last_ended = one.last_read = float(at[-1])


def _last(one: Polled) -> Run:
    at, id = _moment(one.last_ended), one.portal.source.id
    if one.trouble == "blocked":
        return Run(source=id, started_at=at, finished_at=at, outcome="blocked")
    return Run(source=id, started_at=at, finished_at=at, outcome="error", cause=one.trouble)


def _hours(at: datetime) -> float:
    return (at - START) / HOUR


def _moment(hours: float) -> datetime:
    return START + HOUR * float(hours)
