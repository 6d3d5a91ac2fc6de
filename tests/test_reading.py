"""Reader processes: what they answer, what ends them, and that nothing of it reaches the program."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.detect.lexicon import load_lexicon
from crawler.reading import (
    InProcess,
    LimitError,
    ReaderProcesses,
    ReadingError,
    ReadingLimits,
    judge_page,
    read_list,
    survey,
)
from crawler.reading.frames import AnswerReader
from crawler.reading.turns import ReadingTurns
from local_portal import article_page, listing_page
from scheduler.demo.samples import PRESS_CONFERENCE
from storage.records import Page

LEXICON = load_lexicon()
NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)
ATTRIBUTES = "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">公告</p>"  # 8 s and more inside the parser


def page(body: str) -> Page:
    url = "http://gov.example.org/zwgk/202603/t20260318_1.html"
    return Page(source="", url=url, final_url=url, fetched_at=NOW, status=200, headers={}, body=body.encode())


HONEST = page(article_page(PRESS_CONFERENCE.title, PRESS_CONFERENCE.paragraphs, day="2026-03-18 09:30"))


def raises(_page: Page) -> None:
    """Fail as a step may; a reader finds it by name."""
    raise ValueError("odd")


def takes_memory(_page: Page) -> int:
    """Ask for more than a reader may have."""
    return len(bytearray(4 << 30))


def dies(_page: Page) -> None:
    """End as a parser with a fault in its C code does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def turns(_page: Page) -> None:
    """Never end."""
    while True:
        pass


def reader_id(_page: Page) -> tuple[int, ...]:
    """Return the process that reads."""
    return (os.getpid(),)


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcesses]:
    """One reader process that may take two seconds."""
    made = ReaderProcesses(LEXICON, limits=ReadingLimits(seconds=2))
    yield made
    made.close()


def test_reader_process_reads_as_this_process_does(reader: ReaderProcesses) -> None:
    """An article, a list and what belongs to a page come back from a process as they are read here."""

    async def read() -> None:
        here = InProcess()
        for one in (reader, here):
            judged = await one.read(judge_page, HONEST, LEXICON, title="x")
            assert judged == judge_page(HONEST, LEXICON, title="x")
            assert judged.assessment.is_announcement
            rows = page(listing_page([("/a/1.html", "关于印发工作要点的通知", "2026-03-18")] * 3))
            assert await one.read(read_list, rows) == read_list(rows)
            assert await one.read(survey, HONEST, LEXICON) == survey(HONEST, LEXICON)

    asyncio.run(read())


@pytest.mark.parametrize(
    ("step", "error", "said"),
    [
        (turns, LimitError, "reading took longer than 2 s"),
        (takes_memory, LimitError, "reading took more than 1024 MB"),
        (dies, LimitError, "reading ended its process (exit code -11)"),
        (raises, ReadingError, "ValueError: odd"),
    ],
)
def test_page_ends_at_its_limit(reader: ReaderProcesses, step: object, error: type[ReadingError], said: str) -> None:
    """A page that takes too much, or ends its reader, is told with its reason, and the next page is read."""

    async def read() -> None:
        with pytest.raises(ReadingError) as raised:
            await reader.read(step, HONEST)  # type: ignore[arg-type]  # a step of the tests
        assert (type(raised.value), str(raised.value)) == (error, said)
        assert (await reader.read(judge_page, HONEST, LEXICON)).article.title == PRESS_CONFERENCE.title

    asyncio.run(read())


def test_parser_that_hears_nothing_is_ended(reader: ReaderProcesses) -> None:
    """40,000 attributes keep the parser's C code busy, where no signal handler runs; meanwhile the loop turns."""

    async def read() -> float:
        task = asyncio.ensure_future(reader.read(read_list, page(ATTRIBUTES)))
        longest, before = 0.0, time.monotonic()
        while not task.done():
            await asyncio.sleep(0.01)
            now = time.monotonic()
            longest, before = max(longest, now - before), now
        with pytest.raises(LimitError):
            task.result()
        return longest

    assert asyncio.run(read()) < 0.5


def test_reader_that_is_killed_is_started_again(reader: ReaderProcesses) -> None:
    """Somebody, or a system short of memory, kills a reader: the page is read by a fresh one."""

    async def read() -> None:
        (first,) = await reader.read(reader_id, HONEST)
        os.kill(first, signal.SIGKILL)
        (second,) = await reader.read(reader_id, HONEST)
        assert second != first

    asyncio.run(read())


def test_readers_end_with_the_program() -> None:
    """The readers of a program that was killed end by themselves: they find the end of their input."""
    code = (
        "import asyncio, test_reading as t\n"
        "r = t.ReaderProcesses(t.LEXICON)\n"
        "print(asyncio.run(r.read(t.reader_id, t.HONEST))[0], flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(entry or "." for entry in sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}, check=False
    )
    number, deadline = int(done.stdout), time.monotonic() + 20
    while os.path.exists(f"/proc/{number}"):  # noqa: PTH110  a process is no file of ours
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_reader_uses_the_lexicon_of_the_program(reader: ReaderProcesses) -> None:
    """A step that brings another lexicon than the reader has is refused: two lexicons must not score one archive."""
    other = LEXICON.model_copy(update={"threshold": LEXICON.threshold + 1})
    with pytest.raises(ReadingError, match="another lexicon"):
        asyncio.run(reader.read(judge_page, HONEST, other))


class Intruder:
    """What a reader that was taken over might answer."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("true",))


@pytest.mark.parametrize("answer", [Intruder(), os.getenv, subprocess.run])
def test_answer_makes_records_only(answer: object) -> None:
    """An answer that names anything but a record or a day is refused: hostile bytes were read where it comes from."""
    with pytest.raises(pickle.UnpicklingError, match="may not answer with"):
        AnswerReader(io.BytesIO(pickle.dumps(("ok", answer)))).load()


def test_costly_host_waits_for_others() -> None:
    """While one host's pages take long, those of a host that has taken little come first, and nobody is left out."""
    turns, order = ReadingTurns(1), list[str]()

    async def read(host: str, seconds: float) -> None:
        async with turns.turn(host):
            order.append(host)
            await asyncio.sleep(seconds)

    async def work() -> None:
        costly = [asyncio.create_task(read("costly", 0.05)) for _ in range(4)]
        await asyncio.sleep(0.02)
        given_up = asyncio.create_task(read("given up", 0.0))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(*costly, *(read("modest", 0.01) for _ in range(3)))

    asyncio.run(work())
    assert order == ["costly", "modest", "modest", "modest", "costly", "costly", "costly"]
