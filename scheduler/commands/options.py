"""What all commands share: their options, and how they print."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console

if TYPE_CHECKING:
    from storage.archive import Archive

Run = Callable[..., None]


def command(name: str) -> Callable[[Run], click.Command]:
    """Make a command with the options that every command has: `--config`, `--json`, `--log`."""

    def make(run: Run) -> click.Command:
        for option in (
            click.option("--log", type=click.Choice(["console", "json"]), default="console", envvar="FUTUREWATCH_LOG",
                         expose_value=False, is_eager=True, callback=_log, help="How logs on stderr look."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
            click.option("--config", type=click.Path(path_type=Path), default=Path("config.toml"), show_default=True,
                         help="The configuration file."),
        ):  # fmt: skip
            run = option(run)
        return click.command(name)(run)

    return make


def _log(_context: click.Context, _option: click.Parameter, style: Literal["console", "json"]) -> None:
    from scheduler.config.log import configure

    configure(style)
    os.environ["FUTUREWATCH_LOG"] = style  # what this process starts logs alike


def open_archive(config: Path) -> Archive:
    """Return the archive that a configuration names; use it with `with`.

    Raises:
        ConfigurationError: the configuration has faults.
        ArchiveError: the archive cannot be opened.
    """
    from scheduler.config import config as configuration
    from storage.archive import Archive

    return Archive(configuration.load(config).archive.path)


def show_json(document: Any) -> None:
    """Print a JSON document, Chinese as Chinese."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def console() -> Console:
    """Return where people read. Colour obeys NO_COLOR; a file or pipe gets none, and lines as long as they are."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=200, soft_wrap=True)
