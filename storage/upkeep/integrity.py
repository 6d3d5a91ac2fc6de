"""Check an archive against itself: SQLite's own checks, hashes of all bodies, the index, rows without an owner."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from storage.bodies import UNPACK_ERRORS, Bodies
from storage.connection import transaction
from storage.database import Database
from storage.search.check import faults_of_index
from storage.search.index import SearchIndex

MOST_SHOWN_FINDINGS = 20  # findings of one check that are worth reading; more of them have one cause

SEARCH_INDEX_CHECK = "search index"
ORPHAN_ROWS_SQL = {
    "bodies that no page has": "SELECT sha256 FROM bodies WHERE sha256 NOT IN (SELECT sha256 FROM pages)",
    "pages that nothing was read from": """
        SELECT id FROM pages WHERE id NOT IN (SELECT page_id FROM articles)
        AND id NOT IN (SELECT page_id FROM revisions)
        AND id NOT IN (SELECT part_id FROM page_parts WHERE part_id IS NOT NULL)
        AND url NOT IN (SELECT address FROM links WHERE next_attempt_at IS NULL AND error IS NOT NULL)""",  # evidence
    "articles without an assessment": "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM assessments)",
    "announcements without articles": """
        SELECT id FROM announcements WHERE merged_into IS NULL AND id NOT IN (SELECT announcement_id FROM mentions)""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityCheck:
    """One thing that was checked: how many were looked at, and what is wrong (nothing: it holds)."""

    name: str
    looked_at: int
    findings: tuple[str, ...]


def check_archive(db: Database) -> Iterator[IntegrityCheck]:
    """Yield the checks one after another; the bodies take about 10 s for a gigabyte."""
    yield _sqlite(db, "integrity_check")
    yield _foreign_keys(db)
    yield _bodies(db)
    yield _search_index(db)
    for name, query in ORPHAN_ROWS_SQL.items():
        rows = [str(row[0]) for row in db.execute(query).fetchall()]
        yield IntegrityCheck(name=name, looked_at=len(rows), findings=tuple(rows[:MOST_SHOWN_FINDINGS]))


def _sqlite(db: Database, pragma: str) -> IntegrityCheck:
    said = [str(row[0]) for row in db.execute(f"PRAGMA {pragma}({MOST_SHOWN_FINDINGS})").fetchall()]
    return IntegrityCheck(name="SQLite's own check", looked_at=1, findings=() if said == ["ok"] else tuple(said))


def _foreign_keys(db: Database) -> IntegrityCheck:
    rows = db.execute("PRAGMA foreign_key_check").fetchall()
    findings = tuple(
        f"{table} {rowid}: no such row in {parent}" for table, rowid, parent, _ in rows[:MOST_SHOWN_FINDINGS]
    )
    return IntegrityCheck(name="references between tables", looked_at=1, findings=findings)


def repair_index(db: Database) -> int:
    """Make the search index anew from the articles, and return how many these are: about 0.5 ms each."""
    with transaction(db):
        return SearchIndex(db).rebuild()


def _search_index(db: Database) -> IntegrityCheck:
    (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
    return IntegrityCheck(
        name=SEARCH_INDEX_CHECK, looked_at=count, findings=tuple(islice(faults_of_index(db), MOST_SHOWN_FINDINGS))
    )


def _bodies(db: Database) -> IntegrityCheck:
    """Unpack every body and compare its hash and size."""
    findings: list[str] = []
    looked_at = 0
    bodies = Bodies(db)
    for row in db.query("SELECT * FROM bodies"):
        looked_at += 1
        problem = _fault(bodies, row)
        if problem and len(findings) < MOST_SHOWN_FINDINGS:
            findings.append(f"{row['sha256']}: {problem}")
    return IntegrityCheck(name="hashes of the pages", looked_at=looked_at, findings=tuple(findings))


def _fault(bodies: Bodies, row: Mapping[str, Any]) -> str | None:
    try:
        body = bodies.unpack(row)
    except UNPACK_ERRORS as error:
        return f"cannot be unpacked: {error}"
    if hashlib.sha256(body).hexdigest() != row["sha256"]:
        return "these are not the bytes that were fetched"
    return None if len(body) == row["size"] else f"{len(body)} bytes instead of {row['size']}"
