"""Replay years of publications through the freshness model: false alarms, and how soon a dead source is found.

    python benchmarks/freshness.py [--sources 300] [--years 3] [--seed 1]

The sources are invented (rates and hours like those of real portals): weekends, 春节 and 国庆 as the State
Council arranged them, rates that swing from week to week and by season. They are visited every half hour; the model
sees the past only and learns anew each week. `usual` holds 99 of 100 gaps of a source, `longest` is the longest on
record (at least a third of a workday), `days` pass from the last item of a dead source until it is found.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from crawler.sources import SourceKind
from crawler.sources.source import Level
from scheduler.china_time.workdays import is_workday
from scheduler.china_time.worktime import working_days
from scheduler.health.silence import MOVES_KEPT, SilenceLimit, gaps_of, learn
from storage.records import BEIJING

FIRST = date(2023, 1, 1)
SWING = 0.4  # of the rate from week to week: two weeks in a hundred have less than 0.42 of it
HOURS = (8, 8, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 14, 15, 15, 15, 16, 16, 16, 16, 17, 17, 17, 18, 19, 20, 21, 22)
# Kind, level, share of the sources, items a workday (median of a lognormal), its spread, share of that at weekends.
CLASSES: tuple[tuple[SourceKind, Level, float, float, float, float], ...] = (
    ("news", "national", 0.08, 40.0, 0.8, 0.5),
    ("news", "province", 0.12, 15.0, 0.9, 0.5),
    ("government", "national", 0.05, 3.0, 0.8, 0.2),
    ("government", "province", 0.30, 1.2, 1.0, 0.15),
    ("government", "city", 0.15, 0.6, 1.0, 0.1),
    ("department", "province", 0.30, 0.5, 1.1, 0.08),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """An invented source: items a workday, and what share of that at weekends."""

    kind: SourceKind
    level: Level
    rate: float
    weekend: float
    regular: bool


def portals(number: int, random_: random.Random) -> Iterator[Portal]:
    """Yield invented sources; one in ten publishes once each workday, like a clock."""
    weights = [entry[2] for entry in CLASSES]
    for _ in range(number):
        kind, level, _, median, spread, weekend = random_.choices(CLASSES, weights)[0]
        rate = min(200.0, max(0.03, median * math.exp(random_.gauss(0, spread))))
        regular = random_.random() < 0.1
        yield Portal(kind=kind, level=level, rate=1.0 if regular else rate, weekend=weekend, regular=regular)


def publications(portal: Portal, days: int, random_: random.Random) -> list[datetime]:
    """Return when a source publishes: less in a holiday's wake and in August, more in December, in swings of weeks."""
    found: list[datetime] = []
    swing = 1.0
    for number in range(days):
        day = FIRST + timedelta(days=number)
        if day.weekday() == 0:
            swing = math.exp(random_.gauss(-(SWING**2) / 2, SWING))
        expected = portal.rate * swing * _season(day) * _share(portal, day)
        items = (
            (1 if is_workday(day) and random_.random() > 0.02 else 0) if portal.regular else poisson(expected, random_)
        )
        for _ in range(items):
            at = time(random_.choice(HOURS), random_.randrange(60), tzinfo=BEIJING)
            found.append(datetime.combine(day, at.replace(minute=at.minute // 30 * 30)).astimezone(UTC))
    return sorted(set(found))  # what is visited every half hour


def poisson(mean: float, random_: random.Random) -> int:
    """Return a Poisson number (Knuth below 30, the normal approximation above)."""
    if mean > 30:
        return max(0, round(random_.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, random_.random()
    while product > limit:
        number, product = number + 1, product * random_.random()
    return number


def _season(day: date) -> float:
    return {8: 0.7, 12: 1.4, 2: 0.8}.get(day.month, 1.0)


def _share(portal: Portal, day: date) -> float:
    """Return what a day is worth to a portal; nothing here is read from the model under test."""
    if is_workday(day):
        before = [not is_workday(day - timedelta(days=n)) for n in range(1, 8)]
        return 0.6 if sum(before) >= 5 else 1.0
    off = sum(not is_workday(day + timedelta(days=n)) for n in range(-7, 8))
    return portal.weekend * (0.2 if off >= 7 else 1.0)


@dataclass(slots=True)
class Tally:
    """What came out for one class of sources."""

    sources: int = 0
    gaps: int = 0
    alarms: int = 0
    in_holidays: int = 0
    to_usual: list[float] = field(default_factory=list)
    to_longest: list[float] = field(default_factory=list)
    days: list[float] = field(default_factory=list)


def replay(portal: Portal, moments: list[datetime], tally: Tally) -> None:
    """Let the model watch one source after a quarter of a year, and let the source die at the end of each month."""
    start, gaps = moments[0] + timedelta(days=90), gaps_of(moments)
    rhythm: SilenceLimit | None = None
    learned = died = datetime.min.replace(tzinfo=UTC)
    tally.sources += 1
    for number, (at, gap) in enumerate(zip(moments, gaps, strict=False)):
        if at < start:
            continue
        past = gaps[max(0, number - MOVES_KEPT) : number]
        if rhythm is None or at - learned >= timedelta(days=7):
            rhythm, learned = learn(past, kind=portal.kind, level=portal.level), at
        tally.gaps += 1
        if gap > rhythm.limit:
            tally.alarms += 1
            tally.in_holidays += _has_holiday(at, moments[number + 1])
        if at - died >= timedelta(days=30) and past:
            died = at
            _die(rhythm, at, past, tally)


def _has_holiday(start: datetime, end: datetime) -> bool:
    """True when three days off in a row lie between two moments, or a week before: 春节, 国庆 and their wake."""
    days = [start.astimezone(BEIJING).date() + timedelta(days=n) for n in range(-7, (end - start).days + 1)]
    return any(not any(is_workday(day + timedelta(days=n)) for n in range(3)) for day in days)


def _die(rhythm: SilenceLimit, at: datetime, past: list[float], tally: Tally) -> None:
    """Note how long it takes to find that a source died after an item."""
    end = at
    while working_days(at, end) <= rhythm.limit:
        end += timedelta(hours=12)
    tally.to_usual.append(rhythm.limit / rhythm.usual)
    tally.to_longest.append(rhythm.limit / max(*past, 1 / 3))
    tally.days.append((end - at) / timedelta(days=1))


def main() -> None:
    """Print a line for each class of sources."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    random_ = random.Random(chosen.seed)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for portal in portals(chosen.sources, random_):
        moments = publications(portal, 365 * chosen.years + 90, random_)
        name = "like a clock" if portal.regular else f"{portal.kind}, {portal.level}"
        if len(moments) > 2:
            replay(portal, moments, tallies[name])
    show(tallies)


def show(tallies: dict[str, Tally]) -> None:
    """Print what came out: medians and 95th percentiles of how soon a dead source is found."""
    print(
        f"{'class':24} {'sources':>7} {'gaps':>8} {'alarms':>6}   limit/usual p50 p95"
        "   limit/longest p50 p95   days p50 p95"
    )
    for name, tally in sorted(tallies.items()):
        figures = [spread(values) for values in (tally.to_usual, tally.to_longest, tally.days)]
        print(f"{name:24} {tally.sources:7} {tally.gaps:8} {tally.alarms:6}   " + "      ".join(figures))
    alarms, in_holidays = (sum(getattr(one, name) for one in tallies.values()) for name in ("alarms", "in_holidays"))
    print(f"false alarms: {alarms}, of them around holidays: {in_holidays}")


def spread(values: list[float]) -> str:
    """Return the median and the 95th percentile."""
    if len(values) < 2:
        return "      -"
    return f"{statistics.median(values):8.2f} {statistics.quantiles(values, n=20)[-1]:8.2f}"


if __name__ == "__main__":
    main()
