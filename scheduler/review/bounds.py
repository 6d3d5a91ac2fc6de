"""Bounds of every query of the review site: time, memory, size of the result, and what SQL may do.

A query of ours and one that an administrator writes run over the same connections, which read only. SQLite looks at
the clock between its steps, so a function that never ends within one step is not stopped by that: those are refused,
and whatever holds a thread all the same ends the process, which is started again.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from datasette.database import Database

from scheduler.config.log import get_logger

log = get_logger()

T = TypeVar("T")

SQL_MS = 1000  # of one statement on Datasette's pages
RETURNED_ROWS = 500  # of one statement on Datasette's pages
READ_SECONDS = 10.0  # of everything that one page of ours reads
STUCK_SECONDS = 30.0  # of a thread in one read; nothing within SQLite can stop it then
STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's machine, between two looks at the clock: about a millisecond
RESULT_BYTES = 64 * 1024 * 1024  # of all rows that one page reads
VALUE_BYTES = 32 * 1024 * 1024  # of one text or blob; larger than any page that is kept
HEAP_BYTES = 512 * 1024 * 1024  # of SQLite, in the whole process
DATA_BYTES = 2 * 1024 * 1024 * 1024  # of the whole process
STATEMENT_BYTES = 100_000  # of SQL text; Datasette's longest has some thousands

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: STATEMENT_BYTES,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# They make a large value out of nothing in one step, or load a program.
REFUSED_FUNCTIONS = frozenset({
    "randomblob", "zeroblob", "printf", "format", "replace", "load_extension", "fts3_tokenizer",
})  # fmt: skip
# The connection reads only, whatever is asked; these would work all the same.
REFUSED_ACTIONS = frozenset({
    sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_CREATE_TEMP_TABLE, sqlite3.SQLITE_CREATE_TEMP_INDEX,
    sqlite3.SQLITE_CREATE_TEMP_TRIGGER, sqlite3.SQLITE_CREATE_TEMP_VIEW,
})  # fmt: skip
READING_PRAGMAS = frozenset({
    "application_id", "collation_list", "compile_options", "data_version", "database_list", "foreign_key_list",
    "freelist_count", "function_list", "index_info", "index_list", "index_xinfo", "module_list", "page_count",
    "page_size", "pragma_list", "recursive_triggers", "schema_version", "table_info", "table_list",
    "table_xinfo", "user_version",
})  # fmt: skip


class TooMuchError(sqlite3.OperationalError):
    """A page reads more than fits into memory."""


class BoundedDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """A database of Datasette whose every read is bounded, whoever wrote its SQL."""

    async def execute_fn(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """Return what a function reads over a connection, in a thread, within all bounds."""
        found: T = await super().execute_fn(lambda connection: _bounded(connection, ask))
        return found


def bound(connection: sqlite3.Connection) -> None:
    """Let a connection read only, by harmless functions, with bounds for values and memory."""
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP_BYTES}")
    for limit, most in LIMITS.items():
        connection.setlimit(limit, most)
    connection.set_authorizer(_authorize)


def bound_process() -> None:
    """Let this process have no more memory than it can need, where the platform has such a limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = DATA_BYTES if hard == resource.RLIM_INFINITY else min(DATA_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Return whether a statement may do something; SQLite asks when it prepares one."""
    is_refused = (
        action in REFUSED_ACTIONS
        or (action == sqlite3.SQLITE_FUNCTION and str(second).lower() in REFUSED_FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and str(first).lower() not in READING_PRAGMAS)
    )
    return sqlite3.SQLITE_DENY if is_refused else sqlite3.SQLITE_OK


def _bounded(connection: sqlite3.Connection, ask: Callable[[sqlite3.Connection], T]) -> T:
    """Ask within the bounds of time and size; Datasette's own, shorter limit replaces ours while it runs."""
    until = time.monotonic() + READ_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
    make_row = connection.row_factory
    connection.row_factory = _sized_rows(make_row)
    try:
        with WATCHDOG.over_this_thread():
            return ask(connection)
    finally:
        connection.row_factory = make_row
        connection.set_progress_handler(None, 0)


def _sized_rows(make: Any) -> Callable[[sqlite3.Cursor, tuple[Any, ...]], Any]:
    """Return a maker of rows that counts their bytes. Raises `TooMuchError` from it."""
    spent = 0

    def sized(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Any:
        nonlocal spent
        spent += sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if spent > RESULT_BYTES:
            raise TooMuchError(f"the result has more than {RESULT_BYTES // 1_000_000} MB")
        return make(cursor, row) if make else row

    return sized


class Watchdog:
    """Ends the process when a thread reads for longer than anything within SQLite should let it."""

    def __init__(self, *, stuck_seconds: float = STUCK_SECONDS) -> None:
        self._stuck_seconds = stuck_seconds
        self._since: dict[int, float] = {}

    def start(self) -> None:
        """Look every second from now on."""
        threading.Thread(target=self._look, name="watchdog", daemon=True).start()

    @contextmanager
    def over_this_thread(self) -> Iterator[None]:
        """Look after this thread while the block runs."""
        self._since[threading.get_ident()] = time.monotonic()
        try:
            yield
        finally:
            del self._since[threading.get_ident()]

    def _look(self) -> None:
        while True:
            time.sleep(1)
            longest = time.monotonic() - min(tuple(self._since.values()), default=time.monotonic())
            if longest > self._stuck_seconds:
                log.error("a read cannot be stopped: the review page ends, and is started again", seconds=longest)
                os._exit(1)


WATCHDOG = Watchdog()
