"""A hostile portal beside an honest one: the honest act is told, the loop turns, the hostile page is read once."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
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


def watch(until: Callable[[], object], daemon: Started, port: int, seconds: float = 400) -> float:
    """Ask /healthz again and again until something is true; return the longest wait for its answer in seconds."""
    longest, deadline = 0.0, time.monotonic() + seconds
    while not until():
        assert daemon.poll() is None, daemon.communicate()
        assert time.monotonic() < deadline, "not in time"
        began = time.monotonic()
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30, trust_env=False).status_code == 200
        except httpx.ConnectError:
            time.sleep(0.05)  # it is starting
            continue
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.02)
    return longest


@pytest.mark.slow
def test_hostile_pages_hold_nobody(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """The daemon tells the honest act and answers within a second while it reads what no reader finishes.

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
            longest = watch(lambda: receiver.tries, daemon, port)
            longest = max(longest, watch(lambda: _are_settled(futurewatch), daemon, port))
        finally:
            daemon.terminate()
            daemon.communicate()
        assert longest < 1.0, longest
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
