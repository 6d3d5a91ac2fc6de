"""Commands `announcements list, show, merge, split, undo`: see the announcements, and put a wrong join right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.edits import Edit
    from storage.records import Announcement

STANDINGS = ("news", "official page", "official text")


class _Edited(click.ClickException):
    """An edit that cannot be made: wrong use, nothing was changed."""

    exit_code = 2


@click.group("announcements")
def announcements() -> None:
    """Show announcements, and merge or split them by hand."""


@command("list")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
def list_(config: Path, as_json: bool, limit: int) -> None:
    """List the latest announcements, newest first."""
    with open_archive(config) as archive:
        found = archive.announcements.list(limit=limit)
    if as_json:
        show_json([_document(one) for one in found])
        return
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "version", "region", "act", "published", "articles", "told", "title")
    for one in found:
        table.add_row(
            str(one.id), str(one.version), one.region.name if one.region else "", one.act or "",
            (one.first_published_at or "")[:10], str(len(one.mentions)), _told(one), escape(one.title),
        )  # fmt: skip
    console().print(table)


@command("show")
@click.argument("id", type=int)
def show(config: Path, as_json: bool, id: int) -> None:
    """Show an announcement: its policy's acts, its articles, and why each was joined."""
    with open_archive(config) as archive:
        found = _get(archive, id)
        edits = [edit for edit in archive.edits.all() if id in {edit.announcement_id, edit.other_id}]
    if as_json:
        show_json(_document(found) | {"edits": [_edit_document(edit) for edit in edits]})
        return
    _show(found)
    for edit in edits:
        _show_edit(edit)


def _show(one: Announcement) -> None:
    from rich.markup import escape

    out = console()
    version = say("version {number}", number=one.version)
    out.print(f"[bold]{one.id}[/] {version}  {escape(one.title)}  [dim]{_told(one)}[/]")
    for step in one.timeline if len(one.timeline) > 1 else ():
        mark = "→" if step.announcement_id == one.id else " "
        day = (step.first_published_at or "")[:10]
        out.print(f"{mark} {step.announcement_id} {day} {step.act or ''} {escape(step.title)}")
    for mention in one.mentions:
        marks = [say(STANDINGS[mention.standing]), say(mention.relation)]
        marks += [say("leads")] * (mention.article_id == one.lead_article_id)
        marks += [say("earliest")] * (mention == one.earliest)
        day, article = (mention.published_at or "")[:10], say("article {id}", id=mention.article_id)
        out.print(f"  {article}  {day}  {escape(mention.title)}  [dim]{', '.join(marks)}[/]")
        out.print(f"    {escape(mention.publisher or '')}  {mention.url}", highlight=False)
        if mention.reason:
            out.print(f"    [dim]{escape(mention.reason)}[/]")


@command("merge")
@click.argument("id", type=int)
@click.argument("into", type=int)
@click.option("--reason", required=True, help="Why; kept with the edit.")
def merge(config: Path, as_json: bool, id: int, into: int, reason: str) -> None:
    """Move all articles of announcement ID into announcement INTO: both are about one act."""
    with open_archive(config) as archive:
        from storage.edits import EditError

        try:
            edit = archive.edits.merge(id, into, reason=reason, now=datetime.now(UTC))
        except EditError as error:
            raise _Edited(refusal(str(error))) from error
    _answer(edit, as_json=as_json)


@command("split")
@click.argument("id", type=int)
@click.argument("articles", type=int, nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; kept with the edit.")
@click.option("--tell", is_flag=True, help="Tell the endpoints about the act that was swallowed.")
def split(config: Path, as_json: bool, id: int, articles: tuple[int, ...], reason: str, tell: bool) -> None:
    """Move ARTICLES of announcement ID (see show) into an announcement of their own: they are about another act."""
    from scheduler.config import config as configuration
    from scheduler.review.give_verdict import split_off
    from storage.archive import Archive
    from storage.edits import EditError

    settings, now = configuration.load(config), datetime.now(UTC)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        try:
            edit = split_off(archive, id, articles, reason=reason, tells=tell, settings=settings, now=now)
        except EditError as error:
            raise _Edited(refusal(str(error))) from error
    _answer(edit, as_json=as_json)


@command("undo")
@click.argument("edit", type=int)
def undo(config: Path, as_json: bool, edit: int) -> None:
    """Put the articles of EDIT (see show) back where they were."""
    with open_archive(config) as archive:
        from storage.edits import EditError

        try:
            undone = archive.edits.undo(edit, now=datetime.now(UTC))
        except EditError as error:
            raise _Edited(refusal(str(error))) from error
    _answer(undone, as_json=as_json)


def _get(archive: Archive, id: int) -> Announcement:
    try:
        return archive.announcements.get(id)
    except KeyError as error:
        raise _Edited(f"announcement {id}: is not known") from error


def _told(one: Announcement) -> str:
    return one.held_back or (say("told") if one.is_told else say("not told"))


def _document(one: Announcement) -> dict[str, Any]:
    from scheduler.notify import message

    document = message.document(one)
    for shown, mention in zip(document["articles"], one.mentions, strict=True):
        shown |= {"id": mention.article_id, "standing": STANDINGS[mention.standing], "reason": mention.reason}
    return document | {"is_told": one.is_told, "held_back": one.held_back}


def _answer(edit: Edit, *, as_json: bool) -> None:
    if as_json:
        show_json(_edit_document(edit))
    else:
        _show_edit(edit)


def _show_edit(edit: Edit) -> None:
    undone = f"  {say('undone')}" if edit.undone_at else ""
    said = say("edit {id}: {action} {one} into {other}, articles {moved}: {reason}", id=edit.id, reason=edit.reason,
               action=say(edit.action), one=edit.announcement_id, other=edit.other_id,
               moved=", ".join(map(str, edit.article_ids)))  # fmt: skip
    click.echo(f"{said}{undone}")


def _edit_document(edit: Edit) -> dict[str, Any]:
    from storage.connection import text_of

    return {
        "id": edit.id, "action": edit.action, "announcement": edit.announcement_id, "other": edit.other_id,
        "articles": list(edit.article_ids), "reason": edit.reason, "made_at": text_of(edit.made_at),
        "undone_at": text_of(edit.undone_at),
    }  # fmt: skip


@command("reject")
@click.argument("id", type=int)
@click.option("--reason", required=True, help="What people are told, and what is kept.")
@click.option("--silent", is_flag=True, help="Tell nobody; messages that wait are withdrawn all the same.")
def reject(config: Path, as_json: bool, id: int, reason: str, silent: bool) -> None:
    """Take announcement ID back: withdraw what waits, send a correction to everybody who has it."""
    from scheduler.config import config as configuration
    from scheduler.notify.retract import take_back
    from storage.archive import Archive

    settings = configuration.load(config)
    with Archive.existing_or_empty(settings.archive.path) as archive:
        try:
            number = take_back(archive, id, reason, settings=settings, now=datetime.now(UTC), tells=not silent)
        except KeyError as error:
            raise click.UsageError(say("there is no announcement {id}", id=id)) from error
    if as_json:
        show_json({"rejected": id, "was_rejected": number is None, "corrections": number or 0})
    else:
        done = say("rejected; {number} corrections go out", number=number)
        click.echo(say("was rejected before") if number is None else done)


for one in (list_, show, merge, split, undo, reject):
    announcements.add_command(one)
COMMANDS: tuple[click.Command, ...] = (announcements,)
