"""Make worlds: portals with a year of items, outages and habits. The same seed gives the same world.

Nothing here is read from what the program believes: hours, days off and volumes of a source are drawn for it, and the
learner finds them or does not. Each world does one thing to the learner that real portals may do; the last does all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Literal

from crawler.sources import Source
from crawler.sources.source import Level, SourceKind
from scheduler.china_time.workdays import DAY_OFF_KIND, day_kind, is_workday
from storage.records import BEIJING

START, DAYS = datetime(2025, 1, 1, tzinfo=BEIJING), 365
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SWING = 0.4  # of a source's rate from week to week, as in benchmarks/freshness.py
RELEVANT_A_DAY = 0.04  # relevant items a day of a source with one item a day
# How portals answer when nothing is new: with 304, with the same bytes, or with the same rows in other bytes.
ANSWER_SHARES = {"304": 0.5, "same bytes": 0.4, "same rows": 0.1}  # as docs/scheduling.md reckons; nobody has counted
# Days on which the nation issues a document that many portals take up: three a month.
NATIONAL_DOCUMENTS = 36

Answer = Literal["304", "same bytes", "same rows"]
Hours = Callable[[random.Random], list[float]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A class of sources: its share of all, items on a day, what a day off has of that, items put up together.

    `follows` is the chance that a source takes a national document up, `lag_hours` the median time until it does.
    """

    name: str
    share: float
    a_day: float
    off: float
    batch: float
    tier: int
    level: Level
    kind: SourceKind
    follows: float
    lag_hours: float


KINDS = (
    Kind(name="national", share=0.10, a_day=3.0, off=0.30, batch=1.5, tier=0, level="national", kind="government",
         follows=0.5, lag_hours=1.0),
    Kind(name="government", share=0.15, a_day=2.0, off=0.25, batch=2.0, tier=1, level="province", kind="government",
         follows=0.4, lag_hours=5.0),
    Kind(name="department", share=0.35, a_day=1.0, off=0.08, batch=1.8, tier=1, level="province", kind="department",
         follows=0.25, lag_hours=8.0),
    Kind(name="city", share=0.20, a_day=1.0, off=0.15, batch=2.0, tier=2, level="city", kind="government",
         follows=0.25, lag_hours=8.0),
    Kind(name="news", share=0.20, a_day=5.0, off=0.75, batch=1.2, tier=3, level="province", kind="news",
         follows=0.7, lag_hours=1.5),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a source publishes: when it can be seen, and the minute that its page gives, None where it gives a day."""

    at: datetime
    is_relevant: bool
    said: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which a portal cannot be read, and why."""

    start: datetime
    end: datetime
    cause: Literal["5xx", "blocked"]


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A source, its items of the year in order, and its troubles. `stumbles`: the share of visits that time out."""

    source: Source
    kind: Kind
    items: tuple[Item, ...]
    outages: tuple[Outage, ...]
    stumbles: float
    unchanged: Answer


@dataclass(frozen=True, kw_only=True)
class World:
    """What is true in a world beyond sources that differ in volume, worth, hours and days.

    `by_class`: sources of a class share hours; volumes and days off of classes are drawn anew. `late`: rows appear
    hours after the minute that they name, or before it. `tiers`: sources have the tiers of their class, else one.
    """

    name: str
    hours: Literal["own", "none", "night"] = "own"
    by_class: bool = False
    fails: bool = False
    bursts: bool = False
    late: bool = False
    tiers: bool = False


WORLDS = (
    World(name="own hours"),
    World(name="classes differ", by_class=True),
    World(name="visits fail", fails=True),
    World(name="bursts", bursts=True),
    World(name="dated otherwise", late=True),
    World(name="no hours at all", hours="none"),
    World(name="at night", hours="night"),
    World(name="tiers", tiers=True),
    World(name="all together", by_class=True, fails=True, bursts=True, late=True, tiers=True),
)


def office(chance: random.Random) -> list[float]:
    """Return the hours of an office: open from some hour to another, with up to three rushes at any time of them."""
    opens, closes, base = chance.uniform(7.5, 10.0), chance.uniform(16.0, 20.5), chance.uniform(0.01, 0.08)
    rushes = [(chance.uniform(opens, closes + 1), chance.uniform(0.5, 2.0), chance.uniform(0.3, 2.0))
              for _ in range(chance.randint(0, 3))]  # fmt: skip
    return [
        base + (0.4 if opens <= hour + 0.5 < closes else 0.0)
        + sum(height * _bell(hour + 0.5, middle, width) for middle, width, height in rushes)
        for hour in range(24)
    ]  # fmt: skip


def newsroom(chance: random.Random) -> list[float]:
    """Return the hours of a newsroom: something at all times, least at night."""
    middle, width, base = chance.uniform(9, 20), chance.uniform(3, 6), chance.uniform(0.1, 0.4)
    return [base * (0.5 if hour < 6 else 1.0) + _bell(hour + 0.5, middle, width) for hour in range(24)]


def _bell(hour: float, middle: float, width: float) -> float:
    apart = (hour - middle + 12) % 24 - 12  # midnight is beside eleven in the evening
    return exp(-((apart / width) ** 2) / 2)


def made(world: World, seed: int, count: int) -> list[Portal]:
    """Return the portals of a world."""
    chance = random.Random(f"{world.name} {seed}")
    documents = sorted(_national_documents(chance)) if world.bursts else []
    share_grows_with = chance.uniform(0.2, 1.0)  # relevant items grow with this power of the volume: nobody knows it
    portals: list[Portal] = []
    for kind in KINDS:
        drawn = _Drawn.of(kind, world, chance)
        for number in range(round(kind.share * count)):
            id = f"{kind.name}-{number}"
            own = random.Random(f"{world.name} {seed} {id}")
            portals.append(_portal(id, drawn, world, own, share_grows_with, documents))
    return portals


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A class as it is in one world."""

    kind: Kind
    a_day: float
    off: float
    hours: list[float] | None  # that all its sources share, None where each has its own

    @classmethod
    def of(cls, kind: Kind, world: World, chance: random.Random) -> _Drawn:
        times, off = (exp(chance.gauss(0, 0.6)), chance.uniform(0.05, 0.9)) if world.by_class else (1.0, kind.off)
        shared = _hours(kind, world, chance) if world.by_class else None
        return cls(kind=kind, a_day=kind.a_day * times, off=1.0 if world.hours == "none" else off, hours=shared)


def _hours(kind: Kind, world: World, chance: random.Random) -> list[float]:
    if world.hours == "none":
        return [1.0] * 24
    hours = (newsroom if kind.kind == "news" else office)(chance)
    return hours[-9:] + hours[:-9] if world.hours == "night" else hours


def _portal(
    id: str, drawn: _Drawn, world: World, chance: random.Random, share_grows_with: float, documents: list[datetime]
) -> Portal:  # fmt: skip
    kind = drawn.kind
    source = Source(
        id=id, name=id, region="000000" if kind.level == "national" else "440000", level=kind.level, kind=kind.kind,
        listings=(f"https://{id}.example.org/",), tier=kind.tier if world.tiers else 1,
    )  # fmt: skip
    a_day = min(40.0, drawn.a_day * exp(chance.gauss(0, 0.9)))
    relevant = min(0.5, RELEVANT_A_DAY * exp(chance.gauss(-0.5, 1.0)) * a_day ** (share_grows_with - 1))
    own = _hours(kind, world, chance)
    weights = own if drawn.hours is None else [a * exp(chance.gauss(0, 0.3)) for a in drawn.hours]
    gives_minutes = chance.random() < 0.4
    items = [
        Item(at=at, is_relevant=chance.random() < relevant, said=at if gives_minutes else None)
        for at in _moments(a_day, drawn, weights, chance)
    ]
    items += [Item(at=at, is_relevant=True, said=at if gives_minutes else None)
              for at in _followed(drawn, documents, weights, chance)]  # fmt: skip
    if world.late:
        items = [_dated_otherwise(item, chance) for item in items]
    outages = list(_outages(chance)) if world.fails else []
    items = sorted((_after_outage(item, outages) for item in items), key=lambda item: item.at)
    (unchanged,) = chance.choices(list(ANSWER_SHARES), list(ANSWER_SHARES.values()))
    return Portal(
        source=source, kind=kind, items=tuple(items), outages=tuple(outages),
        stumbles=_stumbles(chance) if world.fails else 0.0, unchanged=unchanged,  # type: ignore[arg-type]  # its keys
    )  # fmt: skip


def _moments(a_day: float, drawn: _Drawn, weights: list[float], chance: random.Random) -> Iterator[datetime]:
    """Yield when a source puts something up: batches of items some minutes apart, in weeks that swing."""
    weekdays, swing, batch = [exp(chance.gauss(0, 0.2)) for _ in range(5)], 1.0, drawn.kind.batch
    for day in range(DAYS):
        midnight = START + timedelta(days=day)
        if midnight.weekday() == 0:
            swing = exp(chance.gauss(-(SWING**2) / 2, SWING))
        which = day_kind(midnight.date())
        factor = drawn.off if which == DAY_OFF_KIND else weekdays[which]
        for _ in range(_poisson(chance, a_day * factor * swing / batch)):
            at = midnight + HOUR * (chance.choices(range(24), weights)[0] + chance.random())
            yield at
            while chance.random() >= 1 / batch:
                at += MINUTE * chance.expovariate(1 / 12)
                yield at


def _poisson(chance: random.Random, mean: float) -> int:
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1)
    return count


def _national_documents(chance: random.Random) -> Iterator[datetime]:
    """Yield when the nation issues what others take up: on working days, from 9 to 20 o'clock."""
    days = [START + timedelta(days=day) for day in range(DAYS)]
    for day in chance.sample([day for day in days if is_workday(day.date())], NATIONAL_DOCUMENTS):
        yield day + HOUR * chance.uniform(9, 20)


def _followed(
    drawn: _Drawn, documents: Iterable[datetime], weights: list[float], chance: random.Random
) -> Iterator[datetime]:  # fmt: skip
    """Yield when a source takes national documents up: most on the same day or the next, at hours when it works."""
    for issued in documents:
        if chance.random() >= drawn.kind.follows:
            continue
        at = issued + HOUR * drawn.kind.lag_hours * exp(chance.gauss(0, 0.7))
        while chance.random() >= _works(at, drawn, weights):
            at += HOUR
        yield at


def _works(at: datetime, drawn: _Drawn, weights: list[float]) -> float:
    """Return how much a source works at a moment, against its best hour."""
    return (drawn.off if day_kind(at.date()) == DAY_OFF_KIND else 1.0) * weights[at.hour] / max(weights)


def _dated_otherwise(item: Item, chance: random.Random) -> Item:
    """Return an item whose row appears later than its page says, or whose page says more than the row's moment."""
    which = chance.random()
    if which < 0.4:  # approved hours after it was written
        return Item(at=item.at + HOUR * min(48.0, chance.expovariate(1 / 4)), is_relevant=item.is_relevant,
                    said=item.said)  # fmt: skip
    if which < 0.6 and item.said is not None:  # dated ahead, or at a round hour
        return Item(at=item.at, is_relevant=item.is_relevant, said=item.said + HOUR * chance.expovariate(1 / 6))
    return item


def _outages(chance: random.Random) -> Iterator[Outage]:
    """Yield a portal's outages: one a month of hours, at one portal in five days of being shut out too."""
    is_shut_out_at_times, at = chance.random() < 0.2, START
    while (at := at + timedelta(days=chance.expovariate(1 / 30))) < START + timedelta(days=DAYS):
        if is_shut_out_at_times and chance.random() < 0.4:
            end, cause = at + timedelta(days=chance.uniform(0.5, 4)), "blocked"
        else:
            end, cause = at + HOUR * min(48.0, 2.0 * exp(chance.gauss(0, 1.0))), "5xx"
        yield Outage(start=at, end=end, cause=cause)  # type: ignore[arg-type]  # one of the two above
        at = end


def _after_outage(item: Item, outages: list[Outage]) -> Item:
    """Return an item as it can be seen: at the end of an outage where it came out during one."""
    end = next((one.end for one in outages if one.start <= item.at < one.end), None)
    return item if end is None else Item(at=end, is_relevant=item.is_relevant, said=item.said)


def _stumbles(chance: random.Random) -> float:
    """Return the share of visits that time out: few at most portals, one in four at one of ten."""
    return 0.25 if chance.random() < 0.1 else chance.uniform(0.0, 0.04)
