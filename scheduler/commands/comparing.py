"""Commands `deadlines` and `compare`: closing days, and regions or acts beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, query_of, show_json

if TYPE_CHECKING:
    from scheduler.questions.comparison_documents import ComparedRegion


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
    from scheduler.questions.deadlines import AskedDeadlines, asked_days, list_deadlines

    first, last = asked_days(_day(since), _day(until), now=datetime.now(UTC))
    if last < first:
        raise click.UsageError(say("--to {last} lies before --from {first}", last=last, first=first))
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


@command("compare")
@click.argument("regions", nargs=-1)
@click.option("--query", default="", help="Only acts that this query chooses: '赛道:量子 起:2026'.")
def compare(config: Path, as_json: bool, regions: tuple[str, ...], query: str) -> None:
    """Put two to five REGIONS beside each other; without any, count acts by region, track and year."""
    from scheduler.questions.compared_regions import FEWEST_REGIONS, MOST_REGIONS, compare_regions, matrix
    from storage.records import BEIJING

    if regions and not FEWEST_REGIONS <= len(regions) <= MOST_REGIONS:
        raise click.UsageError(say("name {few} to {most} regions, or none", few=FEWEST_REGIONS, most=MOST_REGIONS))
    codes = query_of("", {"region": regions}).selection.values("region")
    wanted, today = query_of(query, {}), datetime.now(BEIJING).date()
    with open_archive(config) as archive:
        if regions:
            columns = compare_regions(archive, codes, wanted, today=today)
        else:
            whole = matrix(archive, wanted)
    if as_json:
        show_json([one.model_dump() for one in columns] if regions else whole.model_dump())
    elif regions:
        _show_columns(columns)
    else:
        for one in whole.cells:
            console().print(
                f"{one.region}  {one.track}  {one.year}  [bold]{one.count}[/]{' 首发' if one.is_first else ''}"
            )


def _show_columns(columns: Sequence[ComparedRegion]) -> None:
    from rich.table import Table

    table = Table("", *(one.region.name for one in columns))
    table.add_row("政策", *(str(one.acts) for one in columns))
    table.add_row("最早", *(f"{one.first.day} {one.first.title}" if one.first else "" for one in columns))
    table.add_row("机关", *("、".join(f"{issuer.name} {issuer.count}" for issuer in one.issuers) for one in columns))
    table.add_row("赛道", *("、".join(f"{track.name} {track.count}" for track in one.tracks) for one in columns))
    for year in sorted({some.year or 0 for one in columns for some in one.targets}):
        goals = (
            [goal.value for some in one.targets if (some.year or 0) == year for goal in some.targets] for one in columns
        )
        table.add_row(f"{year or ''} 目标", *("\n".join(some) for some in goals))
    table.add_row("资金", *("\n".join(sum.value for sum in one.money) for one in columns))
    table.add_row("措施", *("、".join(f"{some.name} {some.count}" for some in one.measures) for one in columns))
    table.add_row("将截止", *("\n".join(day.value for day in one.deadlines) for one in columns))
    console().print(table)


def _day(text: str | None) -> date | None:
    from storage.search.days import days_of

    if not text:
        return None
    days = days_of(text)
    if days is None:
        raise click.UsageError(say("{value} is no day: write 2026-01-31", value=repr(text)))
    return days[0]


COMMANDS: tuple[click.Command, ...] = (compare, deadlines)
