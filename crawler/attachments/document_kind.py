"""Define a kind of document: how its bytes are recognised, and which function reads them. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO


class TooLargeError(Exception):
    """A document unpacks to more than is read."""


class LockedError(Exception):
    """A document opens with a password only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """One kind of document.

    `recognises` runs in the crawl and looks at the bytes only. `read` runs in a process with limits, and raises
    whatever its library raises on a damaged file; its number is the most characters to return. `suffixes` are the names
    that files of this kind have, `without_text` says what such a file shows when it has no text.
    """

    name: str
    suffixes: frozenset[str]
    recognises: Callable[[bytes], bool]
    read: Callable[[BinaryIO, int], str]
    without_text: str = "it is empty"
