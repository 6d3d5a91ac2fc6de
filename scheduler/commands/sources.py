"""sources, backfill: what is watched, how a source is tried, and how its past is fetched."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from crawler.sources import Source
    from crawler.visit import Visit
    from scheduler.config import Settings
    from scheduler.setup import Program
    from scheduler.trial import Trial, TriedListing
    from storage.records import Run

KINDS = ("government", "department", "news")
SHOWN_ROWS = 10
RECORDED = Path("recorded")


@click.group("sources")
def sources() -> None:
    """Show and try the sources that are watched."""


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List the sources: the catalogue's, and the operator's own."""
    from rich.table import Table

    from scheduler import config as configuration

    found = configuration.load(config).watched
    if as_json:
        show_json([source.model_dump(mode="json") for source in found])
        return
    table = Table("id", "name", "region", "level", "kind", "format", "listings", box=None)
    for source in found:
        name = source.name if source.enabled else f"[dim]{source.name} (off)[/]"
        table.add_row(
            source.id, name, source.region, source.level, source.kind, source.format, str(len(source.listings))
        )
    console().print(table)


@command("coverage")
def coverage(config: Path, as_json: bool) -> None:
    """Show which regions are watched through which kinds of portals; a province counts its cities' portals too."""
    from rich.table import Table

    from crawler.regions import by_code
    from scheduler import config as configuration

    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    for source in configuration.load(config).watched:
        counts[source.region[:2] + "0000"][source.kind] += source.enabled
    rows = [
        {"region": {"code": region.code, "name": region.name}} | counts[region.code]
        for region in by_code().values()
        if region.code.endswith("0000") and region.code < "710000"
    ]
    covered = sum(any(row[kind] for kind in KINDS) for row in rows[1:])
    if as_json:
        show_json({"provinces": len(rows) - 1, "covered": covered, "regions": rows})
        return
    table = Table("region", *KINDS, box=None)
    for row in rows:
        table.add_row(row["region"]["name"], *(str(row[kind]) if row[kind] else "[red]·[/]" for kind in KINDS))  # type: ignore[index]
    out = console()
    out.print(table)
    out.print(f"{covered} of {len(rows) - 1} provinces are watched")


@command("test")
@click.argument("id")
@click.option("--offline", is_flag=True, help="Use the pages that `sources record` kept.")
@click.option("--pages", type=click.Path(path_type=Path), default=RECORDED, show_default=True, help="Where they are.")
def test(config: Path, as_json: bool, id: str, offline: bool, pages: Path) -> None:
    """Try one source: its rows, dates, one article and its score; 1 when something that is needed is missing."""
    _try(config, id, as_json=as_json, record=None, replay=pages / id if offline else None)


@command("record")
@click.argument("id")
@click.option(
    "--pages", type=click.Path(path_type=Path), default=RECORDED, show_default=True, help="Where to keep them."
)
def record(config: Path, as_json: bool, id: str, pages: Path) -> None:
    """Try one source and keep its pages, to be tried again with `sources test ID --offline`."""
    _try(config, id, as_json=as_json, record=pages / id, replay=None)


def _try(config: Path, id: str, *, as_json: bool, record: Path | None, replay: Path | None) -> None:
    from scheduler import config as configuration

    settings = configuration.load(config)
    (source,) = settings.named((id,))
    trial = _replayed(source, settings, replay) if replay else _fetched(source, settings, record)
    if as_json:
        show_json(_document(trial))
    else:
        _show(trial)
    sys.exit(1 if trial.problems else 0)


def _replayed(source: Source, settings: Settings, folder: Path) -> Trial:
    from scheduler.recorded import replaying
    from scheduler.setup import lexicon_of
    from scheduler.trial import try_source

    try:
        fetch = replaying(folder)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{folder}: no recorded pages of {source.id}: {error}") from error
    return asyncio.run(try_source(source, fetch, lexicon_of(settings)))


def _fetched(source: Source, settings: Settings, record: Path | None) -> Trial:
    from scheduler import loop
    from scheduler.setup import program

    with program(settings, (source,)) as opened:
        return loop.run(_try_now(opened, source, record))


async def _try_now(opened: Program, source: Source, record: Path | None) -> Trial:
    from functools import partial

    from scheduler.fetch_one import fetch_one
    from scheduler.loop import only_public_names
    from scheduler.recorded import recording
    from scheduler.trial import Fetch, try_source

    if not opened.settings.crawl.allow_private_networks:
        only_public_names()
    fetch: Fetch = partial(fetch_one, context=opened.context, source=source)
    return await try_source(source, recording(record, fetch) if record else fetch, opened.context.lexicon)


def _document(trial: Trial) -> dict[str, Any]:
    from scheduler import filters

    article, assessment = trial.article, trial.assessment
    return {
        "source": trial.source.id,
        "problems": list(trial.problems),
        "listings": [_listing_document(tried) for tried in trial.listings],
        "article": article and filters.article_document(article) | {"url": article.url},
        "assessment": assessment and filters.assessment_document(assessment),
    }


def _listing_document(tried: TriedListing) -> dict[str, Any]:
    from scheduler import filters

    return {
        "url": tried.url,
        "rule": tried.rule,
        **filters.listing_document(tried.listing),
        "proposals": [{"toml": _toml(p), "rows": len(p.links)} for p in tried.proposals],
    }


def _toml(proposal: Any) -> str:
    """Return the lines that make a proposal the source's own rule."""
    rules = proposal.rules
    return "\n".join(f'{name} = "{value}"' for name in ("link", "title", "date") if (value := getattr(rules, name)))


def _show(trial: Trial) -> None:
    from rich.markup import escape

    out = console()
    for tried in trial.listings:
        links = tried.listing.links
        out.rule(f"{tried.url}: {len(links)} rows by {escape(tried.rule)}", align="left")
        for link in links[:SHOWN_ROWS]:
            out.print(f"{link.date or '          '}  {escape(link.title)}  [dim]{escape(link.url)}[/]", highlight=False)
        if len(links) > SHOWN_ROWS:
            out.print(f"[dim]… {len(links) - SHOWN_ROWS} more[/]")
        for proposal in tried.proposals:
            out.print(
                f"[yellow]perhaps these {len(proposal.links)} rows, such as[/] {escape(proposal.links[0].title)}:"
            )
            out.print(escape(_toml(proposal)))
    if trial.article and trial.assessment:
        article, said = trial.article, trial.assessment
        out.rule(f"article: {escape(article.title)}", align="left")
        out.print(
            f"{article.publisher or ''}  {article.published_at or ''}  {len(article.text)} characters", highlight=False
        )
        out.print(f"{said.label}: {said.score:g} of {said.threshold:g} points")
    for problem in trial.problems:
        out.print(f"[red]{escape(problem)}[/]")
    if not trial.problems:
        out.print("[green]can be watched[/]")


@command("backfill")
@click.option("--source", "id", required=True, metavar="ID", help="The source to walk back.")
@click.option("--since", required=True, metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="How far back.")
def backfill(config: Path, as_json: bool, id: str, since: datetime) -> None:
    """Take in a source's past back to a day, telling nobody; a walk that was cut short goes on where it was."""
    from scheduler import config as configuration
    from scheduler import loop
    from scheduler.commands.crawl import document, show_runs
    from scheduler.setup import program
    from storage.lock import sole_crawler

    settings = configuration.load(config)
    with sole_crawler(settings.archive.path), program(settings, settings.named((id,))) as opened:
        run = loop.run(_walk(opened, since.date(), quiet=as_json))
    if as_json:
        show_json(document(run))
    else:
        show_runs([run])
    sys.exit(0 if run.outcome in {"ok", "unchanged"} else 1)


async def _walk(opened: Program, since: date, *, quiet: bool) -> Run:
    from crawler.visit import Visit
    from scheduler.backfill import backfill
    from scheduler.loop import only_public_names

    if not opened.settings.crawl.allow_private_networks:
        only_public_names()
    (source,) = opened.sources
    visit = Visit(source=source, started_at=datetime.now(UTC), is_first=True)
    walk = asyncio.create_task(backfill(source, since, opened.context, visit))
    if not quiet:
        await _show_progress(walk, visit)
    return await walk


async def _show_progress(walk: asyncio.Task[Run], visit: Visit) -> None:
    """Show a bar on stderr while a walk goes on: articles taken in, of those noted so far."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(visit.source.id, total=None)
        while not walk.done():
            pages = f"{visit.source.id}: {visit.read} listing pages"
            progress.update(bar, description=pages, total=visit.listed or None, completed=visit.new)
            await asyncio.wait([walk], timeout=0.2)


for one in (list_, coverage, test, record):
    sources.add_command(one)
COMMANDS: tuple[click.Command, ...] = (sources, backfill)
