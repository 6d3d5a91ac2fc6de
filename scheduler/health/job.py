"""The daemon's watch over itself, in a thread; an archive that cannot keep its own alarm is told directly.

Messages wait in the archive. When that is locked, full, damaged, or gone from under the daemon, they cannot: then this
one goes straight to the operator's endpoints, and is entered in the archive once that can be written again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scheduler.config.config import Settings
from scheduler.config.log import get_logger
from scheduler.config.program import Program
from scheduler.health.incidents import REMIND_AFTER
from scheduler.health.silence import LEARN_FROM
from scheduler.health.source_looks import SourceLooks
from scheduler.health.watch import LEARN_EVERY, LearnedLimits, look
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.incident import resolve_incident
from scheduler.notify.tell_directly import tell_directly
from storage.archive import Archive
from storage.backup import BackupError, rescue
from storage.errors import ArchiveError, is_our_own, kind_of
from storage.records import Incident
from storage.upkeep.vitals import damage, write_problem

log = get_logger()

CHECK_SHARE = 50  # times as long as a look for damage took, until the next one: two hundredths of one core


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTrouble:
    """A way in which an archive can fail. `sure_after` counts looks, a minute apart."""

    key: str
    summary: str
    hint: str
    sure_after: int


MOVED = ArchiveTrouble(
    key="archive:moved", summary="The archive's file was taken from under the daemon, which waits", sure_after=1,
    hint="put the file back; or stop the daemon, put the newest copy in its place, and start it again",
)  # fmt: skip
DAMAGED = ArchiveTrouble(
    key="archive:damaged", summary="The archive's file is damaged", sure_after=1,
    hint="futurewatch doctor; stop the daemon, and put the newest backup in its place",
)  # fmt: skip
UNWRITABLE = ArchiveTrouble(
    key="archive:unwritable", summary="The archive cannot be written", sure_after=2,  # a long transaction is over then
    hint="futurewatch doctor; look for another program that holds the file open, and for a full disk",
)  # fmt: skip


class Watch:
    """Looks every minute. Keeps what it learned, and since when something is wrong with the archive."""

    def __init__(self) -> None:
        self._rhythms: LearnedLimits = {}
        self._seen = SourceLooks()
        self._trouble: Incident | None = None
        self._looks = 0
        self._told_at: datetime | None = None
        self._forgot_at: datetime | None = None
        self._damage: str | None = None
        self._checks_at = 0.0  # in monotonic seconds: when damage is looked for again

    async def run(self, program: Program, now: datetime) -> None:
        """Look once. Raises `ArchiveError` when the file is damaged: nobody else may notice for long."""
        found = await asyncio.to_thread(self._look, program, now)
        if found is not None:
            await self._tell(program, *found, now)
            if found[0] is DAMAGED:
                raise ArchiveError(str(program.settings.archive.path), found[1], kind="data")

    async def _tell(self, program: Program, kind: ArchiveTrouble, problem: str, now: datetime) -> None:
        """Tell the operator once it is sure, and once a day while it stands."""
        if self._trouble is None or self._trouble.key != kind.key:
            self._looks, self._told_at = 0, None
            self._trouble = Incident(
                id=0, key=kind.key, summary=kind.summary, detail=problem, opened_at=now, hint=kind.hint
            )
        self._looks += 1
        if self._looks < kind.sure_after or (self._told_at and abs(now - self._told_at) < REMIND_AFTER):
            return
        log.error("archive cannot be relied on", key=kind.key, problem=problem)
        if kind is MOVED and self._looks == kind.sure_after:
            self._trouble = replace(self._trouble, detail=f"{problem}; {_rescued(program, now)}")
        if await tell_directly(dispatch_of(program.settings), self._trouble, now):
            self._told_at = now

    def _look(self, program: Program, now: datetime) -> tuple[ArchiveTrouble, str] | None:
        """Look, and return what is wrong with the archive, None when nothing is."""
        path = program.settings.archive.path
        trouble = self._trouble_of(program, path)
        if trouble is not None and trouble[0] is not DAMAGED:
            return trouble
        try:
            with Archive.existing(path) as archive:
                if trouble is None:
                    self._recover(archive, program.settings, now)
                look(archive, program.settings, program.sources, now, self._rhythms, self._seen)
                if self._forgot_at is None or abs(now - self._forgot_at) >= LEARN_EVERY:
                    archive.freshness.forget(before=now - LEARN_FROM)
                    self._forgot_at = now
        except ArchiveError as error:
            return trouble or (DAMAGED if error.kind == "data" else UNWRITABLE, str(error))
        except sqlite3.DatabaseError as error:
            if is_our_own(error):
                raise
            return trouble or (DAMAGED if kind_of(error) == "data" else UNWRITABLE, str(error))
        return trouble

    def _trouble_of(self, program: Program, path: Path) -> tuple[ArchiveTrouble, str] | None:
        place = program.context.archive.place
        if place is not None and (moved := place.problem()):
            return MOVED, moved
        if unwritable := write_problem(path):
            return UNWRITABLE, unwritable
        started = time.monotonic()
        if started >= self._checks_at:
            self._damage = damage(path)
            self._checks_at = started + CHECK_SHARE * (time.monotonic() - started)
        return (DAMAGED, self._damage) if self._damage else None

    def _recover(self, archive: Archive, settings: Settings, now: datetime) -> None:
        """Enter an incident that the archive could not keep, and tell that it is over."""
        trouble = self._trouble
        if trouble is not None and self._told_at is not None:
            archive.incidents.open(
                trouble.key, summary=trouble.summary, detail=trouble.detail, hint=trouble.hint, now=trouble.opened_at
            )
            resolve_incident(archive, settings.endpoint, key=trouble.key, now=now)
        self._trouble, self._looks, self._told_at = None, 0, None


def _rescued(program: Program, now: datetime) -> str:
    """Copy what the open connection still has, and return what became of that. Holds the loop: nothing else is done."""
    archive = program.context.archive
    assert archive.place is not None
    try:
        copy = rescue(archive.db.conn, archive.place.path, now=now)
    except BackupError as error:
        return f"what it holds could not be copied: {error}"
    return f"what it holds was copied to {copy.path} ({copy.rows} rows)"
