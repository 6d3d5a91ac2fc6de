"""Read from archive, configuration and disk what `troubles` decides upon, and how it was decided."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from crawler.network.settings import CrawlSettings
from scheduler.config.config import Settings
from scheduler.health.troubles import LastVisit, Trouble, WatchState, troubles_of
from scheduler.visits.crawls import host_of
from storage.archive import Archive
from storage.backup import newest_backup
from storage.errors import ArchiveError
from storage.overview.visits import VisitOverview
from storage.upkeep.vitals import reading

SAMPLE_CONTACT = CrawlSettings().contact.partition(":")[2]


def troubles_in(archive: Archive, settings: Settings, now: datetime) -> tuple[Trouble, ...]:
    """Return what is wrong now: with the setup, the sources, and the sending of messages."""
    return troubles_of(state_of(archive, settings, now))


def troubles_at(path: Path, settings: Settings, now: datetime) -> tuple[Trouble, ...]:
    """Return what is wrong by an archive's file, which may not be there yet, or not be readable: then by the rest."""
    try:
        with reading(path) as db:
            return troubles_in(Archive.over(db.conn), settings, now)
    except (sqlite3.Error, ArchiveError):
        return troubles_in(Archive.in_memory(), settings, now)


def state_of(archive: Archive, settings: Settings, now: datetime) -> WatchState:
    """Return what is known of the watch now."""
    visited = {one.source: one for one in VisitOverview(archive.db).last()}
    visits = []
    for source in settings.named(()):
        last = visited.get(source.id)
        known = {} if last is None else {name: getattr(last, name) for name in last.__slots__ if name != "source"}
        visits.append(LastVisit(source=source.id, host=host_of(source), family=source.family, **known))
    kept = settings.archive
    return WatchState(
        now=now, has_sample_contact=is_sample(settings.crawl.contact), visits=visits,
        audience=[endpoint.name for endpoint in settings.endpoint if endpoint.role == "audience"],
        incidents=archive.incidents.list(only_open=True), backups=kept.backups or "", backup_every=kept.backup_every,
        backup_at=newest_backup(Path(kept.backups), kept.path, now=now) if kept.backups else None,
    )  # fmt: skip


def is_sample(contact: str) -> bool:
    """True for the address of the sample configuration: nobody reads what portals write there."""
    return contact.removeprefix("mailto:").strip().casefold() == SAMPLE_CONTACT
