"""Pack and unpack the messages between the program and a reader process: one frame each, a length and a pickle.

A reader has read hostile bytes, so its answers are believed no further than a record goes: of their pickles only the
program's own records and days are made, no function is called.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import pickle
import struct
from collections.abc import Callable
from typing import IO, Any

from crawler.detect.lexicon import Lexicon
from crawler.network.settings import VERSION

FRAME_LENGTH = struct.Struct(">Q")
PLAIN_CLASSES = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"), ("datetime", "timezone"),
    ("zoneinfo", "ZoneInfo._unpickle"), ("builtins", "frozenset"), ("builtins", "set"),
})  # fmt: skip
RECORD_MODULES = ("crawler.", "storage.records")


class VersionError(Exception):
    """A reader and the program have different lexicons."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The lexicon that program and reader both have.

    `sha256` is of all that it says, the threshold too, and of the program's version: another one reads otherwise.
    """

    lexicon: Lexicon
    sha256: str

    @classmethod
    def of(cls, lexicon: Lexicon) -> Shared:
        """Return a lexicon with its hash."""
        return cls(lexicon=lexicon, sha256=hashlib.sha256(VERSION.encode() + written(lexicon)).hexdigest())


def written(lexicon: Lexicon) -> bytes:
    """Return a lexicon as a reader is given it."""
    return lexicon.model_dump_json(by_alias=True).encode()


class TaskPacker(pickle.Pickler):
    """Packs a task; of the lexicon the hash goes along, for both sides have it."""

    def __init__(self, file: IO[bytes], shared: Shared) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._shared = shared

    def persistent_id(self, obj: object) -> str | None:
        """Return the hash of a lexicon."""
        if not isinstance(obj, Lexicon):
            return None
        return self._shared.sha256 if obj is self._shared.lexicon else Shared.of(obj).sha256


class TaskReader(pickle.Unpickler):
    """Reads a task of the program's own in a reader."""

    def __init__(self, file: IO[bytes], shared: Shared) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: object) -> Lexicon:
        """Return the reader's own lexicon.

        Raises:
            VersionError: the program has another one.
        """
        if pid != self._shared.sha256:
            raise VersionError(f"the reader has another lexicon ({self._shared.lexicon.version})")
        return self._shared.lexicon


class AnswerReader(pickle.Unpickler):
    """Reads what a reader answers: records and days, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a record's class.

        Raises:
            pickle.UnpicklingError: the name stands for anything else.
        """
        found = (
            super().find_class(module, name)
            if module.startswith(RECORD_MODULES) or (module, name) in PLAIN_CLASSES
            else None
        )
        is_record = isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, tuple))
        if (module, name) in PLAIN_CLASSES or is_record:
            return found
        raise pickle.UnpicklingError(f"a reader may not answer with {module}.{name}")


def framed(message: bytes) -> bytes:
    """Return a message as it is sent."""
    return FRAME_LENGTH.pack(len(message)) + message


def receive(stream: IO[bytes], most_bytes: int | None = None) -> bytes | None:
    """Return the next message of a stream, None at its end and where it is longer than it may be."""
    head = stream.read(FRAME_LENGTH.size)
    if len(head) < FRAME_LENGTH.size:
        return None
    (length,) = FRAME_LENGTH.unpack(head)
    if most_bytes is not None and length > most_bytes:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def task_of(step: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object], shared: Shared) -> bytes:
    """Return a task as it is sent to a process: a step with its arguments."""
    return framed(packed_task(step, args, kwargs, shared))


def packed_task(
    step: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object], shared: Shared
) -> bytes:
    """Return a task as bytes."""
    out = io.BytesIO()
    TaskPacker(out, shared).dump((step, args, kwargs))
    return out.getvalue()


def answer_of(state: str, said: object) -> bytes:
    """Return an answer as it is sent."""
    return framed(pickle.dumps((state, said), protocol=pickle.HIGHEST_PROTOCOL))
