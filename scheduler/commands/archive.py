"""Command `export`: write the articles of the archive as lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, open_archive, query_of, selecting, show_json, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.archive import Archive
    from storage.search.selection import Selection


@command("export")
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl",
              show_default=True, help="Parquet needs --package, and the extra `parquet`.")  # fmt: skip
@selecting
@click.option(
    "--package",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write acts, articles, mentions, facts and sources there, with a description of each column.",
)
@click.option("--evidence", type=int, metavar="ID", help="Write what proves this article as one verifiable file.")
@click.option("--announcement", is_flag=True, help="The ID is an announcement's: write all its articles.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where; default evidence-ID.zip.")
def export(
    config: Path, as_json: bool, shape: str, package: Path | None, evidence: int | None, announcement: bool,
    output: Path | None, **selected: Any,
) -> None:  # fmt: skip
    """Print the archive's articles, one a line; write a data package, or with --evidence the proof of one."""
    if evidence is None and (announcement or output):
        raise click.UsageError(say("--announcement and --output belong to --evidence"))
    if (shape == "parquet" and package is None) or (shape == "csv" and package is not None):
        raise click.UsageError(
            say("a package has --format parquet or jsonl, and Parquet is written into a package only")
        )
    with open_archive(config) as archive:
        if package is not None:
            _pack(archive, package, shape, query_of("", selected).selection, as_json)
            return
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


def _pack(archive: Archive, folder: Path, shape: Any, selection: Selection, as_json: bool) -> None:
    """Write a data package and say what is in it."""
    from datetime import UTC, datetime

    from scheduler.reports.data_package import write_package

    try:
        descriptor = write_package(archive, folder, selection, format=shape, now=datetime.now(UTC))
    except ModuleNotFoundError as error:
        raise click.UsageError(
            say("the extra is missing: {remedy}", remedy="pip install 'futurewatch[parquet]'")
        ) from error
    if as_json:
        show_json({"folder": str(folder), "descriptor": descriptor})
        return
    for one in descriptor["resources"]:
        size, path = f"{one['bytes'] / 1e6:.1f} MB", folder / one["path"]
        click.echo(say("{path}: {rows} rows, {size}", path=path, rows=one["rows"], size=size))


def _prove(archive: Archive, id: int, is_announcement: bool, output: Path | None, as_json: bool) -> None:
    """Write a bundle and say what is in it."""
    import hashlib
    from datetime import UTC, datetime

    from scheduler.reports.evidence import write_bundle

    path = output or Path(f"evidence-{'announcement-' if is_announcement else ''}{id}.zip")
    try:
        articles = [m.article_id for m in archive.announcements.get(id).mentions] if is_announcement else [id]
        manifest = write_bundle(path, articles, archive, now=datetime.now(UTC))
    except KeyError as error:
        raise click.UsageError(unknown(id, is_announcement)) from error
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if as_json:
        show_json({"path": str(path), "sha256": sha256, "manifest": manifest})
    else:
        bodies, number = len(manifest["bodies"]), len(articles)
        click.echo(say("{path}: {bodies} answers of {number} articles", path=path, bodies=bodies, number=number))
        click.echo(f"sha256 {sha256}")


def _csv(rows: Iterator[Mapping[str, Any]]) -> None:
    """Print rows as CSV with a header, in UTF-8 whatever the terminal's encoding is."""
    from scheduler.reports.spreadsheet import write_csv
    from storage.articles import EXPORTED_COLUMNS

    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
        write_csv(out, EXPORTED_COLUMNS.split(", "), rows)


COMMANDS: tuple[click.Command, ...] = (export,)
