"""The options that select articles. They are the filters of the query language, and are read by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.search.query import Query

HELP = {
    "region": "Name or GB/T 2260 code; a province stands for its cities too.",
    "issuer": "A part of the issuer's name.",
    "act": "印发, 征求意见, 解读, …",
    "instrument": "The document noun: 行动计划, 意见, …",
    "track": "未来能源, 脑机接口, …",
    "source": "A source's id.",
    "since": "Published since this day, month or year.",
    "until": "Published up to this day, month or year.",
    "score": "'>=60', '<=80' or '60..80'.",
    "label": "announcement, related or irrelevant.",
    "state": "Of the review: new, confirmed, rejected or watch.",
}
SINGLE = frozenset({"since", "until", "score"})


def selecting(run: Any) -> Any:
    """Add the options that select articles."""
    for key, help in reversed(HELP.items()):
        several = "" if key in SINGLE else " Several mean any of them."
        run = click.option(f"--{key}", multiple=True, metavar="VALUE", help=f"{help}{several}")(run)
    return run


def query_of(text: str, selected: Mapping[str, tuple[str, ...]]) -> Query:
    """Return the query of a text and of these options.

    Raises:
        click.UsageError: a key or value is not known.
    """
    from scheduler.config.vocabulary import vocabulary
    from storage.search.query import QueryError, parse_query

    options = [(key, value) for key, values in selected.items() for value in values]
    try:
        return parse_query(text, vocabulary(), more=options)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
