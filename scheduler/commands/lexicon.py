"""lexicon add, lexicon undo: take a word into one's own lexicon, after showing what the archive would gain and lose."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, show_json, since
from scheduler.commands.progress import progress
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.reports.rising_words import WordUse
    from scheduler.tuning.lexicon_file import LexiconChange
    from scheduler.tuning.reassess import LabelChange


@click.group("lexicon")
def lexicon() -> None:
    """Take a word into your lexicon, or the last one out again."""


def changing(run: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that change the lexicon."""
    run = click.option("--yes", is_flag=True, help="Write without asking.")(run)
    return since("Compare only articles published since then; without it the whole archive.")(run)


@command("add")
@click.argument("word")
@click.option("--track", "known", metavar="NAME", help="Add it to this track as an alias, not as a track of its own.")
@click.option("--policy/--no-policy", default=True, show_default=True, help="Whether a policy on it alone alerts.")
@changing
def add(config: Path, as_json: bool, word: str, known: str | None, policy: bool, yes: bool, since: str | None) -> None:
    """Take WORD into your lexicon as a track, after showing the alerts that the archive would gain and lose."""
    from crawler.toml import read_text
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_file
    from scheduler.tuning.lexicon_file import LexiconFileError, taken_in
    from scheduler.tuning.lexicon_text import TrackTextError, with_word
    from scheduler.tuning.lexicon_words import WordError

    settings, word = configuration.load(config), word.strip()
    text = read_text(lexicon_file(settings))
    own = Path(settings.detect.lexicon) if settings.detect.lexicon else None
    use = _use_of(word, settings)
    try:
        after = with_word(text, word, track=known, is_policy=policy, note=_note(use))
        change = taken_in(own, config, text, after)
    except (WordError, TrackTextError, LexiconFileError) as error:
        raise click.UsageError(say("{error}; nothing was written", error=refusal(str(error)))) from error
    told = {"word": word, "articles": use.articles, "first_day": use.first_day, "sources": list(use.sources)}
    _decide(change, settings, told, yes=yes, since=since, as_json=as_json)


@command("undo")
@changing
def undo(config: Path, as_json: bool, yes: bool, since: str | None) -> None:
    """Take the last word out of your lexicon again: bring back the text from before it was taken in."""
    from scheduler.config import config as configuration
    from scheduler.tuning.lexicon_file import LexiconFileError, brought_back

    settings = configuration.load(config)
    if settings.detect.lexicon is None:
        raise click.UsageError(say("the shipped lexicon is in use: there is nothing to undo"))
    try:
        change = brought_back(Path(settings.detect.lexicon))
    except LexiconFileError as error:
        raise click.UsageError(refusal(str(error))) from error
    _decide(change, settings, {}, yes=yes, since=since, as_json=as_json)


def _use_of(word: str, settings: Settings) -> WordUse:
    """Return where the archive has a word; a text that cannot be looked for stands nowhere."""
    from scheduler.reports.rising_words import WordUse, use_of
    from storage.archive import Archive
    from storage.search.query import QueryError

    with Archive.existing_or_empty(settings.archive.path) as archive:
        try:
            return use_of(archive, word)
        except QueryError:
            return WordUse(articles=0, sources=(), first=None)


def _note(use: WordUse) -> str:
    """Return the comment above a new track: when it came, and where the word was read."""
    from storage.records import BEIJING

    seen = f"{use.articles} articles since {use.first_day}" if use.first_day else "in no article yet"
    return f"taken in on {datetime.now(BEIJING):%Y-%m-%d}: {seen}"


def _decide(
    change: LexiconChange, settings: Settings, told: dict[str, Any], *, yes: bool, since: str | None, as_json: bool
) -> None:
    """Show what a change does to the file and to the archive, and write it if that is wanted."""
    from scheduler.config.user import user_name
    from scheduler.tuning.lexicon_text import lexicon_of_text

    changes = _compared(change, settings, since)
    if not as_json:
        _show(change, changes, told)
    is_wanted = yes or (not as_json and _is_confirmed(change))
    if is_wanted:
        _write(change, user_name(settings.review.name))
    version = lexicon_of_text(change.after).version
    if as_json:
        from scheduler.commands.rules import diff_document

        written = {"file": str(change.file), "lexicon_version": version, "is_written": is_wanted}
        show_json(told | written | diff_document(changes))
    elif is_wanted:
        click.echo(f"{change.file}: {say('lexicon {version}', version=version)}")
        if change.kept:
            click.echo(say("the text before is {name}: futurewatch lexicon undo", name=change.kept.name))
        click.echo(say("a running daemon reads it at SIGHUP; futurewatch reassess scores the archive again"))
    else:
        click.echo(say("nothing was written"))


def _compared(change: LexiconChange, settings: Settings, since: str | None) -> list[LabelChange]:
    """Return the articles of the archive whose label changes."""
    from scheduler.config.program import as_configured
    from scheduler.tuning.lexicon_text import lexicon_of_text
    from scheduler.tuning.reassess import compare
    from storage.archive import Archive

    old, new = (as_configured(lexicon_of_text(text), settings) for text in (change.before, change.after))
    with (
        Archive.existing_or_empty(settings.archive.path) as archive,
        progress(archive.assessments.count(since=since), "comparing") as tick,
    ):
        return compare(archive, old, new, since=since, tick=tick)


def _show(change: LexiconChange, changes: list[LabelChange], told: dict[str, Any]) -> None:
    from scheduler.commands.rules import show_diff

    if told:
        first = say(", the first of {day}", day=told["first_day"]) if told["first_day"] else ""
        said = say("{word}: in {number} articles on the topic", word=told["word"], number=told["articles"])
        click.echo(f"{said}{first} {'、'.join(told['sources'])}")
    lines = difflib.unified_diff(change.before.split("\n"), change.after.split("\n"), n=1, lineterm="")
    click.echo("\n".join(line for line in lines if not line.startswith(("---", "+++"))))
    if change.config:
        said = say(
            "{file} will be a copy of the shipped lexicon, and {config} will name it: it no longer changes with the "
            "program; futurewatch rules diff compares it with a newer one"
        )
        click.echo(said.format(file=change.file, config=change.config))
    show_diff(changes)


def _is_confirmed(change: LexiconChange) -> bool:
    """Ask on a terminal; elsewhere nobody can answer, and --yes is the answer."""
    if not sys.stdin.isatty():
        click.echo(say("not asked without a terminal: --yes writes it"), err=True)
        return False
    return click.confirm(say("write {file}?", file=change.file))


def _write(change: LexiconChange, who: str) -> None:
    from scheduler.tuning.lexicon_file import LexiconFileError

    try:
        change.write(who=who, now=datetime.now(UTC))
    except LexiconFileError as error:
        raise click.UsageError(say("{error}; nothing was written", error=refusal(str(error)))) from error
    except OSError as error:
        raise click.ClickException(refusal(f"{error.filename}: {error.strerror}")) from error


for one in (add, undo):
    lexicon.add_command(one)
COMMANDS: tuple[click.Command, ...] = (lexicon,)
