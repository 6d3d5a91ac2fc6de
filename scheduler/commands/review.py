"""Command `review`: serve the review page."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, show_json


@command("review")
@click.option("--host", help="The address to listen on.  [default: that of [review]]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.  [default: that of [review]]")
@click.option("--hash-password", is_flag=True, help="Ask for a password, print its hash for [[reviewer]], and end.")
@click.option("--while-stdin-is-open", is_flag=True, hidden=True, help="End with the daemon that holds our stdin.")
def review(
    config: Path, as_json: bool, host: str | None, port: int | None, hash_password: bool, while_stdin_is_open: bool
) -> None:
    """Serve the review page until it is stopped: today's announcements, search, verdicts, and all tables."""
    if hash_password:
        _hash_password(as_json=as_json)
        return
    from scheduler.config import config as configuration
    from scheduler.review.server import serve

    def ready(address: str) -> None:
        show_json({"address": address}) if as_json else click.echo(
            say("Review page: {address} (Ctrl-C ends it)").format(address=address)
        )

    settings = configuration.load(config)
    if while_stdin_is_open:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    serve(settings, config, host=host or settings.review.host, port=port or settings.review.port, ready=ready)


def _end_with_stdin() -> None:
    while os.read(0, 1):  # not through sys.stdin: Python cannot end while a thread holds that
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _hash_password(*, as_json: bool) -> None:
    from datasette_auth_passwords.utils import hash_password

    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    made = hash_password(password)
    if as_json:
        show_json({"password_hash": made})
    else:
        click.echo(made)


COMMANDS: tuple[click.Command, ...] = (review,)
