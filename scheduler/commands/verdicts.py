"""Commands `near-misses, verdict, verdicts`: show what nearly alerted, and keep what reviewers say of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json, since
from scheduler.commands.refusals import refusal
from scheduler.config.user import user_name
from storage.records import VerdictValue

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.review.give_verdict import Reviewed
    from storage.archive import Archive
    from storage.verdicts import Verdict

SHOWN_HITS = 4  # the strongest hits for and against: enough to see why an article stays below


class _Refused(click.ClickException):
    """A verdict that cannot be given: wrong use, nothing was changed."""

    exit_code = 2


@command("near-misses")
@since("Only articles published since then.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
def near_misses(config: Path, as_json: bool, since: str | None, limit: int) -> None:
    """List the articles that miss the threshold by 20 % or less and wait for a verdict, the highest first."""
    with open_archive(config) as archive:
        found = [dict(row) | {"hits": json.loads(row["hits"])} for row in
                 archive.verdicts.near_misses(since=since, limit=limit)]  # fmt: skip
    if as_json:
        show_json(found)
        return
    from rich.markup import escape

    out = console()
    for row in found:
        mark = f"  [yellow]{row['verdict']}[/]" if row["verdict"] else ""
        out.print(f"[bold]{row['id']}[/]  {row['score']:g} of {row['threshold']:g}  {escape(row['title'])}{mark}")
        out.print(
            f"    {(row['published_at'] or '')[:10]} {escape(row['publisher'] or '')} {row['url']}", highlight=False
        )
        strongest = sorted(row["hits"], key=lambda hit: -abs(hit["points"]))[:SHOWN_HITS]
        reasons = "  ".join("{points:+g} {term}".format_map(hit) for hit in strongest)
        out.print(f"    [dim]{escape(reasons)}[/]")
    out.print(f"[dim]{len(found)} found; futurewatch verdict ID confirmed|rejected|watch --reason …[/]")


@command("verdict")
@click.argument("article", metavar="ARTICLE")
@click.argument("verdict", type=click.Choice(get_args(VerdictValue)))
@click.option("--reason", default="", help="Why; kept with the verdict.")
@click.option("--who", help="Who says so.  [default: $FUTUREWATCH_USER, else the login name]")
def verdict(config: Path, as_json: bool, article: str, verdict: VerdictValue, reason: str, who: str | None) -> None:
    """Say of ARTICLE (id or address) that it is an announcement (confirmed), is none (rejected), or to watch it.

    On the leading article of an announcement it is a verdict on the announcement: rejected, it is taken back, and who
    has it is told a minute later unless [alert] corrections is off.
    """
    from scheduler.review.give_verdict import judge
    from storage.archive import Archive
    from storage.verdicts import VerdictError

    settings = _settings(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        try:
            given = judge(
                archive, _article(archive, article), verdict, who=who or user_name(settings.review.name), reason=reason,
                settings=settings, now=datetime.now(UTC),
            )  # fmt: skip
        except VerdictError as error:
            raise _Refused(refusal(str(error))) from error
    _answer(given, as_json=as_json)


def _article(archive: Archive, named: str) -> int:
    """Return the id of an article that is named by id or address."""
    from crawler.text.canonical import canonical_url

    found = archive.revisions.find(named)
    if found is None and not named.isdigit():
        found = archive.revisions.find(canonical_url(named))
    if found is None:
        raise _Refused(f"there is no article {named}")
    return found


@click.group("verdicts")
def verdicts() -> None:
    """List, undo and export what reviewers said."""


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List all verdicts, oldest first."""
    with open_archive(config) as archive:
        found = archive.verdicts.all()
    if as_json:
        show_json([_document(one) for one in found])
        return
    from rich.markup import escape

    from scheduler.commands.rows import TableRows
    from storage.connection import text_of

    table = TableRows("id", "article", "verdict", "who", "given", "score", "reason", "title", notes=2)
    for one in found:
        said = f"[strike]{one.verdict}[/]" if one.undone_at else one.verdict
        day = (text_of(one.given_at) or "")[:10]
        table.add_row(
            str(one.id), str(one.article_id), said, escape(one.who), day, f"{one.score:g}", escape(one.reason),
            escape(one.title),
        )  # fmt: skip
    console().print(table)


@command("undo")
@click.argument("id", type=int)
def undo(config: Path, as_json: bool, id: int) -> None:
    """Let verdict ID stand no longer; the article's verdict before it does again."""
    from scheduler.review.give_verdict import undo as take_out
    from storage.archive import Archive
    from storage.verdicts import VerdictError

    settings = _settings(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        try:
            undone = take_out(archive, id, settings=settings, now=datetime.now(UTC))
        except VerdictError as error:
            raise _Refused(refusal(str(error))) from error
    _answer(undone, as_json=as_json)


@command("export")
def export(config: Path, as_json: bool) -> None:
    """Print what was confirmed and rejected as labelled lines for evaluate and tune; watched articles are left out."""
    with open_archive(config) as archive:
        rows = [dict(row) for row in archive.verdicts.labelled()]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def _answer(reviewed: Reviewed, *, as_json: bool) -> None:
    given = reviewed.verdict
    if as_json:
        show_json(_document(given) | {"messages": reviewed.told})
        return
    state = say("undone") if given.undone_at else say("by {who}", who=given.who)
    said = say("verdict {id}: article {article} {verdict}, {state}: {title}", id=given.id, article=given.article_id,
               verdict=say(given.verdict), state=state, title=given.title)  # fmt: skip
    click.echo(said)
    if given.announcement_id is not None:
        click.echo(
            say("announcement {id}: {number} messages tell of it", id=given.announcement_id, number=reviewed.told)
        )


def _document(one: Verdict) -> dict[str, Any]:
    from storage.connection import text_of

    return {
        "id": one.id, "article": one.article_id, "announcement": one.announcement_id, "url": one.url,
        "title": one.title, "verdict": one.verdict, "who": one.who, "reason": one.reason, "score": one.score,
        "lexicon_version": one.lexicon_version, "given_at": text_of(one.given_at),
        "undone_at": text_of(one.undone_at),
    }  # fmt: skip


def _settings(config: Path) -> Settings:
    from scheduler.config import config as configuration

    return configuration.load(config)


for one in (list_, undo, export):
    verdicts.add_command(one)
COMMANDS: tuple[click.Command, ...] = (near_misses, verdict, verdicts)
