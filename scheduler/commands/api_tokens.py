"""Commands `api-token`: make, list and withdraw the tokens of programs that ask the API and the feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import beijing_minute, command, console, open_archive, show_json
from scheduler.config.user import user_name

if TYPE_CHECKING:
    from storage.api_tokens import ApiToken


@click.group("api-token")
def api_token() -> None:
    """Make and withdraw tokens for programs that ask the API, or the feeds where a login is needed."""


@command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "review", "admin"]), default="read", show_default=True,
              help="Read; give verdicts and save searches too; manage tokens too.")  # fmt: skip
@click.option("--by", default=user_name, show_default="the user's name", help="Who signs what the program writes.")
def create(config: Path, as_json: bool, name: str, scope: Any, by: str) -> None:
    """Make a token for the program NAME, and print it: only its hash is kept."""
    from scheduler.config import config as configuration
    from storage.archive import Archive

    with Archive(configuration.load(config).archive.path) as archive:
        made, text = archive.api_tokens.create(name, scope, owner=None, by=by, now=datetime.now(UTC))
    if as_json:
        show_json(_document(made) | {"token": text})
    else:
        click.echo(text)
        said = say("token {id}, {name}: keep it now, it is shown this once", id=made.id, name=made.name)
        click.echo(said, err=True)


@command("list")
def list_(config: Path, as_json: bool) -> None:
    """List the valid tokens, what each may do and who made it."""
    with open_archive(config) as archive:
        found = archive.api_tokens.list()
    if as_json:
        show_json([_document(one) for one in found])
        return
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("id", "name", "scope", "made", "by", notes=1)
    for one in found:
        table.add_row(str(one.id), escape(one.name), one.scope, beijing_minute(one.created_at), escape(one.created_by))
    console().print(table)


@command("withdraw")
@click.argument("id", type=int)
def withdraw(config: Path, as_json: bool, id: int) -> None:
    """Let the token ID be valid no longer."""
    with open_archive(config) as archive:
        try:
            gone = archive.api_tokens.withdraw(id, now=datetime.now(UTC))
        except KeyError as error:
            raise click.UsageError(say("there is no valid token {id}", id=id)) from error
    if as_json:
        show_json(_document(gone))
    else:
        click.echo(say("token {id}, {name}, withdrawn", id=gone.id, name=gone.name))


def _document(token: ApiToken) -> dict[str, Any]:
    from storage.connection import text_of

    return {
        "id": token.id, "name": token.name, "scope": token.scope, "owner": token.owner,
        "created_by": token.created_by, "created_at": text_of(token.created_at),
        "withdrawn_at": text_of(token.withdrawn_at),
    }  # fmt: skip


for one in (create, list_, withdraw):
    api_token.add_command(one)
COMMANDS: tuple[click.Command, ...] = (api_token,)
