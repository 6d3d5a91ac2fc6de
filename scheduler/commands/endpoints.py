"""Commands `endpoints`: list the receivers, say how they are, and send one a test message."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from scheduler.config.endpoint import Endpoint
    from storage.archive import Archive


@click.group("endpoints")
def endpoints() -> None:
    """Show whom the program tells, and send a sample."""


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List the endpoints, what each wants, what waits for it, and since when it fails."""
    from scheduler.config import config as configuration
    from storage.archive import Archive

    settings = configuration.load(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        rows = [_row(endpoint, archive) for endpoint in settings.endpoint]
    if as_json:
        show_json(rows)
    else:
        _show(rows)


def _row(endpoint: Endpoint, archive: Archive) -> dict[str, Any]:
    from storage.connection import text_of

    incident = archive.incidents.standing(f"endpoint:{endpoint.name}")
    states = [one.state for one in archive.outbox.list(endpoint=endpoint.name)]
    waiting = {state: states.count(state) for state in ("pending", "waiting", "held", "dead")}
    return {
        "name": endpoint.name, "kind": endpoint.kind, "role": endpoint.role, "wants": _wants(endpoint),
        "paused_since": incident and text_of(incident.opened_at), "problem": incident and incident.detail,
    } | waiting  # fmt: skip


def _wants(endpoint: Endpoint) -> str:
    """Return an endpoint's filters and times in a line."""
    names = ("regions", "tracks", "acts", "instruments")
    said = [f"{name} {'、'.join(getattr(endpoint, name))}" for name in names if getattr(endpoint, name)]
    if endpoint.min_score:
        said.append(f"score >= {endpoint.min_score:g}")
    if endpoint.mode == "digest":
        said.append(f"digest {endpoint.digest_day} {endpoint.digest_at:%H:%M}")
    if endpoint.quiet:
        said.append(f"quiet {endpoint.quiet.start:%H:%M}-{endpoint.quiet.end:%H:%M}")
    if endpoint.urgent_score:
        said.append(f"urgent >= {endpoint.urgent_score:g}")
    return "; ".join(said) or "everything, at once"


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    names = ("name", "kind", "role", "pending", "waiting", "held", "dead", "wants", "paused_since", "problem")
    table = TableRows(*(name.replace("_", " ") for name in names), notes=3)
    for row in rows:
        table.add_row(*(escape(str(row[name] if row[name] is not None else "")) for name in names))
    console().print(table)


@command("test")
@click.argument("name")
def test(config: Path, as_json: bool, name: str) -> None:
    """Send endpoint NAME a sample, past outbox and quotas, and show its answer; 1 when it did not take it."""
    import asyncio

    from crawler.toml import ConfigurationError, Fault, nearest
    from scheduler.commands.crawl import sendable
    from scheduler.notify.trial import send_sample

    settings = sendable(config)
    known = {endpoint.name: endpoint for endpoint in settings.endpoint}
    if name not in known:
        fault = Fault(file=str(config), key="endpoint", problem=f"no endpoint {name!r}", hint=nearest(name, known))
        raise ConfigurationError([fault])
    answer = asyncio.run(send_sample(known[name], settings, now=datetime.now(UTC)))
    if as_json:
        show_json({"endpoint": name, "verdict": answer.verdict, "answer": answer.text, "fault": answer.fault or None})
    else:
        click.echo(f"{name}: {answer.verdict}: {answer.text}")
    sys.exit(0 if answer.is_delivered else 1)


endpoints.add_command(list_)
endpoints.add_command(test)
COMMANDS: tuple[click.Command, ...] = (endpoints,)
