"""Command `sources opml`: make sources of the feeds that a feed reader exported."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, show_json
from scheduler.config.user import user_name

if TYPE_CHECKING:
    from scheduler.sources.opml import ImportedFeed


@command("opml")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--write", is_flag=True, help="Write them into the configuration; without this they are shown only.")
def opml(config: Path, as_json: bool, file: Path, write: bool) -> None:
    """Show the sources that the feeds in FILE, an OPML list, would be: each feed one, known addresses left out."""
    from scheduler.config import config as configuration
    from scheduler.config.toml_edits import put_rows
    from scheduler.config.written import ConfigFile
    from scheduler.sources.opml import OpmlError, imported_feeds

    try:
        found = imported_feeds(file.read_bytes(), configuration.load(config).watched)
    except OpmlError as error:
        raise click.UsageError(f"{file}: {error}") from error
    sources = [one.source for one in found if one.source]
    if write and sources:
        rows = [source.model_dump(mode="json", exclude_defaults=True) for source in sources]
        edit = partial(put_rows, table="source", rows=rows)
        about = f"添加 {len(rows)} 个订阅源"
        ConfigFile(config).change(edit, who=user_name(), about=about, now=datetime.now(UTC))
    if as_json:
        show_json({"written": write, "feeds": [_document(one) for one in found]})
    else:
        _show(found)
        done = say("{number} written to {path}", number=len(sources), path=config)
        click.echo(done if write else say("{number} can be added: --write adds them", number=len(sources)))


def _document(one: ImportedFeed) -> dict[str, Any]:
    source = one.source and one.source.model_dump(mode="json", exclude_defaults=True)
    return {"title": one.title, "url": one.url, "source": source, "watched_by": one.watched_by, "problem": one.problem}


def _show(found: list[ImportedFeed]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "region", "kind", "name", "listings", notes=2)
    for one in found:
        made = one.source
        first = (made.id, made.region, made.kind) if made else (one.watched_by or one.problem, "", "")
        table.add_row(*map(escape, (*first, one.title, one.url)))
    console().print(table)
