"""Commands `rules, reassess`: bring rules in, see what a change does, score the archive again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json, since
from scheduler.commands.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.detect.lexicon import Lexicon
    from scheduler.tuning.reassess import LabelChange

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
SHOWN_CHANGES = 50  # changes that a person reads; --json has all


@click.group("rules")
def rules() -> None:
    """Import rules, and compare lexicons over the archive."""


@command("import")
@click.argument("file", type=FILE)
@click.option("--points", type=float, help="What a rule is worth in title and lead, half of it in the text.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the rules to this file instead of printing them.")
def import_(config: Path, as_json: bool, file: Path, points: float | None, out: Path | None) -> None:
    """Print the word groups of TrendRadar's frequency_words.txt as rules for config.toml (see docs/rules.md)."""
    from crawler.detect.frequency_words import read_frequency_words, toml_of
    from crawler.own_rule import Weights
    from crawler.toml import read_text
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of

    core = lexicon_of(configuration.load(config)).points.core
    weights = core if points is None else Weights(title=points, lead=points, body=points / 2)
    found = read_frequency_words(read_text(file), weights, file=str(file))
    for note in found.notes:
        click.echo(f"{file}: {note}", err=True)
    if as_json:
        show_json([rule.model_dump() for rule in found.rules])
        return
    _write(out, toml_of(found.rules))


def _write(out: Path | None, text: str) -> None:
    from scheduler.config.whole_file import write_whole

    if out is None:
        click.echo(text, nl=False)
    elif out.exists():
        raise click.UsageError(say("{path} exists; nothing was written", path=out))
    else:
        write_whole(out, text)


@command("diff")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@since("Only articles published since then.")
def diff(config: Path, as_json: bool, old: Path, new: Path, since: str | None) -> None:
    """Show which alerts the archive gains and loses when lexicon OLD is replaced by NEW; nothing is changed."""
    from crawler.detect.lexicon import load_lexicon
    from scheduler.config import config as configuration
    from scheduler.config.program import as_configured

    settings = configuration.load(config)
    before, after = (as_configured(load_lexicon(file), settings) for file in (old, new))
    _compare(config, before, after, since=since, as_json=as_json)


@command("preview")
@click.argument("changed", type=FILE)
@since("Only articles published since then.")
def preview(config: Path, as_json: bool, changed: Path, since: str | None) -> None:
    """Show which alerts the archive gains and loses with the rules and threshold of CHANGED, another config.toml."""
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of

    before, after = (lexicon_of(configuration.load(file)) for file in (config, changed))
    _compare(config, before, after, since=since, as_json=as_json)


def _compare(config: Path, old: Lexicon, new: Lexicon, *, since: str | None, as_json: bool) -> None:
    from scheduler.tuning.reassess import compare

    with open_archive(config) as archive, progress(archive.assessments.count(since=since), "comparing") as tick:
        changes = compare(archive, old, new, since=since, tick=tick)
    if as_json:
        show_json(diff_document(changes))
    else:
        show_diff(changes)


@command("reassess")
@since("Only articles published since then.")
def reassess(config: Path, as_json: bool, since: str | None) -> None:
    """Score the archive again from its stored texts; announcements stay as they are, and nobody is told."""
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of
    from scheduler.tuning import reassess as again

    lexicon = lexicon_of(configuration.load(config))
    with open_archive(config) as archive, progress(archive.assessments.count(since=since), "assessing") as tick:
        done = again.reassess(archive, lexicon, since=since, now=datetime.now(UTC), tick=tick)
    moves = [{"from": old, "to": new, "articles": number} for (old, new), number in sorted(done.moves.items())]
    if as_json:
        counts = {"articles": done.articles, "rescored": done.rescored, "lexicon_version": lexicon.version}
        show_json(counts | {"moves": moves, "changes": _documents(done.changes)})
        return
    _show("another label", done.changes)
    for move in moves:
        click.echo(f"{say(str(move['from']))} -> {say(str(move['to']))}: {move['articles']}")
    said = say("{articles} articles assessed with lexicon {version}, {rescored} scored otherwise")
    click.echo(said.format(articles=done.articles, version=lexicon.version, rescored=done.rescored))


def diff_document(changes: Sequence[LabelChange]) -> dict[str, Any]:
    """Return what an archive gains and loses as a JSON document."""
    gained, lost = _gained_and_lost(changes)
    return {"gained": _documents(gained), "lost": _documents(lost), "other": len(changes) - len(gained + lost)}


def show_diff(changes: Sequence[LabelChange]) -> None:
    """Print what an archive gains and loses."""
    gained, lost = _gained_and_lost(changes)
    _show("gained", gained)
    _show("lost", lost)
    said = say("{gained} alerts gained, {lost} lost, {other} other labels")
    click.echo(said.format(gained=len(gained), lost=len(lost), other=len(changes) - len(gained + lost)))


def _gained_and_lost(changes: Sequence[LabelChange]) -> tuple[list[LabelChange], list[LabelChange]]:
    gained = [change for change in changes if change.label == "announcement"]
    return gained, [change for change in changes if change.label_before == "announcement"]


def _documents(changes: Sequence[LabelChange]) -> list[dict[str, Any]]:
    return [asdict(change) for change in changes]


def _show(heading: str, changes: Sequence[LabelChange]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    if not changes:
        return
    table = TableRows("article", "before", "after", "label", heading)
    for change in changes[:SHOWN_CHANGES]:
        table.add_row(
            str(change.article_id), f"{change.before:g}", f"{change.after:g}",
            f"{say(change.label_before)} → {say(change.label)}", escape(change.title),
        )  # fmt: skip
    out = console()
    out.print(table)
    if len(changes) > SHOWN_CHANGES:
        more = say("… {number} more, all of them with --json", number=len(changes) - SHOWN_CHANGES)
        out.print(f"[dim]{more}[/]")


for one in (import_, diff, preview):
    rules.add_command(one)
COMMANDS: tuple[click.Command, ...] = (rules, reassess)
