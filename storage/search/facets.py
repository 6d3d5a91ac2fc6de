"""Count the articles found, by the value of each filter."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from storage.database import Database
from storage.search.filters import FILTERS
from storage.search.selection import month_of
from storage.search.terms import FACET_STEPS

MOST_FACET_VALUES = 50  # of a facet, the most frequent ones; months are all given, the latest first
# Ranges of the score as the filter language writes them, the highest first; a score has one decimal, and may pass 100.
SCORE_RANGES = (">=100", "80..99.9", "60..79.9", "40..59.9", "20..39.9", "<=19.9")
COUNTED_SQL = "SELECT e.counted FROM json_each(?) AS k CROSS JOIN search_entries AS e ON e.key = k.value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many articles have each value of a key of the filter language (`month`: `since` and `until` in one)."""

    key: str
    counts: tuple[tuple[str, int], ...]


def facets_of(db: Database, keys: Sequence[int]) -> Iterator[Facet]:
    """Yield the facets of articles by search key, the most frequent value first.

    An article counts once for each value that it has. Ranges of scores go from the highest, months from the latest.
    """
    rows = db.execute(COUNTED_SQL, [json.dumps(list(keys))])
    found = Counter(chain.from_iterable(json.loads(f"[{','.join(row[0] for row in rows)}]")))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for said, number in found.items():
        key, _, value = said.partition(":")
        counts[key][value] = number
    counts["month"] = Counter(map(month_of, keys))
    yield from facets_counted(counts)


def facets_counted(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Facet]:
    """Yield facets of counts by key: of every filter, of `score` by the number of its range, and of `month`."""
    for key in FILTERS:  # a kind of a package that is gone is none
        ordered = sorted(counts.get(key, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        yield Facet(key=key, counts=tuple(ordered[:MOST_FACET_VALUES]))
    scores, steps = counts.get("score", {}), map(str, range(FACET_STEPS, -1, -1))
    ranges = ((name, scores.get(step, 0)) for step, name in zip(steps, SCORE_RANGES, strict=True))
    yield Facet(key="score", counts=tuple((name, number) for name, number in ranges if number))
    yield Facet(key="month", counts=tuple(sorted(counts.get("month", {}).items(), reverse=True)))
