"""Command `sources add`: make a source of an address."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json
from scheduler.commands.sources_test import document, show

if TYPE_CHECKING:
    from scheduler.config.program import Program
    from scheduler.sources.propose import Added

LEVELS = ["national", "province", "city", "zone"]
KEYS = ("id", "name", "region", "level", "kind")


@command("add")
@click.argument("url")
@click.option("--id", help="Its id; made of the host without this.")
@click.option("--name", help="Its name; the portal's own without this.")
@click.option("--region", help="GB/T 2260 code of whom it belongs to; read off its name without this.")
@click.option("--level", type=click.Choice(LEVELS), help="By its region without this.")
@click.option("--kind", type=click.Choice(["government", "department", "news"]), help="By its name without this.")
@click.option("--write", "file", type=click.Path(path_type=Path), help="Append the block to this file of sources.")
def add(config: Path, as_json: bool, url: str, file: Path | None, **told: str | None) -> None:
    """Look at a listing page, show its rows and one article, and write the TOML that watches it.

    1 when something that is needed is missing; then nothing is written to the file.
    """
    from crawler.sources.to_toml import written
    from scheduler.config import config as configuration
    from scheduler.config.program import program
    from scheduler.daemon import reactor

    settings = configuration.load(config)
    given = {key: value for key in KEYS if (value := told[key])}
    with program(settings, ()) as opened:
        added = reactor.run(_look(opened, url, given), opened)
    block, problems = written(added.source), _problems(added)
    if as_json:
        show_json(document(added.trial) | {"family": added.source.family, "toml": block, "problems": problems})
    else:
        show(added.trial)
        _show_block(added, block)
    if file and not problems:
        _append(file, block)
    sys.exit(1 if problems else 0)


async def _look(opened: Program, url: str, told: dict[str, Any]) -> Added:
    from scheduler.sources.propose import made_of
    from scheduler.visits.fetch_one import fetch_one

    fetch = partial(fetch_one, context=opened.context)
    known = {source.id for source in opened.settings.watched}
    return await made_of(url, fetch, opened.context.lexicon, told=told, known=known)


def _problems(added: Added) -> list[str]:
    guessed = ["whose portal it is cannot be read off the page: give --region CODE"] if added.is_guessed else []
    return [*added.trial.problems, *guessed]


def _show_block(added: Added, block: str) -> None:
    from rich.markup import escape

    out = console()
    if added.is_guessed:
        out.print(f"[red]{_problems(added)[-1]}[/]")
    out.print(f"family: {added.source.family or 'not known'}")
    out.print(escape(block), highlight=False)


def _append(file: Path, block: str) -> None:
    from crawler.toml import read_text
    from scheduler.config.whole_file import write_whole

    before = read_text(file) if file.exists() else ""
    write_whole(file, before + ("\n" if before else "") + block)
