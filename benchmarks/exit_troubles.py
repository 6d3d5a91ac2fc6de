"""What a crawl through three workers loses and doubles when they are harmed in mid-visit, and how soon it goes on.

    python benchmarks/exit_troubles.py [--rows 30] [--only NAME ...]

Three portals, 0.3 s between requests; nobody but workers may be asked. Each trouble meets a crawl into a new archive:
two of three workers killed, one stopped for 12 s, the network of one cut for 12 s, the NATS server started anew, and
all of that in turn. The crawl is made again, as the daemon does, until all pages are there. The third worker runs in a
network namespace whose line is cut; where none may be made it is reached over a relay on loopback that passes nothing.
A page counts as asked twice where its worker was lost while it was at it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from conftest import publish
from local_portal import LocalPortal, open_portal
from local_receiver import SECRET, LocalReceiver, open_receiver
from local_relay import open_relay
from local_workers import LocalNats, open_nats, until
from worker_farm import archived, samples, source_table

PORTALS = 3
DELAY_SECONDS = 0.3
HARMED_SECONDS = 12.0  # longer than anybody waits for a word
NAMESPACE, HERE, THERE = "fw-trouble", "10.203.7.1", "10.203.7.2"
COMMAND = [sys.executable, "-m", "scheduler"]


@dataclass(kw_only=True)
class Place:
    """The parts that are harmed. `cut` and `mend` are those of the third worker's line; `harms` when harm began."""

    nats: LocalNats
    portals: list[LocalPortal]
    workers: list[subprocess.Popen[bytes]]
    cut: Callable[[], None]
    mend: Callable[[], None]
    harms: list[float] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many requests the portals got."""
        return sum(len(portal.log) for portal in self.portals)


@contextmanager
def separate_network() -> Iterator[bool]:
    """Make a namespace with a line to this machine; yield whether that is permitted."""
    lines = (
        f"netns add {NAMESPACE}", "link add fw-here type veth peer name fw-there",
        f"link set fw-there netns {NAMESPACE}",
        f"addr add {HERE}/24 dev fw-here", "link set fw-here up", f"-n {NAMESPACE} addr add {THERE}/24 dev fw-there",
        f"-n {NAMESPACE} link set fw-there up", f"-n {NAMESPACE} link set lo up",
    )  # fmt: skip
    try:
        yield all(ip(line) for line in lines)
    finally:
        ip(f"netns del {NAMESPACE}")


def ip(line: str) -> bool:
    """Run `ip` and return whether it did what it was told."""
    try:
        return subprocess.run(["ip", *line.split()], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def killed(place: Place) -> None:
    for worker in place.workers[:2]:
        worker.kill()


def stopped(place: Place) -> None:
    os.kill(place.workers[2].pid, signal.SIGSTOP)
    time.sleep(HARMED_SECONDS)
    os.kill(place.workers[2].pid, signal.SIGCONT)


def cut(place: Place) -> None:
    place.cut()
    time.sleep(HARMED_SECONDS)
    place.mend()


def server_anew(place: Place) -> None:
    place.nats.end()
    time.sleep(1)
    place.nats.start()


TROUBLES: dict[str, tuple[Callable[[Place], None], ...]] = {
    "two of three killed": (killed,), "one stopped for 12 s": (stopped,), "network of one cut for 12 s": (cut,),
    "NATS server anew": (server_anew,), "all, in turn": (stopped, cut, server_anew, killed),
}  # fmt: skip


def write(folder: Path, portals: list[LocalPortal], receiver: LocalReceiver, nats: LocalNats) -> None:
    """Write a configuration into a folder."""
    sources = "\n".join(source_table(number, portal, "sz") for number, portal in enumerate(portals))
    (folder / "config.toml").write_text(f"""
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = {DELAY_SECONDS}
allow_private_networks = true
readers = 0
[alert]
first_crawl = true
[sources]
catalogue = false
[[exit]]
name = "sz"
kind = "workers"
server = "{nats.url}"
{sources}
[[endpoint]]
name = "team"
kind = "webhook"
url = "{receiver.url}"
secret = "env:TROUBLE_SECRET"
""", encoding="utf-8")  # fmt: skip


def work(server: str, *, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a worker and return once it takes orders."""
    command = [*before, *COMMAND, "worker", "--vantage", "sz", "--server", server, "--allow-private-networks"]
    worker = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert worker.stderr is not None
    line = b""
    while b"takes orders" not in line:
        line = worker.stderr.readline()
        assert line, "the worker has ended"
    threading.Thread(target=worker.stderr.read, daemon=True).start()
    return worker


def harm(place: Place, troubles: tuple[Callable[[Place], None], ...], rows: int) -> None:
    """Let each trouble begin once a share of the pages was asked for."""
    for number, trouble in enumerate(troubles):
        share = (number + 1) / (len(troubles) + 2)
        until(lambda share=share: place.asked >= share * PORTALS * rows, seconds=120)  # type: ignore[misc]  # bound now
        place.harms.append(time.monotonic())
        trouble(place)


def measure(troubles: tuple[Callable[[Place], None], ...], rows: int) -> list[str]:
    """Return the figures of one crawl in trouble."""
    with ExitStack() as stack:
        is_apart = stack.enter_context(separate_network())
        host = HERE if is_apart else "127.0.0.1"
        nats, receiver = stack.enter_context(open_nats(host=host)), stack.enter_context(open_receiver())
        relay = stack.enter_context(open_relay(nats.port))
        portals = [stack.enter_context(open_portal(host)) for _ in range(PORTALS)]
        for number, portal in enumerate(portals):
            publish(portal, *samples(number, rows))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write(folder, portals, receiver, nats)
        third = (
            work(nats.url, before=("ip", "netns", "exec", NAMESPACE)) if is_apart
            else work(LocalNats(port=relay.port).url)
        )  # fmt: skip
        workers = [work(nats.url), work(nats.url), third]

        def line(state: str) -> None:
            relay.is_cut = state == "down"
            ip(f"link set fw-here {state}")

        place = Place(
            nats=nats, portals=portals, workers=workers, cut=lambda: line("down"), mend=lambda: line("up")
        )  # fmt: skip
        try:
            return figures(place, folder, receiver, troubles, rows)
        finally:
            for worker in workers:
                os.kill(worker.pid, signal.SIGCONT) if worker.poll() is None else None
                worker.kill()
                worker.wait()


def figures(
    place: Place, folder: Path, receiver: LocalReceiver, troubles: tuple[Callable[[Place], None], ...], rows: int
) -> list[str]:
    harming = threading.Thread(target=harm, args=(place, troubles, rows), daemon=True)
    harming.start()
    pages: list[str] = []
    crawls = 0
    while len(pages) < PORTALS * rows or harming.is_alive():
        command = [*COMMAND, "crawl", "--deliver", "--config", str(folder / "config.toml")]
        subprocess.run(
            command, env=os.environ | {"TROUBLE_SECRET": SECRET}, check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        pages, crawls = archived(folder / "futurewatch.db"), crawls + 1
        assert crawls < 40
    twice = Counter(one.path for portal in place.portals for one in portal.log if one.path.endswith(".html"))
    gaps = [b.at - a.at for portal in place.portals for a, b in pairwise(portal.log)]
    alerts = Counter(message["type"] for _, message, _ in receiver.tries)
    return [
        f"{len(set(pages))}, {len(pages) - len(set(pages))}", str(sum(number > 1 for number in twice.values())),
        f"{1000 * min(gaps):.0f}", json.dumps(alerts).replace("announcement.", ""),
        ", ".join(f"{pause:.1f}" for pause in pauses(place)), str(crawls),
    ]  # fmt: skip


def pauses(place: Place) -> Iterator[float]:
    """Yield after how many seconds the last of the portals was asked again, for each harm."""
    for began in place.harms:
        yield max(
            min((one.at for one in portal.log if one.at > began), default=math.nan) - began for portal in place.portals
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--only", nargs="*", choices=TROUBLES, default=list(TROUBLES))
    chosen = parser.parse_args()
    table = Table(
        "trouble", "pages, twice", "asked twice", "least distance, ms", "alerts", "goes on after, s", "crawls"
    )
    for name in chosen.only:
        table.add_row(name, *measure(TROUBLES[name], chosen.rows * len(TROUBLES[name])))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
