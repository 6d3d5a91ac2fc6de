"""Count and list announcements by issuer, region and time. Merged and rejected ones do not count."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.overview.selected import DAY_SQL, LIVE_SQL, Chosen
from storage.records import Target

ListOrder = Literal["day", "seen", "score"]
ListGroup = Literal["region", "act", "track"]

PROVINCE_SQL = "substr(n.region, 1, 2) || '0000'"  # NULL where the region is
EACH_TRACK_SQL = "LEFT JOIN json_each(n.tracks) AS t"
# The days are sorted by the index alone; only the rows that are shown are read.
LISTED_SQL = f"""
SELECT n.id, n.version, n.title, n.policy_titles, n.region, n.region_name, n.issuers, n.document_number, n.instrument,
       n.act, n.tracks, n.targets, n.score, c.day, n.first_published_at, n.first_seen_at, n.policy_id, a.url,
       (SELECT min(delivered_at) FROM deliveries WHERE announcement_id = n.id AND state = 'delivered') AS sent_at,
       (SELECT count(*) FROM mentions WHERE announcement_id = n.id) AS articles
FROM (SELECT n.id, {DAY_SQL} AS day{{group}} FROM announcements AS n WHERE {{where}}
      ORDER BY {{order}} LIMIT :limit OFFSET :offset) AS c
CROSS JOIN announcements AS n ON n.id = c.id LEFT JOIN articles AS a ON a.id = n.lead_article_id
ORDER BY {{order}}
"""  # noqa: S608  fixed text
# Orders of a list; those of one group stand together, the largest group first.
ORDERS = {
    "day": f"{DAY_SQL} DESC, n.id DESC", "seen": "n.first_seen_at DESC, n.id DESC", "score": "n.score DESC, n.id DESC",
}  # fmt: skip
GROUPS = {"region": "n.region_name", "act": "n.act", "track": "json_extract(n.tracks, '$[0]')"}
TALLY_SQL = """
SELECT {name} AS name, count(*) AS count,
       sum(NOT EXISTS (SELECT 1 FROM verdicts AS v WHERE v.announcement_id = n.id AND v.undone_at IS NULL)) AS waiting
FROM announcements AS n WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1
"""
# A page's first act is what it is itself; the ones after it are told about.
FIRST_ACT_SQL = "f.rowid = (SELECT min(rowid) FROM facts WHERE article_id = m.article_id AND kind = 'act')"
SEVERAL_ACTS_SQL = f"""
SELECT p.value FROM json_each(:policies) AS p CROSS JOIN announcements AS n ON n.policy_id = p.value
JOIN mentions AS m ON m.announcement_id = n.id JOIN facts AS f ON {FIRST_ACT_SQL}
WHERE {LIVE_SQL} GROUP BY p.key HAVING count(DISTINCT f.value) > 1 ORDER BY p.key LIMIT :limit
"""  # noqa: S608  fixed text
STEPS_SQL = f"""
SELECT n.policy_id, f.value AS act, min(date(coalesce(a.published_at, a.first_seen_at), '+8 hours')) AS day,
       n.id AS announcement_id, a.id AS article_id, a.title
FROM announcements AS n JOIN mentions AS m ON m.announcement_id = n.id JOIN articles AS a ON a.id = m.article_id
JOIN facts AS f ON {FIRST_ACT_SQL}
WHERE {LIVE_SQL} AND n.policy_id IN (SELECT value FROM json_each(:policies))
GROUP BY n.policy_id, f.value ORDER BY day, a.id
"""  # noqa: S608  fixed text
POLICIES_PER_CHAIN = 20  # policies looked at for each chain that is shown: most have one act only


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """An act of a policy and the article that was the first to have it; `day` is a day in China."""

    act: str
    day: str
    announcement_id: int
    article_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The acts of a policy in order of time."""

    policy_id: int
    steps: tuple[PolicyStep, ...]

    @property
    def main(self) -> PolicyStep:
        """The step that issued it, the last one while that has not happened."""
        return next((step for step in self.steps if step.act == "印发"), self.steps[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """How many announcements a province (the nation: 000000) has of one track, and its first one.

    `province` is None where no region is known. `track` is None where none is named, and "" stands for all of them.
    `first_day` is a day in China, `first_id` an announcement of that day.
    """

    province: str | None
    track: str | None
    count: int
    first_day: str
    first_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """How many announcements a month (`2026-03`) has of one act or track; `name` is None for those without."""

    month: str
    name: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAnnouncement:
    """An announcement as a row of a list, in the words of `Announcement`.

    `day` is when it was published in China, or first seen where that is unknown; `url` its most official article's
    address; `articles` how many there are; `sent_at` when the first endpoint had a message about it, None if none had.
    """

    id: int
    policy_id: int
    version: int
    title: str
    policy_titles: tuple[str, ...]
    region: str | None
    region_name: str | None
    issuers: tuple[str, ...]
    document_number: str | None
    instrument: str | None
    act: str | None
    tracks: tuple[str, ...]
    targets: tuple[Target, ...]
    score: float
    day: str
    first_published_at: str | None
    first_seen_at: datetime
    sent_at: datetime | None
    articles: int
    url: str | None

    @property
    def policy_title(self) -> str:
        """The policy's own title, that of the page where it names none."""
        return next(iter(self.policy_titles), self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How many announcements a group of a list has, and how many of them wait; `name` is None for those without."""

    name: str | None
    count: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An announcement that a reviewer took back."""

    announcement_id: int
    title: str
    reason: str
    rejected_at: datetime


class Overview:
    """The announcements of an archive as a whole. Without a region of their own they count under None."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_province(self, chosen: Chosen) -> list[Issued]:
        """Return what every province has issued over all tracks, by its code; an announcement counts once."""
        return self._issued(chosen, "''", "")

    def by_track(self, chosen: Chosen) -> list[Issued]:
        """Return what every province has issued of each track; an announcement counts for every track it names."""
        return self._issued(chosen, "t.value", EACH_TRACK_SQL)

    def months_by_act(self, chosen: Chosen) -> list[MonthCount]:
        """Return the months with their acts, oldest first; an announcement counts once."""
        return self._months(chosen, "n.act", "")

    def months_by_track(self, chosen: Chosen) -> list[MonthCount]:
        """Return the months with their tracks, oldest first; an announcement counts for every track it names."""
        return self._months(chosen, "t.value", EACH_TRACK_SQL)

    def names(self, column: str, chosen: Chosen = Chosen()) -> list[str]:  # noqa: B008  frozen
        """Return the values that the chosen ones have in a column, as `named_counts`."""
        return list(self.named_counts(column, chosen))

    def named_counts(self, column: str, chosen: Chosen = Chosen()) -> dict[str, int]:  # noqa: B008  frozen
        """Return how many of the chosen have each act, instrument, region, track or issuer, the most frequent first."""
        is_list = column in {"tracks", "issuers"}
        value, join = ("t.value", f"LEFT JOIN json_each(n.{column}) AS t") if is_list else (f"n.{column}", "")
        rows = self._db.execute(
            f"""SELECT {value}, count(*) FROM announcements AS n {join}
                WHERE {chosen.where} AND {value} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1""",  # noqa: S608  our names
            chosen.values,
        ).fetchall()
        return {str(name): int(count) for name, count in rows}

    def count(self, chosen: Chosen) -> int:
        """Return how many announcements are chosen."""
        counted = f"SELECT count(*) FROM announcements AS n WHERE {chosen.where}"  # noqa: S608  fixed clauses
        return int(self._db.execute(counted, chosen.values).fetchone()[0])

    def find(
        self, chosen: Chosen, *, limit: int, offset: int = 0, order: ListOrder = "day", group: ListGroup | None = None
    ) -> list[ListedAnnouncement]:
        """Return the chosen announcements, the latest first (`day`: published, `seen`) or the highest; -1: no limit.

        A `group` keeps those of one region, act or first track together, the largest group first.
        """
        by = GROUPS[group] if group else ""
        asked = LISTED_SQL.format(
            where=chosen.where, order=f"size DESC, {by}, {ORDERS[order]}" if by else ORDERS[order],
            group=f", count(*) OVER (PARTITION BY {by}) AS size" if by else "",
        )  # fmt: skip
        return [_listed(row) for row in self._db.query(asked, chosen.values | {"limit": limit, "offset": offset})]

    def tally(self, chosen: Chosen, group: ListGroup) -> list[GroupCount]:
        """Return how many of the chosen announcements each group has, the largest first."""
        asked = TALLY_SQL.format(name=GROUPS[group], where=chosen.where)
        return [GroupCount(**row) for row in self._db.query(asked, chosen.values)]

    def newest(self, chosen: Chosen, *, limit: int) -> list[int]:
        """Return the ids of the chosen announcements, the last one that was found first."""
        found = f"SELECT n.id FROM announcements AS n WHERE {chosen.where} ORDER BY n.id DESC LIMIT :limit"  # noqa: S608
        return [int(row[0]) for row in self._db.execute(found, chosen.values | {"limit": limit}).fetchall()]

    def sources(self) -> list[str]:
        """Return the sources that have an article of an announcement, in order of their ids."""
        rows = self._db.execute(
            f"""SELECT DISTINCT a.source FROM announcements AS n JOIN mentions AS m ON m.announcement_id = n.id
                JOIN articles AS a ON a.id = m.article_id WHERE {LIVE_SQL} ORDER BY 1"""  # noqa: S608  fixed text
        ).fetchall()
        return [str(row[0]) for row in rows]

    def chains(self, chosen: Chosen, *, limit: int) -> list[Chain]:
        """Return the policies that went through several acts (征求意见, 印发, 解读), the one that moved last first.

        A policy is chosen when one of its announcements is; then all of its acts are shown.
        """
        candidates = self._db.execute(
            f"""SELECT n.policy_id FROM announcements AS n WHERE {chosen.where}
                GROUP BY 1 ORDER BY max({DAY_SQL}) DESC LIMIT {limit * POLICIES_PER_CHAIN}""",  # noqa: S608  fixed clauses
            chosen.values,
        ).fetchall()
        asked = {"policies": json.dumps([policy for (policy,) in candidates]), "limit": limit}
        several = self._db.query(SEVERAL_ACTS_SQL, asked)
        steps: dict[int, list[PolicyStep]] = defaultdict(list)
        for row in self._db.query(STEPS_SQL, {"policies": json.dumps([row["value"] for row in several])}):
            steps[row.pop("policy_id")].append(PolicyStep(**row))
        chains = [Chain(policy_id=policy, steps=tuple(some)) for policy, some in steps.items() if len(some) > 1]
        return sorted(chains, key=lambda chain: chain.steps[-1].day, reverse=True)[:limit]

    def rejected(self, since: datetime, until: datetime) -> list[Rejected]:
        """Return what was taken back from one moment to before another, in that order."""
        rows = self._db.query(
            """SELECT r.announcement_id, n.title, r.reason, r.rejected_at
               FROM rejections AS r JOIN announcements AS n ON n.id = r.announcement_id
               WHERE r.rejected_at >= ? AND r.rejected_at < ? ORDER BY r.rejected_at, n.id""",
            [text_of(since), text_of(until)],
        )
        return [Rejected(**{**row, "rejected_at": moment_of(row["rejected_at"])}) for row in rows]

    def _issued(self, chosen: Chosen, track: str, join: str) -> list[Issued]:
        # SQLite takes bare columns (n.id) from the row that has the minimum.
        rows = self._db.query(
            f"""SELECT {PROVINCE_SQL} AS province, {track} AS track, count(*) AS count, min({DAY_SQL}) AS first_day,
                       n.id AS first_id
                FROM announcements AS n {join} WHERE {chosen.where} GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608  fixed
            chosen.values,
        )
        return [Issued(**row) for row in rows]

    def _months(self, chosen: Chosen, name: str, join: str) -> list[MonthCount]:
        rows = self._db.query(
            f"""SELECT substr({DAY_SQL}, 1, 7) AS month, {name} AS name, count(*) AS count
                FROM announcements AS n {join} WHERE {chosen.where} GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608  fixed
            chosen.values,
        )
        return [MonthCount(**row) for row in rows]


def _listed(row: Mapping[str, Any]) -> ListedAnnouncement:
    lists = {name: tuple(json.loads(row[name])) for name in ("issuers", "tracks", "policy_titles")}
    lists["targets"] = tuple(Target(**target) for target in json.loads(row["targets"]))
    sent = moment_of(row["sent_at"]) if row["sent_at"] else None
    return ListedAnnouncement(**{**row, **lists, "first_seen_at": moment_of(row["first_seen_at"]), "sent_at": sent})
