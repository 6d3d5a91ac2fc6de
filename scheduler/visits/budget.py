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
from scheduler.visits.rhythm import DAY_SHARES, Rhythm, Shape, Watched

# Adaptive polling asks for this part of what the fixed schedule would: what day and night, four times as seldom from
# 22 to 7 o'clock, came to before it learned.
SPENT_SHARE = (15 + 9 / 4) / 24
MOST_HOST_FACTOR = 3.0  # no host is asked more often than this times as often as by the fixed schedule
SHARING_ROOT = 3  # of what is expected, by which visits are shared out
SHARING_ROUNDS = 12  # of bringing the sum and each host to their marks; the error is under 1 % after 8
ONE_HOUR = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class _Plan:
    """A source's visits an hour before and after the limits; `scale` holds its host down."""

    source: Source
    every: timedelta
    wanted: Shape
    least: float
    most: float
    scale: float = 1.0
    an_hour: Shape = ()

    @property
    def cost(self) -> int:
        return len(self.source.listings)

    def apply(self, factor: float) -> None:
        scale, least, most = factor * self.scale, self.least, self.most
        self.an_hour = tuple(tuple(min(most, max(least, scale * rate)) for rate in hours) for hours in self.wanted)


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
    plans = [_plan(source, rhythms[source.id], schedule) for source in sources]
    if plans:
        _share_out(plans, schedule)
    return {
        plan.source.id: Pace(every=plan.every, an_hour=plan.an_hour, hours=_hours(plan.source)) for plan in plans
    }  # fmt: skip


def _hours(source: Source) -> Span | None:
    return Span(start=source.open_hours[0], end=source.open_hours[1]) if source.open_hours else None


def _plan(source: Source, rhythm: Rhythm, schedule: ScheduleSettings) -> _Plan:
    every = source.interval(schedule.every)
    longest = source.every or max(schedule.longest, every)  # its own interval is a promise
    shortest = min(schedule.shortest, every)
    weight = (rhythm.relevant_a_day / len(source.listings)) ** (1 / SHARING_ROOT)
    return _Plan(
        source=source, every=every, least=ONE_HOUR / longest, most=ONE_HOUR / shortest,
        wanted=tuple(tuple(weight * part ** (1 / SHARING_ROOT) for part in hours) for hours in rhythm.shape),
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
    factor = budget / sum(plan.cost * _a_day(plan.wanted) for plan in plans)
    for _ in range(SHARING_ROUNDS):
        for plan in plans:
            plan.apply(factor)
        asked = _by_host((plan, _a_day(plan.an_hour)) for plan in plans)
        factor *= budget / asked.total()
        for plan in plans:
            over = max(asked[host] / limits[host] for host in _hosts(plan.source))
            plan.scale = min(1.0, plan.scale / over)


def _a_day(an_hour: Shape) -> float:
    """Return the visits of a day in the mean of a year."""
    return sum(share * sum(hours) for share, hours in zip(DAY_SHARES, an_hour, strict=True))


def _by_host(visits: Iterable[tuple[_Plan, float]]) -> Counter[str]:
    """Return the listing requests a day of each host."""
    found: Counter[str] = Counter()
    for plan, a_day in visits:
        for listing in plan.source.listings:
            found[netloc(listing)] += a_day  # type: ignore[assignment]  # a Counter adds parts as well
    return found


def _hosts(source: Source) -> frozenset[str]:
    return frozenset(map(netloc, source.listings))
