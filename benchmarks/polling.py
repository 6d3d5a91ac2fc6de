"""Replay a generated year of publications through the real polling, and compare delays at equal numbers of requests.

    python benchmarks/polling.py [--sources 100] [--only NAME]... [--plot docs/pictures/polling.png]
    python benchmarks/polling.py --catalogue

The year is 2025 with its holidays and worked weekends; sources are modelled on what is known of portals:
a department puts up some items a week, a news portal some an hour, the share that matters
falls with the root of the volume, people publish while they work. Each source has hours, weekdays and batches of its
own, which the learner does not know: it begins on the first of January with nothing, and learns every two weeks from
what was seen until then. Against it stands a fixed interval that makes as many requests in that year.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, sqrt
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawler.sources import Source, catalogue
from scheduler.china_time.workdays import DAY_OFF_KIND, day_kind
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.budget import paces, watched
from scheduler.visits.pace import Pace, next_due
from scheduler.visits.rhythm import learn
from storage.records import BEIJING, Run
from storage.rhythms import Sighting

START, DAYS = datetime(2025, 1, 1, tzinfo=BEIJING), 365
LEARNED, RELEARN = timedelta(days=182), timedelta(days=14)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A class of sources: its share of all, items on a day, what a day off has of that, items put up together."""

    name: str
    share: float
    a_day: float
    off: float
    batch: float
    tier: int


KINDS = (
    Kind(name="national", share=0.10, a_day=6.0, off=0.30, batch=1.5, tier=0),
    Kind(name="government", share=0.12, a_day=4.0, off=0.25, batch=2.0, tier=1),
    Kind(name="department", share=0.38, a_day=1.0, off=0.08, batch=1.8, tier=1),
    Kind(name="city", share=0.20, a_day=2.0, off=0.15, batch=2.0, tier=2),
    Kind(name="news", share=0.20, a_day=15.0, off=0.75, batch=1.2, tier=3),
)
RELEVANT_A_DAY = 0.03  # relevant items a day of a source with one item a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that a source publishes, and whether it matters."""

    at: datetime
    is_relevant: bool


@dataclass(slots=True, kw_only=True)
class Portal:
    """A source, its items of the year in order, and what polling has made of them."""

    source: Source
    kind: Kind
    gives_minutes: bool
    items: list[Item]
    times: list[datetime]
    polled_at: datetime = START
    polls: int = 0
    next_item: int = 0
    delays: list[tuple[float, bool]] = field(default_factory=list)  # minutes
    sightings: list[Sighting] = field(default_factory=list)


Hours = Callable[[random.Random, Kind], list[float]]


def office(chance: random.Random, kind: Kind) -> list[float]:
    """Return the hours of an office: a rush in the morning, one before it closes, lunch, and some habits of its own."""
    morning, evening = chance.uniform(8.7, 11.3), chance.uniform(15.0, 17.8)
    tilt = chance.betavariate(2, 2)
    base = 0.25 if kind.name == "news" else 0.04
    hours = [
        base + 1.2 * (tilt * _bell(hour, morning, 0.9) + (1 - tilt) * _bell(hour, evening, 1.0))
        + (0.35 if 8 <= hour < 18 else 0.06 if 18 <= hour < 22 else 0.0)
        for hour in range(24)
    ]  # fmt: skip
    return [weight * exp(chance.gauss(0, 0.35)) * (0.4 if hour < 7 else 1.0) for hour, weight in enumerate(hours)]


def around_the_clock(_chance: random.Random, _kind: Kind) -> list[float]:
    """Return hours without any habit: what the prior believes is wrong."""
    return [1.0] * 24


def at_night(chance: random.Random, kind: Kind) -> list[float]:
    """Return an office's hours nine hours late: everything comes out in the evening and at night."""
    hours = office(chance, kind)
    return hours[-9:] + hours[:-9]


def _bell(hour: int, middle: float, width: float) -> float:
    return exp(-(((hour + 0.5 - middle) / width) ** 2) / 2)


def world(count: int, *, hours: Hours = office, tiers: bool, off: float | None = None) -> list[Portal]:
    """Return portals with a year of items, the same each time."""
    chance = random.Random(20250101)
    return [
        _portal(f"{kind.name}-{number}", kind, chance, hours, tiers=tiers, off=off)
        for kind in KINDS
        for number in range(round(kind.share * count))
    ]


def _portal(
    id: str, kind: Kind, chance: random.Random, hours: Hours, *, tiers: bool, off: float | None
) -> Portal:  # fmt: skip
    source = Source(
        id=id, name=id, region="440000", level="province", kind="government", listings=(f"https://{id}.example.org/",),
        tier=kind.tier if tiers else 1,
    )  # fmt: skip
    a_day = kind.a_day * exp(chance.gauss(0, 0.9))
    relevant = min(0.5, RELEVANT_A_DAY * exp(chance.gauss(0, 0.8)) / sqrt(a_day))
    weights, weekdays = hours(chance, kind), [exp(chance.gauss(0, 0.2)) for _ in range(5)]
    items: list[Item] = []
    for day in range(DAYS):
        midnight = START + timedelta(days=day)
        which = day_kind(midnight.date())
        factor = (kind.off if off is None else off) if which == DAY_OFF_KIND else weekdays[which]
        for _ in range(_poisson(chance, a_day * factor / kind.batch)):
            items += _batch(chance, kind, midnight, weights, relevant)
    items.sort(key=lambda item: item.at)
    return Portal(
        source=source, kind=kind, gives_minutes=chance.random() < 0.4, items=items, times=[item.at for item in items]
    )  # fmt: skip


def _batch(
    chance: random.Random, kind: Kind, midnight: datetime, weights: list[float], relevant: float
) -> Iterable[Item]:  # fmt: skip
    """Yield items that are put up one after another, some minutes apart."""
    at = midnight + HOUR * (chance.choices(range(24), weights)[0] + chance.random())
    while True:
        yield Item(at=at, is_relevant=chance.random() < relevant)
        if chance.random() < 1 / kind.batch:
            return
        at += MINUTE * chance.expovariate(1 / 12)


def _poisson(chance: random.Random, mean: float) -> int:
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1)
    return count


def replay(portals: list[Portal], paces_at: Callable[[datetime], Mapping[str, Pace]]) -> None:
    """Let time pass in steps of two weeks: set the paces, then visit each source when it is due."""
    for step in range(0, DAYS, RELEARN.days):
        begin, end = START + timedelta(days=step), START + timedelta(days=min(DAYS, step + RELEARN.days))
        set_to = paces_at(begin)
        for portal in portals:
            _visit(portal, set_to[portal.source.id], end)


def _visit(portal: Portal, pace: Pace, end: datetime) -> None:
    id, at, had_news = portal.source.id, portal.polled_at, 0
    while True:
        last = Run(source=id, started_at=at, finished_at=at, outcome="ok", new=had_news)
        at = next_due(last, 0, pace=pace, now=at)
        if at >= end:
            return  # planned anew from the last visit, with the next paces
        had_news = _see(portal, at)


def _see(portal: Portal, at: datetime) -> int:
    """Note what is new at a visit, and return how much it is."""
    upto = bisect_right(portal.times, at, portal.next_item)
    for item in portal.items[portal.next_item : upto]:
        portal.delays.append(((at - item.at) / MINUTE, item.is_relevant))
        after, seen = (item.at, item.at) if portal.gives_minutes else (portal.polled_at, at)
        portal.sightings.append(
            Sighting(source=portal.source.id, after=after, seen_at=seen, is_relevant=item.is_relevant)
        )
    new, portal.next_item, portal.polled_at, portal.polls = upto - portal.next_item, upto, at, portal.polls + 1
    return new


def learning(portals: list[Portal], schedule: ScheduleSettings) -> Callable[[datetime], Mapping[str, Pace]]:
    """Return a function that makes paces from what was seen up to a moment."""
    sources = [portal.source for portal in portals]
    known = watched(sources, dict.fromkeys((source.id for source in sources), START), schedule.every)

    def made(now: datetime) -> Mapping[str, Pace]:
        since = now - LEARNED
        seen = (one for portal in portals for one in portal.sightings if one.seen_at >= since)
        return paces(sources, learn(seen, known, since=since, now=now), schedule)

    return made


def fixed(portals: list[Portal], schedule: ScheduleSettings, requests: int) -> Callable[[datetime], Mapping[str, Pace]]:
    """Return fixed paces in the proportions of the tiers that come to a number of requests in the year."""
    year = timedelta(days=DAYS)
    stretch = sum(year / portal.source.interval(schedule.every) for portal in portals) / requests
    made = {p.source.id: Pace(every=p.source.interval(schedule.every) * stretch) for p in portals}
    return lambda _now: made


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Delays in minutes."""

    mean: float
    p50: float
    p95: float


def figures(delays: Iterable[float]) -> Figures:
    ordered = sorted(delays)
    cut = statistics.quantiles(ordered, n=20)
    return Figures(mean=statistics.fmean(ordered), p50=cut[9], p95=cut[18])


def relevant(portals: Iterable[Portal]) -> list[float]:
    return [delay for portal in portals for delay, is_relevant in portal.delays if is_relevant]


def everything(portals: Iterable[Portal]) -> list[float]:
    return [delay for portal in portals for delay, _ in portal.delays]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A world and its default interval. `shown`: its classes of sources are shown as well."""

    name: str
    hours: Hours = office
    off: float | None = None
    tiers: bool = False
    shown: bool = False


SCENARIOS = (
    Scenario(name="one interval for all", shown=True),
    Scenario(name="tiers of the catalogue", tiers=True, shown=True),
    Scenario(name="wrong: no hours at all, weekends as workdays", hours=around_the_clock, off=1.0),
    Scenario(name="wrong: nine hours late, into the night", hours=at_night),
)


def compare(scenario: Scenario, count: int, minutes: int) -> tuple[list[Portal], list[Portal]]:
    """Return the portals after a year of adaptive polling, and after one with a fixed interval and as many requests."""
    schedule = ScheduleSettings.model_validate({"every": f"{minutes}m"})
    adapted, plain = (
        world(count, hours=scenario.hours, tiers=scenario.tiers, off=scenario.off) for _ in range(2)
    )  # fmt: skip
    replay(adapted, learning(adapted, schedule))
    replay(plain, fixed(plain, schedule, sum(portal.polls for portal in adapted)))
    return adapted, plain


def show(scenario: Scenario, adapted: list[Portal], plain: list[Portal], out: Console) -> None:
    table = Table("items", "number", "fixed mean", "p50", "p95", "adaptive mean", "p50", "p95", "mean, times better",
                  title=f"{scenario.name}: {sum(p.polls for p in adapted):,} requests against "
                  f"{sum(p.polls for p in plain):,}, delays in minutes")  # fmt: skip
    rows: list[tuple[str, Callable[[Iterable[Portal]], list[float]], Kind | None]]
    rows = [("all", everything, None), ("relevant", relevant, None)]
    if scenario.shown:
        rows += [(f"relevant, {kind.name}", relevant, kind) for kind in KINDS]
    for name, select, kind in rows:
        chosen = [[p for p in portals if kind in {None, p.kind}] for portals in (plain, adapted)]
        before, after = (figures(select(portals)) for portals in chosen)
        numbers = [f"{value:.1f}" for one in (before, after) for value in (one.mean, one.p50, one.p95)]
        table.add_row(name, f"{len(select(chosen[0])):,}", *numbers, f"{before.mean / after.mean:.2f}")
    out.print(table)


def draw(found: Mapping[str, tuple[list[Portal], list[Portal]]], path: Path) -> None:
    """Write how many of the relevant items were seen within so many minutes as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * len(found), 4.2), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, (adapted, plain)) in zip(
        figure.subplots(1, len(found), squeeze=False)[0], found.items(), strict=True
    ):
        for label, portals, colour in (("fixed", plain, "#888888"), ("adaptive", adapted, "#1a7f37")):
            delays = sorted(relevant(portals))
            shares = [(n + 1) / len(delays) for n in range(len(delays))]
            mean = statistics.fmean(delays)
            axes.plot(delays, shares, color=colour, label=f"{label}: mean {mean:.1f} min")
            axes.axvline(mean, color=colour, linestyle=":")
        axes.set(title=name, xlabel="minutes until seen", ylabel="share of relevant items", xlim=(0, 240), ylim=(0, 1))
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png")


def catalogue_requests() -> tuple[float, float]:
    """Return the listing requests of the shipped catalogue in a mean day of the year: fixed, and adaptive unlearned."""
    schedule, asked = ScheduleSettings(), 0
    sources = [source for source in catalogue() if source.enabled]
    known = watched(sources, {}, schedule.every)
    made = paces(sources, learn((), known, since=START, now=START), schedule)
    for source in sources:
        at, end = START, START + timedelta(days=DAYS)
        while at < end:
            asked += len(source.listings)
            run = Run(source=source.id, started_at=at, finished_at=at, outcome="ok")
            at = next_due(run, 0, pace=made[source.id], now=at)
    fixed_ones = (len(source.listings) * timedelta(days=1) / source.interval(schedule.every) for source in sources)
    return sum(fixed_ones), asked / DAYS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--only", action="append", default=[], help="Part of a scenario's name; may be given again.")
    parser.add_argument("--every-minutes", type=int, default=60)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--catalogue", action="store_true", help="Count the requests of the shipped catalogue instead.")
    options = parser.parse_args()
    out, found = Console(width=150), {}
    if options.catalogue:
        always, adaptive = catalogue_requests()
        out.print(f"listing requests a day: {always:,.0f} fixed, {adaptive:,.0f} adaptive")
        return
    for scenario in SCENARIOS:
        if options.only and not any(part in scenario.name for part in options.only):
            continue
        started = time.perf_counter()
        adapted, plain = compare(scenario, options.sources, options.every_minutes)
        show(scenario, adapted, plain, out)
        out.print(f"{time.perf_counter() - started:.0f} s", style="dim")
        if scenario.shown:
            found[scenario.name] = adapted, plain
    if options.plot:
        draw(found, options.plot)


if __name__ == "__main__":
    main()
