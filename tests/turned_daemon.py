"""The daemon with a clock that a test sets. Everything else is as in `futurewatch run`, with quicker ticks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conftest import Futurewatch
from forked import Started, be_program
from scheduler.config import config, log
from scheduler.config.program import program
from scheduler.daemon import daemon, reactor
from storage.lock import sole_crawler


def turned_daemon(futurewatch: Futurewatch, offset: Path) -> Started:
    """Start a daemon whose clock is ahead by the seconds in a file."""
    environment = os.environ | futurewatch.environment
    return Started([str(futurewatch.config), str(offset)], environment=environment, be=be_turned_daemon)


def be_turned_daemon(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be that daemon, in the process that was forked for it."""
    be_program(environment, streams, folder)
    path, offset = map(Path, arguments)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(offset.read_text(encoding="ascii") or 0))

    log.configure("json")
    daemon.TICK_SECONDS = 0.2
    settings = config.load(path)
    with sole_crawler(settings.archive.path), program(settings, settings.named(())) as opened:
        reactor.run(daemon.Daemon(opened, config=path, clock=clock).run(), opened)
