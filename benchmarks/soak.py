"""Does it run for months? Thousands of crawl rounds over portals that change, fail and recover; what they leave behind.

    python benchmarks/soak.py [--rounds 10000] [--plot docs/pictures/soak.png] [--skip-idle]

The rounds are those of the daemon (scheduler.visits.crawls, the archive, the outbox with a receiver), back to back.
Portals answer 500, hang, reset, show a block page, an empty list or an old one, and are well again; every few rounds
they publish, now and then an announcement. Printed: resident memory, open files, asyncio tasks, archive and delays over
time, and what each 1,000 rounds add. Then a daemon with 300 sources that are not due: its memory, its share of a core.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from scheduler.config import config, log
from scheduler.config.program import Program, program
from scheduler.daemon import reactor
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.notify.deliver import deliver_due
from scheduler.notify.dispatch import dispatch_of
from scheduler.visits.crawls import Crawls
from storage.archive import Archive
from storage.records import Link, Run

PORTALS = 10
ROWS = 20  # of a listing page
EVERY = 25  # visits of a portal to one new page
AILING = 40  # visits of a portal to one time of illness, which lasts for three of its answers
ANNOUNCES = 5  # new pages to one announcement
FAULTS = ("500", "hang", "reset", "block", "empty", "old")
HANG_SECONDS = 1.5
IDLE_SOURCES, IDLE_SECONDS = 300, 60.0
BLOCK = "<html><head><title>访问验证</title></head><body>您的访问过于频繁，请输入验证码后继续访问</body></html>"
console = Console(width=150)


class Portal:
    """What one portal shows: rows that grow, and a fault that comes and goes."""

    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        self.number, self.asked, self.published, self.ill = number, 0, ROWS, 0
        self.fault = ""

    def listing(self) -> str:
        """Return the listing page of the next visit, or the name of its fault."""
        self.asked += 1
        if self.ill:
            self.ill -= 1
            return self.fault
        if self.asked > 3 and self.chance.randrange(AILING) == 0:
            self.fault, self.ill = self.chance.choice(FAULTS), 3
        if self.chance.randrange(EVERY) == 0:
            self.published += 1
        return self.rows(self.published)

    def rows(self, newest: int) -> str:
        """Return a page with the newest rows."""
        lines = "".join(
            f'<li><a href="/zwgk/202603/t20260318_{n}.html">{self.title(n)}</a><span>2026-03-18</span></li>'
            for n in range(newest, newest - ROWS, -1)
        )
        return f"<html><head><title>通知公告</title></head><body><ul class='list'>{lines}</ul></body></html>"

    def title(self, number: int) -> str:
        """Return an announcement's title now and then."""
        if number > ROWS and number % ANNOUNCES == 0:
            return f"示例{self.number}市印发《示例{self.number}市培育未来产业行动方案（第{number}期）》"
        return f"关于做好{self.number}片区第{number}期防汛工作的通知"

    def article(self, number: int) -> str:
        """Return the page behind a row; no two have one text."""
        sample = PRESS_CONFERENCE if "未来产业" in self.title(number) else GOVERNMENT[number % len(GOVERNMENT)]
        text = "".join(f"<p>　　{p}（{self.number}-{number}-{n}）</p>" for n, p in enumerate(sample.paragraphs))
        return (
            f"<html><head><title>{self.title(number)}</title></head><body><h1>{self.title(number)}</h1>"
            f"<div>发布时间：2026-03-18 来源：示例{self.number}市人民政府</div>"
            f"<div class='article-content'>{text}</div></body></html>"
        )


class _Handler(BaseHTTPRequestHandler):
    portal: Portal
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.reply("User-agent: *\n")
        elif self.path.startswith("/list"):
            self.show(self.portal.listing())
        else:
            self.reply(self.portal.article(int(self.path.rpartition("_")[2].removesuffix(".html"))))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply("")

    def show(self, listing: str) -> None:
        """Answer with a listing, or as the fault does."""
        if listing == "500":
            self.reply("<h1>500</h1>", status=500)
        elif listing == "hang":
            time.sleep(HANG_SECONDS)
            self.close_connection = True
        elif listing == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            pages = {"block": BLOCK, "empty": "<html><body><ul class='list'></ul></body></html>"}
            self.reply(self.portal.rows(ROWS) if listing == "old" else pages.get(listing, listing))

    def reply(self, page: str, *, status: int = 200) -> None:
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawl that gives up on a hanging answer is part of the plan."""


def _serve(connection: Connection) -> None:
    """Serve all portals, and a receiver, in one process of their own."""
    servers = [
        _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"portal": Portal(number)})) for number in range(PORTALS)
    ]
    connection.send([server.server_port for server in servers])
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was measured after so many rounds. Times are seconds of a healthy visit in the rounds before."""

    rounds: int
    rss_mb: float
    files: int
    tasks: int
    archive_mb: float
    p50: float
    p95: float


async def _soak(opened: Program, rounds: int, show: Callable[[Sample], None]) -> tuple[list[Sample], Counter[str]]:
    crawls, archive = Crawls(opened.context), opened.context.archive
    dispatch = dispatch_of(opened.settings)
    samples: list[Sample] = []
    outcomes: Counter[str] = Counter()
    healthy: list[float] = []
    step = max(PORTALS, rounds // 40)
    done = 0
    while done < rounds:
        runs = await crawls.visit(opened.sources)
        await deliver_due(archive, dispatch, clock=lambda: datetime.now(UTC))
        done += len(runs)
        outcomes.update(run.cause or run.outcome for run in runs)
        healthy += [run.seconds for run in runs if run.outcome in {"ok", "unchanged"}]
        if done // step > len(samples):
            samples.append(_sample(archive, done, sorted(healthy)))
            show(samples[-1])
            healthy.clear()
    await crawls.stop()
    return samples, outcomes


def _sample(archive: Archive, rounds: int, seconds: list[float]) -> Sample:
    assert archive.path is not None
    here = psutil.Process()
    size = sum(file.stat().st_size for file in archive.path.parent.glob("archive.db*"))
    return Sample(
        rounds=rounds, rss_mb=here.memory_info().rss / 1e6, files=here.num_fds(), tasks=len(asyncio.all_tasks()),
        archive_mb=size / 1e6, p50=seconds[len(seconds) // 2], p95=seconds[int(len(seconds) * 0.95)],
    )  # fmt: skip


def _configuration(folder: Path, ports: list[int], *, every: str = "30m", more: str = "") -> Path:
    sources = "".join(f"""
[[source]]
id = "soak-{number}"
name = "示例{number}市人民政府"
region = "460100"
level = "city"
kind = "government"
every = "{every}"
listings = ["http://127.0.0.1:{port}/list{number}"]
""" for number, port in enumerate(ports))  # fmt: skip
    path = folder / "config.toml"
    path.write_text(f"""
[archive]
path = "archive.db"
[crawl]
delay_seconds = 0
timeout_seconds = 1
allow_private_networks = true
[sources]
catalogue = false
{more}
{sources}""", encoding="utf-8")  # fmt: skip
    return path


def _slope(samples: list[Sample], value: Callable[[Sample], float]) -> float:
    """Return what 1,000 rounds add, by least squares."""
    line = statistics.linear_regression([s.rounds for s in samples], [value(s) for s in samples])
    return line.slope * 1000


def soak(rounds: int) -> list[Sample]:
    """Run the rounds, print what was measured, and return it."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    ports: list[int] = ours.recv()
    endpoint = f'[[endpoint]]\nname = "team"\nkind = "webhook"\nurl = "http://127.0.0.1:{ports[0]}/hook"\n'
    with tempfile.TemporaryDirectory() as folder:
        settings = config.load(_configuration(Path(folder), ports, more=endpoint))
        started = time.monotonic()
        with program(settings, settings.named(())) as opened:
            samples, outcomes = reactor.run(_soak(opened, rounds, _line), opened)
            counts = opened.context.archive.runs.counts()
    server.kill()
    console.print(f"{samples[-1].rounds} rounds in {time.monotonic() - started:.0f} s; {dict(outcomes)}")
    console.print(counts)
    _show_slopes(samples)
    return samples


def _line(sample: Sample) -> None:
    console.print(
        f"{sample.rounds:6}  {sample.rss_mb:7.1f} MB  {sample.files:3} files  {sample.tasks:2} tasks"
        f"  archive {sample.archive_mb:6.2f} MB  visit {sample.p50 * 1000:4.0f} ms, p95 {sample.p95 * 1000:4.0f} ms",
        highlight=False,
    )


def _show_slopes(samples: list[Sample]) -> None:
    values: dict[str, Callable[[Sample], float]] = {
        "resident memory, MB": lambda s: s.rss_mb, "open files": lambda s: s.files, "asyncio tasks": lambda s: s.tasks,
        "archive, MB": lambda s: s.archive_mb, "healthy visit, median ms": lambda s: s.p50 * 1000,
    }  # fmt: skip
    warm, half = samples[len(samples) // 10 :], samples[len(samples) // 2 :]
    table = Table("per 1,000 rounds", "without the first tenth", "second half", "first", "last")
    for name, value in values.items():
        slopes = [f"{_slope(part, value):+.3f}" for part in (warm, half)]
        table.add_row(name, *slopes, f"{value(samples[0]):.2f}", f"{value(samples[-1]):.2f}")
    console.print(table)


def idle() -> None:
    """Print what a daemon costs whose 300 sources are not due."""
    with tempfile.TemporaryDirectory() as folder:
        path = _configuration(Path(folder), [9] * IDLE_SOURCES, every="6h", more="[review]\nenabled = false")
        _remember(config.load(path).archive.path)
        command = [sys.executable, "-m", "scheduler", "run", "--config", str(path)]
        daemon = psutil.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(30)  # it starts, and learns once
        before = sum(daemon.cpu_times()[:2])
        time.sleep(IDLE_SECONDS)
        share = (sum(daemon.cpu_times()[:2]) - before) / IDLE_SECONDS
        rss = daemon.memory_info().rss / 1e6
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)
    console.print(f"idle with {IDLE_SOURCES} sources: {rss:.0f} MB resident, {share:.2%} of a core")


def _remember(path: Path) -> None:
    """Give each source a fortnight of runs and items, the last run just now."""
    now = datetime.now(UTC)
    with Archive(path) as archive, archive.transaction():
        for number in range(IDLE_SOURCES):
            id = f"soak-{number}"
            row = {"id": id, "name": id, "region": "460100", "level": "city", "kind": "government"}
            archive.runs.register([row])
            for back in range(56, -1, -1):
                at = now - timedelta(hours=6 * back)
                archive.runs.record(_run(id, at))
                link = Link(url=f"http://127.0.0.1:9/{number}/{back}", title=f"第{back}期通知", date=at.date())
                archive.frontier.note(id, [(link.url, link)], at, is_quiet=False)
                archive.frontier.settle(link.url)


def _run(source: str, at: datetime) -> Run:
    return Run(
        source=source, started_at=at, finished_at=at, outcome="ok", cause=None, listed=20, new=1, announcements=0,
        requests=2, error=None,
    )  # fmt: skip


def draw(samples: list[Sample], path: Path) -> None:
    """Write the curves as a PNG. Needs the extra `plots`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = iter(figure.subplots(2, 2, sharex=True).flat)
    rounds = [s.rounds for s in samples]
    for title, lines in _curves(samples):
        one = next(axes)
        for name, values in lines.items():
            one.plot(rounds, values, label=name, marker=".", markersize=3)
        one.set(title=title, ylim=(0, max(max(values) for values in lines.values()) * 1.25), xlabel="crawl rounds")
        one.grid(alpha=0.3)
        one.legend()
    figure.suptitle(f"{rounds[-1]} crawl rounds over {PORTALS} portals that change, fail and recover")
    figure.savefig(path, format="png")


def _curves(samples: list[Sample]) -> Iterator[tuple[str, dict[str, list[float]]]]:
    yield "Memory, MB", {"resident": [s.rss_mb for s in samples]}
    yield "Handles", {"open files": [s.files for s in samples], "asyncio tasks": [s.tasks for s in samples]}
    yield "Archive, MB", {"file and log": [s.archive_mb for s in samples]}
    visits = {"median": [s.p50 * 1000 for s in samples], "p95": [s.p95 * 1000 for s in samples]}
    yield "A healthy visit, ms", visits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--skip-idle", action="store_true")
    given = parser.parse_args()
    log.quiet()
    samples = soak(given.rounds)
    if given.plot:
        draw(samples, given.plot)
    if not given.skip_idle:
        idle()


if __name__ == "__main__":
    main()
