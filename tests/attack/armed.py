"""Programs that kill themselves: at their k-th write to an archive or a file, or so long after the first one."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from forked import be_command
from scheduler.config.toml_edits import set_key
from scheduler.config.written import ConfigFile
from storage.archive import Archive

LATEST_WRITES = (8, 40, 200)  # of the writes at which a program is killed
LATEST_MOMENTS = (0.1, 0.5, 3.0)  # seconds after the first write
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|COMMIT|CREATE|ALTER|DROP|BEGIN|PRAGMA wal)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a program dies: at its k-th write to an archive or a file, or so many seconds after its first one."""

    write: int = 0
    seconds: float = 0.0


def moment(chance: Random) -> Moment:
    """Return a moment: half of them at a write; early ones as likely as late ones, for programs differ in length."""
    if chance.random() < 0.5:
        return Moment(write=chance.randint(1, chance.choice(LATEST_WRITES)))
    return Moment(seconds=chance.uniform(0.0, chance.choice(LATEST_MOMENTS)))


def arm(at: Moment) -> None:
    """Let this process kill itself at a moment, whichever of its connections or files is written to."""
    written = 0

    def note() -> None:
        nonlocal written
        written += 1
        if written == at.write:
            os.kill(os.getpid(), signal.SIGKILL)
        if written == 1 and not at.write:
            threading.Timer(at.seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()

    _arm_archives(note)
    _arm_files(note)


def _arm_archives(note: Callable[[], None]) -> None:
    connect = sqlite3.connect

    def told(statement: str) -> None:
        if WRITES.match(statement):
            note()

    def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **kwargs)
        made.set_trace_callback(told)
        return made

    sqlite3.connect = connected  # type: ignore[assignment]  # this process is here to die


def _arm_files(note: Callable[[], None]) -> None:
    """Count the opening of a file, the half that is written, the rest, and its taking another's place."""
    replace = Path.replace

    def write_text(path: Path, text: str, encoding: str | None = None, *_: Any, newline: str | None = None) -> int:
        with path.open("w", encoding=encoding, newline=newline) as file:
            note()
            file.write(text[: len(text) // 2])
            file.flush()
            note()
            file.write(text[len(text) // 2 :])
        note()
        return len(text)

    def replaced(path: Path, other: Path) -> Path:
        note()
        made = replace(path, other)
        note()
        return made

    Path.write_text = write_text  # type: ignore[assignment]
    Path.replace = replaced  # type: ignore[assignment,method-assign]


def armed_command(at: Moment, *given: Any) -> None:
    """Be a command that dies."""
    arm(at)
    be_command(*given)


def armed_upgrade(at: Moment, path: Path) -> None:
    """Upgrade an archive, and die."""
    arm(at)
    Archive(path).close()


def armed_change(at: Moment, path: Path, name: str) -> None:
    """Change a configuration as its page and `setup` do, or undo the last change where there is no name; and die."""
    arm(at)
    file = ConfigFile(path)
    if name:
        edit = partial(set_key, table="review", key="name", value=name)
        file.change(edit, who="test", about="name", now=datetime.now(UTC))
    elif number := file.undoable():
        file.undo(number, who="test")
