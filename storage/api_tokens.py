"""Keep the tokens of programs: their hashes, what each may do, and whose rights bound it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.tokens import new_token, token_hash

TokenScope = Literal["read", "review", "admin"]
SCOPES: tuple[TokenScope, ...] = ("read", "review", "admin")  # each may do what the ones before it may
TOKEN_PREFIX = "fw_"  # noqa: S105  lets scanners of leaked secrets tell a token


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token without its secret. `owner` is the reviewer whose rights bound it, None: the operator made it.

    `withdrawn_at` is None while it is valid.
    """

    id: int
    name: str
    scope: TokenScope
    owner: str | None
    created_at: datetime
    created_by: str
    withdrawn_at: datetime | None

    @property
    def scopes(self) -> tuple[TokenScope, ...]:
        """Return what it may do by itself: its scope, and those within it."""
        return SCOPES[: SCOPES.index(self.scope) + 1]


class ApiTokens:
    """The tokens of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def create(
        self, name: str, scope: TokenScope, *, owner: str | None, by: str, now: datetime
    ) -> tuple[ApiToken, str]:
        """Make a token; its text is returned here and can never be read again."""
        text = TOKEN_PREFIX + new_token()
        with transaction(self._db):
            row = {
                "name": name, "scope": scope, "sha256": token_hash(text), "owner": owner, "created_at": text_of(now),
                "created_by": by, "withdrawn_at": None,
            }  # fmt: skip
            return self.get(self._db.insert("api_tokens", row)), text

    def get(self, id: int) -> ApiToken:
        """Return a token, a withdrawn one too. Raises `KeyError` when there is none."""
        return self._one("id = ?", id)

    def valid(self, text: str) -> ApiToken:
        """Return the token that a text is. Raises `KeyError` when it is none, or withdrawn."""
        return self._one("sha256 = ? AND withdrawn_at IS NULL", token_hash(text))

    def withdraw(self, id: int, *, now: datetime) -> ApiToken:
        """Let a token be valid no longer. Raises `KeyError` when no valid token has this id."""
        with transaction(self._db):
            self._one("id = ? AND withdrawn_at IS NULL", id)
            self._db.execute("UPDATE api_tokens SET withdrawn_at = ? WHERE id = ?", [text_of(now), id])
            return self.get(id)

    def list(self) -> list[ApiToken]:
        """Return the valid tokens in the order in which they were made."""
        rows = self._db.query("SELECT * FROM api_tokens WHERE withdrawn_at IS NULL ORDER BY id")
        return [_token(row) for row in rows]

    def _one(self, condition: str, value: int | str) -> ApiToken:
        row = next(self._db.query(f"SELECT * FROM api_tokens WHERE {condition}", [value]), None)  # noqa: S608
        if row is None:
            raise KeyError(value if isinstance(value, int) else "token")
        return _token(row)


def _token(row: Mapping[str, Any]) -> ApiToken:
    same = ("id", "name", "scope", "owner", "created_by")
    return ApiToken(
        **{name: row[name] for name in same},
        created_at=moment_of(row["created_at"]),
        withdrawn_at=moment_of(row["withdrawn_at"]) if row["withdrawn_at"] else None,
    )
