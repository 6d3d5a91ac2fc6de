"""The daemon's watch over itself, in a thread; an archive that cannot be written is told directly.

Messages wait in the archive. When that is locked, or its disk is full, they cannot: then this one goes straight to the
operator's endpoints, and is entered in the archive once that can be written again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime

import structlog

from scheduler.config.config import Settings
from scheduler.config.program import Program
from scheduler.health.silence import LEARN_FROM
from scheduler.health.watch import LEARN_EVERY, Rhythms, look
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.incident import resolve_incident
from scheduler.notify.tell_directly import tell_directly
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.records import Incident
from storage.upkeep.vitals import write_problem

log = structlog.get_logger()

KEY = "archive:unwritable"
SURE_AFTER = 2  # looks, a minute apart: a long transaction of ours is over by then


class Watch:
    """Looks every minute. Keeps what it learned, and since when the archive cannot be written."""

    def __init__(self) -> None:
        self._rhythms: Rhythms = {}
        self._trouble: Incident | None = None
        self._looks = 0
        self._is_told = False
        self._forgot_at: datetime | None = None

    async def run(self, program: Program, now: datetime) -> None:
        """Look once."""
        settings = program.settings
        problem = await asyncio.to_thread(self._look, program, now)
        if problem is None:
            return
        self._looks += 1
        if self._trouble is None:
            self._trouble = Incident(
                id=0, key=KEY, summary="The archive cannot be written", detail=problem, opened_at=now,
                hint="futurewatch doctor; look for another program that holds the file open, and for a full disk",
            )  # fmt: skip
        if self._looks >= SURE_AFTER and not self._is_told:
            log.error("archive cannot be written", problem=problem)
            self._is_told = await tell_directly(dispatch_of(settings), self._trouble, now)

    def _look(self, program: Program, now: datetime) -> str | None:
        """Look, and return why the archive cannot be written, None when it can."""
        path = program.settings.archive.path
        problem = write_problem(path)
        if problem is not None:
            return problem
        try:
            with Archive.existing(path) as archive:
                self._recover(archive, program.settings, now)
                look(archive, program.settings, program.sources, now, self._rhythms)
                if self._forgot_at is None or now - self._forgot_at >= LEARN_EVERY:
                    archive.freshness.forget(before=now - LEARN_FROM)
                    self._forgot_at = now
        except (ArchiveError, sqlite3.OperationalError) as error:
            return str(error)
        return None

    def _recover(self, archive: Archive, settings: Settings, now: datetime) -> None:
        """Enter an incident that the archive could not keep, and tell that it is over."""
        trouble = self._trouble
        if trouble is not None and self._is_told:
            archive.incidents.open(
                KEY, summary=trouble.summary, detail=trouble.detail, hint=trouble.hint, now=trouble.opened_at
            )
            resolve_incident(archive, settings.endpoint, key=KEY, now=now)
        self._trouble, self._looks, self._is_told = None, 0, False
