"""Back up the daemon's archive, roll its visits up and prune it when due, in threads with connections of their own.

None holds up the crawls: a backup only reads, the others hold the archive for some hundredths of a second a time.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.config.log import get_logger
from storage.archive import Archive
from storage.backup import back_up_into, is_backup_due
from storage.upkeep.pruning import Pruned, Pruning
from storage.upkeep.run_days import roll_up_runs

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()


async def back_up(program: Program, now: datetime) -> None:
    """Write a backup when the newest one is old enough. Raises `storage.backup.BackupError`."""
    settings = program.settings.archive
    if not settings.backups:
        return
    folder = Path(settings.backups)
    if not is_backup_due(folder, settings.path, every=settings.backup_every, now=now):
        return
    made = await asyncio.to_thread(back_up_into, folder, settings.path, kept=settings.backups_kept, now=now)
    log.info("backup written", path=str(made.path), bytes=made.bytes, rows=made.rows)


async def prune(program: Program, now: datetime) -> None:
    """Roll up the visits that found nothing; delete what is old and irrelevant, when the configuration says how old."""
    settings = program.settings.archive
    rolled = await asyncio.to_thread(roll_up, settings.path, now)
    if rolled:
        log.info("visits rolled up", runs=rolled)
    if settings.irrelevant_kept is None:
        return
    gone = await asyncio.to_thread(prune_archive, settings.path, settings.irrelevant_kept, now)
    log.info("pruned", articles=gone.articles, pages=gone.pages, bodies=gone.bodies, bytes=gone.bytes, runs=gone.runs)


def roll_up(path: Path, now: datetime) -> int:
    """Roll up the visits that found nothing and are older than a week; return how many these were."""
    with Archive.existing(path) as archive:
        return roll_up_runs(archive.db, now=now)


def prune_archive(path: Path, kept: timedelta, now: datetime) -> Pruned:
    """Delete what is irrelevant and older than `kept`, and visits as old that found nothing; return what that was."""
    with Archive.existing(path) as archive:
        return sum(Pruning(archive.db, kept=kept, now=now).run(), Pruned())
