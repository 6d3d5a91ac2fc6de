"""lexicon add, change, remove, undo: change one's own lexicon, after showing what the archive would gain and lose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.lexicon_view import check_needed, decide
from scheduler.commands.options import command, since
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon, Track
    from scheduler.config.config import Settings
    from scheduler.reports.rising_words import WordUse


@click.group("lexicon")
def lexicon() -> None:
    """Take words into your lexicon, change its tracks, and undo that."""


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
    decide(change, settings, told, yes=yes, since=since, as_json=as_json)


@command("undo")
@changing
def undo(config: Path, as_json: bool, yes: bool, since: str | None) -> None:
    """Undo the last change of your lexicon: bring back the text from before it."""
    from scheduler.config import config as configuration
    from scheduler.tuning.lexicon_file import LexiconFileError, brought_back

    settings = configuration.load(config)
    if settings.detect.lexicon is None:
        raise click.UsageError(say("the shipped lexicon is in use: there is nothing to undo"))
    try:
        change = brought_back(Path(settings.detect.lexicon))
    except LexiconFileError as error:
        raise click.UsageError(refusal(str(error))) from error
    decide(change, settings, {}, yes=yes, since=since, as_json=as_json)


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


@command("change")
@click.argument("word")
@click.option("--name", help="Another name for the track.")
@click.option("--alias", "aliases", multiple=True, help="All aliases that it is to have; several times.")
@click.option("--no-alias", is_flag=True, help="It is to have no alias.")
@click.option("--policy/--no-policy", default=None, help="Whether a policy on it alone alerts.")
@changing
def change(
    config: Path, as_json: bool, word: str, name: str | None, aliases: tuple[str, ...], no_alias: bool,
    policy: bool | None, yes: bool, since: str | None,
) -> None:  # fmt: skip
    """Change the track that WORD is of, after showing the alerts that the archive would gain and lose."""
    from scheduler.tuning.lexicon_text import with_changed
    from scheduler.tuning.lexicon_words import check_changed

    def changed(text: str, track: Track, lexicon: Lexicon) -> str:
        wanted: dict[str, Any] = {"name": name and name.strip(), "policy": policy}
        wanted |= {"aliases": tuple(one.strip() for one in aliases) if aliases or no_alias else None}
        after = track.model_copy(update={key: value for key, value in wanted.items() if value is not None})
        check_changed(track, after, lexicon)
        return with_changed(text, track.name, after)

    _change_track(config, word, changed, yes=yes, since=since, as_json=as_json)


@command("remove")
@click.argument("word")
@changing
def remove(config: Path, as_json: bool, word: str, yes: bool, since: str | None) -> None:
    """Take WORD out of your lexicon: a track with all its aliases, or one alias."""
    from scheduler.tuning.lexicon_text import with_changed, without

    def changed(text: str, track: Track, _lexicon: Lexicon) -> str:
        left = tuple(alias for alias in track.aliases if alias != word)
        if len(left) < len(track.aliases):
            return with_changed(text, track.name, track.model_copy(update={"aliases": left}))
        return without(text, track.name)

    _change_track(config, word, changed, yes=yes, since=since, as_json=as_json)


def _change_track(
    config: Path, word: str, changed: Callable[[str, Track, Lexicon], str], *, yes: bool, since: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Let a function change the track of a word in the lexicon's text; show and write that."""
    from crawler.toml import read_text
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_file
    from scheduler.tuning.lexicon_file import LexiconFileError, taken_in
    from scheduler.tuning.lexicon_text import TrackTextError, lexicon_of_text
    from scheduler.tuning.lexicon_words import WordError, track_named

    settings = configuration.load(config)
    text = read_text(lexicon_file(settings))
    own = Path(settings.detect.lexicon) if settings.detect.lexicon else None
    try:
        lexicon = lexicon_of_text(text)
        after = changed(text, track_named(word.strip(), lexicon), lexicon)
        made = taken_in(own, config, text, after)
    except (WordError, TrackTextError, LexiconFileError) as error:
        raise click.UsageError(say("{error}; nothing was written", error=refusal(str(error)))) from error
    check_needed(config, text, after)
    decide(made, settings, {}, yes=yes, since=since, as_json=as_json)


for one in (add, change, remove, undo):
    lexicon.add_command(one)
COMMANDS: tuple[click.Command, ...] = (lexicon,)
