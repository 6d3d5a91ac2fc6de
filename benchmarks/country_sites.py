"""The sites of `country.py`: a server for all of them, their configuration, and an archive that has visited each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import visits

from crawler.sources import Source, host_of
from scheduler.config.config import Settings
from storage.archive import Archive
from storage.host_rules import Robots
from storage.listing_pages import Validators
from storage.records import Link, Run

EVERY = timedelta(minutes=30)
SERVED_VERSION = 1  # of all listings: what they were read as before


@contextmanager
def served() -> Iterator[int]:
    """Serve all sites on one port of 127.0.0.0/8, in another process, and yield the port."""
    version: Synchronized[int] = multiprocessing.Value("i", SERVED_VERSION)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=visits._serve, args=(theirs, version), daemon=True)
    server.start()
    try:
        yield int(ours.recv())
    finally:
        server.kill()


def write(folder: Path, sites: int, port: int) -> Path:
    """Write the configuration of so many sites, and return its path."""
    path = folder / "config.toml"
    path.write_text(f"""[archive]
path = "archive.db"
[crawl]
allow_private_networks = true
[review]
enabled = false
[schedule]
every = "30m"
adaptive = false
[sources]
catalogue = false
{visits.tables_of(sites, port)}""", encoding="utf-8")  # fmt: skip
    return path


def fill(settings: Settings) -> None:
    """Let an archive have visited all sites at moments spread over the last interval."""
    now = datetime.now(UTC)
    with Archive(settings.archive.path) as archive, archive.transaction():
        for table in ("runs", "listings", "shown", "moves"):
            archive.db.execute(f"DELETE FROM {table}")
        archive.runs.register(source.row for source in settings.watched)
        validators = Validators(etag=f'"{SERVED_VERSION}"', last_modified=None)
        for number, source in enumerate(settings.watched):
            at, (url,) = now - EVERY * number / len(settings.watched), source.listings
            archive.runs.record(_run(source, at))
            archive.listing_pages.keep(source.id, url, validators, rows_sha256="0", answer_sha256=None,
                                       distrusted=False, now=at)  # fmt: skip
            archive.freshness.first(source.id, url, (Link(url=f"{url}/1", title="x", date=at.date()),), at)
            archive.host_rules.remember_robots(host_of(source), Robots(text="", fetched_at=now))


def visit_again(archive: Archive, sources: Iterable[Source], at: datetime) -> None:
    """Record another visit to some sites."""
    with archive.transaction():
        for source in sources:
            archive.runs.record(_run(source, at))


def _run(source: Source, at: datetime) -> Run:
    return Run(source=source.id, started_at=at, finished_at=at, outcome="ok", listed=1, links=1, known=1, requests=1)


def last_visits(archive: Archive) -> list[tuple[str, datetime]]:
    """Return when the last visit to each site ended."""
    rows = archive.db.execute("SELECT source, max(finished_at) FROM runs GROUP BY source")
    return [(id, datetime.fromisoformat(at)) for id, at in rows]


def last_visits_at(path: Path) -> list[tuple[str, datetime]]:
    """Return the same by an archive's file."""
    with Archive.existing(path) as archive:
        return last_visits(archive)
