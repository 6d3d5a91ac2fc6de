"""Replay generated years of publications through the real polling, and compare delays at equal cost.

    python benchmarks/polling.py [--sources 25] [--seeds 4] [--only WORLD]... [--plot docs/pictures/polling.png]
    python benchmarks/polling.py --catalogue

The year is 2025 with its holidays and worked weekends. Nine worlds do to the learner what portals do: sources whose
hours are not those that it begins with, classes that differ, visits that fail, documents that many take up on one day,
rows that appear later than they say (benchmarks/replay/worlds.py). It begins on the first of January with nothing,
and sees the past only. Visits are shared out by the square, cube and fourth root of what is expected; against them
stands a fixed interval that costs as much, each answer counted by its kind. Each world is drawn anew for each seed: a
figure is the geometric mean over the seeds, behind ± half of its 95 % interval. Delays are those of items that
matter, from the moment at which they could be seen.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, sqrt
from pathlib import Path

from figures import note_figure
from replay.rules import by_root, fixed_at_cost
from replay.walk import ANSWER_COSTS, Polled, Spent, spent
from replay.worlds import DAYS, KINDS, START, WORLDS, World, made
from rich.console import Console
from rich.table import Table

from crawler.sources import catalogue
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.budget import SHARING_ROOT, paces, watched
from scheduler.visits.pace import next_due
from scheduler.visits.rhythm import learn
from storage.records import Run

ROOTS = {2: "square root", 3: "cube root", 4: "fourth root"}
ALL = "all"
# Of Student's distribution, 97.5 %, by the number of seeds.
STUDENT = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
LEAST_ITEMS = 20  # of a class in one seed's year: below that its last twentieth is one item


@dataclass(frozen=True, kw_only=True)
class Year:
    """What a rule made of one seed's year: delays in minutes of what matters by class of source, and the cost."""

    delays: Mapping[str, Sequence[float]]
    spent: Spent


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean over seeds and half of its 95 % interval, both as factors: 0.8 and 1.1 are 0.73 to 0.88."""

    value: float
    factor: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Estimate:
        logs = [log(value) for value in values]
        spread = STUDENT[len(logs)] * statistics.stdev(logs) / sqrt(len(logs)) if len(logs) > 1 else 0.0
        return cls(value=exp(statistics.fmean(logs)), factor=exp(spread))

    def __str__(self) -> str:
        return f"{self.value:.2f} ±{(self.factor - 1) * self.value:.2f}"


def year_of(polled: Sequence[Polled]) -> Year:
    delays: dict[str, list[float]] = defaultdict(list)
    for one in polled:
        found = [minutes for minutes, is_relevant in one.delays if is_relevant]
        delays[one.portal.kind.name] += found
        delays[ALL] += found
    return Year(delays=delays, spent=spent(polled))


def years(world: World, seed: int, count: int, schedule: ScheduleSettings) -> dict[str, Year]:
    """Return a seed's year by each rule, and by the fixed interval that costs as much as the dearest of them."""
    portals = made(world, seed, count)
    found = {name: year_of(by_root(portals, schedule, root)) for root, name in ROOTS.items()}
    cost = max(one.spent.cost for one in found.values())
    return {"fixed": year_of(fixed_at_cost(portals, schedule, cost)), **found}


def last_twentieth(delays: Sequence[float]) -> float:
    """Return the delay that one item of twenty exceeds."""
    return statistics.quantiles(delays, n=20)[18]


def ratios(seeds: Sequence[Mapping[str, Year]], rule: str, kind: str) -> tuple[Estimate, Estimate] | None:
    """Return mean and last twentieth against the fixed interval's; None where no year has enough items."""
    pairs = [(one[rule].delays[kind], one["fixed"].delays[kind]) for one in seeds]
    told = [(ours, fixed) for ours, fixed in pairs if min(len(ours), len(fixed)) >= LEAST_ITEMS]
    if not told:
        return None
    means = [statistics.fmean(ours) / statistics.fmean(fixed) for ours, fixed in told]
    lasts = [last_twentieth(ours) / last_twentieth(fixed) for ours, fixed in told]
    return Estimate.of(means), Estimate.of(lasts)


def show(world: World, seeds: Sequence[Mapping[str, Year]], out: Console) -> None:
    """Print a world's table: minutes of the fixed interval, and each rule against it as mean / last twentieth."""
    table = Table("source", "items", "fixed: mean", "p95", *(f"{name}: mean, p95" for name in ROOTS.values()),
                  title=f"{world.name}, times the delay of a fixed interval at equal cost")  # fmt: skip
    for kind in (ALL, *(kind.name for kind in KINDS)):
        fixed = [delay for one in seeds for delay in one["fixed"].delays[kind]]
        if len(fixed) < LEAST_ITEMS:
            continue
        cells = [ratios(seeds, rule, kind) for rule in ROOTS.values()]
        table.add_row(kind, str(len(fixed)), f"{statistics.fmean(fixed):.1f}", f"{last_twentieth(fixed):.1f}",
                      *("" if cell is None else f"{cell[0]}, {cell[1]}" for cell in cells))  # fmt: skip
    out.print(table)
    for rule in ("fixed", *ROOTS.values()):
        answers = {answer: sum(one[rule].spent.answers[answer] for one in seeds) for answer in ANSWER_COSTS}
        cost = sum(one[rule].spent.cost for one in seeds) / sum(one["fixed"].spent.cost for one in seeds)
        out.print(f"{rule}: cost {cost:.3f}, " + ", ".join(f"{count:,} {name}" for name, count in answers.items()))


def note(found: Mapping[str, Sequence[Mapping[str, Year]]]) -> None:
    """Note the shipped rule's figures for the table of all benchmarks."""
    for world, seeds in found.items():
        if measured := ratios(seeds, ROOTS[SHARING_ROOT], ALL):
            for name, estimate in zip(("mean", "p95"), measured, strict=True):
                note_figure(f"delay, {world}, {name} against a fixed interval", estimate.value, "times", at_most=1.0)


def draw(found: Mapping[str, Sequence[Mapping[str, Year]]], path: Path) -> None:
    """Write how many of the relevant items were seen within so many minutes as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * len(found), 4.2), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, seeds) in zip(figure.subplots(1, len(found), squeeze=False)[0], found.items(), strict=True):
        for rule, label, colour in (("fixed", "fixed", "#888888"), (ROOTS[SHARING_ROOT], "adaptive", "#1a7f37")):
            delays = sorted(delay for one in seeds for delay in one[rule].delays[ALL])
            mean = statistics.fmean(delays)
            shares = [(n + 1) / len(delays) for n in range(len(delays))]
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
    set_to = paces(sources, learn((), known, since=START, now=START), schedule)
    for source in sources:
        at, end = START, START + timedelta(days=DAYS)
        while at < end:
            asked += len(source.listings)
            run = Run(source=source.id, started_at=at, finished_at=at, outcome="ok")
            at = next_due(run, 0, pace=set_to[source.id], now=at)
    fixed_ones = (len(source.listings) * timedelta(days=1) / source.interval(schedule.every) for source in sources)
    return sum(fixed_ones), asked / DAYS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=25)
    parser.add_argument("--seeds", type=int, default=4, choices=range(1, max(STUDENT) + 1))
    parser.add_argument("--only", action="append", default=[], help="Part of a world's name; may be given again.")
    parser.add_argument("--every-minutes", type=int, default=60)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--catalogue", action="store_true", help="Count the requests of the shipped catalogue instead.")
    options = parser.parse_args()
    out, found = Console(width=150), {}
    if options.catalogue:
        always, adaptive = catalogue_requests()
        out.print(f"listing requests a day: {always:,.0f} fixed, {adaptive:,.0f} adaptive")
        return
    schedule = ScheduleSettings.model_validate({"every": f"{options.every_minutes}m"})
    for world in WORLDS:
        if options.only and not any(part in world.name for part in options.only):
            continue
        seeds = [years(world, seed, options.sources, schedule) for seed in range(options.seeds)]
        show(world, seeds, out)
        found[world.name] = seeds
    note(found)
    if options.plot:
        draw({name: seeds for name, seeds in found.items() if name in {"own hours", "tiers"}}, options.plot)


if __name__ == "__main__":
    main()
