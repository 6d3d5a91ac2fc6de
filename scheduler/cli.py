"""Run the command `futurewatch`: it prints for people on stdout and logs on stderr.

Exit codes: 0 done, 1 the work found a failure, 2 wrong use or configuration (nothing was changed). A failure of the
archive or the machine says its kind as well: configuration, data or transient.
A command's module is imported when the command runs. The list of commands imports none: 30 modules would take it
longer than everything else, so it reads their docstrings.
"""

from __future__ import annotations

import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from scheduler.commands.failures import failure_of, in_words
from scheduler.commands.language import (
    LANGUAGES,
    OPTION,
    accept_every_terminal,
    choose,
    is_chinese,
    say,
    translated,
)
from scheduler.commands.options import AS_JSON
from scheduler.config.collector import postpone_collector

# The modules of the commands, in the order and under the headings that `--help` shows.
SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "Watch": {
        "commands.setup": ("setup",),
        "commands.crawl": ("run", "crawl", "deliver"),
        "commands.backfill": ("backfill",),
        "commands.review": ("review",),
        "demo.command": ("demo",),
    },
    "Find and cite": {
        "commands.search": ("search",),
        "commands.saved": ("saved",),
        "commands.announcements": ("announcements",),
        "commands.comparing": ("compare", "deadlines"),
        "commands.citing": ("cite", "brief"),
        "commands.archive": ("export",),
        "commands.evidence": ("revisions", "evidence"),
        "commands.mcp": ("mcp",),
    },
    "Judge": {
        "commands.verdicts": ("near-misses", "verdict", "verdicts"),
        "commands.rules": ("rules", "reassess"),
        "commands.evaluate": ("evaluate",),
        "commands.tune": ("tune",),
        "commands.rising": ("rising",),
        "commands.lexicon": ("lexicon",),
    },
    "Sources and endpoints": {
        "commands.sources": ("sources",),
        "commands.endpoints": ("endpoints",),
        "commands.outbox": ("outbox",),
    },
    "Operate": {
        "commands.status": ("status",),
        "commands.operations": ("doctor", "backup", "prune"),
        "commands.incidents": ("incidents",),
        "commands.audit": ("audit",),
        "commands.api_tokens": ("api-token",),
        "commands.worker": ("worker",),
    },
    "Try one text or page": {
        "commands.explain": ("explain",),
        "commands.filters": ("extract", "links", "assess", "group"),
    },
}
WHOLE_SENTENCE_CHARACTERS = 400  # characters: a command's first sentence is never cut
MODULES = {name: module for modules in SECTIONS.values() for module, names in modules.items() for name in names}
DOCSTRING = r'^@(?:click\.)?(?:command|group)\("{name}"\).*?"""(.+?)"""'


def short_help(name: str) -> str:
    """Return the first sentence of a command's help in the reader's language, without importing the command."""
    module = Path(__file__).parent / f"{MODULES[name].replace('.', '/')}.py"
    found = re.search(DOCSTRING.format(name=name), module.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    told = click.Command(name, help=say(inspect.cleandoc(found[1]))) if found else click.Command(name)
    return told.get_short_help_str(WHOLE_SENTENCE_CHARACTERS)


class Commands(click.Group):
    """A group that imports a command when it is asked for, and says whose matter a failure is."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(MODULES)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return a command; None when there is none of that name."""
        if name not in MODULES:
            return None
        made: tuple[click.Command, ...] = import_module(f"scheduler.{MODULES[name]}").COMMANDS
        return translated(next(command for command in made if command.name == name))

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        for heading, modules in SECTIONS.items():
            with formatter.section(say(heading)):
                formatter.write_dl([(name, short_help(name)) for names in modules.values() for name in names])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language before anything is said, and read the rest."""
        return super().parse_args(ctx, choose(args))

    def get_help(self, ctx: click.Context) -> str:
        """Return the help in the reader's language."""
        return super(Commands, translated(self)).get_help(ctx)

    def main(self, *args: Any, **more: Any) -> Any:
        """Run on any terminal."""
        postpone_collector()
        accept_every_terminal()
        return super().main(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            said = in_words(error) if is_chinese() else failure.message
            click.secho(f"{said}  [{say(failure.kind)}]", err=True, fg="red")
            if ctx.meta.get(AS_JSON):
                click.echo(json.dumps(failure.document, ensure_ascii=False, indent=2))
            ctx.exit(failure.code)


@click.group(cls=Commands)
@click.version_option(package_name="futurewatch", help="Show the version and exit.")
@click.option(OPTION, type=click.Choice(LANGUAGES), expose_value=False,
              help="The language of help and setup; that of the locale without this.")  # fmt: skip
def main() -> None:
    """Watch Chinese government and news portals for future-industry (未来产业) policy announcements."""
