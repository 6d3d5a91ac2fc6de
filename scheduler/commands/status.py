"""Command `status`: show how the program is, once or again and again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.commands.language import is_chinese, say
from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from scheduler.config.config import Settings
    from scheduler.health.status import Picture
    from storage.archive import Archive
    from storage.runs import SourceState

WATCH_SECONDS = 2.0
SHOWN_WHILE_WATCHING = 15  # failing sources: what a screen has room for


@command("status")
@click.option("--watch", is_flag=True, help="Show it again every two seconds, until Ctrl-C.")
def status(config: Path, as_json: bool, watch: bool) -> None:
    """Show how daemon, sources and endpoints are; 1 when a source fails, or something keeps alerts from people."""
    from scheduler.config import config as configuration
    from scheduler.health.status import document, take
    from storage.archive import Archive

    settings = configuration.load(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        if watch:
            _watch(archive, settings, as_json=as_json)
            return
        picture = take(archive, settings, now=datetime.now(UTC))
    if as_json:
        show_json(document(picture))
    else:
        out = console()
        out.print(*_troubles(picture), _sources(picture.states), *_summary(picture), sep="\n")
    sys.exit(0 if picture.is_well else 1)


def _watch(archive: Archive, settings: Settings, *, as_json: bool) -> None:
    """Show the summary and the failing sources until Ctrl-C."""
    import time

    from rich.live import Live

    from scheduler.health.status import take

    out = console()
    if as_json or not out.is_terminal:
        raise click.UsageError(say("--watch is for a terminal; elsewhere ask again: status --json"))
    with Live(console=out, screen=True, auto_refresh=False) as live:
        try:
            while True:
                live.update(_screen(take(archive, settings, now=datetime.now(UTC))), refresh=True)
                time.sleep(WATCH_SECONDS)
        except KeyboardInterrupt:
            return


def _screen(picture: Picture) -> RenderableType:
    from rich.console import Group

    failing = picture.failing
    more = say("… and {number} more").format(number=len(failing) - SHOWN_WHILE_WATCHING)
    rest = f"[dim]{more}[/]" if len(failing) > SHOWN_WHILE_WATCHING else ""
    well = f"[green]{say('no source fails')}[/]"
    shown = [_sources(failing[:SHOWN_WHILE_WATCHING]), rest] if failing else [well]
    return Group(*_troubles(picture), *_summary(picture), "", *shown, "", f"[dim]{say('Ctrl-C ends')}[/]")


def _troubles(picture: Picture) -> list[RenderableType]:
    """Return what is wrong and what to do about it; single portals are counted only, their rows follow."""
    from rich.markup import escape

    from scheduler.health import trouble_words as words

    in_words = words.in_chinese if is_chinese() else words.in_english
    remedy = words.remedy_in_chinese if is_chinese() else words.remedy_in_english
    told = [one for one in picture.troubles if one.is_shared]
    portals = sum(len(one.sources) for one in picture.troubles if one not in told)
    lines = [
        f"[{'red' if one.keeps_alerts else 'yellow'}]{'✗' if one.keeps_alerts else '!'} {escape(in_words(one))}[/]"
        f"\n  {escape(remedy(one))}"
        for one in told
    ]
    if portals:
        lines.append(f"[yellow]! {say('{number} sources failed at the last visit').format(number=portals)}[/]")
    return [*lines]


def _summary(picture: Picture) -> list[RenderableType]:
    """Return what matters most, a line each, and the endpoints."""
    from rich.markup import escape

    from scheduler.health.wording import summary_in_chinese

    lines: list[RenderableType] = [_daemon(picture), *_gaps(picture)]
    said = say("incident {id} since {when}: {summary}")
    for one in picture.incidents:
        summary = summary_in_chinese(one.key, one.members) if is_chinese() else one.summary
        lines.append(f"[red]{escape(said.format(id=one.id, when=_moment(one.opened_at), summary=summary))}[/]")
    if picture.endpoints:
        lines.append(_endpoints(picture))
    if set(picture.exits) - {"direct"}:
        told = say("exit {name}: {requests} requests in a day, {failed} failed, {seconds} s each")
        for name, use in picture.exits.items():
            each = f"{use.seconds / use.requests:.2f}"
            lines.append(escape(told.format(name=name, requests=use.requests, failed=use.failed, seconds=each)))
    lines.append("  ".join(f"{say(name)} [bold]{number}[/]" for name, number in sorted(picture.outcomes.items())))
    counts = {say(name.replace("_", " ")): number for name, number in picture.counts.items()}
    lines.append("  ".join(f"{name} [bold]{number}[/]" for name, number in counts.items()))
    return lines


def _daemon(picture: Picture) -> str:
    size = say("archive {size}").format(size=f"[bold]{picture.bytes / 1e6:.1f} MB[/]")
    looked = picture.last_tick_at
    tick = say("last looked {when}").format(when=_moment(looked)) if looked else say("never looked")
    if picture.is_watching:
        return f"[green]{say('watching')}[/] ({say('process {pid}').format(pid=picture.pid)})  {tick}  {size}"
    return f"[yellow]{say('no daemon is watching')}[/]  {tick}  {size}"


def _gaps(picture: Picture) -> list[str]:
    if not picture.gaps:
        return []
    longest, missed = max(gap.length for gap in picture.gaps), sum(gap.missed for gap in picture.gaps)
    last = picture.gaps[0]
    length = str(longest).partition(".")[0]
    said = say("stood still {times} times in 7 days, {missed} visits missed, longest {longest}")
    said = said.format(times=len(picture.gaps), missed=missed, longest=length)
    ended = say("last {start} to {end} ({cause})")
    ended = ended.format(start=_moment(last.started_at), end=_moment(last.ended_at), cause=say(last.cause))
    return [f"[yellow]{said}[/], {ended}"]


def _endpoints(picture: Picture) -> Table:
    from rich.table import Table

    names = ("endpoint", "pending", "waiting", "dead", "delivered", "oldest", "last delivered")
    table = Table(*map(say, names), box=None)
    for one in picture.endpoints.values():
        numbers = [str(one.states.get(state, 0)) for state in ("pending", "waiting", "dead", "delivered")]
        oldest = str(picture.taken_at - one.oldest_at).partition(".")[0] if one.oldest_at else ""
        table.add_row(one.name, *numbers, oldest, _moment(one.last_delivered_at) if one.last_delivered_at else "")
    return table


def _sources(states: Sequence[SourceState]) -> RenderableType:
    """Return the sources that were visited as a table; those that were not are counted only."""
    from rich.console import Group
    from rich.markup import escape

    from scheduler.commands.crawl import COLOURS, rows_of, trouble_of
    from scheduler.commands.rows import TableRows

    table = TableRows("source", "outcome", "last run", "last healthy", "failures", "error, flaws or rows")
    visited = [(state, state.last) for state in states if state.last]
    for state, last in visited:
        moments = [_moment(m) if m else "" for m in (last.finished_at, state.last_healthy_at)]
        said = trouble_of(last) or rows_of(last)
        outcome = f"[{COLOURS[last.outcome]}]{say(last.outcome)}[/]"
        table.add_row(state.source, outcome, *moments, str(state.failures), escape(said))
    never = len(states) - len(visited)
    waiting = [f"[dim]{say('{number} sources not visited yet').format(number=never)}[/]"] if never else []
    return Group(*([table] if visited else []), *waiting)


def _moment(moment: datetime) -> str:
    from storage.records import BEIJING

    return moment.astimezone(BEIJING).strftime("%m-%d %H:%M")


COMMANDS: tuple[click.Command, ...] = (status,)
