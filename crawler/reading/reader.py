"""Define the one interface for reading pages, in this process or in another.

    ReadingError        a page could not be read: an error of ours, or it ended its reader
    └── LimitError      it took more time or memory than a page may

A step is a pure function of this package (`read_list`, `survey`, `judge_page`, …), which the reader finds by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ReadingError(Exception):
    """A page could not be read. Its text is `class: message` of what went wrong."""


class LimitError(ReadingError):
    """A page took more than it may; it takes as much at the next try."""


class Reader(Protocol):
    """Does one step of reading and returns what it returns."""

    async def read(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a step.

        Raises:
            ReadingError: the page could not be read; `LimitError` where it took more than it may.
        """
        ...

    def close(self) -> None:
        """Read nothing any more."""
        ...


class InProcess:
    """Reads in this process, without limits: for commands that show one page, and for tests."""

    async def read(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a step here and now."""
        try:
            return step(*args, **kwargs)
        except Exception as error:
            raise ReadingError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Do nothing: there is nothing to end."""
