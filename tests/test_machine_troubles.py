"""A machine that is short of something: a file system that turned read-only, a limit of memory, a log of SQLite gone.

The full disk, too many open files, a damaged or a deleted archive stand in `test_archive_underfoot.py`.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from conftest import COMMAND, Futurewatch, publish
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE

READ_ONLY = "mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec {command}"
OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]
HAS_OWN_MOUNTS = bool(shutil.which("unshare")) and subprocess.run([*OWN_MOUNTS, "true"], check=False).returncode == 0
LITTLE_MEMORY_MB = 150  # for a crawl, which has some 200


def run_in(futurewatch: Futurewatch, command: list[str], *, most_mb: int | None = None) -> tuple[int, str]:
    """Run a command line and return its exit code and stderr."""

    def limit() -> None:
        if most_mb is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (most_mb << 20, most_mb << 20))

    done = subprocess.run(
        command, env=os.environ | futurewatch.environment, text=True, capture_output=True, timeout=60, check=False,
        preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.skipif(not HAS_OWN_MOUNTS, reason="no mounts of one's own: the system allows none to this user")
@pytest.mark.parametrize("command", ["run", "status"])
def test_read_only_file_system(futurewatch: Futurewatch, portal: LocalPortal, command: str) -> None:
    """A file system that the system turned read-only is named; it is no fault of the configuration, it may pass."""
    futurewatch.configure(portal)
    futurewatch.crawl(code=1)
    words = " ".join([*COMMAND, command, "--config", str(futurewatch.config)])
    script = READ_ONLY.format(folder=futurewatch.folder, command=words)
    code, said = run_in(futurewatch, [*OWN_MOUNTS, "sh", "-c", script])
    assert (code, "[transient]" in said, "read-only" in said.lower()) == (1, True, True), said
    assert "Traceback" not in said


def test_limit_of_memory(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A crawl that gets no more memory ends with 1; the archive is whole, and the next crawl takes all in."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    command = [*COMMAND, "crawl", "--config", str(futurewatch.config)]
    code, said = run_in(futurewatch, command, most_mb=LITTLE_MEMORY_MB)
    assert code == 1, said
    run = futurewatch.crawl()
    assert run["outcome"] == "ok"
    with closing(sqlite3.connect(futurewatch.archive)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_log_of_sqlite_that_is_taken_away(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """With its -wal file an archive loses its latest transactions, nothing else: the next crawl finds them again."""
    futurewatch.configure(portal, receiver=receiver, more="[alert]\nfirst_crawl = true\n")
    publish(portal, *GOVERNMENT[:1])
    futurewatch.crawl()
    copy = futurewatch.folder / "copy.db"
    with closing(sqlite3.connect(futurewatch.archive)) as reader:  # as long as it is open, nothing leaves the log
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        publish(portal, *GOVERNMENT[:1], PRESS_CONFERENCE)
        assert futurewatch.crawl()["announcements"] == 1
        shutil.copy(futurewatch.archive, copy)  # without the files beside it
    for file in futurewatch.folder.glob("archive.db*"):
        file.unlink()
    shutil.move(copy, futurewatch.archive)
    assert futurewatch.crawl("--deliver")["announcements"] == 1
    assert len(receiver.accepted) == 1
    with closing(sqlite3.connect(futurewatch.archive)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
