"""Backups: made while others write, whole when they have their name, and an archive again when they are restored."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import run_of
from conftest import Futurewatch, publish
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive
from storage.backup import BackupError, BackupExistsError, back_up, back_up_into, is_backup_due
from storage.records import Run
from storage.search.selection import Selection

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def run(number: int, finished_at: datetime = NOW) -> Run:
    return run_of(finished_at, listed=number, requests=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with a hundred runs."""
    with Archive(tmp_path / "archive.db") as archive, archive.transaction():
        for number in range(100):
            archive.runs.record(run(number))
    return tmp_path / "archive.db"


def names(folder: Path) -> list[str]:
    """The files of a folder, but for those that SQLite keeps beside an archive."""
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith(("-wal", "-shm")))


def rows(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT listed FROM runs ORDER BY id")]


def test_backup_is_the_archive(path: Path, tmp_path: Path) -> None:
    """One file, readable by whom the archive is, with every row, and an archive that the program opens."""
    path.chmod(0o640)
    made = back_up(path, tmp_path / "copy.db")
    assert rows(made.path) == list(range(100))
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["archive.db", "copy.db"]
    with Archive(made.path) as archive:
        assert len(archive.runs.standing("hi-gov")) == 2


def test_backup_holds_one_moment_while_a_writer_runs(path: Path, tmp_path: Path) -> None:
    """Rows that belong together are in all copies together, and no writer waits for a backup or fails by it."""
    stop, written = threading.Event(), list[int]()

    def write() -> None:
        with Archive(path) as archive:
            while not stop.is_set():
                with archive.transaction():  # an even number of rows, always
                    archive.runs.record(run(1000 + len(written)))
                    archive.runs.record(run(1000 + len(written)))
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    copies: list[list[int]] = []
    while len(copies) < 8:
        before = len(written)
        copies.append(rows(back_up(path, tmp_path / f"copy-{len(copies)}.db").path))
        while len(written) == before:  # it goes on between two copies
            time.sleep(0.005)
    stop.set()
    writer.join()
    for copy in copies:
        assert len(copy) % 2 == 0
        assert copy == sorted(copy)
    assert [len(copy) for copy in copies] == sorted(len(copy) for copy in copies)
    assert len(copies[0]) < len(copies[-1]) <= len(rows(path))


def test_existing_file_is_kept(path: Path, tmp_path: Path) -> None:
    """What is there is replaced only when somebody says so."""
    (tmp_path / "copy.db").write_text("precious", encoding="utf-8")
    with pytest.raises(BackupExistsError, match="--force"):
        back_up(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "precious"
    back_up(path, tmp_path / "copy.db", replaces=True)
    assert rows(tmp_path / "copy.db") == list(range(100))


def test_damaged_archive_gives_no_backup(path: Path, tmp_path: Path) -> None:
    """A copy that is not whole gets no name, and replaces none that is."""
    back_up(path, tmp_path / "copy.db")
    whole = (tmp_path / "copy.db").read_bytes()
    with path.open("r+b") as file:  # after the first page: it opens, and its rows are rubbish
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    with pytest.raises(BackupError):
        back_up(path, tmp_path / "copy.db", replaces=True)
    assert (tmp_path / "copy.db").read_bytes() == whole
    assert names(tmp_path) == ["archive.db", "copy.db"]


def test_no_archive_no_folder_no_room(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is said in a sentence, and nothing is left behind."""
    with pytest.raises(BackupError, match="there is no archive"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    with pytest.raises(BackupError, match="no such folder"):
        back_up(path, tmp_path / "nowhere" / "copy.db")
    monkeypatch.setattr("storage.backup.COPY_ROOM_FACTOR", 10**9)
    with pytest.raises(BackupError, match="MB are free"):
        back_up(path, tmp_path / "copy.db")
    assert names(tmp_path) == ["archive.db"]


def test_newest_backups_are_kept(path: Path, tmp_path: Path) -> None:
    """The newest of our own backups stay; files of others in the folder are left alone."""
    folder = tmp_path / "backups"
    for day in range(5):
        back_up_into(folder, path, kept=3, now=NOW + timedelta(days=day))
    (folder / "archive-notes.db").write_text("of somebody else", encoding="utf-8")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    (folder / f".archive-20261101T000000Z.db.{ended.pid}.partial").write_text("of a killed process", encoding="utf-8")
    back_up_into(folder, path, kept=3, now=NOW + timedelta(days=5))
    assert sorted(one.name for one in folder.iterdir()) == [
        "archive-20261130T030000Z.db", "archive-20261201T030000Z.db", "archive-20261202T030000Z.db", "archive-notes.db",
    ]  # fmt: skip
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_backup_is_due_by_what_lies_there(path: Path, tmp_path: Path) -> None:
    """A restart makes no second one: what counts is the newest backup in the folder."""
    folder, day = tmp_path / "backups", timedelta(days=1)
    assert is_backup_due(folder, path, every=day, now=NOW)
    back_up_into(folder, path, kept=3, now=NOW)
    assert not is_backup_due(folder, path, every=day, now=NOW + timedelta(hours=23))
    assert is_backup_due(folder, path, every=day, now=NOW + day)


def test_command_and_restore(watched: Futurewatch, portal: LocalPortal) -> None:
    """A backup that is put in the archive's place goes on where it was made: nothing is lost, nothing told twice."""
    watched.crawl()
    said = json.loads(watched.run("backup", str(watched.folder / "copy.db"), "--json"))
    before = exported(watched.archive)
    for file in watched.folder.glob("archive.db*"):
        file.unlink()
    Path(said["path"]).rename(watched.archive)
    assert exported(watched.archive) == before
    publish(portal, *GOVERNMENT[:3], PRESS_CONFERENCE)
    assert watched.crawl()["new"] == 1
    with Archive(watched.archive) as archive:
        assert len(archive.outbox.list()) == 1


def exported(path: Path) -> list[dict[str, Any]]:
    with Archive(path) as archive:
        return [dict(row) for row in archive.articles.export(Selection())]


def test_command_into_a_folder_and_without_an_archive(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A folder gets a file named after the moment; where no archive is, exit code 1 says so."""
    futurewatch.configure(portal)
    futurewatch.run("backup", str(futurewatch.folder), code=1)
    Archive(futurewatch.archive).close()
    futurewatch.run("backup", str(futurewatch.folder))
    futurewatch.run("backup", str(futurewatch.archive), code=2)
    assert len(list(futurewatch.folder.glob("archive-*Z.db"))) == 1


@pytest.mark.slow  # a daemon starts and writes its first backup
def test_daemon_writes_backups(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """With a folder configured, the daemon writes one at its start, and says so in its log."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1])
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('"archive.db"', '"archive.db"\nbackups = "kept"'), encoding="utf-8")
    daemon = futurewatch.start("run", "--log", "json")
    deadline = time.monotonic() + 25
    while not list((futurewatch.folder / "kept").glob("archive-*Z.db")):
        assert daemon.poll() is None, daemon.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=30)
    assert "backup written" in log
    with Archive(next((futurewatch.folder / "kept").iterdir())) as archive:
        assert archive.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
