"""Learn which parameters of addresses have another value at every visit: a nonce, a session, a time. No I/O, no clock.

A document id comes back with its row, so one row that keeps a value clears its parameter. What is learned is dropped
from keys, and titles still tell documents apart: see `crawler.acts.keys`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

PARAMETER = re.compile(r"(?<=[?&])(?P<name>[^=&?#]+)=(?P<value>[^&#]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRow:
    """A row of a listing under its key. `day` is None where the listing gives none."""

    key: str
    title: str
    day: date | None

    @property
    def said(self) -> tuple[str, str, date | None]:
        """Return the features that a row keeps when it comes back: the shape of its address, its title, its day."""
        return shape_of(self.key), self.title, self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The evidence of one reading of a listing on a parameter. `is_kept`: a row came back with its value.

    `votes` are the rows that came back with another value of it, and with no other change.
    """

    shape: str
    name: str
    votes: int
    is_kept: bool


def name_of(parameter: re.Match[str]) -> str:
    """Return the name of a parameter, empty for a value that has none: t1.html?1732795234."""
    return parameter["name"] if parameter["value"] else ""


def shape_of(key: str) -> str:
    """Return what the addresses of one program have in common: host, path and names, 0 for each number."""
    host, slash, path = key.removeprefix("http://").partition("/")
    return host + slash + re.sub(r"\d+", "0", PARAMETER.sub(lambda found: f"{name_of(found)}=", path))


def without(key: str, names: Collection[str]) -> str:
    """Return a key without these parameters."""
    bare = PARAMETER.sub(lambda found: "" if name_of(found) in names else found[0], key)
    return re.sub(r"[?&]+(?=#|$)", "", re.sub(r"([?&])&+", r"\1", bare))


def differing(key: str, other: str) -> frozenset[str]:
    """Return the parameters in which two keys of one shape differ; empty where they differ elsewhere."""
    names = frozenset(name_of(a) for a, b in zip(*map(PARAMETER.finditer, (key, other)), strict=False) if a[0] != b[0])
    return names if without(key, names) == without(other, names) else frozenset()


def weigh(rows: Sequence[KeyedRow], known: Iterable[KeyedRow]) -> list[Weighed]:
    """Return what a reading says of the parameters of its rows; `known` are earlier rows with the same titles.

    A row without a day does not vote: under one title an undated list may show another document every day. Where rows
    differ in nothing but the parameter it may be their id, so they have one vote together, and none under one title.
    """
    before = defaultdict(list)
    for row in known:
        before[row.said].append(row.key)
    kept: set[tuple[str, str]] = set()
    changed: dict[tuple[str, str], set[tuple[str, str, date | None]]] = defaultdict(set)
    for row in rows:
        shape, _, _ = row.said
        names = set(map(name_of, PARAMETER.finditer(row.key)))
        new = _changed(row.key, before[row.said])
        if new is None:
            continue
        kept |= {(shape, name) for name in names - new}
        for name in new:
            changed[shape, name] |= {(without(row.key, new), row.title, row.day)} if row.day else set()
    return [
        Weighed(shape=shape, name=name, votes=_votes(rows, shape, name, changed[shape, name]), is_kept=False)
        for shape, name in changed.keys() - kept
    ] + [Weighed(shape=shape, name=name, votes=0, is_kept=True) for shape, name in kept]


def _changed(key: str, before: Collection[str]) -> frozenset[str] | None:
    """Return the parameters that have other values than before, None for a row that is new."""
    if key in before:
        return frozenset()
    changes = [names for other in before if (names := differing(key, other))]
    return min(changes, key=len, default=None)


def _votes(rows: Sequence[KeyedRow], shape: str, name: str, documents: Collection[object]) -> int:
    alike = {row.key: row for row in rows if shape_of(row.key) == shape}.values()
    rests = Counter(without(row.key, {name}) for row in alike)
    if max(rests.values(), default=1) == 1:
        return len(documents)
    said = Counter((without(row.key, {name}), row.title, row.day) for row in alike)
    return int(bool(documents) and max(said.values()) == 1)
