"""Eight readers and the writer at once: SQLite never answers "locked", and readers see whole transactions only."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import page_of, run_of
from crawler.detect.lexicon import load_lexicon
from crawler.intake import take_in
from forked import SERVER
from local_portal import article_page
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive
from storage.records import Page, Run
from storage.search.selection import Selection
from storage.search.text import match_of
from storage.upkeep.vitals import reading

READERS = 8
SECONDS = 3.0  # of work side by side: a hundred transactions
NOW = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
WORD = match_of("未来产业")


def page(number: int) -> Page:
    sample = PRESS_CONFERENCE if number % 5 == 0 else GOVERNMENT[number % len(GOVERNMENT)]
    url = f"http://p{number}.example.org/zwgk/t20260318_{number}.html"
    markup = article_page(f"{sample.title}（第{number}期）", sample.paragraphs, day=sample.day)
    return page_of(markup, url, source="hi-gov", at=NOW)


def run(number: int) -> Run:
    return run_of(NOW, listed=number, new=1, requests=1)


def begin(start: Any) -> float:
    """Wait for the others, which import for seconds, and return when to end."""
    start.wait(120)
    return time.monotonic() + SECONDS


def write(path: Path, start: Any, answers: Any) -> None:
    """Take pages in as a crawl does, each with its run, in one transaction."""
    errors, number, lexicon = [], 0, load_lexicon()
    with Archive.in_memory() as archive:  # loads the dictionaries
        take_in(page(0), archive, lexicon, lambda *_: ())
    until = begin(start)
    with Archive(path) as archive:
        while time.monotonic() < until:
            try:
                with archive.transaction():
                    take_in(page(number), archive, lexicon, lambda *_: ())
                    archive.runs.record(run(number))
            except sqlite3.Error as error:
                errors.append(str(error))
            number += 1
    answers.put(("writer", number, errors))


def read(path: Path, start: Any, answers: Any) -> None:
    """Ask what the review page, `status`, the monitor and an analyst ask."""
    errors: list[str] = []
    number, until = 0, begin(start)
    while time.monotonic() < until:
        try:
            with reading(path) as db:
                archive = Archive.over(db.conn)
                db.conn.execute("BEGIN")
                counts = archive.runs.counts()
                runs = db.execute("SELECT count(*) FROM runs").fetchone()[0]
                if counts["articles"] != runs:
                    errors.append(f"{counts['articles']} articles, {runs} runs")
                db.execute("SELECT count(*) FROM search_index WHERE search_index MATCH ?", [WORD]).fetchone()
                archive.delivery_overview.endpoints(now=NOW)
                list(archive.articles.export(Selection(named={"label": ("announcement",)})))
        except sqlite3.Error as error:
            errors.append(str(error))
        number += 1
    answers.put(("reader", number, errors))


@pytest.mark.slow  # nine processes work for SECONDS
def test_readers_and_the_writer_never_meet_a_lock(tmp_path: Path) -> None:
    """Eight processes read without a pause while one writes: no error in any of them, and all get on."""
    path = tmp_path / "archive.db"
    Archive(path).close()
    context = SERVER
    answers, start = context.Queue(), context.Barrier(READERS + 1)
    processes = [context.Process(target=write, args=(path, start, answers))]
    processes += [context.Process(target=read, args=(path, start, answers)) for _ in range(READERS)]
    for process in processes:
        process.start()
    said = [answers.get(timeout=SECONDS + 120) for _ in processes]
    for process in processes:
        process.join()
    assert [errors for _, _, errors in said] == [[]] * (READERS + 1)
    assert all(number > 3 for _, number, _ in said), said


@pytest.mark.slow  # four processes work for SECONDS
def test_several_writers_wait_for_each_other(tmp_path: Path) -> None:
    """The daemon, a reviewer and a command may all write: each waits its turn, none fails."""
    path = tmp_path / "archive.db"
    Archive(path).close()
    context = SERVER
    answers, start = context.Queue(), context.Barrier(4)
    processes = [context.Process(target=note, args=(path, start, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    said = [answers.get(timeout=SECONDS + 120) for _ in processes]
    for process in processes:
        process.join()
    assert [errors for _, _, errors in said] == [[]] * 4
    with Archive(path) as archive:
        assert archive.db.count("runs") == sum(number for _, number, _ in said)


def note(path: Path, start: Any, answers: Any) -> None:
    """Write small transactions that read first, as verdicts and deliveries do."""
    errors, number, until = [], 0, begin(start)
    with Archive(path) as archive:
        while time.monotonic() < until:
            try:
                with archive.transaction():
                    archive.runs.standing("hi-gov")
                    archive.runs.record(run(number))
            except sqlite3.Error as error:
                errors.append(str(error))
            else:
                number += 1
    answers.put(("writer", number, errors))
