"""Evidence: a bundle holds what was served and what was read, its hashes hold, and a changed byte is noticed."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it ships no types

from builders import sample_page
from conftest import Futurewatch
from crawler.detect.lexicon import load_lexicon
from crawler.intake import take_in
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from scheduler.reports.evidence import verify_bundle, write_bundle
from storage.archive import Archive
from storage.records import File, Page
from storage.upkeep.integrity import check_archive

NOW = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
LEXICON = load_lexicon()
FILE = b"\xd0\xcf\x11\xe0 the bytes of an old Word file"


def served(sample: Sample, at: datetime = NOW) -> Page:
    url = f"http://portal.example.org/zwgk/t20260318_{sample.number}.html"
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip", "X-Served-By": "cache-7"}
    return sample_page(sample, url, at=at, headers=headers)


@pytest.fixture
def archive(futurewatch: Futurewatch, portal: LocalPortal) -> Iterator[Archive]:
    """An archive with ordinary news as article 1 and a press conference with an attachment as article 2."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as opened:
        take_in(served(GOVERNMENT[0]), opened, LEXICON, lambda *_: ())
        page = served(PRESS_CONFERENCE)
        address = f"{page.url}.doc"
        answer = replace(page, url=address, final_url=address, body=FILE)
        page = replace(page, files=(File(url=address, page=answer, state="unread", reason="doc"),))
        take_in(page, opened, LEXICON, lambda *_: ())
        yield opened


@pytest.fixture
def bundle(archive: Archive, tmp_path: Path) -> Path:
    """The evidence of the press conference."""
    write_bundle(tmp_path / "proof.zip", [2], archive, now=NOW)
    return tmp_path / "proof.zip"


def contents(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewritten(bundle: Path, name: str, content: bytes) -> Path:
    files = contents(bundle) | {name: content}
    with zipfile.ZipFile(bundle, "w") as out:
        for one, what in files.items():
            out.writestr(one, what)
    return bundle


def responses(warc: bytes) -> list[tuple[str, str | None, bytes]]:
    return [
        (r.rec_headers.get_header("WARC-Date"), r.http_headers.get_header("X-Served-By"), r.content_stream().read())
        for r in ArchiveIterator(BytesIO(warc)) if r.rec_type == "response"
    ]  # fmt: skip


def test_bundle_holds_what_was_served(bundle: Path) -> None:
    """The bytes of page and attachment with headers and time, readable by a web archive's own tools."""
    page = served(PRESS_CONFERENCE)
    assert responses(contents(bundle)["page.warc.gz"]) == [
        ("2026-03-18T06:00:00Z", "cache-7", page.body), ("2026-03-18T06:00:00Z", "cache-7", FILE),
    ]  # fmt: skip
    assert verify_bundle(bundle) == []


def test_bundle_holds_what_was_read(bundle: Path) -> None:
    """Text, facts with their quotes, score and hits."""
    said = json.loads(contents(bundle)["article.json"])
    assert said["title"] == PRESS_CONFERENCE.title
    assert said["text"].split("\n") == list(PRESS_CONFERENCE.paragraphs)
    assert {fact["kind"] for fact in said["facts"]} >= {"policy_title", "target", "region"}
    assert all(fact["quote"] in said["title"] + said["text"] for fact in said["facts"])
    assert said["assessment"]["label"] == "announcement"
    assert said["announcement"] == 1


def test_earlier_wordings_are_in_the_bundle(archive: Archive, tmp_path: Path) -> None:
    """After a silent edit both pages are there, and what the first one said."""
    edited = replace(PRESS_CONFERENCE, paragraphs=(*PRESS_CONFERENCE.paragraphs, "会上还回答了记者的提问。"))
    take_in(served(edited, NOW + timedelta(hours=1)), archive, LEXICON, lambda *_: ())
    write_bundle(tmp_path / "proof.zip", [2], archive, now=NOW)
    files = contents(tmp_path / "proof.zip")
    assert len(responses(files["page.warc.gz"])) == 3
    (before,) = json.loads(files["article.json"])["earlier"]
    assert before["text"].split("\n") == list(PRESS_CONFERENCE.paragraphs)


def test_changed_text_is_noticed(bundle: Path, futurewatch: Futurewatch) -> None:
    """One changed character of the article makes the bundle fail, and the command says where."""
    rewritten(bundle, "article.json", contents(bundle)["article.json"].replace("800亿元".encode(), "900亿元".encode()))
    said = json.loads(futurewatch.run("evidence", "verify", str(bundle), "--json", code=1))
    assert said["problems"] == ["article.json was changed"]


def test_changed_page_is_noticed(bundle: Path) -> None:
    """A page that was changed inside of the WARC is found by its own hash too."""
    warc = gzip.decompress(contents(bundle)["page.warc.gz"]).replace("800亿元".encode(), "900亿元".encode())
    problems = verify_bundle(rewritten(bundle, "page.warc.gz", gzip.compress(warc)))
    assert "page.warc.gz was changed" in problems
    assert len(problems) > 1


def test_foreign_file_is_noticed(bundle: Path) -> None:
    """What was put into a bundle later is no part of it."""
    assert verify_bundle(rewritten(bundle, "notes.txt", b"added")) == ["notes.txt is not in the manifest"]


def test_commands_write_and_verify(archive: Archive, futurewatch: Futurewatch) -> None:
    """`export --evidence` writes the bundle of an announcement, `evidence verify` finds that every hash holds."""
    out = futurewatch.folder / "all.zip"
    futurewatch.run("export", "--evidence", "1", "--announcement", "--output", str(out))
    assert json.loads(contents(out)["manifest.json"])["articles"] == [2]
    assert json.loads(futurewatch.run("evidence", "verify", str(out), "--json"))["holds"] is True


def test_wrong_use_writes_nothing(archive: Archive, futurewatch: Futurewatch) -> None:
    """An article that is not there, and a file that is no bundle, are exit code 2."""
    out = futurewatch.folder / "none.zip"
    futurewatch.run("export", "--evidence", "999", "--output", str(out), code=2)
    assert not out.exists()
    futurewatch.run("evidence", "verify", str(futurewatch.config), code=2)


def test_doctor_finds_an_archive_whole(archive: Archive, futurewatch: Futurewatch) -> None:
    """Every check holds after articles, an announcement and an attachment."""
    said = json.loads(futurewatch.run("doctor", "--json", code=1))  # nobody would be told: that alone is found
    assert [check["name"] for check in said["checks"] if check["findings"]] == ["alerts reach people"]
    assert [check["looked_at"] for check in said["checks"] if check["name"] == "hashes of the pages"] == [3]


DAMAGE = {
    "hashes of the pages": "UPDATE bodies SET packed = (SELECT packed FROM bodies ORDER BY sha256 DESC LIMIT 1)"
    " WHERE sha256 = (SELECT min(sha256) FROM bodies)",
    "references between tables": "DELETE FROM pages WHERE id = (SELECT min(page_id) FROM articles)",
    "bodies that no page has": "INSERT INTO bodies (sha256, size, packed) SELECT 'f00d', 1, packed FROM bodies LIMIT 1",
    "pages that nothing was read from": "DELETE FROM page_parts",
    "articles without an assessment": "DELETE FROM assessments WHERE article_id = 1",
    "announcements without articles": "DELETE FROM mentions",
}


@pytest.mark.parametrize("check", DAMAGE)
def test_doctor_finds_damage(check: str, archive: Archive) -> None:
    """Bytes that are not those that were fetched, lost rows and orphans are found, each by its check."""
    archive.db.execute("PRAGMA foreign_keys = OFF")
    archive.db.execute(DAMAGE[check])
    assert check in {c.name for c in check_archive(archive.db) if c.findings}
