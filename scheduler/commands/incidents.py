"""Commands `incidents`: show what is wrong with the watch, and who looks after it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.language import say
from scheduler.commands.options import beijing_minute, command, console, open_archive, show_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.records import Incident


@click.group("incidents")
def incidents() -> None:
    """Show what is or was wrong with the watch, and acknowledge it."""


@command("list")
@click.option("--open", "only_open", is_flag=True, help="Only what still stands.")
def list_(config: Path, as_json: bool, only_open: bool) -> None:
    """List incidents, oldest first; 1 when one is open that nobody has acknowledged."""
    from scheduler.notify.incident import document

    with open_archive(config) as archive:
        found = archive.incidents.list(only_open=only_open)
    if as_json:
        show_json([document(one) for one in found])
    else:
        _show(found)
    sys.exit(1 if any(one.is_open and one.acknowledged_at is None for one in found) else 0)


def _show(found: Iterable[Incident]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "state", "since", "until", "sources", "what", "detail", notes=2)
    for one in found:
        state = "[red]open[/]" if one.is_open else "[green]resolved[/]"
        if one.is_open and one.acknowledged_by:
            state = f"[yellow]seen by {escape(one.acknowledged_by)}[/]"
        if one.merged_into:
            state = f"[dim]part of {one.merged_into}[/]"
        table.add_row(str(one.id), state, beijing_minute(one.opened_at), beijing_minute(one.resolved_at),
                      str(len(one.members) or ""), escape(one.summary), escape(one.detail))  # fmt: skip
    console().print(table)


@command("ack")
@click.argument("id", type=int)
@click.option("--who", required=True, help="Who looks after it.")
def acknowledge(config: Path, as_json: bool, id: int, who: str) -> None:
    """Acknowledge incident ID: no reminder any more, only the message that it is over. 1 when it is over already."""
    from scheduler.notify.incident import document

    with open_archive(config) as archive:
        try:
            incident = archive.incidents.get(id)
        except KeyError as error:
            raise click.UsageError(say("there is no incident {id}", id=id)) from error
        if incident.is_open:
            incident = archive.incidents.acknowledge(id, who=who, now=datetime.now(UTC))
    if as_json:
        show_json(document(incident))
    elif incident.is_open:
        click.echo(say("{summary}: seen by {who}", summary=incident.summary, who=incident.acknowledged_by))
    else:
        when = beijing_minute(incident.resolved_at)
        click.echo(say("{summary}: over since {when}", summary=incident.summary, when=when))
    sys.exit(0 if incident.is_open else 1)


for one in (list_, acknowledge):
    incidents.add_command(one)
COMMANDS: tuple[click.Command, ...] = (incidents,)
