"""Keep how listing pages were read last, and how far walks back through them have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.connection import text_of, transaction
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The version of a listing page in the words of its server; None where it said nothing."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingState:
    """A listing page as it was last read in full, and how often it was asked for since then.

    `rows_sha256` is the hash of its rows, `answer_sha256` that of the answer they were read from, None where that is
    not known; `is_distrusted`: its validators have lied.
    """

    validators: Validators
    rows_sha256: str
    answer_sha256: str | None
    polls: int
    is_distrusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far a walk back through listing pages has come: pages read, and the next one, None at its end."""

    next_url: str | None
    pages: int


class ListingPages:
    """The listing pages of sources, by their addresses."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, url: str) -> ListingState | None:
        """Return a listing page as it was last read in full, None before that."""
        row = next(self._db.query("SELECT * FROM listings WHERE url = ?", [url]), None)
        if row is None:
            return None
        return ListingState(
            validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
            rows_sha256=row["rows_sha256"], answer_sha256=row["answer_sha256"], polls=row["polls"],
            is_distrusted=row["distrusted_at"] is not None,
        )  # fmt: skip

    def keep(
        self, source: str, url: str, validators: Validators, *, rows_sha256: str, answer_sha256: str | None = None,
        distrusted: bool, now: datetime,
    ) -> None:  # fmt: skip
        """Keep a listing page as it was read in full. Call it once its rows are noted, so that a 304 hides none."""
        row = {
            "url": url, "source": source, "etag": validators.etag, "last_modified": validators.last_modified,
            "rows": rows_sha256, "answer": answer_sha256, "now": text_of(now),
            "distrusted_at": text_of(now) if distrusted else None,
        }  # fmt: skip
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO listings
                       (url, source, etag, last_modified, rows_sha256, answer_sha256, distrusted_at, checked_at)
                   VALUES (:url, :source, :etag, :last_modified, :rows, :answer, :distrusted_at, :now)
                   ON CONFLICT (url) DO UPDATE SET
                       etag = excluded.etag, last_modified = excluded.last_modified, rows_sha256 = excluded.rows_sha256,
                       answer_sha256 = excluded.answer_sha256, polls = 0, checked_at = excluded.checked_at,
                       distrusted_at = coalesce(listings.distrusted_at, excluded.distrusted_at)""",
                row,
            )

    def poll(self, url: str, now: datetime) -> None:
        """Note that a listing page was answered with "unchanged"."""
        with transaction(self._db):
            self._db.execute("UPDATE listings SET polls = polls + 1, checked_at = ? WHERE url = ?", [text_of(now), url])

    def walk(self, source: str, listing: str, since: str) -> Walk:
        """Return how far a walk back has come."""
        row = self._db.execute(
            "SELECT next_url, pages FROM backfills WHERE source = ? AND listing = ? AND since = ?",
            [source, listing, since],
        ).fetchone()
        return Walk(next_url=row[0], pages=row[1]) if row else Walk(next_url=listing, pages=0)

    def walked(self, source: str, listing: str, since: str, next_url: str | None) -> None:
        """Note that one more page of a walk is read, and where it goes on; None ends it."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO backfills (source, listing, since, next_url, pages) VALUES (?, ?, ?, ?, 1)
                   ON CONFLICT DO UPDATE SET next_url = excluded.next_url, pages = pages + 1""",
                [source, listing, since, next_url],
            )
