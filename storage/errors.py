"""Define the errors of an archive as a whole.

ArchiveError            the file cannot serve: `kind` says whose matter that is
├── ArchiveMissingError there is none where one is wanted
├── ArchiveGoneError    there was one, and it is gone
└── ArchiveMovedError   an open one does not lie any more where it was opened
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

FailureKind = Literal["configuration", "data", "transient"]
"""Whose matter a failure is: somebody has to change how the program is called or configured, the archive's content is
damaged or lost, or it may be over by itself (a lock, a full disk, no memory)."""

TRANSIENT_CODES = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT,
})  # fmt: skip
PROGRAM_FAULT_CODES = frozenset({
    sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_MISMATCH,
})  # fmt: skip
CONFIGURATION_CODES = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


class ArchiveError(Exception):
    """The file cannot serve as an archive. Carries the path, and whose matter that is."""

    def __init__(self, path: str, problem: str, *, kind: FailureKind = "configuration") -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.kind = kind


class ArchiveMissingError(ArchiveError):
    """There is no archive, and what was asked for makes none."""

    def __init__(self, path: Path) -> None:
        problem = "there is no archive; futurewatch run or futurewatch crawl makes it, or [archive] path is wrong"
        super().__init__(str(path), problem)


class ArchiveGoneError(ArchiveError):
    """There was an archive, and a new one in its place would hide that."""

    def __init__(self, path: Path, trace: Path) -> None:
        problem = (
            f"the archive that was here is gone, and nothing was made in its place: put it or a backup back; to begin "
            f"with an empty one, delete {trace.name} beside it"
        )
        super().__init__(str(path), problem)


class ArchiveMovedError(ArchiveError):
    """The path of an open archive leads to another file, or to none."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(str(path), problem, kind="data")


def kind_of(error: sqlite3.Error) -> FailureKind:
    """Return whose matter an error of SQLite is."""
    code = _code_of(error)
    if code in TRANSIENT_CODES:
        return "transient"
    return "configuration" if code in CONFIGURATION_CODES else "data"


def is_our_own(error: sqlite3.Error) -> bool:
    """True for a fault of the program: an error in its SQL, or in what it binds."""
    return _code_of(error) in PROGRAM_FAULT_CODES


def _code_of(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF  # the rest only says more
