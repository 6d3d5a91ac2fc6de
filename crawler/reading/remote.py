"""Read pages on other machines too, with `futurewatch worker --read`, while the readers of this one are busy.

A reader that is lost, that has another lexicon or that nobody runs costs no page: this machine reads it then. A page
that ended a reader's process there is at fault, as it is here.
"""

from __future__ import annotations

import io
import pickle
import struct
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError

from crawler.detect.lexicon import Lexicon
from crawler.listing import recognise_block
from crawler.network.hub import Hub, SilentError
from crawler.network.hub_connection import HubError
from crawler.reading.frames import AnswerReader, Shared, TaskReader, packed_task, written
from crawler.reading.judge import judge_page
from crawler.reading.processes import ReaderProcesses, ReadingLimits
from crawler.reading.reader import LimitError, ReadingError
from crawler.reading.survey import read_frame, read_list, survey

P = ParamSpec("P")
T = TypeVar("T")

READ_SUBJECT = "futurewatch.read"
READ_QUEUE = "readers"
REMOTE_STEPS: tuple[Callable[..., object], ...] = (read_list, recognise_block, survey, read_frame, judge_page)
REMOTE_REST_SECONDS = 60.0  # for so long nobody is asked after nobody could
HEAD = struct.Struct(">64sI")  # of a question: the hash of lexicon and program, the length of the lexicon beside it
DONE, FAULT, LIMIT, UNKNOWN_LEXICON, UNREADABLE = b"d", b"f", b"l", b"u", b"x"  # how an answer begins
MOST_SECONDS = 2 * ReadingLimits().wall_seconds  # of one task: a turn at the reader, and its limit


class SharedReader:
    """Reads in the `count` processes of this machine, and elsewhere what they have no room for."""

    def __init__(self, here: ReaderProcesses, lexicon: Lexicon, *, count: int, hub: Hub) -> None:
        self._here = here
        self._shared = Shared.of(lexicon)
        self._free = count
        self._hub = hub
        self._asks_again_at = 0.0
        self.elsewhere = 0  # steps that were done there

    async def read(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a step: here while a process is free, or where nobody else reads."""
        if self._free <= 0 and step in REMOTE_STEPS and time.monotonic() >= self._asks_again_at:
            try:
                answer: T = await self._elsewhere(packed_task(step, args, kwargs, self._shared))
            except (HubError, SilentError):
                self._asks_again_at = time.monotonic() + REMOTE_REST_SECONDS
            else:
                self.elsewhere += 1
                return answer
        self._free -= 1
        try:
            return await self._here.read(step, *args, **kwargs)
        finally:
            self._free += 1

    def close(self) -> None:
        """End the readers of this machine."""
        self._here.close()

    async def _elsewhere(self, task: bytes) -> Any:
        """Return what a reader elsewhere returns; one that lacks the lexicon gets it with the task.

        Raises:
            HubError, SilentError: nobody reads.
            ReadingError: the page could not be read.
        """
        answer = await self._ask(task, b"")
        if answer[:1] == UNKNOWN_LEXICON:
            answer = await self._ask(task, written(self._shared.lexicon))
        kind, said = answer[:1], answer[1:]
        if kind == DONE:
            try:
                return AnswerReader(io.BytesIO(said)).load()
            except (pickle.UnpicklingError, EOFError, AttributeError) as error:
                raise HubError(f"a reader answered what it may not ({type(error).__name__})") from error
        if kind not in {FAULT, LIMIT}:
            raise HubError("a reader cannot read our tasks: it is of another version")
        raise (LimitError if kind == LIMIT else ReadingError)(said.decode("utf-8", "replace"))

    async def _ask(self, task: bytes, lexicon: bytes) -> bytes:
        question = HEAD.pack(self._shared.sha256.encode(), len(lexicon)) + lexicon + task
        return await self._hub.ask(READ_SUBJECT, question, most_seconds=MOST_SECONDS)


async def probe_readers(hub: Hub) -> None:
    """Find out whether anybody reads elsewhere. Raises `HubError` or `SilentError` where nobody does."""
    await hub.ask(READ_SUBJECT, b"", most_seconds=MOST_SECONDS)


class RemoteReading:
    """The other home: readers that do the tasks of a program elsewhere, with its lexicon."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._shared: Shared | None = None
        self._readers: ReaderProcesses | None = None

    async def answer(self, question: bytes) -> bytes:
        """Return the answer to a task. Only steps of reading are done, with records for arguments."""
        try:
            sha256, length = HEAD.unpack_from(question)
            task = question[HEAD.size + length :]
            self._take_up(sha256.decode(), question[HEAD.size : HEAD.size + length])
            if self._shared is None or self._readers is None or self._shared.sha256 != sha256.decode():
                return UNKNOWN_LEXICON
            step, args, kwargs = OrderReader(io.BytesIO(task), self._shared).load()
        except (struct.error, ValueError, ValidationError, pickle.UnpicklingError, EOFError, AttributeError, TypeError):
            return UNREADABLE
        try:
            said = await self._readers.read(step, *args, **kwargs)
        except ReadingError as error:
            return (LIMIT if isinstance(error, LimitError) else FAULT) + str(error).encode()
        return DONE + pickle.dumps(said, protocol=pickle.HIGHEST_PROTOCOL)

    def close(self) -> None:
        """End the readers."""
        if self._readers is not None:
            self._readers.close()

    def _take_up(self, sha256: str, lexicon: bytes) -> None:
        """Read with a lexicon that came along from now on. Raises `ValueError` where it is not the one that it says."""
        if not lexicon or (self._shared is not None and self._shared.sha256 == sha256):
            return
        shared = Shared.of(Lexicon.model_validate_json(lexicon))
        if shared.sha256 != sha256:
            raise ValueError("the lexicon is not the one that its hash says")
        self.close()
        self._shared, self._readers = shared, ReaderProcesses(shared.lexicon, count=self._count)


class OrderReader(TaskReader):
    """Reads a task that came over the network: a step of reading with records and days, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a step, or a record's class. Raises `pickle.UnpicklingError` where a name is anything else."""
        for step in REMOTE_STEPS:
            if (module, name) == (step.__module__, step.__qualname__):
                return step
        return AnswerReader(io.BytesIO()).find_class(module, name)


def too_large(most_bytes: int) -> bytes:
    """Return the answer in place of one that is larger than the server passes on."""
    return FAULT + f"what was read is larger than {most_bytes} bytes".encode()
