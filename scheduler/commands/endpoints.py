"""Commands `endpoints`: list the receivers, say how they are, and send one a test message."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.config.endpoint import Endpoint
    from scheduler.notify.answer import Answer
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
    from rich.table import Table

    names = ("name", "kind", "role", "wants", "pending", "waiting", "held", "dead", "paused_since", "problem")
    table = Table(*(name.replace("_", " ") for name in names), box=None)
    for row in rows:
        table.add_row(*(escape(str(row[name] if row[name] is not None else "")) for name in names))
    console().print(table)


@command("test")
@click.argument("name")
def test(config: Path, as_json: bool, name: str) -> None:
    """Send endpoint NAME a sample, past outbox and quotas, and show its answer; 1 when it did not take it."""
    from crawler.toml import ConfigurationError, Fault, nearest
    from scheduler.commands.crawl import sendable

    settings = sendable(config)
    known = {endpoint.name: endpoint for endpoint in settings.endpoint}
    if name not in known:
        fault = Fault(file=str(config), key="endpoint", problem=f"no endpoint {name!r}", hint=nearest(name, known))
        raise ConfigurationError([fault])
    answer = asyncio.run(_send_sample(known[name], settings))
    if as_json:
        show_json({"endpoint": name, "verdict": answer.verdict, "answer": answer.text, "fault": answer.fault or None})
    else:
        click.echo(f"{name}: {answer.verdict}: {answer.text}")
    sys.exit(0 if answer.is_delivered else 1)


async def _send_sample(endpoint: Endpoint, settings: Settings) -> Answer:
    from scheduler.notify.channels.channel import Attempt
    from scheduler.notify.dispatch import SEND_TIMEOUT_SECONDS, dispatch_of
    from scheduler.notify.message import new_id
    from scheduler.notify.sample import SAMPLES
    from scheduler.notify.sending import send
    from scheduler.notify.web_client import http_client

    now, payload = datetime.now(UTC), json.dumps(SAMPLES[0], ensure_ascii=False)
    (part,) = dispatch_of(settings).templates.parts(endpoint.kind, payload, now=now)
    async with http_client(SEND_TIMEOUT_SECONDS) as client:
        attempt = Attempt(
            client=client, endpoint=endpoint, id=new_id(), part=part, now=now, timeout_seconds=SEND_TIMEOUT_SECONDS
        )
        return await send(attempt)


endpoints.add_command(list_)
endpoints.add_command(test)
COMMANDS: tuple[click.Command, ...] = (endpoints,)
