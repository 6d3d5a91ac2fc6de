"""The archive's file is deleted, moved, replaced, damaged, filled up: it is noticed, told, and no empty one is made."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from browser import free_port
from conftest import COMMAND, Futurewatch, publish
from forked import Started, run_forked
from local_portal import LocalPortal
from local_receiver import SECRET, LocalReceiver
from scheduler.config import config as configuration
from scheduler.config.program import Program, program
from scheduler.demo.samples import GOVERNMENT
from scheduler.health.job import Watch
from storage.archive import Archive
from storage.errors import ArchiveError, ArchiveGoneError, ArchiveMissingError, ArchiveMovedError
from storage.lock import sole_crawler
from storage.upkeep.file_system import network_drive

pytestmark = pytest.mark.usefixtures("now_at_start")

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def opened(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """A program with an operator's endpoint, as a daemon has it open."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    futurewatch.configure(portal, receiver=receiver)
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('name = "team"', 'name = "ops"\nrole = "operator"'), encoding="utf-8")
    settings = configuration.load(futurewatch.config)
    with sole_crawler(settings.archive.path), program(settings, settings.named(())) as made:
        made.context.archive.saved_searches.add("kept", "量子", by="me", now=NOW)
        yield made


def incidents(receiver: LocalReceiver) -> list[dict[str, Any]]:
    return [message["data"]["incident"] for _, message, _ in receiver.tries]


# --- an open archive -------------------------------------------------------------------------------------


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()


def _move(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def _replace(path: Path) -> None:
    copy = path.with_name("copy.db")
    with Archive(copy):
        pass
    copy.replace(path)


def _remove_wal(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


@pytest.mark.parametrize("take", [_delete, _move, _replace, _remove_wal])
def test_file_that_is_taken_is_told_at_the_first_look(
    opened: Program, receiver: LocalReceiver, take: Callable[[Path], None]
) -> None:
    """The first look tells the operator past the outbox, once a day, and copies what the open connection holds."""
    path = opened.settings.archive.path
    take(path)
    watch = Watch()
    for minute in range(3):
        asyncio.run(watch.run(opened, NOW + minute * MINUTE))
    (incident,) = incidents(receiver)
    assert incident["key"] == "archive:moved"
    (copy,) = path.parent.glob("archive.db.rescued-*")
    assert str(copy) in incident["detail"]
    with Archive(copy) as rescued:
        assert [one.name for one in rescued.saved_searches.list()] == ["kept"]
    with pytest.raises(ArchiveMovedError):
        opened.context.archive.check_place()


def test_file_that_comes_back(opened: Program, receiver: LocalReceiver) -> None:
    """A file that is put back is the archive again; what was told is entered, and resolved through the outbox."""
    path = opened.settings.archive.path
    _move(path)
    watch = Watch()
    asyncio.run(watch.run(opened, NOW))
    assert not path.exists()  # nothing was made in its place
    path.with_name("elsewhere.db").rename(path)
    asyncio.run(watch.run(opened, NOW + MINUTE))
    (incident,) = opened.context.archive.incidents.list()
    assert (incident.key, incident.resolved_at) == ("archive:moved", NOW + MINUTE)
    assert len(incidents(receiver)) == 1


def test_damaged_page_is_told_at_the_first_look(opened: Program, receiver: LocalReceiver) -> None:
    """A page of the file that cannot be what it should be is told, and the daemon is not ready any more."""
    path = opened.settings.archive.path
    opened.context.archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // 4096, 2):
            file.seek(page * 4096)
            file.write(os.urandom(64))
    with pytest.raises(ArchiveError):
        asyncio.run(Watch().run(opened, NOW))
    assert [one["key"] for one in incidents(receiver)] == ["archive:damaged"]


# --- the daemon ------------------------------------------------------------------------------------------


@contextmanager
def daemon(futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> Iterator[tuple[Started, str]]:
    """Run a daemon that has somebody to tell, over a portal that answers: only then is it ready."""
    port = free_port()
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT[:2])
    text = futurewatch.config.read_text(encoding="utf-8")
    monitored = text.replace("[monitor]\nenabled = false", f"[monitor]\nport = {port}")
    futurewatch.config.write_text(monitored, encoding="utf-8")
    process = futurewatch.start("run")
    try:
        yield process, f"http://127.0.0.1:{port}/readyz"
    finally:
        process.kill()
        process.wait()


def readiness(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def until(url: str, status: int, *, seconds: float = 40) -> str:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found, said = readiness(url)
        if found == status:
            return said
        time.sleep(0.3)
    raise AssertionError(readiness(url))


def test_daemon_over_a_deleted_archive(futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> None:
    """It is not ready and stays so, whatever other commands do; started again it does not begin with an empty one."""
    with daemon(futurewatch, portal, receiver) as (process, url):
        until(url, 200)
        _delete(futurewatch.archive)
        assert "was deleted or moved" in until(url, 503)
        refused = json.loads(futurewatch.run("status", "--json", code=2))
        assert refused["error"]["kind"] == "configuration"
        assert not futurewatch.archive.exists()
        assert readiness(url)[0] == 503
        process.terminate()
        assert process.wait(60) == 0
    for command in (("run",), ("crawl",), ("review",)):
        given = [*command, "--config", str(futurewatch.config)]
        code, _, said = run_forked(given, environment=os.environ | futurewatch.environment)
        assert (code, "is gone" in said) == (2, True), said
    assert not futurewatch.archive.exists()
    futurewatch.archive.with_name("archive.db.lock").unlink()
    assert futurewatch.crawl()["listed"] == 2
    assert futurewatch.archive.exists()


# --- who makes an archive --------------------------------------------------------------------------------

READING = [
    ("status",), ("search", "量子"), ("export",), ("doctor",), ("outbox", "list"), ("incidents", "list"), ("audit",),
    ("verdicts", "list"), ("verdicts", "export"), ("verdicts", "undo", "1"), ("near-misses",),
    ("verdict", "1", "watch"),
    ("announcements", "list"), ("announcements", "show", "1"), ("announcements", "reject", "1", "--reason", "x"),
    ("saved", "list"), ("endpoints", "list"), ("prune", "--older-than", "90d"),
    ("prune", "--older-than", "90d", "--yes"), ("rising",), ("reassess",), ("brief",), ("deliver",), ("tune",),
    ("outbox", "replay"), ("revisions", "1"), ("cite", "1"), ("backup", "copy.db"), ("doctor", "--repair"),
]  # fmt: skip


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_only_what_watches_makes_an_archive(
    futurewatch: Futurewatch, portal: LocalPortal, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that reads, or changes what is there, makes no archive: an empty one would hide that it is gone."""
    monkeypatch.chdir(futurewatch.folder)
    futurewatch.configure(portal)
    run_forked([*command, "--config", str(futurewatch.config)], environment=os.environ | futurewatch.environment)
    assert not list(futurewatch.folder.glob("archive.db*"))
    futurewatch.archive.with_name("archive.db.lock").write_text("1", encoding="ascii")  # somebody crawled into one
    futurewatch.run(*command, code=1 if command[0] in {"doctor", "backup"} else 2)
    assert not futurewatch.archive.exists()


def test_faulty_first_start_leaves_no_trace(tmp_path: Path) -> None:
    """A first start that ends before it made an archive does not count as an archive that is gone."""
    path = tmp_path / "a.db"
    with pytest.raises(ZeroDivisionError), sole_crawler(path):
        _ = 1 / 0
    with sole_crawler(path), Archive(path):
        pass
    path.unlink()
    with pytest.raises(ArchiveGoneError), sole_crawler(path):
        pass
    path.touch()  # an empty file is no archive
    with pytest.raises(ArchiveMissingError):
        Archive.existing(path)


# --- limits of the machine -------------------------------------------------------------------------------


def _limited(futurewatch: Futurewatch, limit: int, most: int, *command: str) -> tuple[int, str]:
    """Run a command with a limit of the system; return its exit code and stderr."""
    returned = subprocess.run(
        [*COMMAND, *command, "--config", str(futurewatch.config)], env=os.environ | futurewatch.environment, text=True,
        capture_output=True, preexec_fn=lambda: resource.setrlimit(limit, (most, most)), timeout=60, check=False,
    )  # fmt: skip
    return returned.returncode, returned.stderr


def test_missing_folder_is_configuration(tmp_path: Path) -> None:
    """A folder that is not there is the operator's matter, exit code 2, not a traceback and a start after the other."""
    with pytest.raises(ArchiveError, match="make it") as raised, sole_crawler(tmp_path / "none" / "a.db"):
        pass
    assert raised.value.kind == "configuration"


def test_full_disk_is_transient_and_acknowledges_nothing(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Where not a byte more can be written, a command ends with 1, says why, and acknowledges nothing."""
    futurewatch.configure(portal)
    futurewatch.crawl(code=1)
    size = futurewatch.archive.stat().st_size
    code, said = _limited(futurewatch, resource.RLIMIT_FSIZE, 4096, "saved", "add", "later", "量子")
    assert (code, "[transient]" in said) == (1, True), said
    assert json.loads(futurewatch.run("saved", "list", "--json")) == []
    assert futurewatch.archive.stat().st_size == size


def test_too_many_open_files_is_transient(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A process that may open no more files says so with exit code 1."""
    futurewatch.configure(portal)
    futurewatch.crawl(code=1)
    code, said = _limited(futurewatch, resource.RLIMIT_NOFILE, 5, "status")
    assert (code, "[transient]" in said) == (1, True), said


def test_damaged_archive_is_data(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """An archive whose pages are broken ends a command with 1, and with its kind."""
    futurewatch.configure(portal)
    futurewatch.crawl(code=1)
    with futurewatch.archive.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(futurewatch.archive.stat().st_size - 4096))
    said = json.loads(futurewatch.run("status", "--json", code=1))
    assert said["error"]["kind"] == "data"


def test_other_file_is_configuration(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A file that is no archive is a wrong configuration, and stays as it is."""
    futurewatch.configure(portal)
    shutil.copy(futurewatch.config, futurewatch.archive)
    said = json.loads(futurewatch.run("status", "--json", code=2))
    assert said["error"]["kind"] == "configuration"
    assert futurewatch.archive.read_bytes() == futurewatch.config.read_bytes()


def test_busy_archive_is_transient(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Two daemons on one archive: the second is refused, changes nothing, and says that it may pass."""
    futurewatch.configure(portal)
    futurewatch.crawl(code=1)
    with sole_crawler(futurewatch.archive), closing(sqlite3.connect(futurewatch.archive)) as db:
        before = db.execute("SELECT count(*) FROM runs").fetchone()
        said = json.loads(futurewatch.run("crawl", "--json", code=2))
        assert said["error"]["kind"] == "transient"
        assert db.execute("SELECT count(*) FROM runs").fetchone() == before


MOUNTED = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:50 / /srv/shared rw shared:9 - nfs4 box:/shared rw
41 22 0:51 / /srv/a\040disk rw shared:10 - cifs //box/disk rw
42 40 8:2 / /srv/shared/own rw shared:11 - xfs /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("path", "drive"),
    [
        ("/var/lib/a.db", None),
        ("/srv/shared/a.db", "nfs4"),
        ("/srv/a disk/a.db", "cifs"),
        ("/srv/shared/own/a.db", None),
        ("/srv/shared2/a.db", None),
    ],
)
def test_network_drive(path: str, drive: str | None) -> None:
    """The file system of the longest mount point above a path decides; `doctor` names a network drive."""
    assert network_drive(Path(path), mounts=MOUNTED) == drive
