"""Command `audit`: show what a source missed, and by which routes acts came in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import beijing_minute, command, console, show_json, since

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from rich.console import Console

    from scheduler.sources.audit import Audited


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

    from scheduler.sources.audit import shares
    from storage.connection import text_of

    late = [one.late.total_seconds() for one in found if one.late is not None]
    return {
        "since": text_of(since), "acts": len(found), "shown_by_own_source": len(late),
        "median_late_seconds": median(late) if late else None,
        "missed": dict(Counter(one.miss for one in found if one.miss)),
        "routes": {
            route: {"found": share.found, "first": share.first, "alone": share.alone,
                    "median_late_seconds": share.median_late.total_seconds()}
            for route, share in shares(found).items()
        },
        "audited": [_audited_document(one) for one in found],
    }  # fmt: skip


def _audited_document(one: Audited) -> dict[str, Any]:
    from storage.connection import text_of

    own = one.own and {"source": one.own.source, "url": one.own.url, "seen_at": text_of(one.own.seen_at)}
    return {
        "announcement": one.act.id, "title": one.act.title, "region": one.act.region, "issuers": list(one.act.issuers),
        "first_seen_at": text_of(one.act.first_seen_at), "first_source": one.act.first_source,
        "expected": list(one.expected), "own": own,
        "routes": {route: late.total_seconds() for route, late in one.routes.items()},
        "late_seconds": None if one.late is None else one.late.total_seconds(),
        "miss": one.miss, "detail": one.detail,
    }  # fmt: skip


def _show_audit(found: list[Audited]) -> None:
    from collections import Counter

    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows(
        "id", "first seen", "late", "by", "came in by", "missed because", "act", "own source", "detail", notes=3
    )
    for one in found:
        own = one.own.source if one.own else ", ".join(one.expected)
        late = "" if one.late is None else _span(one.late)
        miss = f"[red]{one.miss}[/]" if one.miss else ""
        routes = ", ".join(one.routes)
        table.add_row(str(one.act.id), beijing_minute(one.act.first_seen_at), late, one.act.first_source, routes, miss,
                      escape(one.act.title), own, escape(one.detail))  # fmt: skip
    out = console()
    out.print(table)
    _show_routes(out, found)
    missed = Counter(one.miss for one in found if one.miss)
    said = ", ".join(f"{number} {cause}" for cause, number in missed.most_common())
    out.print(
        f"{len(found)} acts, {sum(missed.values())} not shown by their own source" + (f": {said}" if said else "")
    )


def _show_routes(out: Console, found: Iterable[Audited]) -> None:
    from rich.table import Table

    from scheduler.sources.audit import shares
    from scheduler.sources.routes import ROUTE_NAMES

    table = Table("route", "", "acts", "first", "alone", "median late", box=None)
    for route, share in shares(found).items():
        counts = (str(number) for number in (share.found, share.first, share.alone))
        table.add_row(route, f"[dim]{ROUTE_NAMES[route]}[/]", *counts, _span(share.median_late))
    if table.row_count:
        out.print(table)


def _span(late: timedelta) -> str:
    return str(late).split(".", maxsplit=1)[0]


COMMANDS: tuple[click.Command, ...] = (audit,)
