"""Where an article belongs is found without comparing it with all: the answer is that of comparing it with all."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import timedelta
from math import log1p

import pytest

from crawler.dedupe import best_match, compare, profile_of_member
from crawler.dedupe.compare import CERTAIN_POINTS, MONTH, Likeness, likeness_at_most
from crawler.dedupe.profile import Profile
from crawler.dedupe.weighing import FITTED
from crawler.text.weights import weights_in
from invented_acts import DAY, PLAN, REWRITE, Said, noon
from storage.records import Member

NAME = "贵州省算力装备产业培育行动计划（2025—2028年）"
NOTICE = Said(title=f"关于印发{NAME}的通知", names=[NAME], region="520000", issuers=["贵州省人民政府办公厅"])
MOST_CHARACTERS = 10_000_000  # of a text: more than any page has


def told_again(rng: random.Random) -> Said:
    """Return a page on one of two acts: a copy that lacks sentences, a report, a draft, on a day of some weeks."""
    sentences = PLAN.split("。")
    copy = "。".join(one for one in sentences if rng.random() < 0.7)
    text = rng.choice([copy, copy, f"{copy}{REWRITE}", REWRITE, PLAN])
    names = rng.choice([[NAME], [NAME], [], [f"{NAME}（征求意见稿）"], ["贵州省深海装备产业培育方案"]])
    act = rng.choice(["印发", "印发", "解读", "征求意见", None])
    day = DAY + timedelta(days=rng.choice([0, 0, 1, 5, 30, 250]))
    return replace(NOTICE, text=text, names=names, act=act, day=day, region=rng.choice(["520000", "520000", "460000"]))


def members(rng: random.Random) -> list[Member]:
    """Return articles of some announcements, in the order in which the archive gives them."""
    return [
        Member(
            announcement_id=1 + number // 4, article_id=number + 1, article=said.article, facts=said.facts,
            first_seen_at=noon(DAY),
        )
        for number, said in enumerate(told_again(rng) for _ in range(16))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_same_answer_as_by_comparing_all(seed: int) -> None:
    """The surest of all likenesses is found: a copy, the same act told, the strength, the oldest."""
    rng = random.Random(seed)
    known, new = members(rng), replace(told_again(rng), is_announcing=rng.random() < 0.8).profile
    compared = [(member, compare(new, profile_of_member(member))) for member in known]
    same = [(member, likeness) for member, likeness in compared if likeness.is_same]
    for member, one in same:
        at_most = likeness_at_most(new, profile_of_member(member))
        assert one.strength <= at_most.strength
        assert one.relation == "follow-up" or at_most.relation != "follow-up"
    found = best_match(new, known)
    if not same:
        assert found.announcement_id is None
        assert found.policy == min((m.announcement_id for m, one in compared if one.kinship == "policy"), default=None)
        return
    member, likeness = max(
        same,
        key=lambda one: (
            one[1].relation != "follow-up", bool(new.acts & profile_of_member(one[0]).acts), one[1].strength,
            -one[0].announcement_id,
        ),
    )  # fmt: skip
    assert (found.announcement_id, found.beside, found.likeness) == (member.announcement_id, member, likeness)


@pytest.mark.parametrize("rest", ["", REWRITE * 3])
def test_few_are_compared(rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred copies, or reports that share little, the likest comes first, and the others are not compared."""
    rng = random.Random(1)
    sentences = [f"第{number}项任务由{chr(0x4E00 + 61 * number)}城牵头完成。" for number in range(60)]
    known = [
        Member(
            announcement_id=1, article_id=number, facts=NOTICE.facts, first_seen_at=noon(DAY),
            article=replace(NOTICE, text="".join(one for one in sentences if rng.random() < 0.8) + rest[::-1]).article,
        )
        for number in range(100)
    ]  # fmt: skip
    new = replace(NOTICE, text="".join(sentences) if not rest else f"{''.join(sentences[:9])}{rest * 4}").profile
    comparisons: list[Profile] = []

    def counted(some: Profile, other: Profile) -> Likeness:
        comparisons.append(other)
        return compare(some, other)

    monkeypatch.setattr(sys.modules["crawler.dedupe.best_match"], "compare", counted)
    found = best_match(new, known).likeness
    assert found is not None
    assert (found.relation == "follow-up") == bool(rest)
    assert 0 < len(comparisons) < 10


def test_circumstances_come_to_less_than_a_certainty() -> None:
    """No text is so long that what is weighed of it passes what is certain: by that comparisons are left out."""
    shares = {"likeness of wording", "share of the shorter", "share of the fewer numbers"}
    once = {"named in passing", "same act", "same batch"}
    most = sum(
        worth * (1.0 if clue in shares | once else log1p(MOST_CHARACTERS))
        for clue, worth in weights_in(FITTED).items() if worth > 0
    )  # fmt: skip
    assert most < CERTAIN_POINTS - MONTH / timedelta(days=365)
