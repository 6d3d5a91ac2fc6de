"""Start a process that reads a file, and end it when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass

from crawler.attachments.kinds import document_kind, name_of
from storage.records import File, Page

MOST_WALL_TIMES_CPU = 6  # by the wall: on a busy machine a file was given up that takes a second of the processor
READER_MODULE = "crawler.attachments.reader"
OUT_OF_TIME_EXIT_CODES = (-signal.SIGKILL, -signal.SIGXCPU)  # exit codes; a library in Rust aborts where memory ends


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """The limits of reading one file. A plan of 120 pages takes 3 to 8 s and 150 MB (measured with pypdf 7.1).

    `seconds` are the processor's.
    """

    seconds: float = 20.0
    memory_mb: int = 512
    characters: int = 100_000


async def read_file(page: Page, limits: ChildLimits | None = None) -> File:
    """Return a fetched attachment with its text, or with the reason why there is none."""
    limits = limits or ChildLimits()
    known = document_kind(page.body)
    if known is None:
        return File(url=page.final_url, page=page, state="unread", reason=name_of(page.body))
    kind = known.name
    code, out = await _run(
        [kind, str(limits.characters), str(limits.memory_mb), str(int(limits.seconds))], page, limits
    )
    if code is None:
        reason = f"{kind}: not read within {limits.seconds:g} s"
        return File(url=page.final_url, page=page, state="failed", reason=reason)
    text = out.decode("utf-8", "replace")
    if code != 0:
        return File(
            url=page.url,
            page=page,
            state="failed",
            reason=f"{kind}: {text[-200:].strip() or f'reader ended with {code}'}",
        )
    if not text.strip():
        return File(url=page.final_url, page=page, state="unread", reason=f"{kind} without text ({known.without_text})")
    return File(url=page.final_url, page=page, state="read", text=text)


async def _run(arguments: list[str], page: Page, limits: ChildLimits) -> tuple[int | None, bytes]:
    """Return exit code and output of the reader; None as code when its time was up."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", READER_MODULE, *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(page.body), MOST_WALL_TIMES_CPU * limits.seconds)
    except TimeoutError:
        return None, b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    is_out_of_time = process.returncode in OUT_OF_TIME_EXIT_CODES
    return (None, b"") if is_out_of_time else (process.returncode, out)
