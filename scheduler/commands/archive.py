"""export, status: what is in the archive, and how the program is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json
from scheduler.commands.selecting import query_of, selecting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.archive import Archive


def _open(config: Path) -> Archive:
    from scheduler import config as configuration
    from storage.archive import Archive

    return Archive(configuration.load(config).archive.path)


@command("export")
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@selecting
@click.option("--evidence", type=int, metavar="ID", help="Write what proves this article as one verifiable file.")
@click.option("--announcement", is_flag=True, help="The ID is an announcement's: write all its articles.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where; default evidence-ID.zip.")
def export(
    config: Path, as_json: bool, shape: str, evidence: int | None, announcement: bool, output: Path | None,
    **selected: Any,
) -> None:  # fmt: skip
    """Print the archive's articles, one a line; with --evidence write the proof of one."""
    if evidence is None and (announcement or output):
        raise click.UsageError("--announcement and --output belong to --evidence")
    with _open(config) as archive:
        if evidence is not None:
            _prove(archive, evidence, announcement, output, as_json)
            return
        rows = archive.articles.export(query_of("", selected).selection)
        if as_json:
            show_json([dict(row) for row in rows])
        elif shape == "jsonl":
            for row in rows:
                click.echo(json.dumps(dict(row), ensure_ascii=False))
        else:
            _csv(rows)


def _prove(archive: Archive, id: int, is_announcement: bool, output: Path | None, as_json: bool) -> None:
    """Write a bundle and say what is in it."""
    import hashlib
    from datetime import UTC, datetime

    from scheduler.evidence import write_bundle

    path = output or Path(f"evidence-{'announcement-' if is_announcement else ''}{id}.zip")
    try:
        articles = [m.article_id for m in archive.announcements.get(id).mentions] if is_announcement else [id]
        manifest = write_bundle(path, articles, archive, now=datetime.now(UTC))
    except KeyError as error:
        raise click.UsageError(f"{'announcement' if is_announcement else 'article'} {id} is not known") from error
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if as_json:
        show_json({"path": str(path), "sha256": sha256, "manifest": manifest})
    else:
        click.echo(f"{path}: {len(manifest['bodies'])} answers of {len(articles)} articles")
        click.echo(f"sha256 {sha256}")


def _csv(rows: Iterator[Mapping[str, Any]]) -> None:
    """Print rows as CSV with a header."""
    from scheduler.spreadsheet import write_csv
    from storage.articles import EXPORTED

    write_csv(sys.stdout, EXPORTED.split(", "), rows)


@command("status")
def status(config: Path, as_json: bool) -> None:
    """Show how the sources are and what waits; 1 when a source's last visit failed or a message is dead."""
    from scheduler import config as configuration
    from storage.archive import Archive

    settings = configuration.load(config)
    with Archive(settings.archive.path) as archive:
        states = [archive.runs.state(source.id) for source in settings.named(())]
        counts = archive.runs.counts()
    failing = [s for s in states if s.last and s.last.outcome not in {"ok", "unchanged"}]
    if as_json:
        show_json({"counts": counts, "sources": [_state(s) for s in states]})
    else:
        _show_status(states, counts)
    sys.exit(1 if failing or counts["deliveries_dead"] else 0)


def _state(state: Any) -> dict[str, Any]:
    from storage.connection import text_of

    last = state.last
    return {
        "source": state.source, "outcome": last and last.outcome, "error": last and last.error,
        "last_run_at": last and text_of(last.finished_at), "last_healthy_at": text_of(state.last_healthy_at),
        "failures": state.failures, "troubles": dict(state.troubles), "lying_validators": list(state.liars),
    }  # fmt: skip


def _show_status(states: list[Any], counts: dict[str, int]) -> None:
    from rich.table import Table

    from scheduler.commands.crawl import COLOURS
    from storage.records import BEIJING

    table = Table("source", "outcome", "last run", "last healthy", "failures", "error", box=None)
    for state in states:
        last, healthy = state.last, state.last_healthy_at
        outcome = f"[{COLOURS[last.outcome]}]{last.outcome}[/]" if last else "[dim]never visited[/]"
        moments = [
            m.astimezone(BEIJING).strftime("%m-%d %H:%M") if m else "" for m in (last and last.finished_at, healthy)
        ]
        table.add_row(state.source, outcome, *moments, str(state.failures), (last and last.error) or "")
    out = console()
    out.print(table)
    out.print("  ".join(f"{name.replace('_', ' ')} [bold]{number}[/]" for name, number in counts.items()))


COMMANDS: tuple[click.Command, ...] = (export, status)
