"""Run a reader process: tasks on stdin, answers on stdout, until stdin ends.

    python -m crawler.reading.process SECONDS MEMORY_MB

The first message is the lexicon. It limits itself before it looks at a page: one that takes more processor time than
it may ends the process, whatever code it is in. It opens no file of its own accord and no connection.
"""

from __future__ import annotations

import gc
import io
import os
import resource
import signal
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO

from crawler.detect.lexicon import Lexicon
from crawler.reading.frames import Shared, TaskReader, answer_of, receive
from crawler.reading.judge import judge_page
from crawler.reading.survey import read_list
from storage.records import Page

READER_NICENESS = 5  # the loop that fetches and delivers comes first
OK, ERROR, OUT_OF_MEMORY = "ok", "error", "memory"


def main() -> None:
    """Read pages."""
    seconds, memory_mb = map(int, sys.argv[1:3])
    tasks, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # text that a library prints must not end up among the answers
    os.nice(READER_NICENESS)
    for number in (signal.SIGINT, signal.SIGTERM):  # the program's, which lets its visits end; then stdin ends
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    shared = Shared.of(Lexicon.model_validate_json(receive(tasks) or b""))
    _warm_up(shared.lexicon)
    gc.freeze()  # what is loaded stays: the collector need not look through it again
    _answer(answers, OK, shared.sha256)
    while (task := receive(tasks)) is not None:
        _limit_time(seconds)
        _answer(answers, *_done(task, shared))


def _warm_up(lexicon: Lexicon) -> None:
    """Read a page of our own, which loads dictionaries and tables: the first page of a portal must not pay for it."""
    text = "<h1>关于印发《未来产业行动计划》的通知</h1><p>现将《未来产业行动计划》印发给你们，请结合实际贯彻落实。</p>"
    address, now = "http://localhost/zwgk/1.html", datetime(2026, 1, 1, tzinfo=UTC)
    page = Page(source="", url=address, final_url=address, fetched_at=now, status=200, headers={}, body=text.encode())
    read_list(page)
    judge_page(page, lexicon)


def _limit_time(seconds: int) -> None:
    """Let the kernel end this process once it has used so many seconds more: C code hears no signal handler."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _done(task: bytes, shared: Shared) -> tuple[str, Any]:
    try:
        step, args, kwargs = TaskReader(io.BytesIO(task), shared).load()
        return OK, step(*args, **kwargs)
    except MemoryError:
        return OUT_OF_MEMORY, ""
    except Exception as error:  # noqa: BLE001  parsers raise anything on a damaged page; the reason is the answer
        return ERROR, f"{type(error).__name__}: {error}"


def _answer(answers: BinaryIO, state: str, said: object) -> None:
    answers.write(answer_of(state, said))
    answers.flush()


if __name__ == "__main__":
    main()
