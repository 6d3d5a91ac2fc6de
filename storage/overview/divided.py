"""Count announcements by the values that a search is narrowed by. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from storage.database import Database
from storage.overview.selected import DAY_SQL, Chosen
from storage.search.facets import Facet, facets_counted
from storage.search.filters import FILTERS
from storage.search.terms import step_of_score

DIVIDED_SQL = f"""
SELECT n.region, n.act, n.instrument, n.issuers, n.tracks, n.score, substr({DAY_SQL}, 1, 7) AS month,
       {FILTERS["state"].announcement.value} AS state,
       (SELECT json_group_array(DISTINCT a.source) FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
        WHERE m.announcement_id = n.id) AS sources
FROM announcements AS n WHERE {{where}}
"""  # noqa: S608  fixed text


SINGLE = ("region", "act", "instrument", "state", "month")
LISTS = {"issuer": "issuers", "track": "tracks", "source": "sources"}


def facets_of_acts(db: Database, chosen: Chosen) -> tuple[Facet, ...]:
    """Return how many of the chosen announcements have each value, by the key of its filter, as an act's own row says.

    One counts once for each value that it has: for each of its tracks, issuers and sources.
    """
    rows = list(db.query(DIVIDED_SQL.format(where=chosen.where), chosen.values))
    counts: dict[str, Counter[str]] = {key: Counter(row[key] for row in rows if row[key]) for key in SINGLE}
    counts |= {key: _in_lists(row[column] for row in rows) for key, column in LISTS.items()}
    counts["score"] = Counter(str(step_of_score(row["score"])) for row in rows)
    return tuple(facets_counted(counts))


def _in_lists(lists: Iterable[str]) -> Counter[str]:
    """Count the values of JSON lists; the same list is read once."""
    counts = Counter[str]()
    for text, number in Counter(lists).items():
        for value in dict.fromkeys(json.loads(text)):
            counts[value] += number
    return counts
