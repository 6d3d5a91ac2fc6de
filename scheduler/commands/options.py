"""Define the options that commands share, and print for them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from scheduler.commands.language import say
from scheduler.commands.refusals import refusal
from scheduler.config.place import default_config

if TYPE_CHECKING:
    from rich.console import Console

    from storage.archive import Archive
    from storage.search.query import Query

CommandFunction = Callable[..., None]

COLONS = frozenset(":：")  # what a filter has in it
AS_JSON = "scheduler.as_json"  # where a context keeps whether JSON was asked for


def command(name: str) -> Callable[[CommandFunction], click.Command]:
    """Make a command with the options that every command has: `--config`, `--json`, `--log`."""

    def make(run: CommandFunction) -> click.Command:
        for option in (
            click.option("--log", type=click.Choice(["console", "json"]), default="console", envvar="FUTUREWATCH_LOG",
                         expose_value=False, is_eager=True, callback=_log, help="How logs on stderr look."),
            click.option("--json", "as_json", is_flag=True, is_eager=True, callback=_remember,
                         help="Print one JSON document."),
            click.option("--config", type=click.Path(path_type=Path), default=default_config,
                         show_default="./config.toml, else ~/.config/futurewatch/config.toml",
                         help="The configuration file."),
        ):  # fmt: skip
            run = option(run)
        return click.command(name)(run)

    return make


def _remember(context: click.Context, _option: click.Parameter, is_asked: bool) -> bool:
    """Let a failure be printed as JSON too."""
    context.meta[AS_JSON] = is_asked
    return is_asked


def _log(_context: click.Context, _option: click.Parameter, style: Literal["console", "json"]) -> None:
    from scheduler.config.log import configure

    configure(style)
    os.environ["FUTUREWATCH_LOG"] = style  # processes that this one starts log alike


def open_archive(config: Path) -> Archive:
    """Return the archive that a configuration names; use it with `with`.

    Raises:
        ConfigurationError: the configuration has faults.
        ArchiveError: the archive cannot be opened.
    """
    from scheduler.config.outline import read_outline
    from storage.archive import Archive

    return Archive.existing_or_empty(read_outline(config).path)


def show_json(document: Any) -> None:
    """Print a JSON document, Chinese as Chinese."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def console() -> Console:
    """Return where people read. Colour obeys NO_COLOR; a file or pipe gets none, and lines as long as they are.

    A word between colons stays as it is: titles are no place for rich's pictures.
    """
    from rich.console import Console

    shown = Console(emoji=False)
    return shown if shown.is_terminal else Console(width=200, soft_wrap=True, emoji=False, highlight=False)


def unknown(id: int, is_announcement: bool) -> str:
    """Return the words for an announcement or article that is not there."""
    return say("announcement {id} is not known", id=id) if is_announcement else say("article {id} is not known", id=id)


def beijing_minute(moment: datetime | None) -> str:
    """Return a moment as commands print it, an empty text for none."""
    from storage.records import BEIJING

    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else ""


class Since(click.ParamType[str]):
    """`2026-01-31`, or `90d`, `12h` back from now; becomes a day in China, `2026-01-31`."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day."""
        from crawler.toml import duration_of
        from storage.records import BEIJING

        back = duration_of(str(value))
        if back is not None:
            return (datetime.now(BEIJING) - back).date().isoformat()
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007  a day has no zone
        except ValueError:
            self.fail(f"{value!r} is neither a day (2026-01-31) nor a duration (90d)", param, ctx)


def since(help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option with its help."""
    return click.option("--since", type=Since(), metavar="DAY|90d", help=help)


def selecting(run: Any) -> Any:
    """Add the options that select articles."""
    from storage.search.filters import FILTERS, RANGE_FILTERS

    helps = {key: f"{row.help} Several mean any of them." for key, row in FILTERS.items()}
    for key, help in reversed([*helps.items(), *((key, text) for key, (_, text) in RANGE_FILTERS.items())]):
        run = click.option(f"--{key}", multiple=True, metavar="VALUE", help=help)(run)
    return run


def query_of(text: str, selected: Mapping[str, tuple[str, ...]]) -> Query:
    """Return the query of a text and of these options.

    Raises:
        click.UsageError: a key or value is not known.
    """
    from storage.search.query import QueryError, parse_query

    options = [(key, value) for key, values in selected.items() for value in values]
    known = None
    if options or COLONS & set(text):  # a query of words alone needs none of the regions and nouns
        from scheduler.config.vocabulary import vocabulary

        known = vocabulary()
    try:
        return parse_query(text, known, more=options)
    except QueryError as error:
        raise click.UsageError(refusal(str(error))) from error
