"""Command `sources apply`: write what checks proposed for the catalogue's sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.sources.apply import Applied


@command("apply")
@click.option("--source", "ids", multiple=True, metavar="ID", help="Of this source only; the others stay as they are.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def apply(config: Path, as_json: bool, ids: tuple[str, ...], dry_run: bool) -> None:
    """Switch the catalogue's sources as they were found here, and take up where moved ones stand now.

    Writes the file that `[sources] verified` names; a running daemon takes it up on SIGHUP. 1 when so much fails that
    the line is to blame: then nothing is written.
    """
    from scheduler.config import config as configuration
    from scheduler.config.whole_file import write_whole
    from scheduler.sources.apply import file_of

    settings = configuration.load(config)
    file = config.resolve().parent / settings.sources.verified
    made = _made(settings, file, tuple(source.id for source in settings.named(ids)) if ids else ())
    if not (dry_run or made.is_doubtful):
        write_whole(file, file_of(made.verified))
    if as_json:
        said = made.verified.model_dump(mode="json")
        show_json(said | {"spared": list(made.spared), "doubtful": made.is_doubtful, "file": str(file)})
    else:
        _show(made, file, dry_run=dry_run)
    sys.exit(1 if made.is_doubtful else 0)


def _made(settings: Settings, file: Path, ids: tuple[str, ...]) -> Applied:
    from crawler.sources import catalogue
    from scheduler.config.verified import read_verified
    from scheduler.sources.apply import applied
    from storage.archive import Archive

    shipped = catalogue()
    with Archive.existing(settings.archive.path) as archive:
        checks = [check for source in shipped if (check := archive.checks.of(source.id)) is not None]
    return applied(shipped, checks, read_verified(file), ids=ids)


def _show(made: Applied, file: Path, *, dry_run: bool) -> None:
    from rich.markup import escape

    out = console()
    for name in ("on", "off"):
        if chosen := getattr(made.verified, name):
            out.print(f"{name}: {', '.join(chosen)}", highlight=False)
    for one in made.verified.moved:
        out.print(f"{one.id}: {escape(', '.join(one.listings))}", highlight=False)
        out.print(f"  [dim]instead of {escape(', '.join(one.instead_of))}[/]", highlight=False)
    if made.spared:
        out.print(f"[yellow]stay on, for nothing else of their province is: {', '.join(made.spared)}[/]")
    if made.is_doubtful:
        out.print("[red]more than half of what was checked fails: look at this machine's line first[/]")
        out.print("nothing was written; --source ID writes what is sure")
    else:
        out.print(f"{'would be ' if dry_run else ''}written to {file}", highlight=False)
