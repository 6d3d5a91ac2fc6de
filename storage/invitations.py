"""Keep links that let one person in: an invitation to a new account, or a new password for one that is there.

A link holds a random token. Only its hash is kept, so a copy of the archive lets nobody in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.tokens import new_token, token_hash


class InvitationError(ValueError):
    """A link that is used, withdrawn, expired or unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link. With a `role` it makes an account, with a `name` it sets that account's password: one of both is None."""

    id: int
    role: str | None
    name: str | None
    made_at: datetime
    made_by: str
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at


class Invitations:
    """The links of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self, *, role: str | None = None, name: str | None = None, by: str, now: datetime, expires_at: datetime
    ) -> tuple[Invitation, str]:
        """Keep a link, and return it with its token, which nobody can learn later. Earlier ones of a name end."""
        token = new_token()
        with transaction(self._db):
            for one in self.list():
                if name is not None and one.name == name and one.is_open(now):
                    self.withdraw(one.id, by=by, now=now)
            row = {
                "token_hash": token_hash(token), "role": role, "name": name, "made_at": text_of(now), "made_by": by,
                "expires_at": text_of(expires_at), "used_at": None, "used_by": None, "withdrawn_at": None,
                "withdrawn_by": None,
            }  # fmt: skip
            return self._get("id = ?", self._db.insert("invitations", row)), token

    def open(self, token: str, now: datetime) -> Invitation:
        """Return the link of a token. Raises `InvitationError` when it lets nobody in."""
        found = self._get("token_hash = ?", token_hash(token))
        if not found.is_open(now):
            raise InvitationError("used, withdrawn or expired")
        return found

    def use(self, token: str, *, by: str, now: datetime) -> Invitation:
        """Let a link be used up. Raises `InvitationError` when it lets nobody in."""
        with transaction(self._db):
            return self._end(self.open(token, now), "used", by, now)

    def withdraw(self, id: int, *, by: str, now: datetime) -> Invitation:
        """Let a link end unused. Raises `InvitationError` when it was used, withdrawn or never made."""
        with transaction(self._db):
            found = self._get("id = ?", id)
            if found.used_at or found.withdrawn_at:
                raise InvitationError("used or withdrawn before")
            return self._end(found, "withdrawn", by, now)

    def list(self) -> list[Invitation]:
        """Return all links, the latest first, those that are used, withdrawn or expired too."""
        return [_invitation(row) for row in self._db.query("SELECT * FROM invitations ORDER BY id DESC")]

    def _end(self, found: Invitation, how: str, by: str, now: datetime) -> Invitation:
        self._db.execute(
            f"UPDATE invitations SET {how}_at = ?, {how}_by = ? WHERE id = ?",  # noqa: S608  one of two fixed words
            [text_of(now), by, found.id],
        )
        return self._get("id = ?", found.id)

    def _get(self, condition: str, value: Any) -> Invitation:
        rows = list(self._db.query(f"SELECT * FROM invitations WHERE {condition}", [value]))  # noqa: S608
        if not rows:
            raise InvitationError("not known")
        return _invitation(rows[0])


def _invitation(row: Mapping[str, Any]) -> Invitation:
    same = ("id", "role", "name", "made_by", "used_by", "withdrawn_by")
    return Invitation(
        **{name: row[name] for name in same},
        made_at=moment_of(row["made_at"]), expires_at=moment_of(row["expires_at"]),
        used_at=moment_of(row["used_at"]) if row["used_at"] else None,
        withdrawn_at=moment_of(row["withdrawn_at"]) if row["withdrawn_at"] else None,
    )  # fmt: skip
