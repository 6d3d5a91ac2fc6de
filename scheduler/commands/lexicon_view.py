"""Show what a change of the lexicon does to the file and to the archive, and write it if that is wanted."""

from __future__ import annotations

import difflib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import show_json
from scheduler.commands.progress import progress
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.tuning.lexicon_file import LexiconChange
    from scheduler.tuning.reassess import LabelChange


def decide(
    change: LexiconChange, settings: Settings, told: dict[str, Any], *, yes: bool, since: str | None, as_json: bool
) -> None:
    """Show what a change does, and write it if that is wanted; `told` is what else the answer says of it."""
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


def check_needed(config: Path, before: str, after: str) -> None:
    """Raise `click.UsageError` when an endpoint wants a track by a word that a changed lexicon has no more."""
    from scheduler.config.written import ConfigFile
    from scheduler.tuning.lexicon_text import lexicon_of_text

    was, kept = ({word for track in lexicon_of_text(text).tracks for word in track.words} for text in (before, after))
    for row in ConfigFile(config).document().unwrap().get("endpoint", ()):
        for word in row.get("tracks", ()):
            if word in was - kept:
                said = say("endpoint {name} wants the track {track}: change that first", name=row["name"], track=word)
                raise click.UsageError(said)
