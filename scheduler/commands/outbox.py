"""Commands `outbox`: show the messages that go out or wait, and decide about them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from storage.records import Delivery

STATES = ("pending", "delivered", "dead", "waiting", "gathered", "dissolved", "held", "discarded")


@click.group("outbox")
def outbox() -> None:
    """Show deliveries, repeat dead ones, decide about floods."""


@command("list")
@click.option("--state", type=click.Choice(STATES), help="Only deliveries in this state.")
@click.option("--endpoint", metavar="NAME", help="Only deliveries to this endpoint.")
def list_(config: Path, as_json: bool, state: str | None, endpoint: str | None) -> None:
    """List deliveries, oldest first, each with the reason why it goes there."""
    with open_archive(config) as archive:
        rows = [_row(one) for one in archive.outbox.list(state=state, endpoint=endpoint)]
    if as_json:
        show_json(rows)
    else:
        _show(rows)


def _row(delivery: Delivery) -> dict[str, Any]:
    from storage.connection import text_of

    return {
        "id": delivery.id, "endpoint": delivery.endpoint, "type": delivery.type,
        "announcement": delivery.announcement_id, "version": delivery.version, "state": delivery.state,
        "attempts": delivery.attempts, "created_at": text_of(delivery.created_at),
        "next_attempt_at": text_of(delivery.next_attempt_at), "last_answer": delivery.last_answer,
        "reason": delivery.reason, "source": delivery.source, "digest": delivery.digest_id,
    }  # fmt: skip


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "endpoint", "state", "tries", "about", "type", "next", "last answer", "why", notes=4)
    for row in rows:
        open_states = {"pending", "waiting"}
        due = row["next_attempt_at"] if row["state"] in open_states else ""
        table.add_row(row["id"], row["endpoint"], row["state"], str(row["attempts"]), str(row["announcement"] or ""),
                      row["type"], due, escape(row["last_answer"] or ""), escape(row["reason"]))  # fmt: skip
    console().print(table)


@command("replay")
@click.argument("ids", nargs=-1)
def replay(config: Path, as_json: bool, ids: tuple[str, ...]) -> None:
    """Make dead deliveries pending again: the named ones, or all."""
    from scheduler.notify.replay import replay as send_again
    from storage.archive import Archive

    settings, now = _settings(config), datetime.now(UTC)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        number = send_again(archive, settings.endpoint, ids=ids or None, now=now)
    if as_json:
        show_json({"replayed": number})
    else:
        click.echo(say("{number} pending again", number=number))


@command("release")
@click.argument("id")
def release(config: Path, as_json: bool, id: str) -> None:
    """Send what a flood's question holds, as one digest; 1 when it holds nothing."""
    _decide(config, as_json, id, releases=True)


@command("discard")
@click.argument("id")
def discard(config: Path, as_json: bool, id: str) -> None:
    """Drop what a flood's question holds; 1 when it holds nothing."""
    _decide(config, as_json, id, releases=False)


def _decide(config: Path, as_json: bool, id: str, *, releases: bool) -> None:
    from scheduler.notify.replay import decide_flood
    from storage.archive import Archive

    settings, now = _settings(config), datetime.now(UTC)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        number = decide_flood(archive, id, releases=releases, review_url=settings.review.url, now=now)
    word = "released" if releases else "discarded"
    if as_json:
        show_json({word: number})
    else:
        click.echo(say("{number} released", number=number) if releases else say("{number} discarded", number=number))
    sys.exit(0 if number else 1)


def _settings(config: Path) -> Settings:
    from scheduler.config import config as configuration

    return configuration.load(config)


for one in (list_, replay, release, discard):
    outbox.add_command(one)
COMMANDS: tuple[click.Command, ...] = (outbox,)
