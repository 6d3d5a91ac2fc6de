"""Run the command in a process of its own that has the program's modules already: most of a short run imports them.

A server process imports them once and forks for each run: the process that runs a command has its own memory, streams,
environment and signals, and nothing of the test. Some tests start Python afresh, as people do.
"""

from __future__ import annotations

import multiprocessing
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import scrapy.downloadermiddlewares
import scrapy.spidermiddlewares

import crawler
import scheduler
import storage

PACKAGES = (storage, crawler, scheduler, scrapy.downloadermiddlewares, scrapy.spidermiddlewares)
THEIRS = (  # what is named in settings or imported late
    "scrapy.core.downloader.handlers.http11", "twisted.internet.asyncioreactor", "trafilatura", "readability", "jieba",
    "scrapy.extensions.closespider", "scrapy.extensions.corestats", "scrapy.dupefilters", "scrapy.logformatter",
    "scrapy.pqueues", "scrapy.squeues", "scrapy.statscollectors", "holidays.countries", "opencc",
)  # fmt: skip


def _modules() -> list[str]:
    found = (module.name for one in PACKAGES for module in pkgutil.walk_packages(one.__path__, f"{one.__name__}."))
    return [name for name in found if not name.endswith("__main__")]


Be: TypeAlias = Callable[[list[str], dict[str, str], Sequence[Path], Path], None]
STREAMS = ("stdin", "stdout", "stderr")

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([*_modules(), *THEIRS])


class TooLongError(AssertionError):
    """A command did not come to an end; it was killed."""


class Started:
    """A command in a process of its own that goes on; offers what tests use of subprocess.Popen.

    `be` is another program than the command, a function of a module. `terminals` are the devices of streams, by name.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        stdin: str = "",
        be: Be | None = None,
        terminals: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = TemporaryDirectory()
        self._streams = [Path((terminals or {}).get(name) or Path(self._folder.name, name)) for name in STREAMS]
        if not (terminals or {}).get("stdin"):
            self._streams[0].write_text(stdin, encoding="utf-8")
        self._arguments = list(arguments)
        target = (self._arguments, dict(environment), self._streams, Path.cwd())
        self._process = SERVER.Process(target=be or be_command, args=target)
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """The exit code, or the negative number of the signal that ended it; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, or nothing to a process that has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code. Raises subprocess.TimeoutExpired as Popen does."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for the end and return stdout and stderr."""
        self.wait(timeout)
        return self.said()

    def said(self) -> tuple[str, str]:
        """Return stdout and stderr as far as they were written."""
        out, err = (path.read_text(encoding="utf-8") if path.exists() else "" for path in self._streams[1:])
        return out, err


def run_forked(
    arguments: Sequence[str], *, environment: Mapping[str, str], stdin: str = "", seconds: float = 60,
    be: Be | None = None, terminals: Mapping[str, str] | None = None,
) -> tuple[int, str, str]:  # fmt: skip
    """Run `futurewatch ARGUMENTS` to its end and return its exit code, stdout and stderr."""
    started = Started(arguments, environment=environment, stdin=stdin, be=be, terminals=terminals)
    try:
        returned = started.wait(seconds)
    except subprocess.TimeoutExpired:
        started.kill()
        out, err = started.communicate()
        raise TooLongError(f"{arguments} after {seconds} s\n{out}\n{err}") from None
    return (returned, *started.said())


def be_command(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be the command, in the process that was forked for it."""
    be_program(environment, streams, folder)
    from scheduler.cli import main

    main(arguments, prog_name="futurewatch")


def be_program(environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Let this process have the environment, the streams and the folder of a program that was started."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run in a background that ignores it
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDWR | os.O_CREAT), number)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115  open until the process ends
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, closefd=False, buffering=1)  # noqa: SIM115


def be_lines(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be the program of Python's lines that is the first argument."""
    be_program(environment, streams, folder)
    lines, *sys.argv[1:] = arguments
    exec(lines, {"__name__": "__main__"})
