"""Keep announcements: one row for each policy act, the keys that tell it, the articles about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.articles import dump
from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import (
    SECTION_PLAN,
    Announcement,
    Assessment,
    Hit,
    Judged,
    Key,
    Member,
    Mention,
    Milestone,
    Region,
    Relation,
    Target,
)

MOST_EXPLAINING_HITS = 12  # hits that an alert shows, strongest first: a screenful
# The fields that one article may leave out and another one fill.
COMPLETED_FIELDS = (
    "document_number", "instrument", "act", "region", "region_name", "issuers", "policy_titles", "tracks", "targets",
)  # fmt: skip

# As `Announcement.earliest` has it: of one day's articles one that gives its time.
FIRST_DAY_SQL = """SELECT a.published_at FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
WHERE m.announcement_id = :id AND a.published_at <> ''
ORDER BY date(a.published_at, '+8 hours'), instr(a.published_at, 'T') = 0, a.published_at LIMIT 1"""


class Announcements:
    """The announcements of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_article(self, article_id: int) -> int | None:
        """Return the announcement that an article belongs to, None when it belongs to none."""
        row = self._db.execute("SELECT announcement_id FROM mentions WHERE article_id = ?", [article_id]).fetchone()
        return int(row[0]) if row else None

    def led_by(self, article_id: int) -> int | None:
        """Return the announcement that an article leads, None when it leads none."""
        row = self._db.execute(
            """SELECT n.id FROM mentions AS m JOIN announcements AS n ON n.id = m.announcement_id
               WHERE m.article_id = ? AND n.lead_article_id = m.article_id AND n.merged_into IS NULL""",
            [article_id],
        ).fetchone()
        return int(row[0]) if row else None

    def open(
        self,
        article_id: int,
        judged: Judged,
        *,
        keys: Iterable[Key],
        standing: int = 0,
        follows: int | None = None,
        held_back: str | None = None,
        now: datetime,
    ) -> Announcement:
        """Open an announcement that an article is the first to make. `follows` is an earlier act of its policy."""
        with transaction(self._db):
            row = _row(judged) | {
                "version": self._next_version(follows), "first_seen_at": text_of(now), "updated_at": text_of(now),
                "policy_id": follows and self._policy_of(follows), "lead_article_id": article_id,
                "held_back": held_back,
            }  # fmt: skip
            announcement_id = self._db.insert("announcements", row)
            self._db.execute(
                "UPDATE announcements SET policy_id = coalesce(policy_id, id) WHERE id = ?", [announcement_id]
            )
            self.join(announcement_id, article_id, relation="original", keys=keys, standing=standing, now=now)
            return self.get(announcement_id)

    def join(
        self,
        announcement_id: int,
        article_id: int,
        *,
        relation: Relation,
        keys: Iterable[Key],
        standing: int = 0,
        reason: str = "",
        now: datetime,
    ) -> None:
        """Add an article to an announcement, with the keys that it brings and its date if it is the earliest."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO mentions (article_id, announcement_id, relation, standing, reason, joined_at)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (article_id) DO NOTHING""",
                [article_id, announcement_id, relation, standing, reason, text_of(now)],
            )
            self.add_keys(announcement_id, keys)
            self._renew_first_day(announcement_id)

    def add_keys(self, announcement_id: int, keys: Iterable[Key]) -> None:
        """Let an announcement be found by more keys."""
        for key in keys:
            self._db.execute(
                "INSERT INTO announcement_keys (key, announcement_id, year) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [key.text, announcement_id, key.year],
            )

    def lead(self, announcement_id: int, article_id: int, judged: Judged) -> None:
        """Let a more official article speak for an announcement; what it leaves out stays as it was known.

        Score and explanation change only to a higher score: what passed an endpoint's least score goes on passing.
        """
        with transaction(self._db):
            known = self._known(announcement_id)
            row = _completed(_row(judged), known) | {"lead_article_id": article_id}
            del row["first_published_at"]
            if row["score"] < known["score"]:
                row |= {name: known[name] for name in ("score", "threshold", "explanation")}
            self._db.update("announcements", announcement_id, row)

    def complete(self, announcement_id: int, judged: Judged) -> None:
        """Add what an article knows more: documents that it names, and whatever the lead leaves out."""
        with transaction(self._db):
            known = self._known(announcement_id)
            row = _completed(dict(known), _row(judged))
            self._db.update("announcements", announcement_id, {name: row[name] for name in COMPLETED_FIELDS})

    def rebuild(self, announcement_id: int, members: Sequence[Member]) -> None:
        """Let an announcement say what these articles say, the most official first; its version stays."""
        with transaction(self._db):
            standings = {mention.article_id: mention.standing for mention in self._mentions(announcement_id)}
            lead = min(members, key=lambda m: (-standings[m.article_id], m.article_id))
            row = _row(self.judged(lead)) | {"lead_article_id": lead.article_id}
            for member in members:
                row = _completed(row, _row(self.judged(member)))
            row["region_name"] = self._region_name(row["region"])
            self._db.update("announcements", announcement_id, row)
            self._renew_first_day(announcement_id)

    def judged(self, member: Member) -> Judged:
        """Return an article of an announcement with how it was assessed."""
        return Judged(article=member.article, facts=member.facts, assessment=self.assessment(member.article_id))

    def assessment(self, article_id: int) -> Assessment:
        """Return how an article was assessed. Raises `KeyError` when there is no such article."""
        row = next(self._db.query("SELECT * FROM assessments WHERE article_id = ?", [article_id]), None)
        if row is None:
            raise KeyError(article_id)
        same = ("score", "threshold", "label", "lexicon_version")
        return Assessment(
            **{name: row[name] for name in same}, hits=tuple(Hit(**hit) for hit in json.loads(row["hits"]))
        )

    def raise_version(self, announcement_id: int, *, now: datetime) -> Announcement:
        """Note that an announcement has changed in a way that people are told about, and return it as it is now."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE announcements SET version = version + 1, updated_at = ? WHERE id = ?",
                [text_of(now), announcement_id],
            )
            return self.get(announcement_id)

    def note_told(self, announcement_id: int, *, now: datetime) -> None:
        """Note that people have a message about an announcement."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE announcements SET told_at = coalesce(told_at, ?) WHERE id = ?", [text_of(now), announcement_id]
            )

    def is_policy_told(self, announcement_id: int) -> bool:
        """True when people have had a message about an act of this announcement's policy."""
        told = "SELECT 1 FROM announcements WHERE policy_id = ? AND told_at IS NOT NULL"
        return self._db.execute(told, [self._policy_of(announcement_id)]).fetchone() is not None

    def get(self, announcement_id: int) -> Announcement:
        """Return an announcement with its articles, the first ones first. Raises `KeyError` when there is none."""
        row = self._known(announcement_id)
        return _announcement(row, self._mentions(announcement_id), self._timeline(row["policy_id"]))

    def list(self, *, limit: int) -> list[Announcement]:
        """Return the latest announcements, newest first, without those that were merged into others."""
        latest = "SELECT id FROM announcements WHERE merged_into IS NULL ORDER BY id DESC LIMIT ?"
        return [self.get(row[0]) for row in self._db.execute(latest, [limit]).fetchall()]

    def _region_name(self, code: str | None) -> str | None:
        """Return what a region is called; facts keep its code only."""
        named = "SELECT region_name FROM announcements WHERE region = ? AND region_name <> region LIMIT 1"
        row = self._db.execute(named, [code]).fetchone()
        return str(row[0]) if row else code

    def _renew_first_day(self, announcement_id: int) -> None:
        self._db.execute(
            f"UPDATE announcements SET first_published_at = ({FIRST_DAY_SQL}) WHERE id = :id",  # noqa: S608  fixed text
            {"id": announcement_id},
        )

    def _known(self, announcement_id: int) -> Mapping[str, Any]:
        known = """SELECT n.*, coalesce(n.told_at, (SELECT min(o.told_at) FROM announcements AS o
                                                    WHERE o.merged_into = n.id)) AS known_since
                   FROM announcements AS n WHERE n.id = ?"""
        row = next(self._db.query(known, [announcement_id]), None)
        if row is None:
            raise KeyError(announcement_id)
        return row

    def _policy_of(self, announcement_id: int) -> int:
        return int(self._known(announcement_id)["policy_id"])

    def _next_version(self, follows: int | None) -> int:
        """Return 1, or one more than the highest version of the policy that a new act belongs to."""
        if follows is None:
            return 1
        (highest,) = self._db.execute(
            "SELECT max(version) FROM announcements WHERE policy_id = ?", [self._policy_of(follows)]
        ).fetchone()
        return int(highest) + 1

    def _mentions(self, announcement_id: int) -> tuple[Mention, ...]:
        rows = self._db.query(
            """SELECT m.article_id, a.url, a.title, a.publisher, a.source, a.published_at, m.relation, m.standing,
                      m.reason
               FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
               WHERE m.announcement_id = ? ORDER BY m.joined_at, m.article_id""",
            [announcement_id],
        )
        return tuple(Mention(**row) for row in rows)

    def _timeline(self, policy_id: int) -> tuple[Milestone, ...]:
        rows = self._db.query(
            """SELECT id AS announcement_id, act, title, first_published_at FROM announcements
               WHERE policy_id = ? AND merged_into IS NULL ORDER BY coalesce(first_published_at, first_seen_at), id""",
            [policy_id],
        )
        return tuple(Milestone(**row) for row in rows)


def _row(judged: Judged) -> dict[str, Any]:
    article, facts, assessment = judged.article, judged.facts, judged.assessment
    strongest = sorted(assessment.hits, key=_weight)[:MOST_EXPLAINING_HITS]
    return {
        "title": article.title,
        "region": facts.region and facts.region.code, "region_name": facts.region and facts.region.name,
        "issuers": dump(list(facts.values("issuer"))), "policy_titles": dump(list(facts.values("policy_title"))),
        "document_number": facts.first("document_number"), "instrument": facts.first("instrument"),
        "act": facts.first("act"), "tracks": dump(list(facts.values("track"))),
        "targets": dump([Target(year=t.year, text=t.quote) for t in facts.of("target")]),
        "score": assessment.score, "threshold": assessment.threshold, "explanation": dump(strongest),
        "first_published_at": text_of(article.published_at),
    }  # fmt: skip


def _weight(hit: Hit) -> tuple[bool, float]:
    """Return where a hit stands among those that are kept: first what decides when people are told, then the rest."""
    return not hit.term.startswith(SECTION_PLAN), -abs(hit.points)


def _completed(row: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with what it leaves out taken from another, and the documents that both name."""
    filled = {name: other[name] if row[name] in {None, "[]"} else row[name] for name in COMPLETED_FIELDS}
    return row | filled | {"policy_titles": _combined(row["policy_titles"], other["policy_titles"])}


def _combined(first: str, second: str) -> str:
    """Return two JSON lists of names as one; the same name with other brackets and dashes counts once."""
    names = {"".join(filter(str.isalnum, name)): name for name in [*json.loads(second), *json.loads(first)]}
    ordered = dict.fromkeys("".join(filter(str.isalnum, name)) for name in [*json.loads(first), *json.loads(second)])
    return json.dumps([names[bare] for bare in ordered], ensure_ascii=False)


def _announcement(
    row: Mapping[str, Any], mentions: tuple[Mention, ...], timeline: tuple[Milestone, ...]
) -> Announcement:
    region = Region(code=row["region"], name=row["region_name"]) if row["region"] else None
    same = (
        "id", "version", "title", "document_number", "instrument", "act", "score", "threshold", "first_published_at",
        "policy_id", "lead_article_id", "held_back",
    )  # fmt: skip
    return Announcement(
        **{name: row[name] for name in same},
        region=region,
        issuers=tuple(json.loads(row["issuers"])),
        policy_titles=tuple(json.loads(row["policy_titles"])),
        tracks=tuple(json.loads(row["tracks"])),
        targets=tuple(Target(**target) for target in json.loads(row["targets"])),
        explanation=tuple(Hit(**hit) for hit in json.loads(row["explanation"])),
        first_seen_at=moment_of(row["first_seen_at"]),
        mentions=mentions,
        timeline=timeline,
        is_told=row["known_since"] is not None,
        updated_at=moment_of(row["updated_at"]),
    )
