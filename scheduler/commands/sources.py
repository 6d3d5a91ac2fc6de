"""Commands `sources`: list the sources, what they cover, and how each one is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import is_chinese, say
from scheduler.commands.options import command, console, show_json
from scheduler.commands.sources_add import add
from scheduler.commands.sources_apply import apply
from scheduler.commands.sources_opml import opml
from scheduler.commands.sources_test import record, test
from scheduler.commands.sources_verify import verify

if TYPE_CHECKING:
    from crawler.sources import Source
    from scheduler.sources.coverage import CoverageRow


@click.group("sources")
def sources() -> None:
    """Show, try and check the sources that are watched."""


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List the sources: the catalogue's, and the operator's own."""
    from scheduler.commands.rows import TableRows
    from scheduler.config import config as configuration

    found = configuration.load(config).watched
    if as_json:
        show_json([source.model_dump(mode="json") for source in found])
        return
    table = TableRows("id", "region", "level", "kind", "tier", "confidence", "verified", "listings", "name")
    for source in found:
        name = " ".join([source.name, *(f"#{tag}" for tag in source.tags)])
        name = name if source.enabled else f"[dim]{name} ({say('off')})[/]"
        table.add_row(
            source.id, source.region, say(source.level), say(source.kind), str(source.tier),
            source.confidence or say("own"),
            _day(source), str(len(source.listings)), name,
        )  # fmt: skip
    console().print(table)


def _day(source: Source) -> str:
    return source.verified.isoformat() if isinstance(source.verified, date) else say(source.verified)


@command("coverage")
@click.option("--svg", type=click.Path(path_type=Path), default=None, help="Write the matrix as a picture, too.")
def coverage(config: Path, as_json: bool, svg: Path | None) -> None:
    """Show which regions are watched through which kinds of portals; what is off, and why."""
    from scheduler.config import config as configuration
    from scheduler.sources.coverage import picture, provinces, rows_of

    rows = rows_of(configuration.load(config).watched)
    if svg:
        svg.write_text(picture(rows), encoding="utf-8")
    if as_json:
        covered = sum(row.is_watched for row in provinces(rows))
        show_json(
            {
                "provinces": len(provinces(rows)),
                "covered": covered,
                "regions": [_coverage_document(row) for row in rows],
            }
        )
    else:
        _show_coverage(rows)


def _coverage_document(row: CoverageRow) -> dict[str, Any]:
    """Return how many sources of each kind are on, a province's cities included, and every source with its state."""
    from scheduler.sources.coverage import SOURCE_KINDS

    on = [source for source in row.sources if source.enabled]
    counts: dict[str, Any] = {kind: sum(source.kind == kind for source in on) for kind in SOURCE_KINDS}
    keys = ("id", "name", "kind", "level", "tier", "confidence", "verified", "enabled", "off_because")
    return {
        "region": {"code": row.region.code, "name": row.region.name},
        **counts,
        "sources": [source.model_dump(mode="json", include=set(keys)) for source in row.sources],
    }


def _show_coverage(rows: tuple[CoverageRow, ...]) -> None:
    from rich.table import Table

    from scheduler.sources.coverage import COVERAGE_COLUMNS, provinces

    out = console()
    table = Table(*map(say, ("region", *COVERAGE_COLUMNS)), box=None)
    for row in rows:
        table.add_row(row.region.name, *(_cell(row.of(column)) for column in COVERAGE_COLUMNS))
    out.print(table)
    _show_what_is_off(rows)
    watched = sum(row.is_watched for row in provinces(rows))
    out.print(say("{watched} of {all} provinces are watched").format(watched=watched, all=len(provinces(rows))))


def _cell(sources: tuple[Source, ...]) -> str:
    """Return how many of a cell's sources are on, of how many."""
    on = sum(source.enabled for source in sources)
    if not sources:
        return "[dim]·[/]"
    part = say("{on} of {all}").format(on=on, all=len(sources))
    return f"{on}" if on == len(sources) else f"[dim]{part}[/]" if on else f"[red]{part}[/]"


def _show_what_is_off(rows: tuple[CoverageRow, ...]) -> None:
    from scheduler.health.setup_words import off_in_chinese

    reasons: dict[str, list[str]] = {}
    for row in rows:
        for source in row.sources:
            if not source.enabled:
                why = off_in_chinese(source.off_because) if is_chinese() else source.off_because
                reasons.setdefault(why or say("no reason is given"), []).append(source.id)
    out = console()
    for reason, ids in sorted(reasons.items(), key=lambda item: -len(item[1])):
        out.print(f"[dim]{say('off')}[/] {reason}: {', '.join(ids)}", highlight=False)


for one in (list_, coverage, test, record, verify, apply, add, opml):
    sources.add_command(one)
COMMANDS: tuple[click.Command, ...] = (sources,)
