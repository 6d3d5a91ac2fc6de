"""Find the announcement that an article belongs to, and its policy, among given candidates. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.dedupe.compare import Likeness, compare
from crawler.dedupe.names import resembles
from crawler.dedupe.profile import BASED, Profile, profile_of_member
from storage.records import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class BestMatch:
    """Where an article belongs.

    `announcement_id` is None for an act that is not known yet; else `beside` is the article that says so and `likeness`
    why. `policy` is an announcement of the same policy, None when there is none.
    """

    announcement_id: int | None = None
    beside: Member | None = None
    likeness: Likeness | None = None
    policy: int | None = None


def best_match(new: Profile, members: Sequence[Member]) -> BestMatch:
    """Return the announcement that an article belongs to, the surest of those that `members` are articles of.

    A copy is surest. A page that tells how a plan was presented goes with the others about that, before those that name
    the plan too; where several are equally sure, the oldest counts.
    """
    compared = [(member, old, compare(new, old)) for member in members for old in (profile_of_member(member),)]
    same = [(member, old, likeness) for member, old, likeness in compared if likeness.is_same]
    policy = min((m.announcement_id for m, _, v in compared if v.kinship == "policy"), default=None)
    if not same:
        return BestMatch(policy=policy or _based_on(new, members))
    member, _, likeness = max(same, key=lambda one: (*_sureness(new, *one[1:]), -one[0].announcement_id))
    return BestMatch(announcement_id=member.announcement_id, beside=member, likeness=likeness, policy=policy)


def _sureness(new: Profile, old: Profile, likeness: Likeness) -> tuple[bool, bool, float]:
    """Return what likenesses are ordered by: a copy, the same act told, the strength."""
    is_copy = likeness.relation != "follow-up"
    return is_copy, bool(new.acts & old.acts), likeness.strength


def _based_on(new: Profile, members: Iterable[Member]) -> int | None:
    """Return the announcement of the document that a list or call is based on or that is repealed, None without."""
    if new.stage not in BASED | {"repeal"}:
        return None
    for member in members:
        old = profile_of_member(member)
        if old.region == new.region and any(c.text == n.text or resembles(c, n) for c in new.cited for n in old.names):
            return member.announcement_id
    return None
