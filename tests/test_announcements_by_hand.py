"""announcements merge, split, undo: wrong joins put right, recorded and reversible."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import Futurewatch
from crawler.acts.separate import separate
from invented_acts import DAY, PLAN, REWRITE, Said, Told, nobody, noon
from local_portal import LocalPortal
from storage.archive import Archive
from storage.edits import EditError
from storage.records import Announcement
from storage.upkeep.integrity import check_archive
from test_announcements import take

NOW = noon(DAY) + timedelta(days=1)
ONE = Said(title="甲省通知", names=["深海装备产业培育方案"], text=PLAN)
OTHER = Said(title="乙方案出台", names=["商业航天产业培育方案"], text=REWRITE)


def both(archive: Archive) -> tuple[int, int]:
    """Announce two acts and return their announcements."""
    ids = [take(archive, Told(), said)[0] for said in (ONE, OTHER)]
    assert ids[0] is not None
    assert ids[1] is not None
    return ids[0], ids[1]


def state(archive: Archive) -> list[Announcement]:
    return archive.announcements.list(limit=9)


def test_merge_is_undone(archive: Archive) -> None:
    """After a merge one announcement is left, with both documents; undone, everything is as it was."""
    one, other = both(archive)
    before = state(archive)
    edit = archive.edits.merge(other, one, reason="same act", now=NOW)
    (left,) = state(archive)
    assert set(left.policy_titles) == {*ONE.names, *OTHER.names}
    assert len(left.mentions) == 2
    archive.edits.undo(edit.id, now=NOW)
    assert state(archive) == before


def test_merged_announcement_draws_its_reprints(archive: Archive) -> None:
    """What comes later for the merged announcement goes to the one it was merged into."""
    one, other = both(archive)
    archive.edits.merge(other, one, reason="same act", now=NOW)
    assert take(archive, Told(), replace(OTHER, title="转载乙方案"))[0] == one


def test_merged_with_one_that_people_know(archive: Archive) -> None:
    """What people know of one half of a merge they know of the whole: its reprints stay silent."""
    told = Told()
    quiet, _ = take(archive, nobody, ONE)
    known, _ = take(archive, told, OTHER)
    assert quiet is not None
    assert known is not None
    archive.edits.merge(known, quiet, reason="same act", now=NOW)
    take(archive, told, replace(ONE, title="转载甲"))
    assert told.types == ["new"]


def test_split_is_undone(archive: Archive) -> None:
    """Articles that are split off get an announcement of their own, with their own title; undone, they go back."""
    one, other = both(archive)
    archive.edits.merge(other, one, reason="a mistake", now=NOW)
    merged = archive.announcements.get(one)
    stranger = next(mention.article_id for mention in merged.mentions if mention.title == OTHER.title)
    edit, opened = separate(one, [stranger], archive=archive, reason="other act", now=NOW)
    assert (opened.title, opened.policy_titles) == (OTHER.title, tuple(OTHER.names))
    assert archive.announcements.get(one).policy_titles == tuple(ONE.names)
    assert take(archive, Told(), replace(OTHER, title="再转乙方案"))[0] == opened.id
    archive.edits.undo(edit.id, now=NOW)
    assert stranger in {mention.article_id for mention in archive.announcements.get(one).mentions}


@pytest.mark.parametrize("is_merge_first", [False, True])
def test_edits_are_undone_in_any_order(archive: Archive, *, is_merge_first: bool) -> None:
    """An edit that is undone before a later one about the same articles leaves no announcement without any."""
    one, other = both(archive)
    before = archive.announcements.get(other).mentions
    merged = archive.edits.merge(other, one, reason="a mistake", now=NOW)
    split, _ = separate(one, [before[0].article_id], archive=archive, reason="other act", now=NOW)
    if is_merge_first:
        archive.edits.undo(merged.id, now=NOW)
        with pytest.raises(EditError, match="moved on since"):
            archive.edits.undo(split.id, now=NOW)
    else:
        archive.edits.undo(split.id, now=NOW)
        archive.edits.undo(merged.id, now=NOW)
    assert [check.findings for check in check_archive(archive.db) if check.findings] == []
    assert archive.announcements.get(other).mentions == before
    assert len(state(archive)) == 2


def test_split_that_is_undone_after_a_merge_goes_where_the_rest_is(archive: Archive) -> None:
    """Articles go back into what their announcement was merged into meanwhile: nowhere else would they be seen."""
    one, other = both(archive)
    again = take(archive, Told(), replace(ONE, title="转载甲"))[0]
    assert again == one
    reprint = archive.announcements.get(one).mentions[-1].article_id
    split, _ = separate(one, [reprint], archive=archive, reason="other act", now=NOW)
    archive.edits.merge(one, other, reason="same act", now=NOW)
    archive.edits.undo(split.id, now=NOW)
    (left,) = state(archive)
    assert (left.id, len(left.mentions)) == (other, 3)
    assert [check.findings for check in check_archive(archive.db) if check.findings] == []


def test_every_edit_is_recorded(archive: Archive) -> None:
    """Who looks later sees what was done, when, why, and whether it still holds."""
    one, other = both(archive)
    edit = archive.edits.merge(other, one, reason="same act", now=NOW)
    archive.edits.undo(edit.id, now=NOW + timedelta(hours=1))
    (recorded,) = archive.edits.all()
    assert (recorded.action, recorded.reason, recorded.made_at) == ("merge", "same act", NOW)
    assert recorded.undone_at == NOW + timedelta(hours=1)


def test_edits_that_cannot_be_made(archive: Archive) -> None:
    """A wrong number, an announcement with itself, all of its articles, no such edit: refused, nothing changes."""
    one, other = both(archive)
    before = state(archive)
    (article,) = (mention.article_id for mention in archive.announcements.get(one).mentions)
    for attempt in (
        lambda: archive.edits.merge(one, one, reason="", now=NOW),
        lambda: archive.edits.merge(99, one, reason="", now=NOW),
        lambda: separate(one, [article], archive=archive, reason="", now=NOW),
        lambda: separate(other, [article], archive=archive, reason="", now=NOW),
        lambda: archive.edits.undo(7, now=NOW),
    ):
        with pytest.raises(EditError):
            attempt()
    assert state(archive) == before
    assert archive.edits.all() == []


def test_commands(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """list, show, merge, split and undo work from the command line; what cannot be done exits with 2."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as archive:
        one, other = both(archive)

    def call(*arguments: str | int) -> object:
        return json.loads(futurewatch.run("announcements", *map(str, arguments), "--json"))

    listed = call("list")
    assert isinstance(listed, list)
    assert [entry["id"] for entry in listed] == [other, one]
    merged = call("merge", other, one, "--reason", "same act")
    assert isinstance(merged, dict)
    shown = call("show", one)
    assert isinstance(shown, dict)
    assert [article["standing"] for article in shown["articles"]] == ["news", "news"]
    assert [edit["reason"] for edit in shown["edits"]] == ["same act"]
    assert "same act" in futurewatch.run("announcements", "show", str(one))
    call("undo", merged["id"])
    assert "甲省通知" in futurewatch.run("announcements", "list")
    futurewatch.run("announcements", "merge", str(one), "99", "--reason", "x", code=2)
    futurewatch.run("announcements", "show", "99", code=2)
