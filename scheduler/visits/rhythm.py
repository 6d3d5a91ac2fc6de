"""Learn when each source publishes, and how much of it matters. Pure: sightings in, rhythms out, the same each time.

A rhythm is an intensity: relevant items a day, spread over kinds of days and hours. A source that has shown little
yet has the rhythm of the nation, and of its tier; its own news moves it from there. The nation's hours begin as they
are written here, and all sources together move them.
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
# So many sources that have shown much weigh as much as the nation's hours as they are written here. 2, 4 and 8 do the
# same in a replay of 30 sources; with 8, one source that is unlike all others moves these little.
NATION_PRIOR_SOURCES = 8.0
RELEVANCE_PRIOR_ITEMS = 1.0  # so many relevant items weigh as much as what its tier and the others let expect
ONE_DAY = timedelta(days=1)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Habits:
    """How items lie: the share of each kind of day, and of each hour on workdays and on days off. Each sums to 1."""

    days: Sequence[float]
    at_work: Sequence[float]
    off: Sequence[float]


def learn(
    sightings: Iterable[Sighting], watched: Sequence[Watched], *, since: datetime, now: datetime
) -> dict[str, Rhythm]:
    """Return the rhythm of each source from what was new there between `since` and `now`."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for sighting in sightings:
        _count(tallies[sighting.source], sighting)
    days = {one.source: _days(max(one.since or now, since), now) for one in watched}
    scale = _scale(tallies, watched, days)
    nation = _nation([tallies[one.source] for one in watched if one.source in tallies])
    unseen = _shape(_Tally(), nation)  # one for all that have shown nothing
    return {
        one.source: Rhythm(
            relevant_a_day=_relevant(_seen(tallies, one.source), days[one.source], scale * one.expects),
            shape=_shape(tallies[one.source], nation) if one.source in tallies else unseen,
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
    at, weights = after.astimezone(BEIJING), national()
    day, hour, left = at.date(), at.hour, (until - after).total_seconds()
    of_hour = 3600 - (at.minute * 60 + at.second + at.microsecond / 1e6)
    kind, found = day_kind(day), []
    while True:
        part = max(min(of_hour, left), 1.0)  # a moment counts as a second
        found.append((kind, hour, part * weights[kind][hour]))
        left -= of_hour
        if left < 1e-6:  # the resolution of moments
            return found
        of_hour, hour = 3600.0, hour + 1
        if hour == 24:
            day, hour = day + ONE_DAY, 0
            kind = day_kind(day)


def _nation(tallies: Iterable[_Tally]) -> _Habits:
    """Return the nation's habits: as they are written here, moved by all sources, each of which weighs at most one."""
    seen, begun = list(tallies), _written()
    return _Habits(
        days=_blended([one.days for one in seen], begun.days),
        at_work=_blended([one.at_work for one in seen], begun.at_work),
        off=_blended([one.off for one in seen], begun.off),
    )


def _blended(counted: Iterable[Sequence[float]], begun: Sequence[float]) -> list[float]:
    """Return shares: those of sources, each by how much it has shown, and `begun` with NATION_PRIOR_SOURCES."""
    weight, found = NATION_PRIOR_SOURCES, [NATION_PRIOR_SOURCES * share for share in begun]
    for counts in counted:
        if total := sum(counts):
            trust = 1 / (total + HOURS_PRIOR_ITEMS)  # of each item; of all of them less than one
            weight += trust * total
            found = [share + trust * count for share, count in zip(found, counts, strict=True)]
    return [share / weight for share in found]


@cache
def _written() -> _Habits:
    """Return the nation's habits as they are written here."""
    days = [share * weight for share, weight in zip(DAY_SHARES, DAY_WEIGHTS, strict=True)]
    return _Habits(days=_shares(days), at_work=_shares(WORKDAY_HOUR_WEIGHTS), off=_shares(DAY_OFF_HOUR_WEIGHTS))


def _shares(weights: Sequence[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


def _shape(tally: _Tally, begun: _Habits) -> Shape:
    """Return the intensity that a tally shows, begun with the nation's habits."""
    days = _smoothed(tally.days, begun.days, DAYS_PRIOR_ITEMS)
    at_work = _smoothed(tally.at_work, begun.at_work, HOURS_PRIOR_ITEMS)
    off = _smoothed(tally.off, begun.off, HOURS_PRIOR_ITEMS)
    return PackedShape(
        (24 * days[kind] / DAY_SHARES[kind] * part for part in (off if kind == DAY_OFF_KIND else at_work))
        for kind in range(DAY_KINDS)
    )  # fmt: skip


def _smoothed(counts: Sequence[float], begun: Sequence[float], prior_items: float) -> list[float]:
    """Return shares: what was counted, with `prior_items` more that lie as `begun` says."""
    total = sum(counts) + prior_items
    return [(count + prior_items * share) / total for count, share in zip(counts, begun, strict=True)]


@cache
def national() -> Shape:
    """Return the nation's intensity as it is written here: of a source before any has shown anything."""
    return _shape(_Tally(), _written())
