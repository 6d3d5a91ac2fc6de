"""Look each week at what sites' own searches and sitemaps show, then audit what came in, and by which routes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.sources import Source
from scheduler.config.log import get_logger
from scheduler.sources.audit import Audited, audit, shares
from scheduler.sources.look_at_sites import LookAtSites, WatchedSite, sites_of
from storage.archive import Archive
from storage.site_looks import SiteLook

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()

WEEK = timedelta(days=7)
LOOK_AFTER = timedelta(days=6)  # less than a week: a round takes its time
PATIENCE = timedelta(days=3)  # an act of the last days may yet be shown by its own source


async def audit_weekly(program: Program, now: datetime) -> None:
    """Say which routes found what, and name each act that its own source missed; the week ends three days ago."""
    settings = program.settings
    await _look_at_sites(program, now)
    for one in await asyncio.to_thread(audited_week, settings.archive.path, settings.watched, now):
        if one.miss and one.expected:
            log.warning("own source missed an act", announcement=one.act.id, title=one.act.title, because=one.miss,
                        sources=one.expected, came_in_by=list(one.routes), detail=one.detail)  # fmt: skip


async def _look_at_sites(program: Program, now: datetime) -> None:
    """Look at the sites that were not looked at this week; a start of the daemon asks none of them again."""
    due = due_sites(program.context.archive, program.sources, now)
    if not due:
        return
    looks: list[SiteLook] = []
    await LookAtSites(program.context, since=now - WEEK - PATIENCE, done=looks.append).look_at(due)
    unasked, lacking = Counter(look.path for look in looks if look.reason), Counter[str]()
    for look in looks:
        lacking[look.path] += look.lacking
    log.info("sites looked at", sites=len(due), looks=len(looks), unasked=dict(unasked), lacking=dict(lacking))


def due_sites(archive: Archive, sources: Iterable[Source], now: datetime) -> list[WatchedSite]:
    """Return the sites of sources that were not looked at this week."""
    last = {look.site: look.looked_at for look in archive.site_looks.last()}
    return [site for site in sites_of(sources) if site.home not in last or now - last[site.home] > LOOK_AFTER]


def audited_week(path: Path, sources: Iterable[Source], now: datetime) -> list[Audited]:
    """Return what was first seen in the week that ended three days ago, and log what each route found of it."""
    with Archive.existing(path) as archive:
        week = week_of(archive, sources, now)
        alone = archive.site_looks.found_alone(now - PATIENCE - WEEK, now - PATIENCE)
    if alone:
        found = Counter[str](one.path for one in alone)
        log.warning("found by sites' own searches or sitemaps only", **found, links=[one.url for one in alone])
    missed = Counter(one.miss for one in week if one.miss)
    routes = {route: f"{share.found} ({share.alone} alone)" for route, share in shares(week).items()}
    log.info("audited", acts=len(week), missed=dict(missed), routes=routes)
    return week


def week_of(archive: Archive, sources: Iterable[Source], now: datetime) -> list[Audited]:
    """Return what was first seen in the week that ended three days ago."""
    until = now - PATIENCE
    return [one for one in audit(archive, sources, since=until - WEEK) if one.act.first_seen_at < until]
