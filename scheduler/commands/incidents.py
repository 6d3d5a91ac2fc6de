"""Commands `incidents, audit`: show what is wrong with the watch, and what a source missed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, open_archive, show_json, since

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheduler.sources.audit import Audited
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
        table.add_row(str(one.id), state, _moment(one.opened_at), _moment(one.resolved_at),
                      str(len(one.members) or ""), escape(one.summary), escape(one.detail))  # fmt: skip
    console().print(table)


def _moment(moment: datetime | None) -> str:
    from storage.records import BEIJING

    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else ""


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
            raise click.UsageError(f"there is no incident {id}") from error
        if incident.is_open:
            incident = archive.incidents.acknowledge(id, who=who, now=datetime.now(UTC))
    if as_json:
        show_json(document(incident))
    elif incident.is_open:
        click.echo(f"{incident.summary}: seen by {incident.acknowledged_by}")
    else:
        click.echo(f"{incident.summary}: over since {_moment(incident.resolved_at)}")
    sys.exit(0 if incident.is_open else 1)


@command("audit")
@since("Acts first seen since then; 30 days where it is missing.")
def audit(config: Path, as_json: bool, since: str | None) -> None:
    """Hold what others reported against the issuers' own sources; 1 when a declared source missed an act."""
    from datetime import timedelta

    from scheduler.config import config as configuration
    from scheduler.sources.audit import audit as audit_of
    from storage.archive import Archive
    from storage.records import BEIJING

    settings = configuration.load(config)
    start = datetime.now(UTC) - timedelta(days=30)
    if since:
        start = datetime.fromisoformat(since).replace(tzinfo=BEIJING)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        found = audit_of(archive, settings.watched, since=start)
    if as_json:
        show_json(_audit_document(found, start))
    else:
        _show_audit(found)
    sys.exit(1 if any(one.miss and one.expected for one in found) else 0)


def _audit_document(found: list[Audited], since: datetime) -> dict[str, Any]:
    from collections import Counter
    from statistics import median

    from storage.connection import text_of

    late = [one.late.total_seconds() for one in found if one.late is not None]
    return {
        "since": text_of(since), "acts": len(found), "shown_by_own_source": len(late),
        "median_late_seconds": median(late) if late else None,
        "missed": dict(Counter(one.miss for one in found if one.miss)),
        "audited": [_audited_document(one) for one in found],
    }  # fmt: skip


def _audited_document(one: Audited) -> dict[str, Any]:
    from storage.connection import text_of

    own = one.own and {"source": one.own.source, "url": one.own.url, "seen_at": text_of(one.own.seen_at)}
    return {
        "announcement": one.act.id, "title": one.act.title, "region": one.act.region, "issuers": list(one.act.issuers),
        "first_seen_at": text_of(one.act.first_seen_at), "first_source": one.act.first_source,
        "expected": list(one.expected), "own": own,
        "late_seconds": None if one.late is None else one.late.total_seconds(),
        "miss": one.miss, "detail": one.detail,
    }  # fmt: skip


def _show_audit(found: list[Audited]) -> None:
    from collections import Counter

    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "first seen", "late", "by", "missed because", "act", "own source", "detail", notes=3)
    for one in found:
        own = one.own.source if one.own else ", ".join(one.expected)
        late = "" if one.late is None else str(one.late).split(".", maxsplit=1)[0]
        because = f"[red]{one.miss}[/]" if one.miss else ""
        table.add_row(str(one.act.id), _moment(one.act.first_seen_at), late, one.act.first_source, because,
                      escape(one.act.title), own, escape(one.detail))  # fmt: skip
    out = console()
    out.print(table)
    missed = Counter(one.miss for one in found if one.miss)
    said = ", ".join(f"{number} {cause}" for cause, number in missed.most_common())
    out.print(
        f"{len(found)} acts, {sum(missed.values())} not shown by their own source" + (f": {said}" if said else "")
    )


for one in (list_, acknowledge):
    incidents.add_command(one)
COMMANDS: tuple[click.Command, ...] = (incidents, audit)
