"""Paces are learned in a process of its own: the same as here, its failures are told, and it ends when nobody waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from builders import run_of, source_of
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.learning import LEARNING_MODULE, LearningError, PaceQuestion, answer, learned, unlearned
from storage.archive import Archive
from storage.records import Link

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
STARTED_AFTER_SECONDS = 0.1  # it is there by then, and imports take it longer than that
SOURCES = (source_of("busy"), source_of("quiet"), source_of("promised", every="15m", hours="07:00-22:00"))


@pytest.fixture
def question(tmp_path: Path) -> PaceQuestion:
    """An archive whose source `busy` had an item at three in the night of each of twenty days."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        archive.runs.register(one.row for one in SOURCES)
        for day in range(20, 0, -1):
            at = NOW - timedelta(days=day, hours=9)
            archive.runs.record(run_of(at - timedelta(minutes=10), source="busy"))
            link = Link(url=f"http://a.example.org/{day}", title=f"第{day}条", date=at.date())
            archive.frontier.note("busy", [(link.url, link)], at, is_quiet=day == 20)
            archive.runs.record(run_of(at, source="busy"))
    return PaceQuestion(archive=path, sources=SOURCES, schedule=ScheduleSettings(), now=NOW)


def test_process_says_what_the_archive_says(question: PaceQuestion) -> None:
    """The answer of the process is that of the function: every pace, to the last digit."""
    found = asyncio.run(learned(question))
    assert found == answer(question)
    assert found["busy"] != unlearned(SOURCES, question.schedule, NOW)["busy"]
    assert found["promised"].hours is not None


def test_failure_is_told(question: PaceQuestion) -> None:
    """A process that cannot answer fails with the last line that it wrote, and the job that waits for it says so."""
    with pytest.raises(LearningError, match=r"nowhere\.db"):
        asyncio.run(learned(replace(question, archive=question.archive.with_name("nowhere.db"))))


def test_process_ends_with_its_question(question: PaceQuestion) -> None:
    """Who asks no longer leaves no process behind."""

    async def ask_and_leave() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(learned(question), STARTED_AFTER_SECONDS)

    asyncio.run(ask_and_leave())
    assert not _learners()


def _learners() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if LEARNING_MODULE in one.cmdline()]
