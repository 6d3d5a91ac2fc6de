"""Read the filter language: words with their operators, and filters like `地区:广东 act:印发 score:>=60`. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storage.folding import whole_characters
from storage.search.days import days_of
from storage.search.expression import Wanted, positive_words
from storage.search.fault import QueryError
from storage.search.filters import CHINESE_KEYS, FILTERS
from storage.search.selection import Selection
from storage.search.text import Word
from storage.search.words import QueryPiece, pieces_of, wanted_of

COMMA_PATTERN = re.compile("[,，、]")
KEY_OF_NAME = {name: key for key, names in CHINESE_KEYS.items() for name in (key, *names)}
SCORE_BOUND_PATTERN = re.compile(r"(?:>=|≥)?(?P<least>\d+(?:\.\d+)?)|(?:<=|≤)(?P<most>\d+(?:\.\d+)?)")
SCORE_RANGE_PATTERN = re.compile(r"(?P<least>\d+(?:\.\d+)?)(?:\.\.|-)(?P<most>\d+(?:\.\d+)?)")
ALL_ARTICLES = Selection()
__all__ = ["Query", "QueryError", "Vocabulary", "parse_query"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search: articles of a selection that hold the words `wanted` (None: any). `text` is how it was written."""

    text: str = ""
    wanted: Wanted | None = None
    selection: Selection = ALL_ARTICLES

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that may stand in what is found, each once."""
        return tuple(dict.fromkeys(positive_words(self.wanted)))


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

    A key that comes again means any of its values; date, since, until and score may come once.

    Raises:
        QueryError: a key, value or operator is not known, a range is reversed, or nothing can be looked for.
    """
    pieces = list(pieces_of(whole_characters(text)))
    wanted = wanted_of(pieces)
    filters = [(piece.key, value) for piece in pieces if piece.kind == "filter" for value in _values(piece)]
    selection = _selected(
        [*filters, *((key, whole_characters(value)) for key, value in more)], vocabulary or Vocabulary()
    )
    return Query(text=whole_characters(text).strip(), wanted=wanted, selection=selection)


def _values(piece: QueryPiece) -> list[str]:
    """Return the values of a filter: 广东,四川 are two, and what is quoted is one."""
    return [piece.text] if piece.is_quoted else COMMA_PATTERN.split(piece.text)


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
    _check_ranges(ranges)
    return Selection(named=named, **ranges)


def _check_ranges(ranges: Mapping[str, Any]) -> None:
    """Raise `QueryError` for a range that ends before it begins."""
    for key, first, last in (("date", "since", "until"), ("score", "min_score", "max_score")):
        if first in ranges and last in ranges and ranges[first] > ranges[last]:
            low, high = ranges[last], ranges[first]
            said = (
                (f"{low}..{high}", f"{high}..{low}") if key == "date" else (f"{low:g}..{high:g}", f"{high:g}..{low:g}")
            )
            raise QueryError("reversed", key=key, value=said[1], nearest=said[:1])


def _range(key: str, name: str, value: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a selection that a range fills; `name` is what its key was called."""
    if key == "score":
        match = SCORE_BOUND_PATTERN.fullmatch(value) or SCORE_RANGE_PATTERN.fullmatch(value)
        if match is None:
            raise QueryError("wrong value", key=name, value=value, nearest=(">=60", "<=80", "60..80"))
        yield from ((f, float(match[g])) for f, g in (("min_score", "least"), ("max_score", "most")) if match[g])
        return
    ends = value.split("..") if key == "date" else [value]
    days = [span for end in ends if (span := days_of(end))]
    if len(days) != len(ends) or len(ends) > 2:
        raise QueryError("wrong value", key=name, value=value, nearest=("2026-01-31", "2026-01", "2026"))
    if key != "until":
        yield "since", days[0][0].isoformat()
    if key != "since":
        yield "until", days[-1][1].isoformat()


def _value(key: str, name: str, value: str, vocabulary: Vocabulary) -> str:
    """Return what a value stands for. Raises `QueryError` when it is none of those that there are."""
    names = FILTERS[key].names
    if key == "region":
        found, known = vocabulary.region_of(value), vocabulary.regions
    elif key == "instrument":
        found, known = vocabulary.instrument_of(value), vocabulary.instruments
    elif names:
        known = tuple(dict.fromkeys((*names, *names.values())))
        meant = FILTERS[key].former.get(value, value)
        found = next((name for name, chinese in names.items() if meant in {name, chinese}), None)
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
