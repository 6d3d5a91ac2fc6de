"""Commands speak the reader's language, on any terminal."""

from __future__ import annotations

import inspect
import io
import json
import os
import subprocess
from collections.abc import Iterator

import click
import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from conftest import COMMAND, Futurewatch, publish
from local_portal import LocalPortal
from scheduler.cli import SECTIONS, main
from scheduler.commands.language import LOCALES
from scheduler.demo.samples import GOVERNMENT

WORDS = LOCALES / "zh/LC_MESSAGES/futurewatch.po"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run([*COMMAND, *arguments], env=plain | environment, capture_output=True, timeout=60, check=False)


def texts(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield all help of a command."""
    if command.help:
        yield inspect.cleandoc(command.help)
    for one in command.params:
        if isinstance(one, click.Option) and one.help and not one.hidden:
            yield one.help
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from texts(found, context)


def test_every_help_has_chinese_words() -> None:
    """A command or option that is added gets its Chinese in scheduler/locale; the compiled file has the same words."""
    with WORDS.open("rb") as file:
        known = read_po(file, locale="zh")
    context = click.Context(main)
    assert [text for text in [*texts(main, context), *SECTIONS] if not known.get(text) or not known[text].string] == []
    made = io.BytesIO()
    write_mo(made, known)
    with WORDS.with_suffix(".mo").open("rb") as file:
        assert made.getvalue() == file.read()
    made.seek(0)
    assert read_mo(made)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("--lang", "zh", "--help"), {}, "常驻运行"),
        (("--help",), {"LANG": "zh_CN.UTF-8"}, "看住政府网站"),
        (("crawl", "--lang=zh", "--help"), {}, "现在访问所有启用的来源"),
        (("--lang", "en", "--help"), {"LANG": "zh_CN.UTF-8"}, "Run the daemon"),
        (("--lang", "zh", "--help"), {"PYTHONIOENCODING": "latin-1"}, "Run the daemon"),
    ],
)
def test_language_of_help(arguments: tuple[str, ...], environment: dict[str, str], said: str) -> None:
    """By --lang, wherever it stands, or the locale; English where a terminal has no Chinese characters."""
    done = run(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout.decode()


def test_unknown_language_is_wrong_use() -> None:
    done = run("--lang", "fr", "status")
    assert done.returncode == 2
    assert b"en | zh" in done.stderr


def test_no_terminal_ends_a_command(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Where latin-1 is all, Chinese is written as JSON writes it: a document stays one, a table has an end."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    futurewatch.crawl()
    config = ("--config", str(futurewatch.config))
    listed = run("export", *config, PYTHONIOENCODING="latin-1")
    assert listed.returncode == 0, listed.stderr
    titles = {json.loads(line)["title"] for line in listed.stdout.decode("latin-1").splitlines()}
    assert titles == {sample.title for sample in GOVERNMENT[:2]}
    for encoding in ("latin-1", "ascii"):
        table = run("sources", "list", *config, PYTHONIOENCODING=encoding)
        assert table.returncode == 0, table.stderr
        assert b"hi-gov" in table.stdout
