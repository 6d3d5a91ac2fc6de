"""Closing days: one list behind page, API, command and calendar, and reminders that come once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from icalendar import Calendar

from builders import page_of
from crawler.intake import settle
from invented_acts import Said, nobody
from issued_acts import LEXICON, declare
from local_site import LocalSite, local_site
from notify_examples import endpoint_of
from scheduler.cli import main
from scheduler.config.config import Settings
from scheduler.notify.remind import put_reminders
from scheduler.questions.deadlines import AskedDeadlines, list_deadlines
from storage.archive import Archive
from storage.records import BEIJING, Delivery, Fact

SEEN = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)


def call(archive: Archive, name: str, act: str, day: str, *, region: str = "460000", seen: datetime = SEEN) -> None:
    """Keep an act that names a closing day, twice."""
    source = f"gov-{region}"
    declare(archive, [region])
    said = Said(
        title=name, names=[name], act=act, region=region, source=source, day=seen, issuers=["海州市科技局"],
        tracks=["量子"], text=f"{name}的通知：请于{day}前报送。{name}由本单位解释。" * 3,
    )  # fmt: skip
    closing = [Fact(kind="deadline", value=day, quote=f"于{day}前报送", place="body", start=n) for n in (3, 9)]
    judged = replace(said.judged, facts=replace(said.facts, all=(*said.facts.all, *closing)))
    settle(page_of(said.text, said.article.url, source=source, at=seen), judged, archive=archive, lexicon=LEXICON,
           notify=nobody)  # fmt: skip


def fill(archive: Archive, *, today: date = date(2026, 3, 18)) -> None:
    """Keep calls of each kind: three to come, one that has closed, one act that is no call."""
    for name, act, days, region in (
        ("海州市量子专项申报指南", "申报", 3, "460000"), ("海州市揭榜挂帅榜单", "申报", 9, "460000"),
        ("琼山省类脑计划征求意见稿", "征求意见", 20, "440000"), ("海州市低空工作方案", "印发", 30, "460000"),
        ("海州市去年的申报通知", "申报", -40, "460000"),
    ):  # fmt: skip
        call(archive, name, act, str(today + timedelta(days=days)), region=region,
             seen=datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=60))  # fmt: skip


@pytest.fixture
def calls(archive: Archive) -> Archive:
    """An archive with calls around the 18th of March."""
    fill(archive)
    return archive


def reminders(archive: Archive, now: datetime, **more: object) -> list[Delivery]:
    """Put what is due, and return all reminders that there are."""
    endpoint = endpoint_of(remind=[7, 1], **more)  # type: ignore[arg-type]  # keys of an endpoint
    put_reminders(archive, Settings.model_construct(endpoint=(endpoint,)), now=now)
    return [one for one in archive.outbox.list() if one.type == "announcement.closing"]


# the list


def test_list_names_each_day_once_by_kind(calls: Archive) -> None:
    """Nearest first, a day that a page names twice once, an open competition by its title."""
    found = list_deadlines(calls, AskedDeadlines(since="2026-03-18", until="2026-12-31"))
    assert [(one.day, one.kind) for one in found] == [
        ("2026-03-21", "申报"), ("2026-03-27", "揭榜"), ("2026-04-07", "征求意见"), ("2026-04-17", "其他"),
    ]  # fmt: skip


def test_command_lists_and_writes_a_calendar(tmp_path: Path) -> None:
    """The command narrows by the filter language, and prints JSON or a calendar; a reversed span is wrong use."""
    with Archive(tmp_path / "archive.db") as archive:
        fill(archive)
    (tmp_path / "config.toml").write_text('[archive]\npath = "archive.db"\n', encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        options = ["--config", str(tmp_path / "config.toml"), "--from", "2026-03-18"]
        done = CliRunner().invoke(main, ["deadlines", *arguments, *options])
        return done.exit_code, done.stdout

    code, said = run("地区:广东", "--json")
    assert (code, [one["day"] for one in json.loads(said)]) == (0, ["2026-04-07"])
    code, said = run("--kind", "揭榜", "--ics")
    (event,) = Calendar.from_ical(said).events
    assert (code, event.start, event.get("categories").cats) == (0, date(2026, 3, 27), ["揭榜"])
    assert run("--to", "2026-01-01")[0] == 2
    assert run("地区:无此地")[0] == 2


# reminders


def test_reminder_comes_once_for_each_step(calls: Archive) -> None:
    """Seven days before and one day before, once each: not again in a later round, after a reload or a restart."""
    (first,) = reminders(calls, NOON)
    said = json.loads(first.payload)
    assert (said["type"], said["data"]["deadline"]["day"]) == ("announcement.closing", "2026-03-21")
    assert said["data"]["deadline"]["days_left"] == 3
    assert reminders(calls, NOON + timedelta(hours=1)) == [first]
    days = [(NOON + timedelta(days=n), n) for n in range(1, 21)]
    counts = {n: len(reminders(calls, now)) for now, n in days}
    # One day before the 21st, seven and one before the 27th and the 7th of April; acts that are no calls never.
    assert {n: counts[n] for n in counts if counts[n] > counts.get(n - 1, 1)} == {2: 3, 8: 4, 13: 5, 19: 6}


def test_reminder_is_off_unless_asked_for(calls: Archive) -> None:
    """Without `remind` nothing is put, nor before the hour of digests, nor where other regions are wanted."""
    assert reminders(calls, NOON, regions=["北京"]) == []
    assert reminders(calls, NOON.replace(hour=0)) == []
    put_reminders(calls, Settings.model_construct(endpoint=(endpoint_of(),)), now=NOON)
    assert calls.outbox.list() == []


def test_reminder_comes_on_its_day_where_digests_are_sent(calls: Archive) -> None:
    """A weekly digest does not keep it until the day has passed; quiet hours keep it until they end."""
    weekly = reminders(calls, NOON, mode="digest", digest_day="tue")[0]
    quiet = reminders(calls, NOON, name="night", quiet="11:00-14:00")[-1]
    assert (weekly.state, weekly.next_attempt_at, "a reminder" in weekly.reason) == ("waiting", NOON, True)
    assert (quiet.state, quiet.next_attempt_at) == ("waiting", NOON + timedelta(hours=2))


def test_reminder_survives_a_crash(calls: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that dies between noting and putting leaves neither: the next one puts it."""

    def die(_deliveries: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(calls.outbox, "put", die)
        with pytest.raises(KeyboardInterrupt):
            reminders(calls, NOON)
    assert len(reminders(calls, NOON)) == 1


def test_act_that_was_found_late_is_not_told_twice(archive: Archive) -> None:
    """Who heard of a call three days before it closes is reminded a day before, not at once."""
    call(archive, "海州市量子专项申报指南", "申报", "2026-03-21", seen=NOON - timedelta(hours=2))
    assert reminders(archive, NOON) == []
    assert len(reminders(archive, NOON + timedelta(days=2))) == 1


# the page and the calendar


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    """The review site over calls around today."""
    folder = tmp_path_factory.mktemp("deadlines")
    with Archive(folder / "archive.db") as archive:
        fill(archive, today=datetime.now(BEIJING).date())
    endpoint = '[[endpoint]]\nname = "组"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\nremind = [7, 1]\n'
    with local_site(folder, more=endpoint) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "has", "lacks"),
    [
        ("/deadlines", ["量子专项申报指南", "还剩 <b>3</b> 天", "截止前 7、1 天"], ["去年的申报"]),
        ("/deadlines?kind=揭榜", ["揭榜挂帅榜单"], []), ("/deadlines?past=1", ["去年的申报"], []),
        ("/deadlines?region=440000", ["琼山省类脑计划", "region=440000"], []),
        ("/deadlines?month=2026-01", ["2026 年 1 月"], []), ("/deadlines?track=量子&q=专项", ["量子专项申报指南"], []),
    ],
)  # fmt: skip
def test_page_shows_what_is_asked_for(site: LocalSite, path: str, has: list[str], lacks: list[str]) -> None:
    """By kind, region, track and words; what has closed apart; any month."""
    page = httpx.get(site.url + path)
    shown = page.text.replace("<wbr>", "")
    assert page.status_code == 200
    assert all(one in shown for one in has)
    assert not any(one in shown for one in lacks)


def test_page_says_what_is_wrong(site: LocalSite) -> None:
    """A query that cannot be read is said, never answered with an empty list."""
    page = httpx.get(site.url + "/deadlines?q=地区:广冬省")
    assert (page.status_code, "广东省" in page.text) == (400, True)


def test_calendar_is_served(site: LocalSite) -> None:
    """Whole days under names that stay, narrowed like the page, not sent again while nothing changed."""
    answer = httpx.get(site.url + "/calendar.ics?region=460000&kind=申报&kind=揭榜")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.text).events
    assert sorted(str(one.get("summary"))[:4] for one in events) == ["揭榜截止", "申报截止", "申报截止"]
    assert all(one.end - one.start == timedelta(days=1) for one in events)
    again = httpx.get(site.url + "/calendar.ics?region=460000&kind=申报&kind=揭榜",
                     headers={"If-None-Match": answer.headers["etag"]})  # fmt: skip
    assert again.status_code == 304
    assert httpx.get(site.url + "/calendar.ics?kind=x").status_code == 400
    assert httpx.get(site.url + "/calendar.ics?region=x").status_code == 400
