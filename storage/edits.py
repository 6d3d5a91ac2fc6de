"""Merge and split announcements by hand: every edit is recorded and can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.announcements import Announcements
from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.near_duplicates import NearDuplicates


class EditError(ValueError):
    """An edit cannot be made. Carries what it was about."""

    def __init__(self, announcement_id: int, problem: str) -> None:
        self.announcement_id = announcement_id
        super().__init__(f"announcement {announcement_id}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One merge or split: articles that left `announcement_id` for `other_id`. `undone_at` is None while it holds."""

    id: int
    made_at: datetime
    action: Literal["merge", "split"]
    announcement_id: int
    other_id: int
    article_ids: tuple[int, ...]
    reason: str
    undone_at: datetime | None


class Edits:
    """The edits of an archive's announcements."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._announcements = Announcements(db)
        self._near_duplicates = NearDuplicates(db)

    def merge(self, announcement_id: int, into: int, *, reason: str, now: datetime) -> Edit:
        """Move all articles of an announcement into another, and let its keys lead there.

        Raises:
            EditError: one is not known, was merged before, or both are one.
        """
        with transaction(self._db):
            self._check(announcement_id)
            self._check(into)
            if announcement_id == into:
                raise EditError(announcement_id, "cannot be merged into itself")
            articles = self._articles(announcement_id)
            self._move(articles, into)
            self._copy_keys(announcement_id, into)
            self._set_merged(announcement_id, into)
            self._rebuild(into)
            return self._record("merge", announcement_id, into, articles, reason, now)

    def split(self, announcement_id: int, article_ids: Iterable[int], into: int, *, reason: str, now: datetime) -> Edit:
        """Move some articles of an announcement into another one that was opened for them, and rebuild both.

        Raises:
            EditError: an article is not of this announcement, or none would be left.
        """
        with transaction(self._db):
            wanted, articles = sorted(set(article_ids)), self._articles(announcement_id)
            strangers = set(wanted) - set(articles)
            if strangers:
                raise EditError(announcement_id, f"has no article {', '.join(map(str, sorted(strangers)))}")
            if not wanted or set(wanted) == set(articles):
                raise EditError(announcement_id, "some articles must go and some must stay")
            self._move(wanted, into)
            self._rebuild(announcement_id)
            self._rebuild(into)
            return self._record("split", announcement_id, into, wanted, reason, now)

    def undo(self, edit_id: int, *, now: datetime) -> Edit:
        """Put an edit's articles back where they were, or into what that was merged into since.

        An announcement that has none left, for a later edit had moved them on, leads there too.

        Raises:
            EditError: there is no such edit, it was undone before, or the articles of a split were moved on since.
        """
        with transaction(self._db):
            edit = next((one for one in self.all() if one.id == edit_id), None)
            if edit is None or edit.undone_at:
                raise EditError(edit_id, "no edit that could be undone")
            if edit.action == "merge":
                self._set_merged(edit.announcement_id, None)
            back, moved = self._standing(edit.announcement_id), self._articles_of(edit)
            if not moved:
                raise EditError(edit_id, "its articles were moved on since: undo that first")
            self._move(moved, back)
            for holder in set(moved.values()) - {back}:
                if not self._articles(holder):
                    self._set_merged(holder, back)
                self._rebuild(holder)
            self._rebuild(back)
            self._db.execute("UPDATE announcement_edits SET undone_at = ? WHERE id = ?", [text_of(now), edit_id])
            return next(one for one in self.all() if one.id == edit_id)

    def all(self) -> list[Edit]:
        """Return all edits, oldest first, those that were undone too."""
        return [
            Edit(
                id=row["id"], made_at=moment_of(row["made_at"]), action=row["action"],
                announcement_id=row["announcement_id"], other_id=row["other_id"],
                article_ids=tuple(json.loads(row["article_ids"])), reason=row["reason"],
                undone_at=moment_of(row["undone_at"]) if row["undone_at"] else None,
            )
            for row in self._db.query("SELECT * FROM announcement_edits ORDER BY id")
        ]  # fmt: skip

    def _check(self, announcement_id: int) -> None:
        row = self._db.execute("SELECT merged_into FROM announcements WHERE id = ?", [announcement_id]).fetchone()
        if row is None:
            raise EditError(announcement_id, "is not known")
        if row[0] is not None:
            raise EditError(announcement_id, f"was merged into {row[0]}")

    def _articles(self, announcement_id: int) -> list[int]:
        rows = self._db.execute(
            "SELECT article_id FROM mentions WHERE announcement_id = ? ORDER BY article_id", [announcement_id]
        ).fetchall()
        return [int(row[0]) for row in rows]

    def _articles_of(self, edit: Edit) -> dict[int, int]:
        """Return the articles that undoing an edit moves, with the announcements that have them now.

        A merge brings back all; a split those that are still where it put them.
        """
        rows = self._db.execute(
            "SELECT article_id, announcement_id FROM mentions WHERE article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(edit.article_ids)],
        ).fetchall()
        return {int(one): int(holder) for one, holder in rows if edit.action == "merge" or holder == edit.other_id}

    def _standing(self, announcement_id: int) -> int:
        """Return the announcement that stands for one: itself, or what it was merged into."""
        (into,) = self._db.execute("SELECT merged_into FROM announcements WHERE id = ?", [announcement_id]).fetchone()
        return announcement_id if into is None else self._standing(int(into))

    def _move(self, article_ids: Iterable[int], into: int) -> None:
        for article_id in article_ids:
            self._db.execute("UPDATE mentions SET announcement_id = ? WHERE article_id = ?", [into, article_id])

    def _copy_keys(self, announcement_id: int, into: int) -> None:
        self._db.execute(
            """INSERT INTO announcement_keys (key, announcement_id, year)
               SELECT key, ?, year FROM announcement_keys WHERE announcement_id = ? ON CONFLICT DO NOTHING""",
            [into, announcement_id],
        )

    def _set_merged(self, announcement_id: int, into: int | None) -> None:
        self._db.execute("UPDATE announcements SET merged_into = ? WHERE id = ?", [into, announcement_id])

    def _rebuild(self, announcement_id: int) -> None:
        """Let an announcement say what the articles say that it has now; one that has none stays as it was."""
        members = self._near_duplicates.members_of(announcement_id)
        if members:
            self._announcements.rebuild(announcement_id, members)

    def _record(
        self, action: str, announcement_id: int, other: int, articles: Iterable[int], reason: str, now: datetime
    ) -> Edit:
        row = {
            "made_at": text_of(now), "action": action, "announcement_id": announcement_id, "other_id": other,
            "article_ids": json.dumps(list(articles)), "reason": reason,
        }  # fmt: skip
        edit_id = self._db.insert("announcement_edits", row)
        return next(edit for edit in self.all() if edit.id == edit_id)
