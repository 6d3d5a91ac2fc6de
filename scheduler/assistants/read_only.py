"""Read an archive over connections that cannot write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from scheduler.review.bounds import bound
from storage.archive import Archive

T = TypeVar("T")


class ReadOnlyArchive:
    """The archive of a path, for readers: every question has a connection of its own, as of one moment.

    Opening it brings the tables up to date, as every command does. Raises `ArchiveError` where it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        Archive.existing(path).close()
        self._address = f"{path.resolve().as_uri()}?mode=ro"

    async def read(self, ask: Callable[[Archive], T]) -> T:
        """Return what a function reads, in a thread."""
        return await asyncio.to_thread(self._read, ask)

    def _read(self, ask: Callable[[Archive], T]) -> T:
        with closing(sqlite3.connect(self._address, uri=True)) as connection:
            bound(connection)
            connection.execute("BEGIN")
            return ask(Archive.over(connection))
