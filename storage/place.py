"""Notice that the file of an open archive was deleted or moved: SQLite would work on in it without a word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.errors import ArchiveMovedError

ARCHIVE_SUFFIXES = ("", "-wal", "-shm")  # SQLite keeps all three open, and finds them by name only when it opens them

FileId = tuple[int, int]  # device and inode


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFiles:
    """The files that an archive was opened with."""

    path: Path
    files: dict[str, FileId]

    def problem(self) -> str | None:
        """Return what has become of the files since they were opened, None while all lie where they lay."""
        for suffix, opened in self.files.items():
            found = _file_id(_named(self.path, suffix))
            if found is None:
                return f"{_named(self.path, suffix).name} was deleted or moved while it was open"
            if found != opened:
                return f"{_named(self.path, suffix).name} was replaced by another file while it was open"
        return None

    def check(self) -> None:
        """Raise `ArchiveMovedError` when what is written now would be lost."""
        problem = self.problem()
        if problem is not None:
            raise ArchiveMovedError(self.path, problem)


def place_of(path: Path) -> OpenedFiles:
    """Return where an archive that was opened just now lies."""
    path = path.resolve()
    found = {suffix: _file_id(_named(path, suffix)) for suffix in ARCHIVE_SUFFIXES}
    return OpenedFiles(path=path, files={suffix: id for suffix, id in found.items() if id is not None})


def _named(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _file_id(path: Path) -> FileId | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
