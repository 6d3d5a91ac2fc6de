"""Commands `saved`: keep searches under a name, each a feed, and an alert rule where endpoints are named."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, query_of, show_json
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.config.config import Settings
    from storage.archive import Archive
    from storage.search.saved import Frequency, SavedSearch


@click.group("saved")
def saved() -> None:
    """Save searches: each is a feed, and tells endpoints where they are named."""


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List the saved searches, whom each tells, and how many articles it finds."""
    from scheduler.config import config as configuration
    from storage.archive import Archive

    settings = configuration.load(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        rows = [_row(one, settings) | {"found": _count(one, archive)} for one in archive.saved_searches.list()]
    if as_json:
        show_json(rows)
    else:
        _show(rows)


def _count(one: SavedSearch, archive: Any) -> int | None:
    """Return how many articles a search finds, None when its query cannot be read any more."""
    from scheduler.config.vocabulary import vocabulary
    from storage.search.query import QueryError, parse_query

    try:
        return int(archive.search.count(parse_query(one.query, vocabulary())))
    except QueryError:
        return None


def _row(one: SavedSearch, settings: Settings) -> dict[str, Any]:
    from storage.connection import text_of

    return {
        "id": one.id, "name": one.name, "query": one.query, "endpoints": list(one.endpoints),
        "frequency": one.frequency, "created_by": one.created_by, "owner": one.owner,
        "created_at": text_of(one.created_at), "feed": f"{settings.review.url}/feeds/saved/{one.id}.atom",
    }  # fmt: skip


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "name", "owner", "tells", "how often", "found", "query", "feed", notes=2)
    for row in rows:
        found = say("cannot be read") if row["found"] is None else str(row["found"])
        owner = escape(row["owner"] or say("shared"))
        often = say(row["frequency"]) if row["frequency"] else say("as each endpoint") if row["endpoints"] else ""
        table.add_row(
            str(row["id"]), escape(row["name"]), owner, escape(", ".join(row["endpoints"])), often, found,
            escape(row["query"]), row["feed"],
        )  # fmt: skip
    console().print(table)


@command("add")
@click.argument("name")
@click.argument("query")
@click.option(
    "--endpoint", "endpoints", multiple=True,
    help="An endpoint that is told of every announcement with an article it finds. Can be given several times.",
)  # fmt: skip
@click.option(
    "--frequency", type=click.Choice(["instant", "hourly", "daily", "weekly"]),
    help="How often they are told. Without it, at each endpoint's own times.",
)  # fmt: skip
@click.option("--by", default=getpass.getuser, show_default="the user's name", help="Who saves it.")
def add(
    config: Path,
    as_json: bool,
    name: str,
    query: str,
    endpoints: tuple[str, ...],
    frequency: Frequency | None,
    by: str,
) -> None:
    """Save the search QUERY (see `futurewatch search`) as NAME."""
    from scheduler.config import config as configuration
    from storage.archive import Archive
    from storage.search.saved import SavedSearchError

    settings = configuration.load(config)
    query_of(query, {})
    _check(endpoints, settings, config)
    with Archive(settings.archive.path) as archive:  # may come before the first crawl, which it is for
        try:
            made = archive.saved_searches.add(
                name, query, endpoints=endpoints, frequency=frequency, by=by, now=datetime.now(UTC)
            )
        except SavedSearchError as error:
            raise click.UsageError(refusal(str(error))) from error
        found = _count(made, archive)
    if as_json:
        show_json(_row(made, settings) | {"found": found})
    else:
        feed = _row(made, settings)["feed"]
        click.echo(say("{name}: {found} articles now; feed {feed}", name=made.name, found=found, feed=feed))


def _check(endpoints: Sequence[str], settings: Settings, config: Path) -> None:
    """Refuse endpoints that are not there, or that get no announcements."""
    from crawler.toml import ConfigurationError, Fault, nearest

    audience = [one.name for one in settings.endpoint if one.role == "audience"]
    faults = [
        Fault(
            file=str(config), key="endpoint", problem=f"no endpoint {endpoint!r} that gets announcements",
            hint=nearest(endpoint, audience),
        )
        for endpoint in endpoints
        if endpoint not in audience
    ]  # fmt: skip
    if faults:
        raise ConfigurationError(faults)


@command("remove")
@click.argument("name")
def remove(config: Path, as_json: bool, name: str) -> None:
    """Remove the saved search NAME: its feed ends and nobody is told any more."""
    from scheduler.config import config as configuration
    from scheduler.config.user import user_name
    from scheduler.notify.incident import resolve_incident
    from scheduler.notify.subscriptions import incident_key
    from storage.archive import Archive
    from storage.search.saved import SavedSearchError

    settings, now = configuration.load(config), datetime.now(UTC)
    with Archive.existing_or_empty(settings.archive.path) as archive, archive.transaction():
        try:
            gone = archive.saved_searches.remove(_shared(archive, name).id, by=user_name(settings.review.name), now=now)
        except SavedSearchError as error:
            raise click.UsageError(refusal(str(error))) from error
        resolve_incident(archive, settings.endpoint, key=incident_key(gone), now=now)
    if as_json:
        show_json(_row(gone, settings))
    else:
        click.echo(say("{name} removed", name=gone.name))


def _shared(archive: Archive, name: str) -> SavedSearch:
    """Return the shared search of a name. Raises `SavedSearchError` when there is none."""
    from storage.search.saved import SavedSearchError

    found = archive.saved_searches.named(name)
    if found is None:
        raise SavedSearchError(name, "is not known")
    return found


saved.add_command(list_)
saved.add_command(add)
saved.add_command(remove)
COMMANDS: tuple[click.Command, ...] = (saved,)
