"""Learn the paces of all sources from what the archive has seen, in a process of its own.

    python -m scheduler.visits.learning < the pickled question > the pickled paces

Half a year of a country of sources are millions of items: in a thread, counting them would take the interpreter's lock
from the loop at every turn for minutes, and leave its memory behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.sources import Source
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.budget import paces, watched
from scheduler.visits.pace import Pace
from scheduler.visits.rhythm import learn
from storage.archive import Archive
from storage.rhythms import Sighting

LEARNED_FROM = timedelta(days=182)  # the past that rhythms are learned from: half a year has its holidays in it
LEARNING_MODULE = "scheduler.visits.learning"
LEARNER_NICENESS = 5  # the loop that fetches and delivers comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceQuestion:
    """Sources whose paces a process is to learn from an archive, as of a moment."""

    archive: Path
    sources: tuple[Source, ...]
    schedule: ScheduleSettings
    now: datetime


class LearningError(Exception):
    """The process ended without an answer. Says the last line of what it said."""


async def learned(question: PaceQuestion) -> dict[str, Pace]:
    """Return the paces that an archive's sightings give; the process ends when this is cancelled.

    Raises:
        LearningError: the process ended without an answer.
    """
    asked = await asyncio.to_thread(pickle.dumps, question)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", LEARNING_MODULE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        out, said = await process.communicate(asked)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise LearningError((said.decode("utf-8", "replace").strip() or f"exit {process.returncode}").split("\n")[-1])
    found: dict[str, Pace] = await asyncio.to_thread(pickle.loads, out)
    return found


def unlearned(sources: tuple[Source, ...], schedule: ScheduleSettings, now: datetime) -> dict[str, Pace]:
    """Return the paces of sources before anything is learned: those of their tiers."""
    return _paces((), sources, {}, schedule, now)


def answer(question: PaceQuestion) -> dict[str, Pace]:
    """Return the paces that an archive's sightings give."""
    with Archive.existing(question.archive) as archive:
        since = archive.rhythms.watched_since()
        seen = archive.rhythms.sightings(question.now - LEARNED_FROM)
        return _paces(seen, question.sources, since, question.schedule, question.now)


def _paces(
    sightings: Iterable[Sighting], sources: tuple[Source, ...], since: Mapping[str, datetime],
    schedule: ScheduleSettings, now: datetime,
) -> dict[str, Pace]:  # fmt: skip
    known = watched(sources, since, schedule.every)
    return paces(sources, learn(sightings, known, since=now - LEARNED_FROM, now=now), schedule)


def main() -> None:
    """Answer one question."""
    os.nice(LEARNER_NICENESS)
    found = answer(pickle.load(sys.stdin.buffer))  # noqa: S301  from the program that started this process
    pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
