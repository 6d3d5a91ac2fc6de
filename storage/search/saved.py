"""Keep the searches that people have saved: a feed each, and an alert rule where endpoints are named.

A search is its owner's alone, or shared. One that tells an endpoint is shared: it concerns all who read there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from storage.connection import moment_of, text_of, transaction
from storage.database import Database

Frequency: TypeAlias = Literal["instant", "hourly", "daily", "weekly"]


class SavedSearchError(ValueError):
    """A search cannot be saved or removed. Carries its name."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"saved search {name!r}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search under a name. `query` is in the filter language.

    `endpoints` are told of what it finds, as often as `frequency` says; None: at each endpoint's own times. `owner` is
    the person who alone sees it, None when it is shared. `removed_at` is None while it stands.
    """

    id: int
    name: str
    query: str
    endpoints: tuple[str, ...]
    frequency: Frequency | None
    created_at: datetime
    created_by: str
    owner: str | None
    removed_at: datetime | None

    def is_seen_by(self, who: str) -> bool:
        """Whether it is shared, or this person's own."""
        return self.owner in {None, who}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearchChange:
    """A change of a saved search; `before` is what it was. `undone_by` is None while the change stands."""

    id: int
    changed_at: datetime
    who: str
    before: SavedSearch
    undone_by: str | None


class SavedSearches:
    """The saved searches of an archive. Every change of one is noted, and can be undone, the latest first."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        name: str,
        query: str,
        *,
        by: str,
        now: datetime,
        endpoints: Sequence[str] = (),
        frequency: Frequency | None = None,
        owner: str | None = None,
    ) -> SavedSearch:
        """Save a search; whoever calls this has parsed the query.

        Raises:
            SavedSearchError: the name is empty, a search that stands has it (a shared one, or another one of the
                owner), or somebody's own search is to tell an endpoint.
        """
        with transaction(self._db):
            self._check_whole(name, endpoints, owner)
            self._check(name, owner)
            row = {
                "name": name, "query": query, "endpoints": _listed(endpoints), "frequency": frequency,
                "created_at": text_of(now), "created_by": by, "owner": owner, "removed_at": None,
            }  # fmt: skip
            return self.get(self._db.insert("saved_searches", row))

    def change(
        self,
        id: int,
        *,
        name: str,
        query: str,
        endpoints: Sequence[str],
        frequency: Frequency | None,
        owner: str | None,
        by: str,
        now: datetime,
    ) -> SavedSearch:
        """Let a search be another one, under the same number and at the same feed; `query` has been parsed.

        What waits for its time keeps that time.

        Raises:
            SavedSearchError: as with `add`, or it was removed.
            KeyError: there is none.
        """
        with transaction(self._db):
            known = self._standing(id)
            self._check_whole(name, endpoints, owner)
            if (name, owner) != (known.name, known.owner):
                self._check(name, owner)
            values = {
                "name": name, "query": query, "endpoints": _listed(endpoints), "frequency": frequency, "owner": owner,
            }  # fmt: skip
            return self._set(known, values, by, now)

    def share(self, id: int, *, by: str, now: datetime) -> SavedSearch:
        """Let everybody have a search that was its owner's alone.

        Raises:
            SavedSearchError: a shared search has its name, or it was removed.
            KeyError: there is none.
        """
        with transaction(self._db):
            known = self._standing(id)
            self._check(known.name, None)
            return self._set(known, {"owner": None}, by, now)

    def remove(self, id: int, *, by: str, now: datetime) -> SavedSearch:
        """Let a search stand no longer; its name is free again.

        Raises:
            SavedSearchError: it was removed before.
            KeyError: there is none.
        """
        with transaction(self._db):
            return self._set(self._standing(id), {"removed_at": text_of(now)}, by, now)

    def undo(self, change_id: int, *, by: str) -> SavedSearch:
        """Put a search back to what it was before its latest change that stands.

        Raises:
            SavedSearchError: the change is not that one, or another search has the name by now.
            KeyError: there is no such change.
        """
        with transaction(self._db):
            row = next(self._db.query("SELECT search_id FROM saved_search_changes WHERE id = ?", [change_id]), None)
            if row is None:
                raise KeyError(change_id)
            known = self.get(row["search_id"])
            latest = next((one for one in self.changes_of(known.id) if one.undone_by is None), None)
            if latest is None or latest.id != change_id:
                raise SavedSearchError(known.name, "was changed since, or this was undone before")
            before = latest.before
            if before.removed_at is None and (
                known.removed_at or (before.name, before.owner) != (known.name, known.owner)
            ):
                self._check(before.name, before.owner)
            self._write(known.id, _state(before))
            self._db.execute("UPDATE saved_search_changes SET undone_by = ? WHERE id = ?", [by, change_id])
            return self.get(known.id)

    def changes_of(self, id: int) -> Sequence[SavedSearchChange]:
        """Return the changes of a search, the latest first."""
        rows = self._db.query("SELECT * FROM saved_search_changes WHERE search_id = ? ORDER BY id DESC", [id])
        now = self._db.query("SELECT * FROM saved_searches WHERE id = ?", [id])
        kept = next(iter(now), {})
        return [
            SavedSearchChange(
                id=row["id"], changed_at=moment_of(row["changed_at"]), who=row["who"], undone_by=row["undone_by"],
                before=_saved(kept | json.loads(row["before"])),
            )
            for row in rows
        ]  # fmt: skip

    def removed(self, who: str) -> Sequence[SavedSearch]:
        """Return the searches that were removed and that a person saw, the latest first."""
        gone = [one for one in self._where("removed_at IS NOT NULL", []) if one.is_seen_by(who)]
        return sorted(gone, key=lambda one: str(one.removed_at), reverse=True)

    def get(self, id: int) -> SavedSearch:
        """Return a search, one that was removed too. Raises `KeyError` when there is none."""
        found = self._where("id = ?", [id])
        if not found:
            raise KeyError(id)
        return found[0]

    def named(self, name: str, *, owner: str | None = None) -> SavedSearch | None:
        """Return the search of a name that stands, None when there is none: a shared one, or the owner's."""
        return next(iter(self._where("name = ? AND owner IS ? AND removed_at IS NULL", [name, owner])), None)

    def _standing(self, id: int) -> SavedSearch:
        known = self.get(id)
        if known.removed_at:
            raise SavedSearchError(known.name, "was removed")
        return known

    def _set(self, known: SavedSearch, values: Mapping[str, Any], by: str, now: datetime) -> SavedSearch:
        """Write values of a search, and note what it was before."""
        row = {
            "search_id": known.id, "changed_at": text_of(now), "who": by, "before": json.dumps(_state(known)),
            "undone_by": None,
        }  # fmt: skip
        self._db.insert("saved_search_changes", row)
        self._write(known.id, values)
        return self.get(known.id)

    def _write(self, id: int, values: Mapping[str, Any]) -> None:
        places = ", ".join(f"{name} = :{name}" for name in values)
        self._db.execute(f"UPDATE saved_searches SET {places} WHERE id = :id", {**values, "id": id})  # noqa: S608

    def _check_whole(self, name: str, endpoints: Sequence[str], owner: str | None) -> None:
        if not name.strip():
            raise SavedSearchError(name, "needs a name")
        if owner is not None and endpoints:
            raise SavedSearchError(name, "tells an endpoint, so it must be shared")

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


def _state(saved: SavedSearch) -> dict[str, Any]:
    """Return the columns of a search that changes change."""
    same = {name: getattr(saved, name) for name in ("name", "query", "frequency", "owner")}
    removed_at = text_of(saved.removed_at) if saved.removed_at else None
    return same | {"endpoints": _listed(saved.endpoints), "removed_at": removed_at}


def _listed(endpoints: Sequence[str]) -> str:
    """Return endpoints as the archive keeps them, each once."""
    return json.dumps(list(dict.fromkeys(endpoints)), ensure_ascii=False)


def _saved(row: Mapping[str, Any]) -> SavedSearch:
    same = ("id", "name", "query", "frequency", "created_by", "owner")
    return SavedSearch(
        **{name: row[name] for name in same},
        endpoints=tuple(json.loads(row["endpoints"])),
        created_at=moment_of(row["created_at"]),
        removed_at=moment_of(row["removed_at"]) if row["removed_at"] else None,
    )
