"""Command `backfill`: fetch the past of a source."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import command, show_json

if TYPE_CHECKING:
    import asyncio

    from crawler.visit import Visit
    from scheduler.config.program import Program
    from storage.records import Run


@command("backfill")
@click.option("--source", "id", required=True, metavar="ID", help="The source to walk back.")
@click.option("--since", required=True, metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="How far back.")
def backfill(config: Path, as_json: bool, id: str, since: datetime) -> None:
    """Take in a source's past back to a day, telling nobody; a walk that was cut short goes on where it was."""
    from scheduler.commands.crawl import document, show_runs
    from scheduler.config import config as configuration
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from storage.lock import sole_crawler

    settings = configuration.load(config)
    with sole_crawler(settings.archive.path), program(settings, settings.named((id,))) as opened:
        run = reactor.run(_walk(opened, since.date(), quiet=as_json), opened)
    if as_json:
        show_json(document(run))
    else:
        show_runs([run])
    sys.exit(0 if run.outcome in {"ok", "unchanged"} else 1)


async def _walk(opened: Program, since: date, *, quiet: bool) -> Run:
    import asyncio

    from crawler.visit import Visit
    from scheduler.visits.backfill import backfill

    (source,) = opened.sources
    now = datetime.now(UTC)
    visit = Visit(source=source.at(now), started_at=now, is_first=True)
    walk = asyncio.create_task(backfill(source, since, opened.context, visit))
    if not quiet:
        await _show_progress(walk, visit)
    return await walk


async def _show_progress(walk: asyncio.Task[Run], visit: Visit) -> None:
    """Show a bar on stderr while a walk goes on: articles taken in, of those noted so far."""
    import asyncio

    from scheduler.commands.progress import progress

    with progress(None, visit.source.id) as step:
        shown = 0
        while not walk.done():
            step(visit.new - shown, f"{visit.source.id}: {visit.read} listing pages", visit.listed or None)
            shown = visit.new
            await asyncio.wait([walk], timeout=0.2)


COMMANDS: tuple[click.Command, ...] = (backfill,)
