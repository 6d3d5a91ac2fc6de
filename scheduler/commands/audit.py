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

    from scheduler.config.config import Settings
    from scheduler.sources.audit import Audited
    from storage.site_looks import FoundAlone, SiteLook


@command("audit")
@since("Acts first seen since then; 30 days where it is missing.")
@click.option("--ask", is_flag=True, help="Ask the sites' own searches and sitemaps now. Not while the daemon runs.")
def audit(config: Path, as_json: bool, since: str | None, ask: bool) -> None:
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
    if ask:
        _ask(settings, start, quiet=as_json)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        found = audit_of(archive, settings.watched, since=start)
        until = datetime.now(UTC) + timedelta(seconds=1)  # times are kept in whole seconds: with those of this one
        looks, alone = archive.site_looks.last(), archive.site_looks.found_alone(start, until)
    if as_json:
        show_json(_audit_document(found, start) | _sites_document(looks, alone))
    else:
        _show_audit(found)
        _show_sites(looks, alone, settings)
    sys.exit(1 if any(one.miss and one.expected for one in found) else 0)


def _ask(settings: Settings, since: datetime, *, quiet: bool) -> None:
    """Look at all sites with a bar on stderr; SIGINT and SIGTERM end it, what is done by then is kept."""
    import asyncio
    import signal

    from scheduler.commands.progress import progress
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from scheduler.sources.check_all import HOSTS_AT_ONCE
    from scheduler.sources.look_at_sites import LookAtSites, sites_of
    from storage.lock import sole_crawler

    sites = sites_of(settings.watched)

    async def look() -> None:
        with progress(2 * len(sites), quiet=quiet) as step:
            looking = LookAtSites(
                opened.context, since=since, done=lambda look: step(what=f"{look.site} {look.path}"),
                sites_at_once=HOSTS_AT_ONCE,
            )  # fmt: skip
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, opened.context.hosts.close)
            await looking.look_at(sites)

    with sole_crawler(settings.archive.path), program(settings, settings.watched) as opened:
        reactor.run(look(), opened)


def _sites_document(looks: list[SiteLook], alone: tuple[FoundAlone, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    from storage.connection import text_of

    said = [asdict(look) | {"looked_at": text_of(look.looked_at), "since": text_of(look.since)} for look in looks]
    return {"sites": said, "found_by_sites_only": [asdict(one) for one in alone]}


def _show_sites(looks: list[SiteLook], alone: tuple[FoundAlone, ...], settings: Settings) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows
    from scheduler.sources.look_at_sites import sites_of

    out, table = (
        console(),
        TableRows("site", "path", "asked", "rows", "recent", "lacking", "sources", "why not", notes=2),
    )
    watched = {site.home: ", ".join(source.id for source in site.sources) for site in sites_of(settings.watched)}
    for look in looks:
        counts = (str(number) for number in (look.listed, look.recent, look.lacking))
        table.add_row(look.site, look.path, beijing_minute(look.looked_at), *counts, watched.get(look.site, ""),
                      escape(look.reason))  # fmt: skip
    if looks:
        out.print(table)
    for path, name in (("search", "site search"), ("sitemap", "sitemaps")):
        found = [one for one in alone if one.path == path]
        out.print(f"found by {name} only: {len(found)}")
        for one in found:
            out.print(f"  {one.id} {escape(one.title)} {one.url}")


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
