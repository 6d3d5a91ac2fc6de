"""Learn when each source publishes, and how much of it matters. Pure: sightings in, rhythms out, the same each time.

A rhythm is an intensity: relevant items a day, spread over kinds of days and hours. A source that has shown little
yet has the rhythm of the nation, and of its tier; its own news moves it from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from scheduler.china_time.workdays import DAY_KINDS, DAY_OFF_KIND, day_kind
from scheduler.visits.shape import DAY_SHARES, PackedShape, Shape
from storage.records import BEIJING
from storage.rhythms import Sighting

# Weights of the hours on a workday. A wire's 73 future-industry items: 16 in the hour from ten
# and 16 in the one from five, 63 from 7 to 18 o'clock, 10 after 18, 3 after 22; evened out, for it is one wire only.
WORKDAY_HOUR_WEIGHTS = (
    0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.5, 4.0, 6.5, 11.0, 6.5, 3.0, 3.5, 5.5, 7.0, 8.0, 11.0, 4.0, 2.5, 2.0, 1.2,
    0.8, 0.4,
)  # fmt: skip
DAY_OFF_HOUR_WEIGHTS = (
    0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 0.8, 2.0, 4.0, 5.5, 7.0, 5.5, 4.0, 4.0, 4.5, 5.0, 5.5, 6.0, 4.0, 3.0, 2.5, 1.5, 1.0,
    0.5,
)  # fmt: skip
# Of a day of each kind against the mean of workdays; 21 of the 73 items came on Wednesdays, 7 on weekends.
DAY_WEIGHTS = (0.9, 1.0, 1.2, 1.0, 0.9, 0.27)

HOURS_PRIOR_ITEMS = 24.0  # so many items of a source weigh as much as the nation's hours
DAYS_PRIOR_ITEMS = 24.0  # the same for kinds of days
RELEVANCE_PRIOR_ITEMS = 1.0  # so many relevant items weigh as much as what its tier and the others let expect
LONGEST_TELLING_SPAN = timedelta(hours=16)  # an item that may be older than that says nothing about hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source publishes what matters: relevant items a day, and their intensity against the mean hour.

    The mean of the shape over a year is 1.
    """

    relevant_a_day: float
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A source before it shows anything: since when it is watched, None when it is not yet.

    `expects` is how many relevant items it lets expect, against the other sources.
    """

    source: str
    since: datetime | None
    expects: float


@dataclass(slots=True)
class _Tally:
    relevant: int = 0
    days: list[float] = field(default_factory=lambda: [0.0] * DAY_KINDS)
    at_work: list[float] = field(default_factory=lambda: [0.0] * 24)
    off: list[float] = field(default_factory=lambda: [0.0] * 24)


def learn(
    sightings: Iterable[Sighting], watched: Sequence[Watched], *, since: datetime, now: datetime
) -> dict[str, Rhythm]:
    """Return the rhythm of each source from what was new there between `since` and `now`."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for sighting in sightings:
        _count(tallies[sighting.source], sighting)
    days = {one.source: _days(max(one.since or now, since), now) for one in watched}
    scale = _scale(tallies, watched, days)
    return {
        one.source: Rhythm(
            relevant_a_day=_relevant(_seen(tallies, one.source), days[one.source], scale * one.expects),
            shape=_shape(tallies[one.source]) if one.source in tallies else national(),
        )
        for one in watched
    }


def _seen(tallies: Mapping[str, _Tally], source: str) -> int:
    return tallies[source].relevant if source in tallies else 0


def _days(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start) / timedelta(days=1))


def _scale(tallies: Mapping[str, _Tally], watched: Sequence[Watched], days: Mapping[str, float]) -> float:
    """Return relevant items a day for each unit of what sources let expect, from all of them together."""
    seen = sum(_seen(tallies, one.source) for one in watched)
    return (seen + 1) / (sum(one.expects * (days[one.source] + 1) for one in watched) or 1)


def _relevant(seen: int, days: float, expected: float) -> float:
    """Return relevant items a day: the mean of a gamma distribution after `days`, which began with what is expected."""
    return (seen + RELEVANCE_PRIOR_ITEMS) / (days + RELEVANCE_PRIOR_ITEMS / expected)


def _count(tally: _Tally, sighting: Sighting) -> None:
    """Add an item to the hours in which it may have been published, as the nation's hours weigh them."""
    tally.relevant += sighting.is_relevant
    spans = _spans(max(sighting.after, sighting.seen_at - LONGEST_TELLING_SPAN), sighting.seen_at)
    total = sum(weight for *_, weight in spans)
    is_timed = sighting.seen_at - sighting.after <= LONGEST_TELLING_SPAN
    for kind, hour, weight in spans:
        tally.days[kind] += weight / total
        if is_timed:
            (tally.off if kind == DAY_OFF_KIND else tally.at_work)[hour] += weight / total


def _spans(after: datetime, until: datetime) -> list[tuple[int, int, float]]:
    """Return the hours of a span in Beijing: kind of the day, hour, and the nation's weight times the part of it."""
    at, last, found = after.astimezone(BEIJING), until.astimezone(BEIJING), []
    while True:
        following = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        kind, end = day_kind(at.date()), min(following, last)
        part = max((end - at).total_seconds(), 1.0)  # a moment counts as a second
        found.append((kind, at.hour, part * national()[kind][at.hour]))
        if following >= last:
            return found
        at = following


def _shape(tally: _Tally) -> Shape:
    """Return the intensity that a tally shows, begun with the nation's."""
    seen = sum(tally.days)
    begun = _day_rates(DAY_WEIGHTS)
    rates = [
        (count + DAYS_PRIOR_ITEMS * share * rate) / ((seen + DAYS_PRIOR_ITEMS) * share)
        for count, share, rate in zip(tally.days, DAY_SHARES, begun, strict=True)
    ]
    hours = (_smoothed(tally.at_work, WORKDAY_HOUR_WEIGHTS), _smoothed(tally.off, DAY_OFF_HOUR_WEIGHTS))
    return PackedShape(
        (24 * rate * part for part in hours[kind == DAY_OFF_KIND]) for kind, rate in enumerate(_day_rates(rates))
    )  # fmt: skip


def _smoothed(counts: Sequence[float], begun: Sequence[float]) -> list[float]:
    """Return the share of each hour: what was counted, with HOUR_ITEMS more that lie as `begun` says."""
    return [
        (count + HOURS_PRIOR_ITEMS * weight / sum(begun)) / (sum(counts) + HOURS_PRIOR_ITEMS)
        for count, weight in zip(counts, begun, strict=True)
    ]


def _day_rates(weights: Sequence[float]) -> list[float]:
    """Return weights of the kinds of days so that their mean over a year is 1."""
    mean = sum(weight * share for weight, share in zip(weights, DAY_SHARES, strict=True))
    return [weight / mean for weight in weights]


@cache
def national() -> Shape:
    """Return the nation's intensity: of a source that has shown nothing yet."""
    return _shape(_Tally())
