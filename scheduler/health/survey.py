"""Read from archive, configuration and disk what `troubles` decides upon, and how it was decided."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scheduler.config.outline import Outline, outline_of
from scheduler.config.user import VARIABLE
from scheduler.health.troubles import LastVisit, Trouble, WatchState, troubles_of
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.lock import crawler_of
from storage.overview.visits import VisitOverview
from storage.upkeep.vitals import reading

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.health.setup import Setup


def troubles_in(archive: Archive, settings: Settings, now: datetime) -> tuple[Trouble, ...]:
    """Return what is wrong now: with the setup, the sources, and the sending of messages."""
    return troubles_of(state_of(archive, outline_of(settings), now))


def troubles_at(path: Path, settings: Settings, now: datetime) -> tuple[Trouble, ...]:
    """Return what is wrong by an archive's file, which may not be there yet, or not be readable: then by the rest."""
    try:
        with reading(path) as db:
            return troubles_in(Archive.over(db.conn), settings, now)
    except (sqlite3.Error, ArchiveError):
        return troubles_in(Archive.in_memory(), settings, now)


def state_of(archive: Archive, outline: Outline, now: datetime) -> WatchState:
    """Return what is known of the watch now."""
    visited = {one.source: one for one in VisitOverview(archive.db).last()}
    visits = []
    for source in outline.sources:
        last = visited.get(source.id)
        known = {} if last is None else {name: getattr(last, name) for name in last.__slots__ if name != "source"}
        visits.append(LastVisit(source=source.id, host=source.host, family=source.family, **known))
    return WatchState(
        now=now, has_sample_contact=outline.has_sample_contact, visits=visits, audience=outline.audience,
        incidents=archive.incidents.list(only_open=True), backups=outline.backups, backup_every=outline.backup_every,
        backup_at=_newest_backup(outline, now) if outline.backups else None,
    )  # fmt: skip


def _newest_backup(outline: Outline, now: datetime) -> datetime | None:
    from storage.backup import newest_backup

    return newest_backup(Path(outline.backups), outline.path, now=now)


def setup_in(archive: Archive, settings: Settings) -> Setup:
    """Return the steps of a first run as far as they are."""
    from crawler.network.settings import is_sample
    from scheduler.health.setup import SetupState, setup_of

    enabled = settings.named(()) if any(source.enabled for source in settings.watched) else ()
    last = {one.source: one for one in VisitOverview(archive.db).last()}
    works = {id: state != "fails" for id, state in archive.checks.states().items()}
    works |= {id: one.healthy_at is not None or works.get(id, False) for id, one in last.items()}
    tried = Counter[Literal["works", "fails"]](
        "works" if works[source.id] else "fails" for source in enabled if source.id in works
    )
    counts = archive.runs.counts()
    return setup_of(SetupState(
        contact=settings.crawl.contact.removeprefix("mailto:"), has_sample_contact=is_sample(settings.crawl.contact),
        reviewer=signer_of(settings), audience=[one.name for one in settings.endpoint if one.role == "audience"],
        enabled=len(enabled), tried=tried, visited=sum(source.id in last for source in enabled),
        articles=counts["articles"], announcements=counts["announcements"], backups=settings.archive.backups or "",
        is_watching=crawler_of(settings.archive.path) is not None,
        off=Counter(source.off_because for source in settings.watched if not source.enabled),
    ))  # fmt: skip


def signer_of(settings: Settings) -> str:
    """Return who signs verdicts, as far as somebody said it: those who log in, else a name; empty if nobody did."""
    named = "、".join(one.name for one in settings.reviewer) or (settings.review.oidc and settings.review.oidc.issuer)
    return named or os.environ.get(VARIABLE, "").strip() or settings.review.name
