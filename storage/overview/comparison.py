"""Give what is compared: acts with their facts by region, counts by region, track and year, and who cites whom."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.database import Database
from storage.overview.announcements import PROVINCE_SQL
from storage.overview.selected import DAY_SQL, LIVE_SQL, POLICY_TITLE_SQL, Chosen

COMPARED_KINDS = ("target", "money", "deadline")
ACTS_SQL = f"""
SELECT n.id, n.title, {POLICY_TITLE_SQL} AS policy_title, n.issuers, n.act, n.tracks, {DAY_SQL} AS day,
       n.lead_article_id AS article, a.text,
       (SELECT json_group_array(json_array(f.kind, f.value, f.quote, f.year, f.number, f.unit)) FROM facts AS f
        WHERE f.article_id = n.lead_article_id AND f.kind IN {COMPARED_KINDS}) AS facts
FROM announcements AS n JOIN articles AS a ON a.id = n.lead_article_id
WHERE {{where}} ORDER BY day DESC, n.id DESC LIMIT :limit
"""  # noqa: S608  fixed text
# SQLite takes a bare column (n.id) from the row that has the minimum.
MATRIX_SQL = f"""
SELECT {PROVINCE_SQL} AS region, t.value AS track, substr({DAY_SQL}, 1, 4) AS year, count(*) AS count,
       min({DAY_SQL}) AS first_day, n.id AS first_id
FROM announcements AS n JOIN json_each(n.tracks) AS t WHERE {{where}} AND n.region IS NOT NULL GROUP BY 1, 2, 3
"""  # noqa: S608  fixed text
CITING_SQL = f"""
SELECT DISTINCT n.id, n.policy_id, {POLICY_TITLE_SQL} AS title, n.region_name AS region, n.act, {DAY_SQL} AS day
FROM json_each(:titles) AS w JOIN facts AS f ON f.kind = :kind AND f.value = w.value
JOIN announcements AS n ON n.lead_article_id = f.article_id
WHERE {LIVE_SQL} AND n.policy_id <> :policy ORDER BY day, n.id LIMIT :limit
"""  # noqa: S608  fixed text


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCount:
    """How many acts a province has of a track in a year, and the first of them; `first_day` is a day in China."""

    region: str
    track: str
    year: str
    count: int
    first_day: str
    first_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAct:
    """An act that cites a policy, or is of one that is cited.

    `title` is the policy's own, `day` a day in China, `region` a name.
    """

    id: int
    policy_id: int
    title: str
    region: str | None
    act: str | None
    day: str


class ActComparison:
    """The values that an archive's acts are compared by. Merged and rejected ones do not count."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def acts(self, chosen: Chosen, *, limit: int) -> list[Mapping[str, Any]]:
        """Return the latest chosen acts with the text of their leading article and its facts, each as a list."""
        rows = self._db.query(ACTS_SQL.format(where=chosen.where), chosen.values | {"limit": limit})
        return [{**row, **{name: json.loads(row[name]) for name in ("issuers", "tracks", "facts")}} for row in rows]

    def matrix(self, chosen: Chosen) -> list[MatrixCount]:
        """Return the counts by province, track and year; an act counts for every track that it names."""
        return [MatrixCount(**row) for row in self._db.query(MATRIX_SQL.format(where=chosen.where), chosen.values)]

    def citing(self, titles: Iterable[str], *, policy: int, limit: int) -> list[LinkedAct]:
        """Return the acts of other policies whose leading article cites one of these titles, oldest first."""
        return self._linked(titles, "cited_title", policy, limit)

    def cited(self, policy: int, *, limit: int) -> list[LinkedAct]:
        """Return the acts of other policies whose titles the acts of a policy cite, oldest first."""
        rows = self._db.execute(
            """SELECT DISTINCT f.value FROM announcements AS n JOIN facts AS f ON f.article_id = n.lead_article_id
               WHERE n.policy_id = ? AND n.merged_into IS NULL AND f.kind = 'cited_title'""",
            [policy],
        ).fetchall()
        return self._linked((row[0] for row in rows), "policy_title", policy, limit)

    def _linked(self, titles: Iterable[str], kind: str, policy: int, limit: int) -> list[LinkedAct]:
        values = {"titles": json.dumps(list(titles)), "kind": kind, "policy": policy, "limit": limit}
        return [LinkedAct(**row) for row in self._db.query(CITING_SQL, values)]
