"""The process that the kill test kills, and its killer.

    python killed_sender.py ARCHIVE ANNOUNCEMENTS KILLS NAME=URL...

A child does what the daemon does: it opens announcements, puts their messages into the outbox in the same transaction,
and delivers. It is killed after a random while and forked anew, so many times; the last child works to the end. Printed
is how many kills met a child that had work left. (Forked, for a fresh interpreter takes longer to start than the work.)
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from notify_examples import announcement_of, endpoint_of, store
from scheduler.config.config import Settings
from scheduler.notify.deliver import deliver_due
from scheduler.notify.dispatch import Backoff, Dispatch
from scheduler.notify.message import deliveries_for
from scheduler.notify.render import templates_in
from storage.archive import Archive

EAGER = Backoff(first=timedelta(milliseconds=1), longest=timedelta(milliseconds=1))
LEASE = timedelta(milliseconds=1)  # the test does not want to wait for it
TICK_SECONDS = 0.005
LONGEST_LIFE_SECONDS = 0.06


async def work(path: Path, wanted: int, urls: dict[str, str]) -> None:
    """Match and deliver until there are enough announcements and everybody has them."""
    endpoints = tuple(endpoint_of(name, url, secret="env:TEST_SECRET") for name, url in urls.items())
    settings = Settings.model_construct(endpoint=endpoints)
    dispatch = Dispatch(endpoints=endpoints, templates=templates_in(None), backoff=EAGER, lease=LEASE, flood=10**6)
    with Archive(path) as archive:
        made = archive.runs.counts()["announcements"]
        while made < wanted or archive.outbox.list(state="pending"):
            if made < wanted:
                made += 1
                with archive.transaction():
                    store(archive, made)
                    told = deliveries_for(announcement_of(made), "announcement.new", _now(), settings=settings)
                    archive.outbox.put(told)
            await deliver_due(archive, dispatch, clock=_now)
            await asyncio.sleep(TICK_SECONDS)


def fork(path: Path, wanted: int, urls: dict[str, str]) -> int:
    """Start a child that works, and return its id."""
    child = os.fork()
    if child == 0:
        asyncio.run(work(path, wanted, urls))
        os._exit(0)
    return child


def main(path: Path, wanted: int, kills: int, urls: dict[str, str]) -> None:
    """Kill so many children at random points, then let one work to its end."""
    chance, met = random.Random(7), 0
    for _ in range(kills):
        child = fork(path, wanted, urls)
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        met += os.WIFSIGNALED(status)
    _, status = os.waitpid(fork(path, wanted, urls), 0)
    print(met)
    sys.exit(os.waitstatus_to_exitcode(status))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    named = dict(word.split("=", 1) for word in sys.argv[4:])
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), named)
