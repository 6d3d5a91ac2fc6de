"""One crawling process per archive: two would ask one host twice as often, and write the same act twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ArchiveLockedError(Exception):
    """Another process crawls into this archive. Carries its process id, None when it is not known."""

    def __init__(self, path: Path, pid: str | None) -> None:
        self.pid = pid
        super().__init__(f"{path}: another futurewatch is crawling into this archive (process {pid or 'unknown'})")


@contextmanager
def sole_crawler(archive: Path) -> Iterator[None]:
    """Hold the archive's lock. The system releases it when the process ends, however it ends.

    Raises:
        ArchiveLockedError: another process holds it.
    """
    path = archive.with_name(archive.name + ".lock")
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise ArchiveLockedError(archive, file.read().strip() or None) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def crawler_of(archive: Path) -> int | None:
    """Return the process that holds an archive's lock, None when nobody does.

    By the id that it left in the file: to try the lock would keep a crawler that begins just then from its work.
    """
    try:
        pid = int(archive.with_name(archive.name + ".lock").read_text(encoding="ascii"))
        os.kill(pid, 0)  # asks only whether it is there
    except PermissionError:
        return pid  # it is somebody else's
    except (OSError, ValueError):
        return None
    return pid
