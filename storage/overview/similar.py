"""Find the acts of other policies that share wording, tracks or cited documents with one. Reads only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.database import Database
from storage.overview.announcements import ListedAnnouncement, Overview
from storage.overview.selected import LIVE_SQL, Chosen

LATEST_ACTS = 3000  # acts that are looked through for shared tracks: 15 ms
MOST_WITH_TRACKS = 60  # of these, those with most shared tracks
MOST_CITING = 200  # acts that cite one document: an outline plan is cited by hundreds
SHARED_KEYS_SQL = """
SELECT m.announcement_id AS id, count(DISTINCT f.key) AS shared FROM json_each(:keys) AS k
CROSS JOIN fingerprints AS f ON f.key = k.value JOIN mentions AS m ON m.article_id = f.article_id
GROUP BY 1 ORDER BY 2 DESC LIMIT 60
"""
SHARED_TRACKS_SQL = f"""
SELECT n.id FROM (SELECT n.id, n.tracks FROM announcements AS n WHERE {LIVE_SQL} ORDER BY n.id DESC LIMIT :latest) AS n
CROSS JOIN json_each(n.tracks) AS t WHERE t.value IN (SELECT value FROM json_each(:tracks))
GROUP BY n.id ORDER BY count(*) DESC, n.id DESC LIMIT :limit
"""  # noqa: S608  fixed text
SHARED_CITED_SQL = """
SELECT m.announcement_id AS id, w.value AS title FROM json_each(:titles) AS w
CROSS JOIN facts AS f ON f.kind = 'cited_title' AND f.value = w.value JOIN mentions AS m ON m.article_id = f.article_id
GROUP BY 1, 2 LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAct:
    """An act of another policy, and what it shares with one: sampled keys of wording, and titles that both cite."""

    act: ListedAnnouncement
    shared_keys: int
    cited: tuple[str, ...]


class SimilarActs:
    """The likenesses between the acts of an archive. Merged and rejected ones do not count."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._overview = Overview(db)

    def of(
        self, policy_id: int, *, keys: Iterable[int], tracks: Iterable[str], cited: Iterable[str]
    ) -> list[RelatedAct]:
        """Return the acts of other policies with one of these keys, tracks or cited titles, in no order that tells."""
        words = dict(self._db.execute(SHARED_KEYS_SQL, {"keys": json.dumps(list(keys))}).fetchall())
        titles = self._citing(cited)
        asked = {"tracks": _texts(tracks), "latest": LATEST_ACTS, "limit": MOST_WITH_TRACKS}
        tracked = [row[0] for row in self._db.execute(SHARED_TRACKS_SQL, asked).fetchall()]
        within = Chosen(
            clauses=("n.id IN (SELECT value FROM json_each(:ids))", "n.policy_id <> :policy"),
            values={"ids": json.dumps([*words, *titles, *tracked]), "policy": policy_id},
        )
        return [
            RelatedAct(act=one, shared_keys=words.get(one.id, 0), cited=tuple(titles.get(one.id, ())))
            for one in self._overview.find(within, limit=-1)
        ]

    def _citing(self, cited: Iterable[str]) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for id, title in self._db.execute(SHARED_CITED_SQL, {"titles": _texts(cited), "limit": MOST_CITING}).fetchall():
            found[id].append(title)
        return found


def _texts(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
