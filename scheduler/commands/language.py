"""Speak the reader's language: Chinese with `--lang zh` or a Chinese locale, English otherwise.

The words stand in scheduler/locale, as gettext has them: click takes its own from there, too, and the log its messages.
What machines read (JSON, exit codes, names of commands and options) is the same in both.
"""

from __future__ import annotations

import codecs
import copy
import gettext
import inspect
import os
import sys
from collections.abc import Sequence
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

import click

DOMAIN = "futurewatch"
LOCALES = Path(__file__).parents[1] / "locale"
LANGUAGES = ("en", "zh")
OPTION = "--lang"
ASKED_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # what gettext decides by

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


def say(text: str, **values: object) -> str:
    """Return a text in the reader's language, with values in the places that it names."""
    catalogue = _catalogue(tuple(map(os.environ.get, ASKED_VARIABLES)))
    words = catalogue.gettext(text) if catalogue and text else text
    return words.format(**values) if values else words


def is_chinese() -> bool:
    """Return whether the reader wants Chinese."""
    return _catalogue(tuple(map(os.environ.get, ASKED_VARIABLES))) is not None


@cache
def _catalogue(_said: tuple[str | None, ...]) -> gettext.NullTranslations | None:
    """Return the Chinese words where the environment asks for them. gettext looks into folders at each word."""
    return gettext.translation(DOMAIN, LOCALES) if gettext.find(DOMAIN, LOCALES) else None


def choose(arguments: Sequence[str]) -> list[str]:
    """Take `--lang` out of the arguments, wherever it stands, and speak that language from now on.

    Raises:
        click.BadParameter: it is none of ours.
    """
    gettext.bindtextdomain(DOMAIN, LOCALES)
    gettext.textdomain(DOMAIN)
    left: list[str] = []
    rest = iter(arguments)
    for one in rest:
        if one == "--":
            return [*left, one, *rest]
        name, _, value = one.partition("=")
        if name != OPTION:
            left.append(one)
            continue
        language = value or next(rest, "")
        if language not in LANGUAGES:
            raise click.BadParameter(f"{language!r}: {' | '.join(LANGUAGES)}", param_hint=OPTION)
        os.environ["LANGUAGE"] = language  # what gettext asks first
    if not _shows_chinese():
        os.environ["LANGUAGE"] = "en"
    return left


def translated(command: AnyCommand) -> AnyCommand:
    """Return a command whose help, and that of its options and commands, is in the reader's language."""
    made = copy.copy(command)
    made.help = say(inspect.cleandoc(command.help)) if command.help else command.help
    made.params = [_option(one) for one in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translated(one) for name, one in made.commands.items()}
    return made


def _option(parameter: click.Parameter) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option) and made.help:
        made.help = say(made.help)
    return made


def accept_every_terminal() -> None:
    """Let no terminal end a command: what it cannot show is written as JSON writes it; input is UTF-8."""
    codecs.register_error("as-json", _as_json)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not _is_unicode(stream):
            stream.reconfigure(errors="as-json")
    if isinstance(sys.stdin, TextIOWrapper) and not _is_unicode(sys.stdin):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


def _shows_chinese() -> bool:
    """Return whether the terminal has Chinese characters at all: latin-1 has none, GBK has."""
    try:
        "中".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_unicode(stream: TextIOWrapper) -> bool:
    return codecs.lookup(stream.encoding).name.startswith("utf")


def _as_json(error: UnicodeError) -> tuple[str, int]:
    r"""Return characters as \uXXXX, in two halves beyond that, and where to go on."""
    assert isinstance(error, UnicodeEncodeError)
    halves = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escaped = "".join(f"\\u{halves[at : at + 2].hex()}" for at in range(0, len(halves), 2))
    return escaped, error.end
