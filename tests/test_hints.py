"""Hints: an act at a national source lets the sources of the provinces that it names be visited early."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from itertools import pairwise

import pytest

from builders import article_of, established, run_of, shipped_lexicon, source_of
from conftest import Futurewatch, publish
from crawler.detect import assess, provinces_of
from crawler.sources import Source
from forked import Started
from local_portal import LocalPortal, open_portal
from scheduler.china_time.clock import Span
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.visits.pace import Pace
from scheduler.visits.timetable import LEAST_BEFORE_HINT, ONE_HINT_PER, Timetable
from storage.archive import Archive
from storage.records import BEIJING, Cause, Judged
from test_daemon import runs, wait_for

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)  # noon in Beijing
EVERY = timedelta(hours=4)
FIXED = Pace(every=EVERY)
HAINAN, GUANGDONG = frozenset({"460000"}), frozenset({"440000"})


def never(_host: str) -> bool:
    return False


def timetable_of(
    *sources: Source, pace: Pace = FIXED, failed: Cause | None = None, ago: timedelta = EVERY / 2
) -> Timetable:
    """Return a timetable of sources that were visited some time ago."""
    last = run_of(NOW - ago, outcome="error" if failed else "ok", cause=failed)
    made = Timetable()
    standings = {one.id: (last, int(failed is not None)) for one in sources}
    made.fill(sources, {one.id: pace for one in sources}, standings, NOW)
    return made


def taken(made: Timetable, now: datetime) -> list[str]:
    return sorted(one.id for group in made.take(now, busy=(), hosts=99) for one in group)


def test_sources_of_a_province_are_due_at_once_others_are_not() -> None:
    """Province and cities below it, by their region's code; the next visit is an interval after the early one."""
    sources = [
        source_of("province"),
        source_of("city", region="460100", level="city"),
        source_of("far", region="440000"),
    ]
    made = timetable_of(*sources)
    assert taken(made, NOW) == []
    assert made.wake(HAINAN, NOW, is_silent=never) == 2
    assert taken(made, NOW) == ["city", "province"]
    made.visited(run_of(NOW, source="city"), NOW)
    assert made.next_due()["city"] == NOW + EVERY


def test_a_source_is_woken_once_an_hour() -> None:
    """However many acts name its province, a source costs one early visit an hour, and a reload forgets none."""
    source = source_of("a")
    made, visits = timetable_of(source), 0
    for minute in range(0, 180, 5):
        now = NOW + timedelta(minutes=minute)
        made.wake(HAINAN, now, is_silent=never)
        if taken(made, now):
            visits += 1
            made.visited(run_of(now, source="a"), now)
        made.fill([source], {"a": FIXED}, {}, now)
    assert visits == timedelta(hours=3) / ONE_HINT_PER


def test_no_hint_shortens_an_interval_below_the_least() -> None:
    """A source that was visited a minute ago is woken when five minutes are over."""
    made = timetable_of(source_of("a"), ago=timedelta(minutes=1))
    made.wake(HAINAN, NOW, is_silent=never)
    assert made.next_due()["a"] == NOW - timedelta(minutes=1) + LEAST_BEFORE_HINT


@pytest.mark.parametrize("cause", ["timeout", "5xx", "4xx", "silence"])
def test_back_off_stands(cause: Cause) -> None:
    """A source that failed is left alone as long as its failure says."""
    made = timetable_of(source_of("a"), failed=cause, ago=timedelta(minutes=10))
    due = made.next_due()
    assert made.wake(HAINAN, NOW, is_silent=never) == 0
    assert made.next_due() == due


def test_retry_after_and_hours_stand() -> None:
    """A host that asked for silence is not asked; a source with hours of its own is not woken outside of them."""
    made = timetable_of(source_of("a", host="one"), source_of("b", host="two"))
    assert made.wake(HAINAN, NOW, is_silent=lambda host: host.startswith("one")) == 1
    assert taken(made, NOW) == ["b"]
    closed = Pace(every=EVERY, hours=Span(start=clock_time(14), end=clock_time(18)))
    assert timetable_of(source_of("a"), pace=closed).wake(HAINAN, NOW, is_silent=never) == 0


def test_source_that_is_being_visited_or_due_is_left() -> None:
    made = timetable_of(source_of("a"), source_of("b"), ago=EVERY * 2)
    made.take(NOW, busy=(), hosts=1)
    assert made.wake(HAINAN, NOW, is_silent=never) == 0


def judged(title: str, text: str) -> Judged:
    article, facts = article_of(title, text), established(text, title)
    return Judged(article=article, facts=facts, assessment=assess(article, facts, shipped_lexicon()))


def test_an_act_of_a_province_names_its_province() -> None:
    """The province of the act counts, whatever others its text compares it with."""
    said = judged(PRESS_CONFERENCE.title, "\n".join((*PRESS_CONFERENCE.paragraphs, "此前，浙江、江苏已出台类似计划。")))
    assert provinces_of(said) == HAINAN


def test_a_national_document_names_those_that_are_to_follow() -> None:
    """A city stands for its province; a document that names half of the country names none."""
    title = "工业和信息化部关于印发《未来产业先导区建设实施方案》的通知"
    text = "工业和信息化部印发《未来产业先导区建设实施方案》，支持北京、深圳、合肥等地开展先行先试。"
    assert provinces_of(judged(title, text)) == {"110000", "440000", "340000"}
    everybody = "北京、天津、河北、山西、内蒙古、辽宁、吉林、黑龙江、上海、江苏、浙江、安徽"
    assert provinces_of(judged(title, f"工业和信息化部印发方案，{everybody}已有部署。")) == frozenset()


@pytest.fixture
def portals() -> Iterator[list[LocalPortal]]:
    """Four more portals: the nation's, one of another province, one that fails, one that asked for silence."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_portal()) for _ in range(4)]


def table(id: str, portal: LocalPortal, *, region: str, level: str, every: str) -> str:
    return f"""
[[source]]
id = "{id}"
name = "{id}"
region = "{region}"
level = "{level}"
kind = "government"
every = "{every}"
listings = ["{portal.url}/zwgk/"]
"""


@pytest.fixture
def daemon(portal: LocalPortal, portals: list[LocalPortal], futurewatch: Futurewatch) -> Iterator[Started]:
    """The daemon over five portals: the nation's is looked at each second, the others were twenty minutes ago."""
    national, other, failing, silent = portals
    kept = "".join(
        table(id, one, region=region, level="province", every="12h")
        for id, one, region in (
            ("other", other, "440000"),
            ("failing", failing, "460000"),
            ("silent", silent, "460000"),
        )
    )
    futurewatch.configure(
        portal, more="[schedule]\nevery = '12h'\nadaptive = false"
        + table("national", national, region="000000", level="national", every="1s") + kept,
    )  # fmt: skip
    for one in (portal, *portals):
        publish(one, *GOVERNMENT[:2])
    then = datetime.now(UTC) - timedelta(minutes=20)
    with Archive(futurewatch.archive) as archive:
        archive.runs.register(
            {"id": id, "name": id, "region": "460000", "level": "province", "kind": "government"}
            for id in ("hi-gov", "other", "failing", "silent")
        )
        for id in ("hi-gov", "other", "silent"):
            archive.runs.record(run_of(then, source=id))
        archive.runs.record(run_of(then, source="failing", outcome="error", cause="5xx"))
        archive.host_rules.silence(silent.url.removeprefix("http://"), datetime.now(UTC) + timedelta(hours=1))
    process = futurewatch.start("run", "--log", "json")
    yield process
    process.kill()
    process.communicate()


def test_daemon_looks_at_a_province_when_the_nation_tells_of_its_act(
    daemon: Started, portal: LocalPortal, portals: list[LocalPortal], futurewatch: Futurewatch
) -> None:
    """An act on a national page lets its province be asked at once, spaced as ever, and nobody else."""
    national, other, failing, silent = portals
    wait_for(lambda: len(runs(futurewatch, "national")) >= 2, daemon)
    assert portal.asked("/zwgk/") == []
    today = datetime.now(UTC).astimezone(BEIJING).date().isoformat()
    publish(national, *GOVERNMENT[:2], replace(PRESS_CONFERENCE, day=today))
    wait_for(lambda: len(runs(futurewatch, "hi-gov")) == 2, daemon)
    time.sleep(2)  # two more visits to the nation
    assert len(portal.asked("/zwgk/")) == 1
    assert [one.asked("/zwgk/") for one in (other, failing, silent)] == [[], [], []]
    assert [len(runs(futurewatch, id)) for id in ("hi-gov", "other", "failing", "silent")] == [2, 1, 1, 1]
    assert all(later.at - earlier.at >= 0.045 for earlier, later in pairwise(portal.log))
