"""A crawl whose workers are killed and cut off, and whose server starts anew, loses nothing and doubles nothing."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from conftest import Futurewatch, publish
from crawler.network import hub, hub_connection
from crawler.network.exits import orders
from forked import Started, be_command
from local_portal import LocalPortal, open_portal
from local_receiver import LocalReceiver
from local_relay import LocalRelay, open_relay
from local_workers import LocalNats, open_nats, open_worker, until
from worker_farm import archived, samples, source_table

DELAY_SECONDS = 0.15
GOES_ON_WITHIN_SECONDS = 10.0
PORTALS, ROWS = 3, 12


def be_hasty(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be the command, which takes a worker for dead after 2.5 s in place of 8, and a cut connection after 3."""
    hub.SILENT_AFTER_SECONDS, hub.GRACE_SECONDS = 2.5, 0.3
    orders.START_BY_SECONDS = 2.0
    hub_connection.PING_SECONDS = 1
    be_command(arguments, environment, streams, folder)


def write(futurewatch: Futurewatch, portals: list[LocalPortal], receiver: LocalReceiver, nats: LocalNats) -> None:
    """Write a configuration: all portals are asked through workers, the last one directly."""
    exits = f'[[exit]]\nname = "sz"\nkind = "workers"\nserver = "{nats.url}"'
    futurewatch.configure(portals[0], receiver=receiver, more=f'via = {{ "hi-gov" = ["sz"] }}\n{exits}')
    sources = [
        source_table(number, portal, "direct" if portal is portals[-1] else "sz")
        for number, portal in enumerate(portals[1:], start=1)
    ]
    text = futurewatch.config.read_text(encoding="utf-8").replace(
        "delay_seconds = 0.05", f"delay_seconds = {DELAY_SECONDS}"
    )
    futurewatch.config.write_text("\n".join((text, "[alert]\nfirst_crawl = true", *sources)), encoding="utf-8")


def asked(portals: list[LocalPortal]) -> int:
    return sum(len(portal.log) for portal in portals)


def harm(portals: list[LocalPortal], pids: list[int], relay: LocalRelay, nats: LocalNats) -> None:
    """Kill two of three workers in mid-visit, cut the third off, and let the server start anew."""
    until(lambda: asked(portals) >= 4 * len(portals))
    for pid in pids[:2]:
        os.kill(pid, signal.SIGKILL)
    until(lambda: asked(portals) >= 6 * len(portals))
    relay.is_cut = True
    time.sleep(3.5)  # longer than anybody waits for a word
    relay.is_cut = False
    before = asked(portals)
    until(lambda: asked(portals) >= before + 2 * len(portals))
    nats.end()
    time.sleep(0.5)
    nats.start()


def test_crawl_in_trouble(futurewatch: Futurewatch, receiver: LocalReceiver) -> None:
    """Every page is archived once, the act is told once, requests keep their distance, work soon goes on."""
    command = ["crawl", "--deliver", "--config", str(futurewatch.config)]
    pages: list[str] = []
    ends: list[float] = []
    with ExitStack() as stack:
        nats = stack.enter_context(open_nats())
        relay = stack.enter_context(open_relay(nats.port))
        portals = [stack.enter_context(open_portal()) for _ in range(PORTALS)]
        for number, portal in enumerate(portals):
            publish(portal, *samples(number, ROWS))
        write(futurewatch, portals, receiver, nats)
        pids = []
        for number, port in enumerate((nats.port, nats.port, relay.port)):
            folder = futurewatch.folder / str(number)
            folder.mkdir()
            pids.append(stack.enter_context(open_worker(LocalNats(port=port), folder)))
        trouble = threading.Thread(target=harm, args=(portals[:-1], pids, relay, nats))
        trouble.start()
        while len(pages) < PORTALS * ROWS:
            crawl = Started(command, environment=os.environ | futurewatch.environment, be=be_hasty)
            assert crawl.wait(40) in {0, 1}
            ends.append(time.monotonic())
            pages = archived(futurewatch.archive)
        trouble.join()
        nats.end()
        runs = {run["source"]: run for run in json.loads(futurewatch.run("crawl", "--json", code=1))}
    assert len(pages) == len(set(pages)) == PORTALS * ROWS
    assert [message["type"] for _, message, _ in receiver.tries] == ["announcement.new"]
    for portal in portals:
        assert min(after.at - before.at for before, after in pairwise(portal.log)) >= DELAY_SECONDS - 0.01
        asked_for = Counter(one.path for one in portal.log if one.path.endswith(".html"))
        assert sum(asked_for.values()) <= ROWS + 3  # those that a worker was at when it was lost
    times = sorted(one.at for portal in portals[:-1] for one in portal.log)
    pauses = (b - a for a, b in pairwise(times) if not any(a < end < b for end in ends))
    assert max(pauses) < GOES_ON_WITHIN_SECONDS
    assert len(portals[-1].asked("/zwgk/202603/t20260318_7002.html")) == 1
    assert "the NATS server cannot be used: it refuses connections" in runs["hi-gov"]["error"]
    assert runs["portal-2"]["outcome"] == "unchanged"
