"""Suggest how a query may go on where its cursor stands: filters, their values, operators, subscriptions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urlencode

from scheduler.review.known_names import KnownName
from storage.folding import fold
from storage.search.filters import CHINESE_KEYS
from storage.search.query import KEY_OF_NAME
from storage.search.saved import SavedSearch

MOST_SUGGESTIONS = 8
LOOKED_BACK = 200  # characters before the cursor: longer than any value
BREAKS = r"\s,，、\"“”()（）"  # characters that end a word or a value
TYPED_PATTERN = re.compile(
    rf"(?:(?<=^)|(?<=[\s(（\-－]))(?:(?P<key>[A-Za-z_]+|[\u4e00-\u9fff]{{1,6}})[:：](?:[^{BREAKS}]*[,，、])*)?"
    rf"(?P<quote>[\"“]?)(?P<said>(?![-－])[^{BREAKS}:：]*)$"
)
REST_PATTERN = re.compile(rf"[^{BREAKS}:：]*[\"”]?")
PLAIN_PATTERN = re.compile(r"[\w.>=<≥≤-]+")
OPERATORS = {"OR": "有一个就行", "NOT": "不含", "~20": "相距不超过 20 字"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPart:
    """The part of a query under the cursor, by its offsets; `key` is that of its filter, empty for a word."""

    start: int
    end: int
    key: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A line of the list: its kind, how it reads, and the text for the part under the cursor, or an address to open.

    `count` is how many policies have it, None where that is not counted.
    """

    kind: str
    name: str
    insert: str = ""
    address: str = ""
    count: int | None = None


def typed_at(text: str, at: int) -> TypedPart | None:
    """Return the part of a query under a cursor; None where nothing can be suggested."""
    at = min(max(at, 0), len(text))
    base = max(0, at - LOOKED_BACK)
    found = TYPED_PATTERN.search(text[base:at])
    if found is None:
        return None
    key = KEY_OF_NAME.get((found["key"] or "").lower(), "")
    if found["key"] and not key:
        return None
    rest = REST_PATTERN.match(text, at)
    return TypedPart(
        start=base + found.start("quote"), end=rest.end() if rest else at, key=key, said=fold(found["said"])
    )


def suggestions(
    part: TypedPart, names: Mapping[str, Sequence[KnownName]], saved: Sequence[SavedSearch], *, today: date
) -> tuple[Suggestion, ...]:
    """Return how a part may go on, at most eight; nothing for a word that was not begun."""
    if part.key:
        return tuple(islice(_values(part.key, part.said, names, today), MOST_SUGGESTIONS))
    return tuple(islice(_anything(part.said, names, saved), MOST_SUGGESTIONS)) if part.said else ()


def written(value: str) -> str:
    """Return a value as a query has it, in quotes where it needs them."""
    bare = value.replace('"', "")
    return value if PLAIN_PATTERN.fullmatch(value) else f'"{bare}"'


def _values(key: str, said: str, names: Mapping[str, Sequence[KnownName]], today: date) -> Iterator[Suggestion]:
    kind = CHINESE_KEYS[key][0]
    for one in _fitting(said, names.get(key, ())):
        yield Suggestion(kind=kind, name=one.name, insert=f"{written(one.value)} ", count=one.count or None)
    for value in _ranges(key, today):
        if value.startswith(said):
            yield Suggestion(kind=kind, name=value, insert=f"{value} ")


def _ranges(key: str, today: date) -> Sequence[str]:
    if key == "score":
        return (">=60", ">=80", "<=60", "60..80")
    return (f"{today:%Y}", f"{today:%Y-%m}", f"{today}") if key in {"date", "since", "until"} else ()


def _anything(
    said: str, names: Mapping[str, Sequence[KnownName]], saved: Sequence[SavedSearch]
) -> Iterator[Suggestion]:
    for operator, meaning in OPERATORS.items():
        if operator.lower().startswith(said):
            yield Suggestion(kind="运算符", name=f"{operator}　{meaning}", insert=f"{operator} ")
    for key, called in CHINESE_KEYS.items():
        if any(name.startswith(said) for name in (*called, key)):
            yield Suggestion(kind="筛选项", name=f"{called[0]}:", insert=f"{called[0]}:")
    for search in saved:
        if said in fold(search.name):
            yield Suggestion(kind="订阅", name=search.name, address=f"/search?{urlencode({'q': search.query})}")
    # The best of each kind in turn: regions alone would fill the list.
    each = {key: list(islice(_fitting(said, some), MOST_SUGGESTIONS)) for key, some in names.items()}
    for rank in range(MOST_SUGGESTIONS):
        for key, fitting in each.items():
            for one in fitting[rank : rank + 1]:
                kind = CHINESE_KEYS[key][0]
                yield Suggestion(
                    kind=kind, name=one.name, insert=f"{kind}:{written(one.value)} ", count=one.count or None
                )


def _fitting(said: str, names: Sequence[KnownName]) -> Iterator[KnownName]:
    """Yield the names that begin with what was typed, then those that hold it elsewhere, each part in its order."""
    yield from (one for one in names if one.folded.startswith(said))
    yield from (one for one in names if said in one.folded and not one.folded.startswith(said))
