"""Read the filter language: words, quoted phrases, and filters like `地区:广东 act:印发 score:>=60`. Pure.

QueryError
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from storage.folding import fold, whole_characters
from storage.search.days import days_of
from storage.search.filters import CHINESE_KEYS, FILTERS
from storage.search.selection import Selection
from storage.search.text import Word

PIECE_PATTERN = re.compile(
    r"""(?:(?P<key>[A-Za-z_]+|[\u4e00-\u9fff]{1,6})[:：])?"""
    r"""(?:"(?P<straight>[^"]*)"|“(?P<curly>[^”]*)”|(?P<bare>\S+)|(?=\s|$))"""
)
KEY_OF_NAME = {name: key for key, names in CHINESE_KEYS.items() for name in (key, *names)}
SCORE_BOUND_PATTERN = re.compile(r"(?:>=|≥)?(?P<least>\d+(?:\.\d+)?)|(?:<=|≤)(?P<most>\d+(?:\.\d+)?)")
SCORE_RANGE_PATTERN = re.compile(r"(?P<least>\d+(?:\.\d+)?)(?:\.\.|-)(?P<most>\d+(?:\.\d+)?)")
ALL_ARTICLES = Selection()
QueryFault = Literal["unknown key", "wrong value", "given twice", "nothing to look for"]
FAULTS_IN_CHINESE: dict[QueryFault, str] = {
    "unknown key": "没有“{key}”这个筛选项", "wrong value": "“{key}”不能是“{value}”", "given twice": "“{key}”只能写一次",
    "nothing to look for": "“{value}”里没有可检索的文字",
}  # fmt: skip


class QueryError(ValueError):
    """A query cannot be read. Carries the key and value at fault, and the nearest valid ones (empty: none is near).

    `key` is empty when a word is at fault. `in_chinese` says it to analysts.
    """

    def __init__(self, fault: QueryFault, *, key: str = "", value: str = "", nearest: tuple[str, ...] = ()) -> None:
        self.fault, self.key, self.value, self.nearest = fault, key, value, nearest
        where = f"{key}: " if key else ""
        hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
        if fault == "unknown key":
            hint += ' (quote a word that has a colon: "…")'
        super().__init__(f"{where}{fault}" + (f" {value!r}" if value else "") + hint)

    @property
    def in_chinese(self) -> str:
        """The fault in a sentence for analysts."""
        hint = f"，是不是“{'”或“'.join(self.nearest)}”？" if self.nearest else "。"
        return FAULTS_IN_CHINESE[self.fault].format(key=self.key, value=self.value) + hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search: all its words must stand in an article of a selection. `text` is how it was written."""

    text: str = ""
    words: tuple[Word, ...] = ()
    selection: Selection = ALL_ARTICLES


def _code(name: str) -> str | None:
    return name if re.fullmatch(r"\d{6}", name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The values that filters accept. `region_of` returns the code of a region's name or code, None when it knows none.

    `instrument_of` does the same for instruments.
    `regions` and `instruments` are names to propose for an unknown one. Empty `tracks` or `sources`: any name will do.
    """

    region_of: Callable[[str], str | None] = _code
    regions: Collection[str] = ()
    instrument_of: Callable[[str], str | None] = str
    instruments: Collection[str] = ()
    tracks: Collection[str] = ()
    sources: Collection[str] = ()

    def known(self, key: str) -> Collection[str]:
        """Return the values that a filter may have; empty: any."""
        return {"track": self.tracks, "source": self.sources}.get(key, ())


def parse_query(text: str, vocabulary: Vocabulary | None = None, *, more: Iterable[tuple[str, str]] = ()) -> Query:
    """Return the query that a text asks for; `more` are further filters as (key, value), those of a form or of options.

    A key that comes again means any of its values; since, until and score may come once.

    Raises:
        QueryError: a key or value is not known, or no word has a letter or digit.
    """
    words: list[Word] = []
    filters: list[tuple[str, str]] = []
    for piece in PIECE_PATTERN.finditer(whole_characters(text)):
        value = next((piece[name] for name in ("straight", "curly", "bare") if piece[name] is not None), "")
        if piece["key"]:
            filters.append((piece["key"], value))
        elif value.strip():
            words.append(Word(text=fold(value)))
    if words and not any(word.runs for word in words):
        raise QueryError("nothing to look for", value=words[0].text)
    selection = _selected(
        [*filters, *((key, whole_characters(value)) for key, value in more)], vocabulary or Vocabulary()
    )
    return Query(text=whole_characters(text).strip(), words=tuple(dict.fromkeys(words)), selection=selection)


def _selected(filters: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> Selection:
    named: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, Any] = {}
    for name, value in filters:
        key = KEY_OF_NAME.get(name.lower())
        if key is None:
            raise QueryError("unknown key", key=name, nearest=_near(name, KEY_OF_NAME))
        if key in FILTERS:
            named[key] = tuple(dict.fromkeys((*named.get(key, ()), _value(key, name, value, vocabulary))))
            continue
        for field, bound in _range(key, name, value):
            if field in ranges:
                raise QueryError("given twice", key=name)
            ranges[field] = bound
    return Selection(named=named, **ranges)


def _range(key: str, name: str, value: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a selection that a range fills; `name` is what its key was called."""
    if key == "score":
        match = SCORE_BOUND_PATTERN.fullmatch(value) or SCORE_RANGE_PATTERN.fullmatch(value)
        if match is None:
            raise QueryError("wrong value", key=name, value=value, nearest=(">=60", "<=80", "60..80"))
        yield from ((f, float(match[g])) for f, g in (("min_score", "least"), ("max_score", "most")) if match[g])
        return
    days = days_of(value)
    if days is None:
        raise QueryError("wrong value", key=name, value=value, nearest=("2026-01-31", "2026-01", "2026"))
    yield key, days[key == "until"].isoformat()


def _value(key: str, name: str, value: str, vocabulary: Vocabulary) -> str:
    """Return what a value stands for. Raises `QueryError` when it is none of those that there are."""
    names = FILTERS[key].names
    if key == "region":
        found, known = vocabulary.region_of(value), vocabulary.regions
    elif key == "instrument":
        found, known = vocabulary.instrument_of(value), vocabulary.instruments
    elif names:
        known = tuple(dict.fromkeys((*names, *names.values())))
        found = next((name for name, chinese in names.items() if value in {name, chinese}), None)
    else:
        known = vocabulary.known(key)
        found = value if value in known or not known else None
    if not value or found is None:
        raise QueryError("wrong value", key=name, value=value, nearest=_near(value, known))
    return found


def _near(name: str, names: Collection[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, list(names), n=2, cutoff=0.4)) or (
        tuple(names) if len(names) <= 8 else ()
    )
