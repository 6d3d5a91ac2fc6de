"""A verdict on an announcement has its consequences: taken back, corrected, undone in time, and let stand again."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import Futurewatch
from local_robots import Robot
from notify_examples import NOON, World, announcement_of, endpoint_of, store
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.tables import AlertSettings
from scheduler.notify.message import deliveries_for
from scheduler.review.give_verdict import judge, judge_announcement, undo
from storage.archive import Archive
from storage.database import Database
from storage.records import VerdictValue
from storage.schema import APPLICATION_ID, apply_migrations
from storage.verdicts import Verdict, VerdictError

MOMENT = timedelta(seconds=20)
LONG = timedelta(seconds=120)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        store(opened, 1)
        yield opened


class Desk:
    """A reviewer at work: an archive, endpoints, and a clock that delivers."""

    def __init__(self, archive: Archive, *endpoints: Endpoint, corrections: bool = True) -> None:
        alert = AlertSettings(corrections=corrections)
        self.archive, self.settings = archive, Settings.model_construct(endpoint=endpoints, alert=alert)
        self.world = World(archive, *endpoints)

    def tell(self, id: int = 1) -> None:
        """Put the messages about an announcement into the outbox, as a match does."""
        self.archive.outbox.put(
            deliveries_for(announcement_of(id), "announcement.new", self.world.now, settings=self.settings)
        )

    def wait(self, span: timedelta) -> None:
        """Let time pass while messages are delivered."""
        asyncio.run(self.world.live(span))

    def say(self, verdict: VerdictValue, id: int = 1) -> Verdict:
        """Give a verdict on an announcement."""
        given = judge_announcement(
            self.archive, id, verdict, who="li", reason="读过", settings=self.settings, now=self.world.now
        )
        return given.verdict

    def undo(self, verdict: Verdict) -> None:
        """Undo a verdict."""
        undo(self.archive, verdict.id, settings=self.settings, now=self.world.now)


def types(room: Robot) -> list[str]:
    return [said["type"].removeprefix("announcement.") for said in room.taken]


def test_rejected_is_corrected_after_a_minute(archive: Archive, room: Robot) -> None:
    """Who has an announcement that is rejected is told, with the reason, but a minute later."""
    desk = Desk(archive, endpoint_of(url=room.url))
    desk.tell()
    desk.wait(MOMENT)
    desk.say("rejected")
    desk.wait(MOMENT)
    assert types(room) == ["new"]
    desk.wait(LONG)
    assert types(room) == ["new", "corrected"]
    assert room.taken[1]["data"]["reason"] == "读过"


def test_undone_in_time(archive: Archive, room: Robot) -> None:
    """A rejection that is undone within the minute reaches nobody, and the announcement stands."""
    desk = Desk(archive, endpoint_of(url=room.url))
    desk.tell()
    desk.wait(MOMENT)
    desk.undo(desk.say("rejected"))
    desk.wait(LONG)
    assert types(room) == ["new"]
    assert archive.rejections.ids() == frozenset()
    assert archive.announcements.get(1).version == 1


def test_undone_too_late(archive: Archive, room: Robot) -> None:
    """When the correction has gone out, an update under a higher version tells that the announcement stands."""
    desk = Desk(archive, endpoint_of(url=room.url), endpoint_of("never-told", room.url, regions=["110000"]))
    desk.tell()
    desk.wait(MOMENT)
    said = desk.say("rejected")
    desk.wait(LONG)
    desk.undo(said)
    desk.wait(MOMENT)
    assert types(room) == ["new", "corrected", "updated"]
    assert [one["data"]["announcement"]["version"] for one in room.taken] == [1, 1, 2]
    assert "成立" in room.taken[2]["data"]["reason"]


def test_another_verdict_overrules_a_rejection(archive: Archive, room: Robot) -> None:
    """Confirming what was rejected lets it stand; undoing that confirmation rejects it again."""
    desk = Desk(archive, endpoint_of(url=room.url))
    desk.tell()
    desk.wait(MOMENT)
    desk.say("rejected")
    confirmed = desk.say("confirmed")
    assert archive.rejections.ids() == frozenset()
    desk.undo(confirmed)
    assert archive.rejections.ids() == {1}
    desk.wait(LONG)
    assert types(room) == ["new", "corrected"]


def test_unsent_message_comes_back(archive: Archive, room: Robot) -> None:
    """What was withdrawn because of a rejection goes out after all when that is undone."""
    desk = Desk(archive, endpoint_of(url=room.url))
    desk.tell()
    said = desk.say("rejected")
    desk.wait(LONG)
    assert room.taken == []
    desk.undo(said)
    desk.wait(MOMENT)
    assert types(room) == ["new"]


def test_waiting_correction_holds_nobody_up(archive: Archive, room: Robot) -> None:
    """An alert that comes within the minute is sent at once, before the correction."""
    store(archive, 2)
    desk = Desk(archive, endpoint_of(url=room.url))
    desk.tell()
    desk.wait(MOMENT)
    desk.say("rejected")
    desk.tell(2)
    desk.wait(timedelta(seconds=5))
    assert [one["data"]["announcement"]["id"] for one in room.taken] == [1, 2]
    desk.wait(LONG)
    assert types(room) == ["new", "new", "corrected"]


def test_correction_never_overtakes_what_it_corrects(archive: Archive, room: Robot) -> None:
    """A message whose try failed goes out before its correction, however long that takes."""
    desk = Desk(archive, endpoint_of(url=room.url))
    room.faults += [(500, "after reading it", {})] * 4
    desk.tell()
    desk.wait(timedelta(seconds=5))
    desk.say("rejected")
    desk.wait(timedelta(minutes=40))
    assert types(room)[-2:] == ["new", "corrected"]


def test_corrections_can_be_off(archive: Archive, room: Robot) -> None:
    """With corrections off a rejection is kept and tells nobody, and neither does its undoing."""
    desk = Desk(archive, endpoint_of(url=room.url), corrections=False)
    desk.tell()
    desk.wait(MOMENT)
    said = desk.say("rejected")
    desk.wait(LONG)
    assert archive.rejections.ids() == {1}
    desk.undo(said)
    desk.wait(MOMENT)
    assert types(room) == ["new"]


def test_verdict_on_the_leading_article(archive: Archive) -> None:
    """A verdict on the leading article is one on its announcement; evaluate and tune see it as a labelled line."""
    desk = Desk(archive)
    given = judge(archive, 1, "rejected", who="li", reason="旧闻", settings=desk.settings, now=NOON).verdict
    assert given.announcement_id == 1
    assert archive.verdicts.of_announcements([1, 2]) == {1: given}
    assert archive.rejections.ids() == {1}
    assert [row["label"] for row in archive.verdicts.labelled()] == ["other"]


def test_all_or_nothing(archive: Archive) -> None:
    """When the consequences fail, the verdict is not kept either."""
    desk = Desk(archive, endpoint_of())
    desk.tell()
    archive.db.execute("UPDATE deliveries SET state = 'delivered'")
    archive.db.execute("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'disk full'); END")
    with pytest.raises(Exception, match="disk full"):
        desk.say("rejected")
    assert archive.verdicts.all() == []
    assert archive.rejections.ids() == frozenset()


def test_what_cannot_be_judged(archive: Archive) -> None:
    """An unknown announcement, and one that was merged into another, take no verdict."""
    store(archive, 2)
    archive.edits.merge(2, 1, reason="同一件事", now=NOON)
    desk = Desk(archive)
    for id, why in ((99, "no announcement 99"), (2, "was merged")):
        with pytest.raises(VerdictError, match=why):
            desk.say("confirmed", id)


def test_last_verdict_of_each(archive: Archive) -> None:
    """Everybody undoes their own last verdict."""
    store(archive, 2)
    desk = Desk(archive)
    first, second = desk.say("confirmed"), desk.say("watch", 2)
    assert archive.verdicts.last_of("li") == second
    assert archive.verdicts.last_of("wang") is None
    desk.undo(second)
    assert archive.verdicts.last_of("li") == first


def test_command(watched: Futurewatch) -> None:
    """`futurewatch verdict` rejects, corrects and undoes as the page does."""
    watched.crawl("--deliver")
    article = json.loads(watched.run("announcements", "show", "1", "--json"))["articles"][0]["id"]
    said = json.loads(watched.run("verdict", str(article), "rejected", "--reason", "旧闻", "--json"))
    assert (said["announcement"], said["messages"]) == (1, 1)
    waiting = json.loads(watched.run("outbox", "list", "--state", "pending", "--json"))
    assert [one["type"] for one in waiting] == ["announcement.corrected"]
    watched.run("verdicts", "undo", str(said["id"]))
    assert json.loads(watched.run("outbox", "list", "--state", "pending", "--json")) == []


def test_older_verdicts_learn_their_announcement(tmp_path: Path) -> None:
    """A verdict that was given before there was a review page counts for the announcement that its article leads."""
    path = tmp_path / "older.db"
    db = Database(sqlite3.connect(path))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    apply_migrations(db, stop_before="search")
    db.conn.executescript("""
        INSERT INTO bodies VALUES ('x', 1, x'');
        INSERT INTO pages VALUES (1, 's', 'u', 'u', '2026-03-18T04:00:00Z', 200, '{}', 'x');
        INSERT INTO articles (id, url, page_id, source, title, text, attachments, agreement, text_sha256, first_seen_at)
        SELECT value, 'http://example.org/' || value, 1, 's', 't', 't', '[]', 1, value, '2026-03-18T04:00:00Z'
        FROM json_each('[1, 2]');
        INSERT INTO assessments SELECT id, 'announcement', 80, 56, '[]', '1', '2026-03-18T04:00:00Z' FROM articles;
        INSERT INTO announcements (id, version, title, issuers, policy_titles, tracks, targets, score, threshold,
                                   explanation, first_seen_at, updated_at, lead_article_id, policy_id)
        VALUES (5, 1, 't', '[]', '[]', '[]', '[]', 80, 56, '[]', '2026-03-18T04:00:00Z', '2026-03-18T04:00:00Z', 1, 5);
        INSERT INTO mentions (article_id, announcement_id, relation, joined_at)
        VALUES (1, 5, 'original', '2026-03-18T04:00:00Z'), (2, 5, 'reprint', '2026-03-18T04:00:00Z');
        INSERT INTO verdicts (article_id, verdict, who, reason, score, lexicon_version, given_at)
        VALUES (1, 'confirmed', 'li', '', 80, '1', '2026-03-18T04:00:00Z'),
               (2, 'rejected', 'li', '', 80, '1', '2026-03-18T04:00:00Z');
    """)
    db.close()
    with Archive(path) as archive:
        assert [(one.article_id, one.announcement_id) for one in archive.verdicts.all()] == [(1, 5), (2, None)]
        assert archive.days.waiting() == 0
