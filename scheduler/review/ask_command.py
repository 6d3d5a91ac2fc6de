"""Ask a command of our own for its answer as JSON: what fetches or computes for long runs in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.config.user import VARIABLE
from scheduler.review.page_request import PageError

ANSWER_SECONDS = 90.0  # for a listing page, its script's request and an article, each after its turn
WRONG_USE = 2  # the exit code of a command that refuses what it is asked, and says why


class CommandRefusedError(ValueError):
    """A command refuses what it is asked. The message is what it says."""


async def ask_command(config: Path, verb: Sequence[str], *rest: str, who: str = "") -> Mapping[str, Any]:
    """Return what a command answers that somebody has asked on a page; `who` signs what it changes.

    Raises:
        CommandRefusedError: it is asked for something wrong.
        PageError: it does not answer in time, or not in JSON.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scheduler", "--lang", "zh", *verb, "--json", "--config", str(config), *rest,
        env=os.environ | ({VARIABLE: who} if who else {}),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, said = await asyncio.wait_for(child.communicate(), ANSWER_SECONDS)
    except TimeoutError as error:
        child.kill()
        raise PageError(504, "一分半钟没有做完，请稍后再试。") from error
    if child.returncode == WRONG_USE:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise CommandRefusedError(lines[-1].removeprefix("Error: ") if lines else "")
    try:
        found: Mapping[str, Any] = json.loads(out)
    except ValueError as error:
        raise PageError(502, "没有做成，服务器日志里有详情。") from error
    return found
