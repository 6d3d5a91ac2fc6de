"""Bodies come back as they were fetched, however they were packed, and cost little beside a page of their source."""

from __future__ import annotations

import contextlib
import hashlib
import random
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from storage.bodies import UNPACK_ERRORS, Bodies
from storage.connection import transaction
from storage.database import Database
from storage.schema import APPLICATION_ID, apply_migrations

CHROME = "".join(f"<li><a href='/zwgk/{n}/{n * 7919 % 977}.html'>栏目{n}</a></li>" for n in range(900))


def page(template: str, number: int) -> bytes:
    words = random.Random(number)
    text = "".join(chr(words.randrange(0x4E00, 0x9FA5)) for _ in range(600))
    return f"<html><body>{template}<div class='article'>{text}</div></body></html>".encode()


@pytest.fixture
def db() -> Iterator[Database]:
    with Archive.in_memory() as archive:
        yield archive.db


def kept(db: Database, source: str, body: bytes) -> dict[str, Any]:
    """Keep a body, see that it comes back, and return its row."""
    sha256 = hashlib.sha256(body).hexdigest()
    with transaction(db):
        Bodies(db).keep(source, sha256, body)
    (row,) = db.query("SELECT * FROM bodies WHERE sha256 = ?", [sha256])
    assert Bodies(db).unpack(row) == body
    return row


def test_page_beside_another_of_its_source_costs_its_text_alone(db: Database) -> None:
    """The first page of a source is the dictionary of those that follow; all name it."""
    first, *others = (kept(db, "hi-gov", page(CHROME, n)) for n in range(6))
    assert {row["dictionary_id"] for row in (first, *others)} == {first["dictionary_id"]}
    assert max(len(row["packed"]) for row in others) < len(zlib.compress(page(CHROME, 1))) / 4
    assert db.count("dictionaries") == 1


def test_templates_that_take_turns_have_a_dictionary_each(db: Database) -> None:
    """Two templates of one source are two dictionaries, not one for each page."""
    other = "".join(f"<p data-n='{n * n % 7717}'>频道{n * 31 % 997}</p>" for n in range(900))
    for n in range(8):
        kept(db, "hi-gov", page(other if n % 2 else CHROME, n))
    assert db.count("dictionaries") == 2


@pytest.mark.parametrize("body", [b"", b"x", random.Random(1).randbytes(50_000), b"a" * 2_000_000])
def test_odd_bodies_come_back(db: Database, body: bytes) -> None:
    """Nothing, a picture, and what is larger than a dictionary may be: packed alone, and no dictionary."""
    assert kept(db, "hi-gov", body)["dictionary_id"] is None
    assert kept(db, "hi-gov", body)["size"] == len(body)
    assert db.count("bodies") == 1
    assert db.count("dictionaries") == 0


def test_dictionary_that_was_rolled_back_serves_nobody(db: Database) -> None:
    """A page that was not kept leaves no dictionary behind, and its id means the next one."""
    bodies = Bodies(db)
    with contextlib.suppress(RuntimeError), transaction(db):
        bodies.keep("hi-gov", "gone", page(CHROME, 1))
        raise RuntimeError
    kept_later = [page(CHROME[::-1], number) for number in (2, 3)]
    with transaction(db):
        for number, body in enumerate(kept_later):
            bodies.keep("hi-gov", f"kept {number}", body)
    rows = list(db.query("SELECT * FROM bodies ORDER BY sha256"))
    assert [row["dictionary_id"] for row in rows] == [1, 1]
    assert [Bodies(db).unpack(row) for row in rows] == kept_later


def test_lost_dictionary_is_said(db: Database) -> None:
    """A body without its dictionary is a fault that checks can name, never other bytes."""
    row = kept(db, "hi-gov", page(CHROME, 1))
    with pytest.raises(UNPACK_ERRORS):
        Bodies(db).unpack(row | {"dictionary_id": 99})
    with pytest.raises(UNPACK_ERRORS):
        Bodies(db).unpack(row | {"packed": row["packed"][:-5]})


def test_bodies_of_before_stay_readable(tmp_path: Path) -> None:
    """What zlib packed is read as it was, and a page of the same bytes is not kept again."""
    path, body = tmp_path / "archive.db", page(CHROME, 1)
    sha256 = hashlib.sha256(body).hexdigest()
    old = Database(sqlite3.connect(path))
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    apply_migrations(old, stop_before="packed_bodies")
    old.execute("INSERT INTO bodies (sha256, size, zlib) VALUES (?, ?, ?)", [sha256, len(body), zlib.compress(body)])
    old.close()
    with Archive(path) as archive:
        row = kept(archive.db, "hi-gov", body)
        assert (row["packing"], row["dictionary_id"]) == ("zlib", None)
