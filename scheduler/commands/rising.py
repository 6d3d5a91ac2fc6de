"""Command `rising`: list words that stand beside 未来产业 more than before and that the lexicon lacks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, show_json


@command("rising")
@click.option("--weeks", type=click.IntRange(min=1), default=4, show_default=True, help="Against as many before.")
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True)
def rising(config: Path, as_json: bool, weeks: int, limit: int) -> None:
    """Show words beside 未来产业 that more articles use than in the weeks before and that the lexicon lacks."""
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of
    from scheduler.reports.rising_words import document, rising_words
    from storage.archive import Archive
    from storage.records import BEIJING

    settings = configuration.load(config)
    today = datetime.now(BEIJING).date()
    with Archive.existing_or_empty(settings.archive.path) as archive:
        found = rising_words(archive, lexicon_of(settings), until=today, weeks=weeks, limit=limit)
    if as_json:
        show_json([document(one) for one in found])
        return
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    recent = say("articles, last {weeks} weeks", weeks=weeks)
    table = TableRows("word", recent, "before", "weight", "in all", "since", "sources")
    for one in found:
        counts = (str(one.now), str(one.before), f"{one.weight:g}", str(one.use.articles), one.use.first_day or "")
        table.add_row(one.word, *counts, escape(one.use.shown_sources))
    console().print(table if found else say("no word rises"))
    if found:
        console().print(f"[dim]{say('futurewatch lexicon add WORD takes one in')}[/]")


COMMANDS: tuple[click.Command, ...] = (rising,)
