"""Put the probable meaning into a query that cannot be read: what was meant, and the query with it. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.review.known_names import KnownName
from storage.search.fault import QueryError
from storage.search.filters import CHINESE_KEYS
from storage.search.query import KEY_OF_NAME

MOST_FIXES = 3
MENDED = frozenset({"unknown key", "wrong value", "reversed", "unknown operator"})  # faults that a word mends


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A word that was probably meant, and the query that has it."""

    name: str
    query: str


def fixes_of(text: str, error: QueryError, sources: Sequence[KnownName]) -> tuple[Fix, ...]:
    """Return what was probably meant by a query; empty where none is near. A source's name stands for its id."""
    if error.fault not in MENDED:
        return ()
    wrong = error.key if error.fault == "unknown key" else error.value
    if error.fault == "reversed":  # days are said whole, however short they were written
        keys = "|".join((error.key, *CHINESE_KEYS[error.key]))
        found = re.search(rf"\b(?:{keys})[:：](?P<wrong>\S+?(?:\.\.|-)\S+)", text)
    else:
        found = re.search(rf"(?:(?<=[:：,，、\"“])|(?<=^)|(?<=\s))(?P<wrong>{re.escape(wrong)})", text)
    if found is None:
        return ()
    meant = {name: name for name in error.nearest}
    if error.fault == "wrong value" and KEY_OF_NAME.get(error.key.lower()) == "source":
        by_name = {one.name: one.value for one in sources}
        near = difflib.get_close_matches(error.value, by_name, n=MOST_FIXES, cutoff=0.4)
        meant = {name: by_name[name] for name in near} or meant
    return tuple(
        Fix(name=name, query=f"{text[: found.start('wrong')]}{value}{text[found.end('wrong') :]}")
        for name, value in list(meant.items())[:MOST_FIXES]
    )
