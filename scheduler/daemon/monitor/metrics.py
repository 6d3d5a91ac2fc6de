"""Give Prometheus its metrics: counts from the archive, which outlive a restart, and the running process.

Labels are few and known beforehand: outcomes, causes, labels, states, jobs, and the endpoints of the configuration. No
source is a label: three hundred of them would be a thousand series that nobody looks at; `status` shows them.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.network.settings import VERSION
from scheduler.daemon.monitor.signs import Signs
from storage.archive import Archive
from storage.overview.deliveries import EndpointHealth
from storage.upkeep.vitals import RunTotals, Vitals, reading

METRIC_PREFIX = "futurewatch"
DELAY_QUANTILES = (0.5, 0.95)
OTHER_ENDPOINT = "other"  # the label of endpoints that are configured no more


class DaemonCollector(Collector):
    """Collects when it is asked; `signs` are read then. One thread at a time."""

    def __init__(
        self, archive: Path, *, signs: Callable[[], Signs], endpoints: Callable[[], Sequence[str]],
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._archive = archive
        self._signs = signs
        self._endpoints = endpoints
        self._clock = clock
        self._totals = RunTotals()
        self._collecting = threading.Lock()

    def collect(self) -> Iterable[Metric]:
        """Return all metrics. Raises `sqlite3.Error` when the archive cannot be read: old numbers would be worse."""
        with self._collecting, reading(self._archive) as db:
            now, vitals, archive = self._clock(), Vitals(db), Archive.over(db.conn)
            vitals.add_runs(self._totals)
            return [
                *_of_process(self._signs(), now),
                *_of_runs(self._totals, vitals),
                *_of_articles(vitals, archive.runs.counts()),
                *_of_endpoints(archive.delivery_overview.endpoints(now=now), self._endpoints(), now),
                _delays(vitals.delays(now)),
                *_of_files(self._archive),
            ]


def registry_of(collector: DaemonCollector) -> CollectorRegistry:
    """Return a registry with our metrics and those of the process: memory, CPU, open files."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    return registry


def _gauge(name: str, help: str, value: float | None = None, *, labels: Sequence[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{METRIC_PREFIX}_{name}", help, value=value, labels=labels or None)


def _counter(name: str, help: str, value: float | None = None, *, labels: Sequence[str] = ()) -> CounterMetricFamily:
    return CounterMetricFamily(f"{METRIC_PREFIX}_{name}", help, value=value, labels=labels or None)


def _by_label(name: str, help: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = _gauge(name, help, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _of_process(signs: Signs, now: datetime) -> Iterator[Metric]:
    build = _gauge("build_info", "The running version.", labels=["version"])
    build.add_metric([VERSION], 1)
    yield build
    yield _gauge("start_timestamp_seconds", "When the daemon began.", signs.started_at.timestamp())
    yield _gauge("loop_age_seconds", "How long ago the loop turned.", signs.turned.total_seconds())
    ended = {name: job.ended_at for name, job in signs.jobs.items() if job.ended_at}
    tick = ended.get("tick", signs.started_at)
    yield _gauge("tick_age_seconds", "How long ago it was last looked what is due.", (now - tick).total_seconds())
    yield _by_label("job_last_end_timestamp_seconds", "When a job last ended.", "job",
                    {name: moment.timestamp() for name, moment in ended.items()})  # fmt: skip
    yield _by_label("job_failures", "How often a job has failed since it last ended well.", "job",
                    {name: job.failures for name, job in signs.jobs.items()})  # fmt: skip


def _of_runs(totals: RunTotals, vitals: Vitals) -> Iterator[Metric]:
    runs = _counter("runs", "Visits to sources.", labels=["outcome", "cause"])
    for (outcome, cause), number in sorted(totals.runs.items()):
        runs.add_metric([outcome, cause], number)
    yield runs
    yield _counter("requests", "Requests to portals.", totals.requests)
    yield from _of_exits(totals)
    yield _counter("rows_listed", "Rows read on listing pages.", totals.listed)
    yield _counter("pages_new", "Pages that were new.", totals.new)
    yield _counter("pages_not_extracted", "New pages that gave no text.", totals.not_extracted)
    yield _counter("announcements_found", "Announcements that visits found.", totals.announcements)
    yield _by_label("sources", "Sources by how their last visit ended.", "outcome", vitals.outcomes())
    last = vitals.last_run_at()
    if last:
        yield _gauge("last_run_timestamp_seconds", "When the last visit ended.", last.timestamp())


def _of_exits(totals: RunTotals) -> Iterator[Metric]:
    """Yield requests, failures and seconds by exit: exits are few, and their mean delays can be compared."""
    asked = _counter("exit_requests", "Requests that left by an exit.", labels=["exit"])
    failed = _counter("exit_failures", "Requests through an exit that were not answered.", labels=["exit"])
    took = _counter("exit_seconds", "How long the requests through an exit took.", labels=["exit"])
    for name, use in sorted(totals.exits.items()):
        asked.add_metric([name], use.requests)
        failed.add_metric([name], use.failed)
        took.add_metric([name], use.seconds)
    yield from (asked, failed, took)


def _of_articles(vitals: Vitals, counts: Mapping[str, int]) -> Iterator[Metric]:
    yield _by_label("articles", "Articles in the archive.", "label", vitals.labels())
    yield _gauge("announcements", "Announcements in the archive.", counts["announcements"])
    states = {"waiting": counts["links_waiting"], "given_up": counts["links_given_up"]}
    yield _by_label("links", "Listed pages that are not in the archive.", "state", states)
    yield _gauge("incidents_open", "Incidents that are open.", counts["incidents_open"])


def _of_endpoints(health: Mapping[str, EndpointHealth], known: Sequence[str], now: datetime) -> Iterator[Metric]:
    deliveries = _gauge("deliveries", "Messages by state.", labels=["endpoint", "state"])
    ages = _gauge("oldest_pending_age_seconds", "How old the oldest message is that waits to go out; 0: none does.",
                  labels=["endpoint"])  # fmt: skip
    counted: dict[tuple[str, str], int] = dict.fromkeys(((name, "pending") for name in known), 0)
    oldest: dict[str, float] = dict.fromkeys(known, 0.0)
    for one in health.values():
        name = one.name if one.name in known else OTHER_ENDPOINT
        for state, number in one.states.items():
            counted[name, state] = counted.get((name, state), 0) + number
        if one.oldest_at:
            oldest[name] = max(oldest.get(name, 0.0), (now - one.oldest_at).total_seconds())
    for (name, state), number in sorted(counted.items()):
        deliveries.add_metric([name, state], number)
    for name, age in sorted(oldest.items()):
        ages.add_metric([name], age)
    yield from (deliveries, ages)


def _delays(steps: Mapping[str, list[float]]) -> Metric:
    family = _gauge("delay_seconds", "How long the steps took in the last week.", labels=["step", "quantile"])
    for step, seconds in sorted(steps.items()):
        for quantile in DELAY_QUANTILES if seconds else ():
            family.add_metric([step, str(quantile)], seconds[min(len(seconds) - 1, int(len(seconds) * quantile))])
    return family


def _of_files(archive: Path) -> Iterator[Metric]:
    sizes = {"archive": archive, "wal": archive.with_name(f"{archive.name}-wal")}
    yield _by_label("file_bytes", "How large the archive's files are.", "file",
                    {name: path.stat().st_size for name, path in sizes.items() if path.exists()})  # fmt: skip
    yield _gauge("disk_free_bytes", "What is free on the archive's disk.", shutil.disk_usage(archive.parent).free)
