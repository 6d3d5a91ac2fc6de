"""Collect the rows of a listing page, and pass over entries that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from storage.records import Link

Entry = TypeVar("Entry")
Read = TypeVar("Read")
# What the parsers of days, numbers and addresses raise for values that nobody could have meant.
UNREADABLE = (ValueError, TypeError, OverflowError, OSError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of a page: `links` has each address once, `rows_seen` counts the rows before that.

    `unusable` counts the rows whose address is missing or none that a request can be made of; they are no links, and
    are counted in `rows_seen`.
    """

    links: tuple[Link, ...] = ()
    rows_seen: int = 0
    unusable: int = 0


def found_in(links: Iterable[Link | None]) -> Found:
    """Return what was found from the links of all rows in order; None is a row without an address that can be used."""
    rows = list(links)
    merged: dict[str, Link] = {}
    for link in filter(None, rows):
        merged.setdefault(link.url, link)
    return Found(links=tuple(merged.values()), rows_seen=len(rows), unusable=rows.count(None))


def each(entries: Iterable[Entry], read: Callable[[Entry], Read]) -> Iterator[Read | None]:
    """Yield what is read of each entry, None for one that cannot be read: it must not take its neighbours along."""
    for entry in entries:
        try:
            yield read(entry)
        except UNREADABLE:
            yield None


def first_with_links(ways: Iterable[Callable[[], Found]]) -> Found:
    """Return what the first way that finds links finds; where none does, what the last one counted."""
    found = Found()
    for way in ways:
        if (found := way()).links:
            break
    return found
