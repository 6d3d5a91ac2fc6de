"""Word the failures that are no fault of the program, and give each its exit code.

The kinds are those of `storage.errors`: a wrong configuration ends with 2, for to start again changes nothing; damaged
data and what may pass end with 1, and systemd starts the daemon again.
"""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from typing import Any

from storage.errors import FailureKind

EXIT_CODES: dict[FailureKind, int] = {"configuration": 2, "data": 1, "transient": 1}
PASSING_ERRORS = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EIO, errno.EAGAIN, errno.EROFS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailure:
    """Why a command ended before its work was done."""

    kind: FailureKind
    message: str
    code: int

    @property
    def document(self) -> dict[str, Any]:
        """The failure as `--json` prints it."""
        return {"error": {"kind": self.kind, "message": self.message}}


def in_words(error: Exception) -> str:
    """Return a failure in Chinese; what has no Chinese words stays as it is."""
    from crawler.toml import ConfigurationError
    from scheduler.commands.refusals import refusal
    from scheduler.config.fault_words import line_in_chinese

    if isinstance(error, ConfigurationError):
        return "\n".join(map(line_in_chinese, error.faults))
    return refusal("there is not enough memory" if isinstance(error, MemoryError) else str(error))


def failure_of(error: Exception) -> CommandFailure | None:
    """Return what is to be said of an error, None when it is a fault of the program and wants a traceback."""
    if isinstance(error, MemoryError):  # first of all: to import anything may take more
        return CommandFailure(kind="transient", message="there is not enough memory", code=EXIT_CODES["transient"])
    from crawler.toml import ConfigurationError
    from storage.errors import ArchiveError, is_our_own, kind_of
    from storage.lock import ArchiveLockedError

    kind: FailureKind | None = None
    match error:
        case ConfigurationError():
            kind = "configuration"
        case ArchiveError():
            kind = error.kind
        case ArchiveLockedError():
            kind = "transient"
        case sqlite3.Error() if not is_our_own(error):
            kind = kind_of(error)
        case OSError() if error.errno in PASSING_ERRORS:
            kind = "transient"
    if kind is None:
        return None
    # 2 for a locked archive: nothing was changed; the other does the work
    code = 2 if isinstance(error, ArchiveLockedError) else EXIT_CODES[kind]
    return CommandFailure(kind=kind, message=str(error), code=code)
