"""Find the announcement that an article belongs to, and its policy, among given candidates. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from crawler.dedupe.compare import Likeness, compare, likeness_at_most
from crawler.dedupe.names import resembles
from crawler.dedupe.profile import BASED, Profile, profile_of_member
from storage.records import Member

# Likenesses are ordered by: a copy, the same act told, the strength; then the oldest announcement and article.
Sureness: TypeAlias = tuple[bool, bool, float, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BestMatch:
    """Where an article belongs.

    `announcement_id` is None for an act that is not known yet; else `beside` is the article that says so and `likeness`
    why. `policy` is, for an act that is not known yet, an announcement of the same policy, None when there is none.
    """

    announcement_id: int | None = None
    beside: Member | None = None
    likeness: Likeness | None = None
    policy: int | None = None


def best_match(new: Profile, members: Sequence[Member]) -> BestMatch:
    """Return the announcement that an article belongs to, the surest of those that `members` are articles of.

    A copy is surest. A page that tells how a plan was presented goes with the others about that, before those that name
    the plan too; where several are equally sure, the oldest counts. Those that may be surest are compared first, and
    none is once it cannot be surer than what was found.
    """
    best, found, policies = None, BestMatch(), set()
    profiled = [(member, profile_of_member(member)) for member in members]
    possible = [(_sureness(new, old, likeness_at_most(new, old), member), member, old) for member, old in profiled]
    for at_most, member, old in sorted(possible, key=itemgetter(0), reverse=True):
        if best is not None and best >= at_most:
            break
        likeness = compare(new, old)
        if likeness.kinship == "policy":
            policies.add(member.announcement_id)
        sureness = _sureness(new, old, likeness, member)
        if likeness.is_same and (best is None or sureness > best):
            best, found = sureness, BestMatch(announcement_id=member.announcement_id, beside=member, likeness=likeness)
    if best is not None:
        return found
    return BestMatch(policy=min(policies, default=None) or _based_on(new, members))


def _sureness(new: Profile, old: Profile, likeness: Likeness, member: Member) -> Sureness:
    is_copy = likeness.relation != "follow-up"
    return is_copy, bool(new.acts & old.acts), likeness.strength, -member.announcement_id, -member.article_id


def _based_on(new: Profile, members: Iterable[Member]) -> int | None:
    """Return the announcement of the document that a list or call is based on or that is repealed, None without."""
    if new.stage not in BASED | {"repeal"}:
        return None
    for member in members:
        old = profile_of_member(member)
        if old.region == new.region and any(c.text == n.text or resembles(c, n) for c in new.cited for n in old.names):
            return member.announcement_id
    return None
