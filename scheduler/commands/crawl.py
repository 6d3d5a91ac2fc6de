"""Commands `run, crawl, deliver`: ask portals and tell endpoints."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import is_chinese, say
from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.config.config import Settings
    from scheduler.config.program import Program
    from scheduler.notify.deliver import Tally
    from storage.archive import Archive
    from storage.records import Run

COLOURS = {
    "ok": "green",
    "unchanged": "green",
    "empty": "yellow",
    "script_list": "yellow",
    "blocked": "red",
    "error": "red",
}


@command("run")
def run(config: Path, as_json: bool) -> None:
    """Run the daemon: crawl on schedule, deliver, until SIGTERM or SIGINT."""
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from scheduler.daemon.daemon import Daemon
    from storage.lock import sole_crawler

    settings = sendable(config)
    with sole_crawler(settings.archive.path), program(settings, settings.named(())) as opened:
        reactor.run(Daemon(opened, config=config).run(), opened)
    if as_json:
        show_json({"stopped": True})


@command("crawl")
@click.option("--source", "ids", multiple=True, metavar="ID", help="Only this source; may be given several times.")
@click.option("--deliver", "delivers", is_flag=True, help="Also send what is due.")
def crawl(config: Path, as_json: bool, ids: tuple[str, ...], delivers: bool) -> None:
    """Visit all enabled sources now, due or not, then exit; 1 when a source could not be read."""
    from scheduler.config import config as configuration
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from storage.lock import sole_crawler

    settings = sendable(config) if delivers else configuration.load(config)
    with sole_crawler(settings.archive.path), program(settings, settings.named(ids)) as opened:
        runs = reactor.run(_round(opened, delivers=delivers, quiet=as_json), opened)
    if as_json:
        show_json([document(one) for one in runs])
    else:
        show_runs(runs)
    sys.exit(0 if all(one.outcome in {"ok", "unchanged"} for one in runs) else 1)


async def _round(opened: Program, *, delivers: bool, quiet: bool) -> list[Run]:
    from scheduler.commands.progress import progress
    from scheduler.health.watch import look
    from scheduler.visits.crawls import Crawls

    with progress(len(opened.sources), quiet=quiet) as step:
        crawls = Crawls(opened.context, done=lambda run: step(what=f"{run.source} {say(run.outcome)}"))
        runs = await crawls.visit(opened.sources)
        await crawls.stop()
    watched = {source.id: source for source in (*opened.settings.named(()), *opened.sources)}
    look(opened.context.archive, opened.settings, tuple(watched.values()), datetime.now(UTC))
    if delivers:
        await drain_outbox(opened.settings, opened.context.archive)
    return runs


@command("deliver")
def deliver(config: Path, as_json: bool) -> None:
    """Send what is due once, then exit; 1 when a try failed."""
    import asyncio

    from storage.archive import Archive

    settings = sendable(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        tally = asyncio.run(deliver_once(settings, archive))
        waiting = archive.runs.counts()["deliveries_pending"]
    answer = {"delivered": tally.delivered, "failed": tally.failed, "pending": waiting}
    if as_json:
        show_json(answer)
    else:
        console().print(say("{delivered} delivered, {failed} failed, {pending} still pending").format_map(answer))
    sys.exit(1 if tally.failed else 0)


async def deliver_once(settings: Settings, archive: Archive) -> Tally:
    """Send what is due once."""
    from scheduler.notify.deliver import deliver_due
    from scheduler.notify.dispatch import dispatch_of

    return await deliver_due(archive, dispatch_of(settings), clock=lambda: datetime.now(UTC))


async def drain_outbox(settings: Settings, archive: Archive) -> Tally:
    """Send what is due, and what fails a few times more."""
    from scheduler.notify.deliver import drain
    from scheduler.notify.dispatch import dispatch_of

    return await drain(archive, dispatch_of(settings), clock=lambda: datetime.now(UTC))


def sendable(config: Path) -> Settings:
    """Return the configuration, with every endpoint ready to be sent to, and its secrets hidden from all logs."""
    from crawler.toml import ConfigurationError
    from scheduler.config import config as configuration
    from scheduler.config.log import hide

    settings = configuration.load(config)
    faults = configuration.unsendable(settings, str(config))
    if faults:
        raise ConfigurationError(faults)
    hide(configuration.secrets_in(settings))
    return settings


def document(run: Run) -> dict[str, Any]:
    """Return a run as a JSON document."""
    same = ("source", "outcome", "cause", "listed", "links", "known", "new", "fetched", "extracted", "failed",
            "announcements", "requests", "not_extracted", "error")  # fmt: skip
    return {name: getattr(run, name) for name in same} | {
        "flaws": dict(run.flaws), "seconds": round(run.seconds, 3),
    }  # fmt: skip


def show_runs(runs: Sequence[Run]) -> None:
    """Print runs as a table that fits 80 columns, what went wrong below it, and the sum."""
    from rich.markup import escape
    from rich.table import Table

    from scheduler.visits.tally import RoundTally

    out = console()
    names = ("source", "outcome", "rows", "new", "read", "hits", "asked", "seconds")
    table = Table(*map(say, names), box=None)
    for one in runs:
        numbers = (one.listed, one.new, one.extracted, one.announcements, one.requests)
        outcome = f"[{COLOURS[one.outcome]}]{say(one.outcome)}[/]"
        table.add_row(one.source, outcome, *map(str, numbers), f"{one.seconds:.1f}")
    out.print(table)
    for one in runs:
        if said := trouble_of(one):
            out.print(f"[{COLOURS[one.outcome]}]{one.source}[/]: {escape(said)}", highlight=False)
    if len(runs) > 1:
        summary = RoundTally(runs=list(runs)).summary()
        said = say("{visits} visits, {failed} failed, {new} new, {announcements} announcements")
        out.print(said.format_map(summary))


def rows_of(run: Run) -> str:
    """Return what became of the rows of a visit, for people."""
    said = say("{listed} rows, {links} links, {known} known; {fetched} fetched, {extracted} with text, {failed} failed")
    return said.format_map(document(run))


def trouble_of(run: Run) -> str:
    """Return what was wrong with a visit, for people; empty when nothing was."""
    from scheduler.health import flaws
    from scheduler.health.error_words import error_in_chinese
    from scheduler.health.wording import CAUSES_IN_CHINESE

    if not is_chinese():
        return run.error or flaws.said_of_flaws(run.flaws)
    cause = CAUSES_IN_CHINESE.get(run.cause or "", "")
    return "：".join(filter(None, (cause, error_in_chinese(run.error or "")))) or flaws.flaws_in_chinese(run.flaws)


COMMANDS = (run, crawl, deliver)
