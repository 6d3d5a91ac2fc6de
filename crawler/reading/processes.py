"""Keep reader processes: they are started when there is something to read, and again when a page ended one."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, ParamSpec, TypeVar

from crawler.detect.lexicon import Lexicon
from crawler.reading.frames import AnswerReader, Shared, VersionError, framed, receive, task_of, written
from crawler.reading.process import ERROR, OK
from crawler.reading.reader import LimitError, ReadingError
from crawler.reading.turns import ReadingTurns
from storage.records import Page

P = ParamSpec("P")
T = TypeVar("T")

READER_MODULE = "crawler.reading.process"
READER_START_SECONDS = 120  # to load the program and its dictionaries: two on an idle machine
MOST_ANSWER_BYTES = 256 << 20  # a page of 10 MB gives an answer of about 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """The limits of one step of reading one page.

    A page of 50 kB takes 0.05 s, one of 2 MB about 2 s. `seconds` are of the processor, so that a busy machine gives up
    no page; `wall_seconds` are for a reader that waits.
    """

    seconds: int = 10
    wall_seconds: float = 120.0
    memory_mb: int = 1024


class ReaderProcesses:
    """Reads in `count` processes. Each has its thread, which waits for the answer."""

    def __init__(self, lexicon: Lexicon, *, count: int = 1, limits: ReadingLimits | None = None) -> None:
        self._shared = Shared.of(lexicon)
        self._limits = limits or ReadingLimits()
        self._idle: queue.LifoQueue[_Process] = queue.LifoQueue()
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reader")
        self._turns = ReadingTurns(count)
        self._all: set[_Process] = set()
        self._end = weakref.finalize(self, _end, self._threads, self._all)

    async def read(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a step in a reader process."""
        async with self._turns.turn(_host_of(args)):
            if not self._end.alive:
                raise ReadingError("the program is ending")
            loop = asyncio.get_running_loop()
            answer: T = await loop.run_in_executor(self._threads, self._read, step, args, kwargs)
            return answer

    def close(self) -> None:
        """End the readers, also those that are reading."""
        self._end()

    def _read(self, step: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Do a step. A page that ended a reader is read once more by a fresh one, if that one had read others before.

        A reader that ran out of memory may be full of what other pages left.
        """
        task = task_of(step, args, kwargs, self._shared)
        process, is_fresh = self._take()
        try:
            answer = process.ask(task, self._limits)
        except _EndedError as ended:
            self._all.discard(process)
            if is_fresh or ended.is_out_of_time:
                raise ended.said(self._limits) from ended
        else:
            self._idle.put(process)
            return answer
        return self._read_afresh(task)

    def _read_afresh(self, task: bytes) -> Any:
        process = self._start()
        try:
            answer = process.ask(task, self._limits)
        except _EndedError as ended:
            self._all.discard(process)
            raise ended.said(self._limits) from ended
        self._idle.put(process)
        return answer

    def _take(self) -> tuple[_Process, bool]:
        try:
            return self._idle.get_nowait(), False
        except queue.Empty:
            return self._start(), True

    def _start(self) -> _Process:
        if not self._end.alive:
            raise ReadingError("the program is ending")
        process = _Process(self._limits)
        self._all.add(process)
        process.load(self._shared)
        return process


def _host_of(args: tuple[object, ...]) -> str:
    """Return the host whose bytes a step reads, empty where none is named."""
    url = next((one.final_url if isinstance(one, Page) else one for one in args if _names_host(one)), "")
    return str(url).partition("://")[2].partition("/")[0]


def _names_host(one: object) -> bool:
    return isinstance(one, Page) or (isinstance(one, str) and one.startswith(("http://", "https://")))


class _EndedError(Exception):
    """A reader has ended. Carries its exit code, and whether its time was up."""

    def __init__(self, code: int, *, is_out_of_time: bool, is_out_of_memory: bool) -> None:
        self.code = code
        self.is_out_of_time = is_out_of_time
        self.is_out_of_memory = is_out_of_memory
        super().__init__(f"exit code {code}")

    def said(self, limits: ReadingLimits) -> ReadingError:
        """Return what is said of the page that ended it."""
        if self.is_out_of_time:
            return LimitError(f"reading took longer than {limits.seconds} s")
        if self.is_out_of_memory:
            return LimitError(f"reading took more than {limits.memory_mb} MB")
        if self.code in {-signal.SIGKILL, -signal.SIGTERM}:  # by somebody, or by a system short of memory
            return ReadingError("its reader was killed from outside")
        return LimitError(f"reading ended its process ({self})")


class _Process:
    """One reader process. Not for two threads at once."""

    def __init__(self, limits: ReadingLimits) -> None:
        command = [sys.executable, "-m", READER_MODULE, str(limits.seconds), str(limits.memory_mb)]
        self._popen = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._tasks: IO[bytes] = self._popen.stdin
        self._answers: IO[bytes] = self._popen.stdout

    def load(self, shared: Shared) -> None:
        """Give a new reader its lexicon.

        Raises:
            ReadingError: it does not start.
            VersionError: it has read another lexicon.
        """
        try:
            _, sha256 = self._exchange(framed(written(shared.lexicon)), READER_START_SECONDS)
        except _EndedError as ended:
            raise ReadingError(f"a reader process does not start ({ended})") from ended
        if sha256 != shared.sha256:
            self.end()
            raise VersionError(f"a reader has read another lexicon than {shared.lexicon.version}")

    def ask(self, task: bytes, limits: ReadingLimits) -> Any:
        """Return what a task returns.

        Raises:
            ReadingError: the step raised.
            _EndedError: the page ended the reader.
        """
        state, said = self._exchange(task, limits.wall_seconds)
        if state == OK:
            return said
        if state == ERROR:
            raise ReadingError(said)
        self.end()
        raise _EndedError(0, is_out_of_time=False, is_out_of_memory=True)

    def _exchange(self, message: bytes, seconds: float) -> tuple[str, Any]:
        killed = threading.Event()

        def kill() -> None:
            killed.set()
            self._popen.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            self._tasks.write(message)
            self._tasks.flush()
            answer = receive(self._answers, MOST_ANSWER_BYTES)
            if answer is not None:
                found: tuple[str, Any] = AnswerReader(io.BytesIO(answer)).load()
                return found
        except (OSError, ValueError, pickle.UnpicklingError):  # it has ended, was closed, or answers what it may not
            pass
        finally:
            timer.cancel()
        code = self.end()
        raise _EndedError(
            code, is_out_of_time=killed.is_set() or code == -signal.SIGXCPU, is_out_of_memory=False
        )  # fmt: skip

    def end(self) -> int:
        """End the reader and return its exit code."""
        if self._popen.poll() is None:
            try:  # its answer may have ended a moment before it does
                self._popen.wait(0.2)
            except subprocess.TimeoutExpired:
                self._popen.kill()
        code = self._popen.wait()
        for stream in (self._tasks, self._answers):
            try:
                stream.close()
            except OSError:
                continue
        return code

    def kill(self) -> None:
        """Kill the reader; its caller gets no answer."""
        self._popen.kill()
        self._popen.wait()


def _environment() -> dict[str, str]:
    """Return the environment of a reader: it finds the program where we found it, and gets none of our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path), "MALLOC_ARENA_MAX": "2"}


def _end(threads: ThreadPoolExecutor, processes: set[_Process]) -> None:
    """End all readers: callers that wait for one get an error."""
    for process in list(processes):
        process.kill()
    processes.clear()
    threads.shutdown(wait=False, cancel_futures=True)
