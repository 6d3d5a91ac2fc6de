"""Share out a day's visits: as many as a fixed schedule makes, at the sources and hours with most news. Pure.

Visits go by the cube root of the intensity of what matters over what a visit costs. That makes the mean square of the
delays least: the sum of intensity / visits² under a sum of cost * visits. The square root makes their mean least, and
pays with the last twentieth (decision 16); sharing by volume itself is worse than a fixed schedule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.sources import Source
from crawler.text.addresses import netloc
from scheduler.china_time.clock import Span
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.pace import JITTER_SHARE, Pace
from scheduler.visits.rhythm import Rhythm, Watched
from scheduler.visits.shape import PackedShape, Shape, ShapeSum

# Adaptive polling asks for this part of what the fixed schedule would: what day and night, four times as seldom from
# 22 to 7 o'clock, came to before it learned.
SPENT_SHARE = (15 + 9 / 4) / 24
MOST_HOST_FACTOR = 3.0  # no host is asked more often than this times as often as by the fixed schedule
SHARING_ROOT = 3  # of what is expected, by which visits are shared out
SHARING_ROUNDS = 12  # of bringing the sum and each host to their marks; the error is under 1 % after 8
SHARED_WITHIN = 1e-9  # of the budget, from which on a round changes nothing
ONE_HOUR = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class _Plan:
    """A source's visits an hour before and after the limits.

    Before them they are `weight` times `wanted`, which is shared by all whose rhythm has one shape; `sums` sums it up.
    `scale` holds its host down; `times` is what all this multiplies `wanted` with, and `visits_a_day` are the visits
    after the limits, in the mean of a year.
    """

    source: Source
    hosts: tuple[str, ...]
    every: timedelta
    weight: float
    wanted: Shape
    sums: ShapeSum
    least: float
    most: float
    scale: float = 1.0
    times: float = 0.0
    visits_a_day: float = 0.0

    @property
    def cost(self) -> int:
        return len(self.source.listings)

    def apply(self, factor: float, known: dict[tuple[ShapeSum, float, float, float], float]) -> None:
        """Set the visits; `known` are those of plans that are alike, as all of a tier are before they show anything."""
        self.times = factor * self.scale * self.weight
        alike = (self.sums, self.times, self.least, self.most)
        if alike not in known:
            known[alike] = self.sums.of(self.times, least=self.least, most=self.most)
        self.visits_a_day = known[alike]


def expected(source: Source, default: timedelta) -> float:
    """Return what a source lets expect against others before it is known: so that its tier's interval is the best."""
    return float(len(source.listings) / (source.interval(default) / ONE_HOUR) ** SHARING_ROOT)


def watched(sources: Iterable[Source], since: Mapping[str, datetime], default: timedelta) -> tuple[Watched, ...]:
    """Return what is known of sources before they show anything; `since` says since when each is watched."""
    return tuple(
        Watched(source=source.id, since=since.get(source.id), expects=expected(source, default)) for source in sources
    )


def paces(sources: Sequence[Source], rhythms: Mapping[str, Rhythm], schedule: ScheduleSettings) -> dict[str, Pace]:
    """Return the pace of each source: fixed, or by its rhythm within the limits of the schedule."""
    if not schedule.adaptive:
        return {one.id: Pace(every=one.interval(schedule.every), hours=_hours(one)) for one in sources}
    wanted = {id: _wanted(shape) for id, shape in {id(one.shape): one.shape for one in rhythms.values()}.items()}
    plans = [_plan(source, rhythms[source.id], schedule, *wanted[id(rhythms[source.id].shape)]) for source in sources]
    if plans:
        _share_out(plans, schedule)
    limited: dict[tuple[int, float, float, float], Shape] = {}
    return {
        plan.source.id: Pace(every=plan.every, an_hour=_limited(plan, limited), hours=_hours(plan.source))
        for plan in plans
    }


def _wanted(shape: Shape) -> tuple[Shape, ShapeSum]:
    """Return how visits lie where the intensity has a shape."""
    wanted = PackedShape((part ** (1 / SHARING_ROOT) for part in hours) for hours in shape)
    return wanted, ShapeSum(wanted)


def _limited(plan: _Plan, known: dict[tuple[int, float, float, float], Shape]) -> Shape:
    """Return the visits an hour within the limits; sources that are alike share one shape, which `known` keeps."""
    times, least, most = plan.times, plan.least, plan.most
    key = (id(plan.wanted), times, least, most)
    if key not in known:
        known[key] = PackedShape((min(most, max(least, times * rate)) for rate in hours) for hours in plan.wanted)
    return known[key]


def _hours(source: Source) -> Span | None:
    return Span(start=source.open_hours[0], end=source.open_hours[1]) if source.open_hours else None


def _plan(source: Source, rhythm: Rhythm, schedule: ScheduleSettings, wanted: Shape, sums: ShapeSum) -> _Plan:
    every = source.interval(schedule.every)
    longest = source.every or max(schedule.longest, every)  # its own interval is a promise
    shortest = min(schedule.shortest, every)
    weight = (rhythm.relevant_a_day / len(source.listings)) ** (1 / SHARING_ROOT)
    return _Plan(
        source=source, hosts=tuple(map(netloc, source.listings)), every=every, least=ONE_HOUR / longest,
        most=ONE_HOUR / shortest, weight=weight, wanted=wanted, sums=sums,
    )  # fmt: skip


def _share_out(plans: Sequence[_Plan], schedule: ScheduleSettings) -> None:
    """Find the factor at which all visits come to the budget, and hold down hosts that are asked too often."""
    fixed = _by_host((plan, timedelta(days=1) / plan.every) for plan in plans)
    # Jitter makes intervals shorter, never longer: by half of it in the mean, by all of it for one source.
    limits = {
        host: (1 - JITTER_SHARE) * min(MOST_HOST_FACTOR * asked, max(asked, schedule.host_requests))
        for host, asked in fixed.items()
    }
    budget = SPENT_SHARE * fixed.total() * (1 - JITTER_SHARE / 2)
    factor = budget / sum(plan.cost * plan.sums.of(plan.weight) for plan in plans)
    for _ in range(SHARING_ROUNDS):
        known: dict[tuple[ShapeSum, float, float, float], float] = {}
        for plan in plans:
            plan.apply(factor, known)
        asked = _by_host((plan, plan.visits_a_day) for plan in plans)
        off = budget / asked.total()
        factor *= off
        over = {host: a_day / limits[host] for host, a_day in asked.items()}
        for plan in plans:
            plan.scale = min(1.0, plan.scale / max([over[host] for host in plan.hosts]))
        if abs(off - 1) < SHARED_WITHIN and all(plan.scale == 1 for plan in plans):
            return  # the sum is right and no host is held down: another round changes nothing


def _by_host(visits: Iterable[tuple[_Plan, float]]) -> Counter[str]:
    """Return the listing requests a day of each host."""
    found: Counter[str] = Counter()
    for plan, a_day in visits:
        for host in plan.hosts:
            found[host] += a_day  # type: ignore[assignment]  # a Counter adds parts as well
    return found
