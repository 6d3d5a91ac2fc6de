"""Honest portals and a receiver beside hostile ones, and alone: what does their company cost?

    python tests/attack/hostile_run.py [--seconds 180] [--after 240]

A daemon watches ten honest portals, each of which issues an act now and then; once alone, once beside all the hostile
portals and receivers. Printed are how many acts were told, how long after they were issued, and the longest that
/healthz had to be waited for. The company is met twice: while it is new, the worst, and again `--after` so many
seconds, when each of them has had its first visit. Exits with 1 when an act is not told, or told twice.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from hostile import PORTALS, RECEIVERS, all_hostile, endpoint, source
from killed_world import DAY, Act
from rich.console import Console
from rich.table import Table

from browser import free_port
from local_portal import LocalPortal, listing_page, open_portal
from local_receiver import SECRET, LocalReceiver, open_receiver

HONEST = 10
ISSUE_EVERY_SECONDS = 2.0
LAST_SECONDS = 900.0  # that the last acts have to arrive, on a busy machine too


@dataclass
class Told:
    """What came of one run: seconds from issue to message by act, messages, the longest waits for /healthz."""

    issued: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    longest_wait: float = 0.0
    memory_mb: int = 0

    @property
    def delays(self) -> list[float]:
        """Seconds from issue to message, sorted."""
        return sorted(self.arrived[path] - at for path, at in self.issued.items() if path in self.arrived)


def configuration(honest: Sequence[LocalPortal], receiver: LocalReceiver, more: str, port: int) -> str:
    """Return the configuration: short intervals and limits, so that a run shows in minutes what days would."""
    sources = "".join(source(f"honest-{n}", portal.url) for n, portal in enumerate(honest))
    return f"""
[archive]
path = "archive.db"
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0.05
timeout_seconds = 5
limit_seconds = 20
allow_private_networks = true
[schedule]
every = "5s"
adaptive = false
[alert]
first_crawl = true
flood = 1000000
[review]
enabled = false
[monitor]
port = {port}
[sources]
catalogue = false
{sources}{endpoint("honest", receiver.url.removesuffix("/hook"))}{more}"""


def watch(folder: Path, seconds: float, *, is_hostile: bool, after: float = 0.0) -> Told:
    """Let a daemon watch, acts be issued for so long `after` some seconds, and return what was told."""
    told, port = Told(), free_port()
    with ExitStack() as stack:
        honest = [stack.enter_context(open_portal()) for _ in range(HONEST)]
        receiver = stack.enter_context(open_receiver())
        portals = stack.enter_context(all_hostile(PORTALS if is_hostile else {}))
        receivers = stack.enter_context(all_hostile(RECEIVERS if is_hostile else {}))
        more = "".join(source(f"hostile-{n}", one.url) for n, one in enumerate(portals))
        more += "".join(endpoint(f"hostile-{n}", one.url) for n, one in enumerate(receivers))
        (folder / "config.toml").write_text(configuration(honest, receiver, more, port), encoding="utf-8")
        receiver.on_message = lambda: _note(receiver, told)
        daemon = subprocess.Popen(
            [sys.executable, "-m", "scheduler", "run", "--config", str(folder / "config.toml"), "--log", "json"],
            env=os.environ | {"TEST_SECRET": SECRET}, stderr=(folder / "log").open("wb"), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, daemon)
        for portal in honest:
            portal.serve("/zwgk/", listing_page([("/zwgk/1.html", "关于开展春季植树活动的通知", DAY)]))
        _wait_until_up(port, daemon, folder)
        stop = threading.Event()
        asking = threading.Thread(target=_ask, args=(port, told, stop, daemon.pid), daemon=True)
        asking.start()
        time.sleep(after)
        _issue(honest, told, seconds)
        until = time.monotonic() + LAST_SECONDS
        while len(told.arrived) < len(told.issued) and time.monotonic() < until:
            time.sleep(0.2)
        stop.set()
        asking.join()
    return told


def _issue(honest: Sequence[LocalPortal], told: Told, seconds: float) -> None:
    """Let one honest portal after the other issue an act."""
    ends, acts = time.monotonic() + seconds, [list[Act]() for _ in honest]
    number = 0
    while time.monotonic() < ends:
        portal, mine = honest[number % HONEST], acts[number % HONEST]
        act = Act(number=number)
        mine.append(act)
        portal.serve(act.path, act.page)
        portal.serve("/zwgk/", listing_page([(one.path, one.title, DAY) for one in reversed(mine)]))
        told.issued[act.path] = time.monotonic()
        number += 1
        time.sleep(ISSUE_EVERY_SECONDS)


def _note(receiver: LocalReceiver, told: Told) -> None:
    id, said, _ = receiver.tries[-1]
    if said["type"] != "announcement.new" or any(known == id for known, _, _ in receiver.tries[:-1]):
        return
    for article in said["data"]["announcement"]["articles"]:
        path = "/zwgk/" + article["url"].partition("/zwgk/")[2]
        told.messages[path] += 1
        told.arrived.setdefault(path, time.monotonic())


def _ask(port: int, told: Told, stop: threading.Event, pid: int) -> None:
    with httpx.Client(timeout=60, trust_env=False) as client:
        while not stop.is_set():
            began = time.monotonic()
            client.get(f"http://127.0.0.1:{port}/healthz")
            told.longest_wait = max(told.longest_wait, time.monotonic() - began)
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            told.memory_mb = int(status.partition("VmHWM:")[2].split()[0]) // 1024
            time.sleep(0.05)


def _wait_until_up(port: int, daemon: subprocess.Popen[bytes], folder: Path) -> None:
    while daemon.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "log").read_text(encoding="utf-8")[-3000:])


def _end(daemon: subprocess.Popen[bytes]) -> None:
    daemon.terminate()
    try:
        daemon.wait(30)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _of(delays: Sequence[float], share: float) -> str:
    return f"{delays[min(len(delays) - 1, int(share * len(delays)))]:.1f}" if delays else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--after", type=float, default=240.0)
    chosen, console, is_wrong = parser.parse_args(), Console(width=120), False
    company = f"{len(PORTALS)} hostile portals, {len(RECEIVERS)} hostile receivers"
    table = Table("beside", "acts", "told once", "delay p50, s", "p95", "longest /healthz, s", "memory, MB")
    runs = (("nobody", False, 0.0), (f"{company}, new", True, 0.0), ("the same, known", True, chosen.after))
    for name, is_hostile, after in runs:
        with TemporaryDirectory() as folder:
            told = watch(Path(folder), chosen.seconds, is_hostile=is_hostile, after=after)
        once = sum(told.messages[path] == 1 for path in told.issued)
        is_wrong |= once < len(told.issued)
        delays = told.delays
        table.add_row(
            name, str(len(told.issued)), str(once), _of(delays, 0.5), _of(delays, 0.95), f"{told.longest_wait:.2f}",
            str(told.memory_mb),
        )  # fmt: skip
        console.print(f"{name}: {len(told.issued)} acts, {once} told once")
    console.print(table)
    sys.exit(is_wrong)


if __name__ == "__main__":
    main()
