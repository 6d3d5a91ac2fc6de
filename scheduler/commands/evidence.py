"""Commands `revisions, evidence`: show what an article said before, and check its proof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from storage.records import Revision


@command("revisions")
@click.argument("article", metavar="URL-or-ID")
def revisions(config: Path, as_json: bool, article: str) -> None:
    """Show what an article said before its page was edited, and what each edit changed."""
    with open_archive(config) as archive:
        article_id = archive.revisions.find(article)
        if article_id is None:
            raise click.UsageError(say("{article} is not in the archive", article=article))
        wordings = archive.revisions.of(article_id)
    if as_json:
        show_json({"article": article_id, "revisions": list(_documents(wordings))})
    else:
        _show(wordings)


def _documents(wordings: list[Revision]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from crawler.text.differences import differences
    from storage.connection import text_of

    documents: list[dict[str, Any]] = []
    for number, wording in enumerate(wordings):
        before = wordings[number - 1] if number else wording
        documents.append({
            "title": wording.title, "text": wording.text, "label": wording.label, "score": wording.score,
            "fetched_at": text_of(wording.fetched_at), "replaced_at": text_of(wording.replaced_at),
            "changes": [asdict(change) for change in differences(_words(before), _words(wording))],
        })  # fmt: skip
    return documents


def _words(wording: Revision) -> str:
    return f"{wording.title}\n{wording.text}"


def _show(wordings: list[Revision]) -> None:
    from rich.markup import escape

    from crawler.text.differences import differences
    from storage.records import BEIJING

    out = console()
    for number, wording in enumerate(wordings):
        when = wording.fetched_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        out.rule(f"{number + 1}: {when}  {say(wording.label)} {wording.score:g}", align="left")
        if not number:
            out.print(escape(wording.title))
            continue
        for change in differences(_words(wordings[number - 1]), _words(wording)):
            before, after = change.before.replace("\n", "⏎"), change.after.replace("\n", "⏎")
            removed = f"[red strike]\\[-{escape(change.removed)}-][/]" if change.removed else ""
            added = f"[green]{{+{escape(change.added)}+}}[/]" if change.added else ""
            out.print(f"…{escape(before)}{removed}{added}{escape(after)}…", highlight=False)
    if len(wordings) == 1:
        out.print(f"[dim]{say('never edited, as far as was seen')}[/]")


@click.group("evidence")
def evidence() -> None:
    """Verify the proof of an article; `export --evidence ID` writes it."""


@command("verify")
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
def verify(config: Path, as_json: bool, bundle: Path) -> None:  # noqa: ARG001  every command takes --config
    """Check every hash in a bundle that `export --evidence` wrote; 1 when one does not hold."""
    from scheduler.reports.evidence import BundleError, verify_bundle

    try:
        problems = verify_bundle(bundle)
    except BundleError as error:
        raise click.UsageError(refusal(str(error))) from error
    if as_json:
        show_json({"bundle": str(bundle), "holds": not problems, "problems": problems})
    else:
        for problem in problems or [say("every hash holds")]:
            click.echo(problem)
    sys.exit(1 if problems else 0)


evidence.add_command(verify)


COMMANDS: tuple[click.Command, ...] = (revisions, evidence)
