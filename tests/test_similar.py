"""Policies that are like one: by wording, tracks, cited documents; their own acts and rejected ones are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from issued_acts import ACTS, issue
from scheduler.questions.similar import SimilarPolicy, similar_policies
from storage.archive import Archive
from storage.records import Facts


@pytest.fixture
def issued(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive)
        yield archive


def likes(archive: Archive, id: int) -> tuple[SimilarPolicy, ...]:
    """Return what is like an announcement, by its main source."""
    one = archive.announcements.get(id)
    (lead,) = [member for member in archive.near_duplicates.members_of(id) if member.article_id == one.lead_article_id]
    return similar_policies(archive, one, lead.article, Facts(all=lead.facts.all))


def id_of(archive: Archive, policy: str) -> int:
    """Return the announcement of a policy."""
    row = archive.db.execute("SELECT id FROM announcements WHERE policy_titles = json_array(?)", [policy]).fetchone()
    return int(row[0])


def test_same_track_and_wording_come_first(issued: Archive) -> None:
    """The plans of one track in other provinces are the most alike, and it is said what they share."""
    found = likes(issued, id_of(issued, ACTS[0].policy))
    assert {one.act.policy_title for one in found[:2]} == {ACTS[1].policy, ACTS[2].policy}
    assert all("赛道相同：低空经济" in one.reasons and "都是行动计划" in one.reasons for one in found[:2])
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_acts_of_the_same_policy_are_not_similar(issued: Archive) -> None:
    """Draft, issue and explanation are one policy: none of them is offered beside another."""
    draft = id_of(issued, f"{ACTS[13].policy}（征求意见稿）")
    assert ACTS[14].policy not in {one.act.policy_title for one in likes(issued, draft)}


def test_rejected_acts_are_not_offered(issued: Archive) -> None:
    """What a reviewer took back is like nothing."""
    other = id_of(issued, ACTS[1].policy)
    with issued.transaction():
        issued.rejections.add(other, "旧闻", now=ACTS[1].seen)
    assert ACTS[1].policy not in {one.act.policy_title for one in likes(issued, id_of(issued, ACTS[0].policy))}
