"""Commands `cite, brief`: write citations and the weekly brief."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, open_archive, show_json, unknown
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from scheduler.reports.cite import Citation
    from storage.archive import Archive

FORMATS = ("gbt7714", "gbt7714-2015", "ris", "bibtex", "noteexpress", "markdown", "csv", "jsonl")
BRIEF_SHAPES = ("html", "markdown", "docx", "xlsx")


@command("cite")
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@click.option(
    "--announcement", is_flag=True, help="The IDs are announcements': cite the most official article of each."
)
@click.option("--format", "shape", type=click.Choice(FORMATS), default="gbt7714", show_default=True)
def cite(config: Path, as_json: bool, ids: tuple[int, ...], announcement: bool, shape: str) -> None:
    """Print citations of articles, for reference lists and their programs; csv, jsonl and --json hold the SHA-256."""
    from scheduler.reports.citation_forms import CITATION_FORMS, document

    with open_archive(config) as archive:
        citations = [_cited(archive, id, announcement) for id in ids]
    if as_json:
        show_json([document(one) for one in citations])
    else:
        click.echo(CITATION_FORMS[shape].write(citations), nl=False)


def _cited(archive: Archive, id: int, is_announcement: bool) -> Citation:
    from scheduler.reports.cite import cite_announcement, cite_article

    try:
        return cite_announcement(archive, id) if is_announcement else cite_article(archive, id)
    except KeyError as error:
        raise click.UsageError(unknown(id, is_announcement)) from error


@command("brief")
@click.option("--week", metavar="2026-W48", help="Which week; default the last one that is over.")
@click.option("--day", metavar="2026-11-28", help="Which day, in place of a week.")
@click.option("--format", "shape", type=click.Choice(BRIEF_SHAPES), default="html", show_default=True)
@click.option(
    "--template", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An own look: a Word document, or a Jinja file (.html.j2, .md.j2).",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where; default standard output.")
def brief(
    config: Path, as_json: bool, week: str | None, day: str | None, shape: str, template: Path | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Write the brief of a week or a day: what was new by region, what changed, rising words, sources in trouble."""
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of
    from scheduler.reports.brief import brief_of
    from scheduler.reports.brief_forms import BriefTemplateError, write_brief
    from scheduler.reports.brief_text import as_document
    from scheduler.reports.period import PeriodError, period_named, week_of
    from storage.archive import Archive

    now = datetime.now(UTC)
    try:
        chosen = period_named(asked) if (asked := day or week) else week_of(now).moved(-1)
    except PeriodError as error:
        raise click.UsageError(refusal(str(error))) from error
    settings = configuration.load(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        made = brief_of(archive, chosen, now=now, lexicon=lexicon_of(settings))
    if as_json:
        show_json(as_document(made))
        return
    try:
        written = write_brief(made, shape, template)
    except BriefTemplateError as error:
        raise click.UsageError(refusal(str(error))) from error
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_bytes(written)
        counts = {"new": len(made.entries), "changed": len(made.changed)}
        click.echo(say("{path}: {period}, {new} new, {changed} changed", path=output, period=chosen.name, **counts))


COMMANDS: tuple[click.Command, ...] = (cite, brief)
