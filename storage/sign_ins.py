"""Keep who has logged in, and bind each name to the identity that came first under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.connection import moment_of, text_of, transaction
from storage.database import Database


class NameTakenError(ValueError):
    """A name belongs to somebody else who has logged in. Carries it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is somebody else's name")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The last login of a person. `subject` is issuer and sub of OpenID Connect, None for who came by a password."""

    name: str
    subject: str | None
    role: str
    last_at: datetime


class SignIns:
    """The people who have logged in to an archive's review page."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, name: str, *, subject: str | None, role: str, now: datetime) -> SignIn:
        """Note a login. Who came by OpenID Connect before keeps the name of then, whatever they are called there now.

        Raises:
            NameTakenError: another identity has logged in under this name.
        """
        with transaction(self._db):
            known = {one.subject: one for one in self.list() if one.subject}
            if subject in known:
                name = known[subject].name
            elif subject and any(one.name == name and one.subject for one in known.values()):
                raise NameTakenError(name)
            self._db.execute(
                """INSERT INTO sign_ins (name, subject, role, last_at) VALUES (:name, :subject, :role, :now)
                   ON CONFLICT (name) DO UPDATE
                   SET subject = coalesce(:subject, subject), role = :role, last_at = :now""",
                {"name": name, "subject": subject, "role": role, "now": text_of(now)},
            )
            return next(one for one in self.list() if one.name == name)

    def list(self) -> list[SignIn]:
        """Return everybody who has logged in, by name."""
        rows = self._db.query("SELECT name, subject, role, last_at FROM sign_ins ORDER BY name")
        return [SignIn(**{**row, "last_at": moment_of(row["last_at"])}) for row in rows]
