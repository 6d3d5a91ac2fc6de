"""Command `sources verify`: check which of the sources work from here."""

from __future__ import annotations

import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sources import Source
    from scheduler.config.config import Settings
    from scheduler.config.program import Program
    from storage.archive import Archive
    from storage.checks import SourceCheck

REPORT = Path("verified")


@command("verify")
@click.option(
    "--region", "regions", multiple=True, metavar="CODE", help="Only this region, a province with its cities."
)
@click.option("--source", "ids", multiple=True, metavar="ID", help="Only this source.")
@click.option("--again", is_flag=True, help="Check anew what was checked within the last 12 hours, too.")
@click.option(
    "--via", "exits", multiple=True, metavar="EXIT", help="Find which of these exits work for what; writes nothing."
)
@click.option("--report", "folder", type=click.Path(path_type=Path), default=REPORT, show_default=True,
              help="Where to write report.json, report.html, proposals.toml and answers.json.")  # fmt: skip
def verify(
    config: Path, as_json: bool, regions: tuple[str, ...], ids: tuple[str, ...], again: bool, exits: tuple[str, ...],
    folder: Path,
) -> None:  # fmt: skip
    """Check the sources from here, those that are off too; 1 when one that is on gives no rows.

    May be stopped and started again: what was checked within the last 12 hours is not asked again.
    """
    from scheduler.config import config as configuration
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from scheduler.sources.check_report import report
    from storage.lock import sole_crawler

    settings = configuration.load(config)
    chosen = _chosen(settings, regions, ids)
    if exits:
        sys.exit(_try_exits(settings, chosen, exits, as_json=as_json))
    with sole_crawler(settings.archive.path), program(settings, chosen) as opened:
        due = chosen if again else _due(opened.context.archive, chosen)
        if due:
            if not as_json:
                _announce(due, settings)
            reactor.run(_check(opened, due, quiet=as_json), opened)
        said = report(_checked(opened.context.archive, chosen))
    _write(folder, said)
    if as_json:
        show_json(said)
    else:
        _show(said, folder, unchecked=len(chosen) - said["checked"])
    failing = any(line["enabled"] and line["state"] == "fails" for line in said["sources"])
    sys.exit(1 if failing or said["checked"] < len(chosen) else 0)


def _try_exits(settings: Settings, sources: tuple[Source, ...], exits: tuple[str, ...], *, as_json: bool) -> int:
    """Show which exit works for which source; return 1 when one that is on works through none."""
    from dataclasses import asdict

    from rich.markup import escape

    from crawler.network.exits.exit import DIRECT
    from crawler.toml import nearest
    from scheduler.commands.rows import TableRows
    from scheduler.config.program import program
    from scheduler.daemon import reactor
    from scheduler.sources.check_exits import best_exits, check_exits
    from storage.lock import sole_crawler

    known = [DIRECT, *(one.name for one in settings.exit)]
    for name in exits:
        if name not in known:
            raise click.UsageError(
                say("--via {name}: no exit of this name {hint}", name=name, hint=nearest(name, known)).strip()
            )
    with sole_crawler(settings.archive.path), program(settings, sources) as opened:
        checks = reactor.run(check_exits(sources, exits, opened.context), opened)
    best = best_exits(checks)
    if as_json:
        show_json({"checks": [asdict(check) for check in checks], "via": best})
    else:
        table = TableRows("source", "exit", "state", "rows", "what is missing")
        for check in checks:
            table.add_row(check.source, check.exit, check.state, str(check.rows), escape(check.reason))
        console().print(table)
        lines = (f"{json.dumps(source)} = {json.dumps(via)}" for source, via in best.items() if via)
        console().print("\n".join(["[sources.via]", *lines]), highlight=False, markup=False)
    return int(any(source.enabled and not best.get(source.id) for source in sources))


def _chosen(settings: Settings, regions: tuple[str, ...], ids: tuple[str, ...]) -> tuple[Source, ...]:
    from crawler.text.regions import by_code

    for code in regions:
        if code not in by_code():
            raise click.UsageError(say("--region {code}: no region has this GB/T 2260 code", code=code))
    named = settings.named(ids) if ids else settings.watched
    return tuple(source for source in named if not regions or any(_lies_in(source, code) for code in regions))


def _lies_in(source: Source, code: str) -> bool:
    return source.region == code or (code.endswith("0000") and code != "000000" and source.region[:2] == code[:2])


def _due(archive: Archive, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    from scheduler.sources.check_all import fresh

    known = {check.source for check in fresh((archive.checks.of(source.id) for source in sources), datetime.now(UTC))}
    return tuple(source for source in sources if source.id not in known)


def _checked(archive: Archive, sources: tuple[Source, ...]) -> Iterable[tuple[Source, SourceCheck]]:
    for source in sources:
        check = archive.checks.of(source.id)
        if check is not None:
            yield source, check


def _announce(due: tuple[Source, ...], settings: Settings) -> None:
    from rich.console import Console

    from scheduler.sources.check_all import expected_duration
    from scheduler.visits.by_host import by_host

    minutes = expected_duration(due, delay_seconds=settings.crawl.delay_seconds).total_seconds() / 60
    said = say("{sources} sources on {hosts} hosts, each asked one thing at a time: about {minutes} min")
    said = said.format(sources=len(due), hosts=len(by_host(due)), minutes=f"{minutes:.0f}")
    Console(stderr=True).print(said, highlight=False)


async def _check(opened: Program, sources: tuple[Source, ...], *, quiet: bool) -> None:
    """Check sources with a bar on stderr; SIGINT and SIGTERM end it, what is done by then is kept."""
    import asyncio

    from scheduler.commands.progress import progress
    from scheduler.sources.check_all import Verifying

    with progress(len(sources), quiet=quiet) as step:
        verifying = Verifying(opened.context, lambda check: step(what=f"{check.source} {say(check.state)}"))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, verifying.stop)
        await verifying.check(sources)


def _write(folder: Path, said: dict[str, Any]) -> None:
    from scheduler.config.whole_file import write_whole
    from scheduler.sources.check_report import answers, page, proposals

    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("report", said), ("answers", answers(said))):
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        write_whole(folder / f"{name}.json", text)
    write_whole(folder / "report.html", page(said))
    write_whole(folder / "proposals.toml", proposals(said))


def _show(said: dict[str, Any], folder: Path, *, unchecked: int) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows
    from scheduler.sources.check_report import rows_of

    colours = {"works": "green", "partly": "yellow", "fails": "red"}
    table = TableRows("source", "state", "rows", "newest", "score", "what is missing")
    for line in said["sources"]:
        newest = line["newest"][0] if line["newest"] else {"date": None, "score": None}
        score = "" if newest["score"] is None else f"{max(row['score'] for row in line['newest']):g}"
        name = line["source"] if line["enabled"] else f"[dim]{line['source']} ({say('off')})[/]"
        trouble = (line["cause"] or line["outcome"]) if line["state"] == "fails" else ""
        state = f"[{colours[line['state']]}]{say(line['state'])} {trouble}[/]"
        table.add_row(name, state, str(rows_of(line)), newest["date"] or "", score, escape(line["reason"]))
    out = console()
    out.print(table)
    out.print(", ".join(f"{count} {say(state)}" for state, count in sorted(said["states"].items())), highlight=False)
    for name, meaning in (
        ("on", "work here though off"),
        ("off", "do not work here"),
        ("again", "may pass by itself"),
    ):
        if said[name]:
            out.print(f"{say(meaning)}: {', '.join(said[name])}", highlight=False)
    if said["moved"]:
        out.print(f"{say('moved')}: {', '.join(said['moved'])}", highlight=False)
    if unchecked:
        left = say("{number} not checked yet; the same command goes on").format(number=unchecked)
        out.print(f"[yellow]{left}[/]")
    files = "report.json, report.html, proposals.toml"
    out.print(
        say("written to {folder}: {files}; answers.json may be sent to others").format(folder=folder, files=files)
    )
    if said["on"] or said["off"] or said["moved"]:
        out.print(say("futurewatch sources apply takes the proposals up"))
