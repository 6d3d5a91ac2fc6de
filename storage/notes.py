"""Keep what reviewers write beside announcements: notes and tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.folding import fold
from storage.search.expression import Wanted, holds

LONGEST_TAG_CHARACTERS = 24  # characters: a tag is a word or two


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note that a reviewer wrote beside an announcement."""

    id: int
    announcement_id: int
    who: str
    text: str
    made_at: datetime


class Notes:
    """The notes and tags of an archive's announcements."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, announcement_id: int, text: str, *, who: str, now: datetime) -> int:
        """Keep a note and return its id. Raises `ValueError` for an empty one."""
        if not text.strip():
            raise ValueError("a note says something")
        row = {"announcement_id": announcement_id, "who": who, "text": text.strip(), "made_at": text_of(now)}
        with transaction(self._db):
            return self._db.insert("notes", row)

    def remove(self, note_id: int, *, who: str, now: datetime) -> bool:
        """Let a note stand no longer; it stays in the record. False when there is none that stands."""
        with transaction(self._db):
            done = self._db.execute(
                "UPDATE notes SET removed_at = ?, removed_by = ? WHERE id = ? AND removed_at IS NULL",
                [text_of(now), who, note_id],
            )
        return bool(done.rowcount)

    def of(self, announcement_id: int) -> list[Note]:
        """Return the notes of an announcement that stand, oldest first."""
        rows = self._db.query(
            "SELECT * FROM notes WHERE announcement_id = ? AND removed_at IS NULL ORDER BY id", [announcement_id]
        )
        return [_note(row) for row in rows]

    def tag(self, announcement_id: int, tags: Iterable[str], *, who: str, now: datetime) -> None:
        """Give an announcement tags; what it has it keeps. Raises `ValueError` for one that is empty or too long."""
        with transaction(self._db):
            for tag in dict.fromkeys(" ".join(tag.split()) for tag in tags):
                if not 0 < len(tag) <= LONGEST_TAG_CHARACTERS:
                    raise ValueError(f"a tag has 1 to {LONGEST_TAG_CHARACTERS} characters")
                self._db.execute(
                    "INSERT INTO tags (tag, announcement_id, who, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [tag, announcement_id, who, text_of(now)],
                )

    def untag(self, announcement_id: int, tag: str) -> bool:
        """Take a tag from an announcement; False when it has none of that name."""
        with transaction(self._db):
            done = self._db.execute("DELETE FROM tags WHERE announcement_id = ? AND tag = ?", [announcement_id, tag])
        return bool(done.rowcount)

    def tags_of(self, announcement_id: int) -> tuple[str, ...]:
        """Return the tags of an announcement, in the order in which they came."""
        rows = self._db.execute(
            "SELECT tag FROM tags WHERE announcement_id = ? ORDER BY added_at, tag", [announcement_id]
        ).fetchall()
        return tuple(str(row[0]) for row in rows)

    def tags(self, beside: Sequence[str] = ()) -> dict[str, int]:
        """Return all tags with how many announcements have each, the most used first.

        With some tags `beside`, only announcements that have all of these count.
        """
        rows = self._db.execute(
            """SELECT tag, count(*) AS used FROM tags
               WHERE :number = 0 OR announcement_id IN (
                   SELECT announcement_id FROM tags WHERE tag IN (SELECT value FROM json_each(:beside))
                   GROUP BY announcement_id HAVING count(*) = :number)
               GROUP BY tag ORDER BY used DESC, tag""",
            {"beside": json.dumps(list(beside)), "number": len(set(beside))},
        ).fetchall()
        return {str(tag): int(used) for tag, used in rows}

    def tags_among(self, announcement_ids: Iterable[int]) -> dict[str, int]:
        """Return the tags that some announcements have, with how many of these have each, the most used first."""
        rows = self._db.execute(
            """SELECT tag, count(*) AS used FROM tags WHERE announcement_id IN (SELECT value FROM json_each(?))
               GROUP BY tag ORDER BY used DESC, tag""",
            [json.dumps(list(announcement_ids))],
        ).fetchall()
        return {str(tag): int(used) for tag, used in rows}

    def holding(self, wanted: Wanted) -> list[int]:
        """Return the announcements that have a note with the words that are wanted."""
        rows = self._db.execute("SELECT announcement_id, text FROM notes WHERE removed_at IS NULL").fetchall()
        return sorted({int(id) for id, text in rows if holds(wanted, (fold(text),))})

    def matching(self, words: str) -> list[int]:
        """Return the announcements of which a note or tag holds every blank-separated word, newest first."""
        wanted = words.split()
        if not wanted:
            return []
        rows = self._db.execute(
            """SELECT announcement_id, group_concat(text, char(10)) FROM (
                   SELECT announcement_id, text FROM notes WHERE removed_at IS NULL
                   UNION ALL SELECT announcement_id, tag FROM tags)
               GROUP BY announcement_id ORDER BY announcement_id DESC"""
        ).fetchall()
        return [int(id) for id, said in rows if all(word.casefold() in str(said).casefold() for word in wanted)]


def _note(row: Mapping[str, Any]) -> Note:
    same = ("id", "announcement_id", "who", "text")
    return Note(**{name: row[name] for name in same}, made_at=moment_of(row["made_at"]))
