"""The option `--since`: a day, or how far back from now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click

from crawler.toml import DURATION, UNITS
from storage.records import BEIJING


class Since(click.ParamType[str]):
    """`2026-01-31`, or `90d`, `12h` back from now; becomes a day in China, `2026-01-31`."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day."""
        if match := DURATION.fullmatch(str(value)):
            back = timedelta(**{UNITS[match[2]]: int(match[1])})
            return (datetime.now(BEIJING) - back).date().isoformat()
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007  a day has no zone
        except ValueError:
            self.fail(f"{value!r} is neither a day (2026-01-31) nor a duration (90d)", param, ctx)


def since(help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option with its help."""
    return click.option("--since", type=Since(), metavar="DAY|90d", help=help)
