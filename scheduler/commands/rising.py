"""rising: words that stand beside 未来产业 more than before and that the lexicon lacks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.archive import Archive


@command("rising")
@click.option("--weeks", type=click.IntRange(min=1), default=4, show_default=True, help="Against as many before.")
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True)
def rising(config: Path, as_json: bool, weeks: int, limit: int) -> None:
    """Show words beside 未来产业 that more articles use than in the weeks before and that the lexicon lacks."""
    from crawler.detect.rising import find_rising
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of
    from storage.archive import Archive
    from storage.records import BEIJING

    settings = configuration.load(config)
    today, span = datetime.now(BEIJING).date(), timedelta(weeks=weeks)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        now = _texts(archive, today - span, None)
        before = _texts(archive, today - 2 * span, today - span - timedelta(days=1))
        found = find_rising(now, before, lexicon_of(settings), limit=limit)
    if as_json:
        show_json([asdict(one) for one in found])
        return
    from rich.table import Table

    table = Table("word", f"articles, last {weeks} weeks", "before", "weight", box=None)
    for one in found:
        table.add_row(one.word, str(one.now), str(one.before), f"{one.weight:g}")
    console().print(table)


def _texts(archive: Archive, since: date, until: date | None) -> Iterator[str]:
    """Yield title and text of the articles on the topic that were published in these days."""
    from storage.search.selection import Selection

    selection = Selection(since=since.isoformat(), until=until.isoformat() if until else None)
    for row in archive.articles.export(selection):
        if row["label"] != "irrelevant":
            yield f"{row['title']}\n{row['text']}"


COMMANDS: tuple[click.Command, ...] = (rising,)
