"""The daemon with a clock that a test sets: python turned_daemon.py CONFIG OFFSET-FILE

The file holds by how many seconds the clock is ahead. Everything else is as in `futurewatch run`, with quicker ticks.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scheduler.config import config, log
from scheduler.config.program import program
from scheduler.daemon import daemon, reactor
from storage.lock import sole_crawler


def main() -> None:
    path, offset = Path(sys.argv[1]), Path(sys.argv[2])

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(offset.read_text(encoding="ascii") or 0))

    log.configure("json")
    daemon.TICK_SECONDS = 0.2
    settings = config.load(path)
    with sole_crawler(settings.archive.path), program(settings, settings.named(())) as opened:
        reactor.run(daemon.Daemon(opened, config=path, clock=clock).run(), opened)


if __name__ == "__main__":
    main()
