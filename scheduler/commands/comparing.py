"""Commands `deadlines` and `compare`: closing days, and regions or acts beside each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from scheduler.commands.options import command, console, open_archive, query_of, show_json

DEADLINES_AHEAD = timedelta(days=90)  # where no end is given


@command("deadlines")
@click.argument("query", default="")
@click.option("--from", "since", metavar="DAY", help="The first day; today without it.")
@click.option("--to", "until", metavar="DAY", help="The last day; 90 days on without it.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(["申报", "揭榜", "征求意见", "其他"]),
              help="Only these kinds.")  # fmt: skip
@click.option("--ics", is_flag=True, help="Print a calendar (iCalendar).")
def deadlines(
    config: Path, as_json: bool, query: str, since: str | None, until: str | None, kinds: tuple[str, ...], ics: bool
) -> None:
    """List the closing days of calls and consultations, nearest first, of the acts that QUERY chooses."""
    from scheduler.config import config as configuration
    from scheduler.feeds.calendar import calendar_of
    from scheduler.questions.deadlines import AskedDeadlines, list_deadlines
    from storage.records import BEIJING

    first = _day(since) if since else datetime.now(BEIJING).date()
    last = _day(until) if until else first + DEADLINES_AHEAD
    if last < first:
        raise click.UsageError(f"--to {last} lies before --from {first}")
    asked = AskedDeadlines(since=str(first), until=str(last), query=query_of(query, {}), kinds=kinds)
    with open_archive(config) as archive:
        found = list_deadlines(archive, asked)
    if ics:
        click.echo(calendar_of(found, review_url=configuration.load(config).review.url), nl=False)
    elif as_json:
        show_json([one.model_dump() for one in found])
    else:
        for one in found:
            console().print(f"[bold]{one.day}[/]  {one.kind}  {one.title}  [dim]{'、'.join(one.issuers)}[/]")


def _day(text: str) -> date:
    from storage.search.days import days_of

    days = days_of(text)
    if days is None:
        raise click.UsageError(f"{text!r} is no day: write 2026-01-31")
    return days[0]


COMMANDS: tuple[click.Command, ...] = (deadlines,)
