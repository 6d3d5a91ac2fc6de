"""Command `mcp`: serve the archive to assistants."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, show_json

HINT = "the extra is missing: pip install 'futurewatch[mcp]'"


@command("mcp")
@click.option("--http", metavar="HOST:PORT", help="Serve over HTTP at /mcp; over stdin and stdout without this.")
def mcp(config: Path, as_json: bool, http: str | None) -> None:
    """Serve the archive to assistants (Model Context Protocol), read only: search, policies, deadlines, sources.

    Where a login is needed for the review page, and on an address that others reach, HTTP wants a token (`api-token`).
    """
    from scheduler.assistants.read_only import ReadOnlyArchive
    from scheduler.config import config as configuration
    from scheduler.review.accounts import needs_login
    from scheduler.review.guard import is_loopback

    try:
        from scheduler.assistants.serve import http_application, serve_http, serve_stdio
        from scheduler.assistants.server import server_of
    except ModuleNotFoundError as error:
        raise click.UsageError(HINT) from error
    settings = configuration.load(config)
    archive = ReadOnlyArchive(settings.archive.path)
    server = server_of(archive, settings)
    if http is None:
        serve_stdio(server)
        return
    host, port = _address(http)
    wants_token = needs_login(settings) or not is_loopback(host)
    app = http_application(server, archive, host=host, settings=settings if wants_token else None)
    address = f"http://{http}/mcp"
    if as_json:
        show_json({"address": address, "wants_token": wants_token})
    else:
        click.echo(f"{address} ({say('wants a token')})" if wants_token else address, err=True)
    serve_http(app, host=host, port=port)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{text!r} is no HOST:PORT", param_hint="--http")
    return host.strip("[]"), int(port)


COMMANDS: tuple[click.Command, ...] = (mcp,)
