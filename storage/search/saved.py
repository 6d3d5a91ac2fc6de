"""Keep the searches that people have saved: a feed each, and an alert rule where an endpoint is named.

A search is its owner's alone, or shared. One that tells an endpoint is shared: it concerns all who read there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database


class SavedSearchError(ValueError):
    """A search cannot be saved or removed. Carries its name."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"saved search {name!r}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search under a name. `query` is in the filter language.

    `endpoint` names who is told of what it finds, None for nobody. `owner` is the person who alone sees it, None when
    it is shared. `removed_at` is None while it stands.
    """

    id: int
    name: str
    query: str
    endpoint: str | None
    created_at: datetime
    created_by: str
    owner: str | None
    removed_at: datetime | None

    def is_seen_by(self, who: str) -> bool:
        """Whether it is shared, or this person's own."""
        return self.owner in {None, who}


class SavedSearches:
    """The saved searches of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self, name: str, query: str, *, endpoint: str | None, by: str, now: datetime, owner: str | None = None
    ) -> SavedSearch:
        """Save a search; whoever calls this has parsed the query.

        Raises:
            SavedSearchError: the name is empty, a search that stands has it (a shared one, or another one of the
                owner), or somebody's own search is to tell an endpoint.
        """
        with transaction(self._db):
            if not name.strip():
                raise SavedSearchError(name, "needs a name")
            if owner is not None and endpoint is not None:
                raise SavedSearchError(name, "tells an endpoint, so it must be shared")
            self._check(name, owner)
            row = {
                "name": name, "query": query, "endpoint": endpoint, "created_at": text_of(now), "created_by": by,
                "owner": owner, "removed_at": None,
            }  # fmt: skip
            return self.get(self._db.insert("saved_searches", row))

    def share(self, id: int) -> SavedSearch:
        """Let everybody have a search that was its owner's alone.

        Raises:
            SavedSearchError: a shared search has its name, or it was removed.
            KeyError: there is none.
        """
        with transaction(self._db):
            known = self.get(id)
            if known.removed_at:
                raise SavedSearchError(known.name, "was removed")
            self._check(known.name, None)
            self._db.execute("UPDATE saved_searches SET owner = NULL WHERE id = ?", [id])
            return self.get(id)

    def remove(self, id: int, *, now: datetime) -> SavedSearch:
        """Let a search stand no longer; its name is free again.

        Raises:
            SavedSearchError: it was removed before.
            KeyError: there is none.
        """
        with transaction(self._db):
            known = self.get(id)
            if known.removed_at:
                raise SavedSearchError(known.name, "was removed")
            self._db.execute("UPDATE saved_searches SET removed_at = ? WHERE id = ?", [text_of(now), id])
            return self.get(id)

    def get(self, id: int) -> SavedSearch:
        """Return a search, one that was removed too. Raises `KeyError` when there is none."""
        found = self._where("id = ?", [id])
        if not found:
            raise KeyError(id)
        return found[0]

    def named(self, name: str, *, owner: str | None = None) -> SavedSearch | None:
        """Return the search of a name that stands, None when there is none: a shared one, or the owner's."""
        return next(iter(self._where("name = ? AND owner IS ? AND removed_at IS NULL", [name, owner])), None)

    def _check(self, name: str, owner: str | None) -> None:
        if self.named(name, owner=owner):
            raise SavedSearchError(name, "is there already")

    def _where(self, condition: str, values: list[Any]) -> list[SavedSearch]:
        rows = self._db.query(f"SELECT * FROM saved_searches WHERE {condition} ORDER BY id", values)  # noqa: S608
        return [_saved(row) for row in rows]

    def shared(self) -> list[SavedSearch]:
        """Return the searches that everybody has."""
        return [one for one in self.list() if one.owner is None]

    def seen_by(self, who: str) -> list[SavedSearch]:
        """Return a person's own searches, then the shared ones."""
        return sorted((one for one in self.list() if one.is_seen_by(who)), key=lambda one: one.owner is None)

    def list(self) -> list[SavedSearch]:
        """Return the searches that stand, everybody's, in the order in which they were saved."""
        return self._where("removed_at IS NULL", [])


def _saved(row: Mapping[str, Any]) -> SavedSearch:
    same = ("id", "name", "query", "endpoint", "created_by", "owner")
    return SavedSearch(
        **{name: row[name] for name in same},
        created_at=moment_of(row["created_at"]),
        removed_at=moment_of(row["removed_at"]) if row["removed_at"] else None,
    )
