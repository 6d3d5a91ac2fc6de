"""Count the articles found, by the value of each filter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage.database import Database
from storage.search.filters import FILTERS
from storage.search.selection import month_of
from storage.search.terms import FACT_FILTERS

MOST_FACET_VALUES = 50  # of a facet, the most frequent ones; months are all given, the latest first
# Ranges of the score as the filter language writes them, the highest first; a score has one decimal, and may pass 100.
SCORE_RANGES = (">=100", "80..99.9", "60..79.9", "40..59.9", "20..39.9", "<=19.9")
# One statement: what takes the time is to find the articles of the keys, and that is done once.
COUNTED_SQL = f"""
WITH found AS MATERIALIZED
  (SELECT a.id, a.source FROM articles AS a WHERE a.search_key IN (SELECT value FROM json_each(:keys))),
said AS
  (SELECT v.verdict, row_number() OVER (PARTITION BY v.article_id ORDER BY v.id DESC) AS latest
   FROM verdicts AS v WHERE v.undone_at IS NULL AND v.article_id IN (SELECT id FROM found))
SELECT f.kind, f.value, count(DISTINCT f.article_id) FROM found CROSS JOIN facts AS f ON f.article_id = found.id
  AND f.kind IN {FACT_FILTERS} GROUP BY 1, 2
UNION ALL {" UNION ALL ".join(row.count for row in FILTERS.values() if not row.is_fact)}
UNION ALL SELECT 'score', CAST(min(max(s.score, 0), 100) / 20 AS INTEGER), count(*)
  FROM found CROSS JOIN assessments AS s ON s.article_id = found.id GROUP BY 2
"""  # noqa: S608  fixed text


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many articles have each value of a key of the filter language (`month`: `since` and `until` in one)."""

    key: str
    counts: tuple[tuple[str, int], ...]


def facets_of(db: Database, keys: Sequence[int]) -> Iterator[Facet]:
    """Yield the facets of articles by search key, the most frequent value first.

    An article counts once for each value that it has. Ranges of scores go from the highest, months from the latest.
    """
    counts: dict[str, dict[Any, int]] = {key: {} for key in (*FILTERS, "score")}
    for key, value, number in db.execute(COUNTED_SQL, {"keys": json.dumps(list(keys))}):
        counts[key][value] = number
    unsaid = len(keys) - sum(counts["state"].values())
    counts["state"] |= {"new": unsaid} if unsaid else {}
    scores = counts.pop("score")
    for key, values in counts.items():
        ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        yield Facet(key=key, counts=tuple(ordered[:MOST_FACET_VALUES]))
    ranges = ((name, scores.get(step, 0)) for step, name in zip(range(5, -1, -1), SCORE_RANGES, strict=True))
    yield Facet(key="score", counts=tuple((name, number) for name, number in ranges if number))
    months = Counter(map(month_of, keys))
    yield Facet(key="month", counts=tuple(sorted(months.items(), reverse=True)))
