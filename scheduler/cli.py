"""Run the command `futurewatch`: it prints for people on stdout and logs on stderr.

Exit codes: 0 done, 1 the work found a failure, 2 wrong use or configuration (nothing was changed). A failure of the
archive or the machine says its kind as well: configuration, data or transient.
A command's module is imported when the command runs, or when its line of help is printed.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import click

from scheduler.commands.failures import failure_of
from scheduler.commands.options import AS_JSON

# The modules of the commands, in the order and under the headings that `--help` shows.
SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "Watch": {
        "commands.crawl": ("run", "crawl", "deliver"),
        "commands.backfill": ("backfill",),
        "commands.review": ("review",),
        "demo.command": ("demo",),
    },
    "Find and cite": {
        "commands.search": ("search",),
        "commands.saved": ("saved",),
        "commands.announcements": ("announcements",),
        "commands.citing": ("cite", "brief"),
        "commands.archive": ("export",),
        "commands.evidence": ("revisions", "evidence"),
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
        "commands.incidents": ("incidents", "audit"),
    },
    "Try one text or page": {
        "commands.explain": ("explain",),
        "commands.filters": ("extract", "links", "assess", "group"),
    },
}
MODULES = {name: module for modules in SECTIONS.values() for module, names in modules.items() for name in names}


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
        return next(command for command in made if command.name == name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        for heading, modules in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for names in modules.values() for name in names]
            with formatter.section(heading):
                formatter.write_dl([(name, command.get_short_help_str(96)) for name, command in commands if command])

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
            click.secho(f"{failure.message}  [{failure.kind}]", err=True, fg="red")
            if ctx.meta.get(AS_JSON):
                click.echo(json.dumps(failure.document, ensure_ascii=False, indent=2))
            ctx.exit(failure.code)


@click.group(cls=Commands)
@click.version_option(package_name="futurewatch")
def main() -> None:
    """Watch Chinese government and news portals for future-industry (未来产业) policy announcements."""
