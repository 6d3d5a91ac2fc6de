"""Keep the searches that people have saved: a feed each, and an alert rule where an endpoint is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.connection import insert, moment_of, text_of, transaction


class SavedSearchError(ValueError):
    """A search cannot be saved or removed. Carries its name."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"saved search {name!r}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search under a name. `query` is in the filter language.

    `endpoint` names who is told of what it finds, None for nobody. `removed_at` is None while it stands.
    """

    id: int
    name: str
    query: str
    endpoint: str | None
    created_at: datetime
    created_by: str
    removed_at: datetime | None


class SavedSearches:
    """The saved searches of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, name: str, query: str, *, endpoint: str | None, by: str, now: datetime) -> SavedSearch:
        """Save a search; whoever calls this has parsed the query.

        Raises:
            SavedSearchError: the name is empty, or a search that stands has it.
        """
        with transaction(self._db):
            if not name.strip():
                raise SavedSearchError(name, "needs a name")
            if self.named(name):
                raise SavedSearchError(name, "is there already")
            row = {
                "name": name, "query": query, "endpoint": endpoint, "created_at": text_of(now), "created_by": by,
                "removed_at": None,
            }  # fmt: skip
            return self.get(insert(self._db, "saved_searches", row))

    def remove(self, name: str, *, now: datetime) -> SavedSearch:
        """Let a search stand no longer; its name is free again.

        Raises:
            SavedSearchError: no search that stands has the name.
        """
        with transaction(self._db):
            known = self.named(name)
            if known is None:
                raise SavedSearchError(name, "is not known")
            self._db.execute("UPDATE saved_searches SET removed_at = ? WHERE id = ?", [text_of(now), known.id])
            return self.get(known.id)

    def get(self, id: int) -> SavedSearch:
        """Return a search, one that was removed too. Raises `KeyError` when there is none."""
        found = self._where("id = ?", [id])
        if not found:
            raise KeyError(id)
        return found[0]

    def named(self, name: str) -> SavedSearch | None:
        """Return the search of a name that stands, None when there is none."""
        return next(iter(self._where("name = ? AND removed_at IS NULL", [name])), None)

    def _where(self, condition: str, values: list[Any]) -> list[SavedSearch]:
        rows = self._db.query(f"SELECT * FROM saved_searches WHERE {condition} ORDER BY id", values)  # noqa: S608
        return [_saved(row) for row in rows]

    def list(self) -> list[SavedSearch]:
        """Return the searches that stand, in the order in which they were saved."""
        return self._where("removed_at IS NULL", [])


def _saved(row: Mapping[str, Any]) -> SavedSearch:
    same = ("id", "name", "query", "endpoint", "created_by")
    return SavedSearch(
        **{name: row[name] for name in same},
        created_at=moment_of(row["created_at"]),
        removed_at=moment_of(row["removed_at"]) if row["removed_at"] else None,
    )
