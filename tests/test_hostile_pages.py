"""A hostile portal beside an honest one: the honest act is told, the loop turns, the hostile page is read once."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from conftest import Futurewatch, path_of, publish
from crawler.reading import ReadingLimits, processes
from forked import Started, be_command
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from test_monitor import free_port, monitored

DIVS = "<div>" * 100_000
ATTRIBUTES = "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">"
YEARS = article_page("未来产业发展综述", ["2026年" * 30_000])  # 210 kB without a full stop
LOOP_HELD_SECONDS = 1.0  # of the processor, at most: a busy machine holds no loop
READING_SECONDS = 3  # of a page, for ten: what no reader finishes takes more than twice as many
HOSTILE = {"/h/1.html": DIVS, "/h/2.html": ATTRIBUTES, "/h/3.html": YEARS}
ROWS = [(path, f"{city}市印发工作要点", "2026-03-18") for path, city in zip(HOSTILE, "甲乙丙", strict=True)]
ROWS += [(f"/honest/{number}.html", f"{number}月份重点工作完成情况通报", "2026-03-17") for number in range(1, 6)]


def be_impatient(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be the command, with readers that give a page up sooner."""
    processes.ReadingLimits = partial(ReadingLimits, seconds=READING_SECONDS)  # type: ignore[assignment,misc]
    be_command(arguments, environment, streams, folder)


def links(futurewatch: Futurewatch) -> dict[str, tuple[int, str | None, str | None]]:
    """Return attempts, error and time of the next attempt of each hostile link."""
    try:
        with closing(sqlite3.connect(f"file:{futurewatch.archive}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT address, attempts, error, next_attempt_at FROM links WHERE address LIKE '%/h/%'")
            return {address[address.index("/h/") :]: tuple(more) for address, *more in rows}
    except sqlite3.OperationalError:
        return {}  # the daemon has not made the archive yet


def watch(until: Callable[[], object], daemon: Started, port: int, seconds: float = 400) -> tuple[float, float]:
    """Ask /healthz again and again until something is true.

    Return the most that the daemon worked while it owed an answer, and the most that it and its readers worked, in
    seconds of the processor: how long an answer takes besides is the machine's affair.
    """
    process = psutil.Process(daemon.pid)
    most = most_of_all = known = 0.0  # a reader that has ended and is not yet reaped is seen nowhere for a moment
    deadline = time.monotonic() + seconds
    while not until():
        assert daemon.poll() is None, daemon.communicate()
        assert time.monotonic() < deadline, "not in time"
        own, readers = worked(process)
        readers = max(readers, known)
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30, trust_env=False).status_code == 200
        except httpx.ConnectError:
            time.sleep(0.05)  # it is starting
            continue
        own_after, readers_after = worked(process)
        known = max(readers, readers_after)
        most = max(most, own_after - own)
        most_of_all = max(most_of_all, own_after - own + known - readers)
        time.sleep(0.02)
    return most, most_of_all


def worked(process: psutil.Process) -> tuple[float, float]:
    """Return the seconds of the processor that a process and its children have used."""
    own = process.cpu_times()
    readers = own.children_user + own.children_system
    for child in process.children():
        with suppress(psutil.NoSuchProcess):  # it has just ended, and counts among those that did
            readers += sum(child.cpu_times()[:2])
    return own.user + own.system, readers


@pytest.mark.slow
def test_hostile_pages_hold_nobody(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """The daemon tells the honest act and goes on answering while it reads what no reader finishes.

    A page that took too long is given up with its reason, its bytes are kept, and after a restart it is not read again.
    """
    with open_portal() as other:
        source = f"""
[[source]]
id = "hostile"
name = "某市人民政府"
region = "460100"
level = "city"
kind = "government"
listings = ["{other.url}/list/"]
"""
        futurewatch.configure(
            portal, receiver=receiver, more="[alert]\nfirst_crawl = true\n" + source, crawl="readers = 1\n"
        )
        port = free_port()
        monitored(futurewatch, port=port)
        other.serve("/list/", listing_page(ROWS))
        for path, body in HOSTILE.items():
            other.serve(path, body)
        publish(portal, *GOVERNMENT[:1], PRESS_CONFERENCE)
        words = ["run", "--log", "json", "--config", str(futurewatch.config)]
        daemon = Started(words, environment=os.environ | futurewatch.environment, be=be_impatient)
        try:
            waits = [
                watch(until, daemon, port) for until in (lambda: receiver.tries, lambda: _are_settled(futurewatch))
            ]
        finally:
            daemon.terminate()
            daemon.communicate()
        assert max(own for own, _ in waits) < LOOP_HELD_SECONDS, waits
        assert max(of_all for _, of_all in waits) < READING_SECONDS, waits  # no answer waited for a reader
        _, told, _ = receiver.tries[0]
        assert told["data"]["announcement"]["articles"][0]["url"].endswith(path_of(PRESS_CONFERENCE))
        attempts, error, due = links(futurewatch)["/h/2.html"]
        assert (attempts, due) == (1, None)
        assert error is not None
        assert error.startswith(f"reading took longer than {READING_SECONDS} s; its bytes are kept as page ")
        asked = len(other.asked("/h/2.html"))
        configured = futurewatch.config.read_text(encoding="utf-8")
        futurewatch.config.write_text(configured.replace("readers = 1", "readers = 0"), encoding="utf-8")
        futurewatch.run("crawl", "--json", code=0)
        assert len(other.asked("/h/2.html")) == asked == 1
        with closing(sqlite3.connect(futurewatch.archive)) as db:
            (size,) = db.execute(
                "SELECT size FROM bodies JOIN pages USING (sha256) WHERE pages.id = ?", [error.rpartition(" ")[2]]
            ).fetchone()
        assert size == len(ATTRIBUTES)


def _are_settled(futurewatch: Futurewatch) -> bool:
    known = links(futurewatch)
    return len(known) == len(HOSTILE) and all(due is None for _, _, due in known.values())
