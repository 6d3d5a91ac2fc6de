"""Commands `backup, prune, doctor`: keep the archive safe, small and whole."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import is_chinese, say
from scheduler.commands.options import command, console, show_json
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from storage.backup import Backup
    from storage.upkeep.integrity import IntegrityCheck
    from storage.upkeep.pruning import Pruned


class Age(click.ParamType[timedelta]):
    """`90d`, `12h`."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return how long that is."""
        from crawler.toml import duration_of

        length = duration_of(str(value))
        if length is None:
            self.fail(say("{value} is no duration (90d, 12h)", value=repr(value)), param, ctx)
        return length


@command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace PATH when it exists.")
@click.option("--public", is_flag=True, help="Copy only what may be given away: no users, notes, verdicts, endpoints.")
def backup(config: Path, as_json: bool, path: Path, force: bool, public: bool) -> None:
    """Copy the archive to PATH, a file or folder, while the daemon goes on; the copy is checked before it has its name.

    To restore one, stop the daemon and put it in the archive's place, with no -wal and -shm file beside it.
    """
    from scheduler.config import config as configuration
    from storage.backup import RESCUED_TIME_FORMAT, BackupError, BackupExistsError, back_up

    archive = configuration.load(config).archive.path
    target = path / f"{archive.stem}-{datetime.now(UTC).strftime(RESCUED_TIME_FORMAT)}.db" if path.is_dir() else path
    try:
        made = _public(archive, target, replaces=force) if public else back_up(archive, target, replaces=force)
    except BackupError as error:
        click.secho(refusal(str(error)), err=True, fg="red")
        sys.exit(2 if isinstance(error, BackupExistsError) else 1)
    if as_json:
        show_json({"path": str(made.path), "bytes": made.bytes, "rows": made.rows})
    else:
        size = f"{made.bytes / 1e6:.1f} MB"
        click.echo(say("{path}: {rows} rows, {size}, whole", path=made.path, rows=made.rows, size=size))


def _public(path: Path, target: Path, *, replaces: bool) -> Backup:
    from storage.archive import Archive
    from storage.public_copy import copy_public

    with Archive.existing(path) as archive:
        return copy_public(archive.db, target, replaces=replaces)


@command("prune")
@click.option("--older-than", type=Age(), metavar="90d", help="Default: [archive] irrelevant_kept.")
@click.option("--yes", is_flag=True, help="Delete; without it nothing is.")
def prune(config: Path, as_json: bool, older_than: timedelta | None, yes: bool) -> None:
    """Show what could go, old articles about no future industry and visits that found nothing; --yes deletes it."""
    from scheduler.config import config as configuration
    from scheduler.daemon.upkeep import prune_archive
    from storage.archive import Archive
    from storage.upkeep.pruning import Pruning

    settings, now = configuration.load(config).archive, datetime.now(UTC)
    kept = older_than or settings.irrelevant_kept
    if kept is None:
        raise click.UsageError(say("say how old: --older-than 180d, or [archive] irrelevant_kept in the configuration"))
    if yes:
        found = prune_archive(settings.path, kept, now)
    else:
        with Archive.existing_or_empty(settings.path) as archive:
            found = Pruning(archive.db, kept=kept, now=now).plan()
    if as_json:
        from dataclasses import asdict

        show_json(asdict(found) | {"deleted": yes})
    else:
        _show_pruned(found, is_done=yes)


def _show_pruned(found: Pruned, *, is_done: bool) -> None:
    said = say("{articles} articles, {pages} pages, {bodies} bodies, {size}, {runs} visits that found nothing").format(
        articles=found.articles, pages=found.pages, bodies=found.bodies, size=f"{found.bytes / 1e6:.1f} MB",
        runs=found.runs,
    )  # fmt: skip
    if is_done:
        click.echo(say("deleted: {what}; the file keeps its size, and new pages use the room", what=said))
    else:
        click.echo(say("would go: {what}; --yes deletes them, their links stay", what=said))


@command("doctor")
@click.option("--repair", is_flag=True, help="Make the search index anew when it is not in step with the articles.")
def doctor(config: Path, as_json: bool, repair: bool) -> None:
    """Check archive, files, clock, disk and endpoints; 1 when something is wrong. Sends nothing to an endpoint."""
    from scheduler.health.doctor import examine

    in_words = is_chinese() and not as_json
    checks = list(examine(config, now=datetime.now(UTC), repairs=repair, is_chinese=in_words))
    is_well = not any(check.findings for check in checks)
    if as_json:
        show_json({"holds": is_well, "checks": [
            {"name": c.name, "looked_at": c.looked_at, "findings": list(c.findings)} for c in checks
        ]})  # fmt: skip
    else:
        _show_checks(checks)
    sys.exit(0 if is_well else 1)


def _show_checks(checks: list[IntegrityCheck]) -> None:
    from rich.table import Table
    from rich.text import Text

    from scheduler.health.check_words import finding_in_chinese

    worded = finding_in_chinese if is_chinese() else str
    table = Table("", *map(say, ("check", "looked at", "finding")), box=None)
    for check in checks:
        mark = Text("✗", style="red") if check.findings else Text("✓", style="green")
        table.add_row(mark, say(check.name), str(check.looked_at), Text("\n".join(map(worded, check.findings))))
    out = console()
    out.print(table)
    wrong = sum(bool(check.findings) for check in checks)
    found = say("{wrong} of {all} checks found something").format(wrong=wrong, all=len(checks))
    out.print(f"[red]{found}[/]" if wrong else f"[green]{say('all is well')}[/]")


COMMANDS: tuple[click.Command, ...] = (backup, prune, doctor)
