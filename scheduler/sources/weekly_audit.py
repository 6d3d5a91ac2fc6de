"""Audit each week what came in, and by which routes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from crawler.sources import Source
from scheduler.sources.audit import Audited, audit, shares
from storage.archive import Archive

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = structlog.get_logger()

WEEK = timedelta(days=7)
PATIENCE = timedelta(days=3)  # an act of the last days may yet be shown by its own source


async def audit_weekly(program: Program, now: datetime) -> None:
    """Say which routes found what, and name each act that its own source missed; the week ends three days ago."""
    settings = program.settings
    for one in await asyncio.to_thread(_audited, settings.archive.path, settings.watched, now):
        if one.miss and one.expected:
            log.warning("own source missed an act", announcement=one.act.id, title=one.act.title, because=one.miss,
                        sources=one.expected, came_in_by=list(one.routes), detail=one.detail)  # fmt: skip


def _audited(path: Path, sources: Iterable[Source], now: datetime) -> list[Audited]:
    with Archive.existing(path) as archive:
        week = week_of(archive, sources, now)
    missed = Counter(one.miss for one in week if one.miss)
    routes = {route: f"{share.found} ({share.alone} alone)" for route, share in shares(week).items()}
    log.info("audited", acts=len(week), missed=dict(missed), routes=routes)
    return week


def week_of(archive: Archive, sources: Iterable[Source], now: datetime) -> list[Audited]:
    """Return what was first seen in the week that ended three days ago."""
    until = now - PATIENCE
    return [one for one in audit(archive, sources, since=until - WEEK) if one.act.first_seen_at < until]
