"""Run the command in a process of its own that has the program's modules already: most of a short run imports them.

A server process imports them once and forks for each run: the process that runs a command has its own memory, streams,
environment and signals, and nothing of the test. `Futurewatch.start` and some tests start Python afresh, as people do.
"""

from __future__ import annotations

import multiprocessing
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

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


SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([*_modules(), *THEIRS])


class TooLongError(AssertionError):
    """A command did not come to an end; it was killed."""


def run_forked(
    arguments: Sequence[str], *, environment: Mapping[str, str], stdin: str = "", seconds: float = 60
) -> tuple[int, str, str]:
    """Run `futurewatch ARGUMENTS` to its end and return its exit code, stdout and stderr."""
    with TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        streams[0].write_text(stdin, encoding="utf-8")
        process = SERVER.Process(target=be_command, args=(list(arguments), dict(environment), streams, Path.cwd()))
        process.start()
        process.join(seconds)
        is_late = process.exitcode is None
        process.kill()
        process.join()
        out, err = (stream.read_text(encoding="utf-8") if stream.exists() else "" for stream in streams[1:])
        if is_late:
            raise TooLongError(f"{arguments} after {seconds} s\n{out}\n{err}")
        return int(process.exitcode or 0), out, err


def begin_forked(
    arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path, target: Callable[..., None] | None = None
) -> BaseProcess:
    """Start `futurewatch ARGUMENTS` and go on; its streams are files of a folder. `target` is what is run instead."""
    streams = [folder / f"begun.{name}" for name in ("stdin", "stdout", "stderr")]
    streams[0].touch()
    given = (list(arguments), dict(environment), streams, Path.cwd())
    process = SERVER.Process(target=target or be_command, args=given)
    process.start()
    return process


def be_command(arguments: list[str], environment: dict[str, str], streams: Sequence[Path], folder: Path) -> None:
    """Be the command, in the process that was forked for it."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  open until the process ends
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    from scheduler.cli import main

    main(arguments, prog_name="futurewatch")
