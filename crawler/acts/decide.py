"""Decide what an article changes: it opens an announcement, joins one, revises one, or changes none. No I/O, no clock.

Everything that the archive knows of the act is given (`KnownAct`); the intent that is returned is carried out by
`crawler.acts.apply`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from crawler.dedupe import compare, keys_of, profile_of_waiting
from crawler.dedupe.best_match import BestMatch
from crawler.dedupe.profile import Profile
from crawler.dedupe.standing import Standing, is_old, standing_of
from crawler.reading.judge import JudgedPage
from storage.fact_kinds import fact_kinds
from storage.records import (
    BEIJING,
    ActSoFar,
    Facts,
    Judged,
    Key,
    Member,
    MessageType,
    Relation,
    Revision,
    Role,
    Waiting,
)

NEWSWORTHY_ACTS = frozenset({"印发", "发布会", "解读", "立法"})  # of an announcement; the others are acts of their own
ALERT_STILL_DUE_FOR = timedelta(days=2)  # a first crawl found the act before: what came out yesterday is told after all
NO_MATCH = BestMatch()
Addition = Literal["lead", "details", "nothing"]  # of an article to its announcement
COPY_RELATIONS = frozenset({"reprint", "excerpt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAct:
    """The archive's knowledge of the act of an article. All is empty for an act that nothing was known of.

    `part_of` is the announcement that the article belongs to already; `earlier` is what an edited article said before.
    `match` is where a new article belongs. `act` is the announcement of either; `members` are some of its articles: its
    lead and the most official ones are among them.
    `second_act` is what the article adds to a known text, where that is another act. `is_policy_told`: people know of
    an earlier act of the policy. `waiting` are pages below the threshold that may have told of the act before.
    `source` is the kind and the region of the article's source, None when not known.
    """

    source: tuple[str, str] | None = None
    part_of: int | None = None
    earlier: Revision | None = None
    match: BestMatch = NO_MATCH
    act: ActSoFar | None = None
    members: tuple[Member, ...] = ()
    second_act: JudgedPage | None = None
    is_policy_told: bool = False
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A page below the threshold that told of an act before it was known. It adds nothing and tells nobody."""

    article_id: int
    profile: Profile
    relation: Relation
    reason: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open an announcement that `follows` an earlier act of its policy. `tells` is None when nobody is to be told.

    `gathers` are earlier pages about it.
    """

    judged: Judged
    profile: Profile
    standing: Standing
    follows: int | None
    held_back: str | None
    tells: MessageType | None
    gathers: tuple[Gathered, ...] = ()
    role: Role = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Add an article to an announcement.

    `adds` says whether it is to lead the announcement, completes what it says, or adds nothing. `is_update` raises the
    version; `tells` is None when nobody is to be told. `gathers` are earlier pages about the act.
    """

    announcement_id: int
    judged: Judged
    profile: Profile
    relation: Relation
    reason: str
    standing: Standing
    adds: Addition
    is_update: bool
    tells: MessageType | None
    gathers: tuple[Gathered, ...] = ()

    @property
    def role(self) -> Role:
        """The part of the article in its announcement: it is told as an update, or it is one more report."""
        return "update" if self.is_update else "reprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise:
    """Renew an announcement after an edit of the article that leads it. `tells` is None when nobody knows of it."""

    announcement_id: int
    keys: tuple[Key, ...]
    tells: MessageType | None
    role: Role = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Change no announcement. `announcement_id` is that of the article, None when it belongs to none.

    `waits` is the profile of an article that may tell of an act that opens later, None for all others.
    """

    announcement_id: int | None
    waits: Profile | None = None

    @property
    def role(self) -> Role:
        """The part of the article in its announcement: one more report, or none."""
        return "none" if self.announcement_id is None else "reprint"


Intent: TypeAlias = Open | Join | Revise | Nothing


def decide(judged: JudgedPage, known: KnownAct, *, now: datetime) -> Intent:
    """Return what an article changes. `now` is when its page was fetched."""
    if known.part_of is not None:
        return _after_edit(judged, known.part_of, known)
    if known.second_act is not None:
        return _opened(known.second_act, KnownAct(source=known.source))
    if known.act is not None and may_join(judged.profile, known.match):
        return _joined(judged, known.act, known, now)
    if not judged.assessment.is_announcement:
        return Nothing(announcement_id=None, waits=judged.profile if _may_wait(judged) else None)
    return _opened(judged, known)


def may_join(profile: Profile, match: BestMatch) -> bool:
    """True for an announcement, a copy of one, and what tells of the same act at the same time in other words.

    A page below the threshold that merely names a document comments on it, and a digest holds an act among others.
    """
    if match.likeness is None:
        return False
    is_told_otherwise = not match.likeness.is_certain
    return profile.is_announcing or match.likeness.relation in COPY_RELATIONS or is_told_otherwise


def _may_wait(judged: JudgedPage) -> bool:
    """True for a page that may tell of an act of future industries: it is about them, or about one of their tracks."""
    return judged.is_on_topic and (judged.assessment.label == "related" or bool(judged.profile.tracks))


def _gathered(profile: Profile, waiting: Iterable[Waiting]) -> tuple[Gathered, ...]:
    """Return the earlier pages that would join the act of an article if they came now: the order decides nothing."""
    found = []
    for page in waiting:
        own = profile_of_waiting(page)
        likeness = compare(own, profile)
        if likeness.is_same and may_join(own, BestMatch(likeness=likeness)):
            gathered = Gathered(
                article_id=page.article_id, profile=own, relation=likeness.relation,
                reason="; ".join(likeness.reasons), standing=standing_of(own, page.source),
            )  # fmt: skip
            found.append(gathered)
    return tuple(found)


def is_material(earlier: Revision, judged: Judged) -> bool:
    """Whether an edit changed the label of an article or a fact that an alert tells.

    An edit of anything else (a typing error, a caption) changes no announcement.
    """
    said = Facts(all=earlier.facts)
    told = [row.kind for row in fact_kinds().values() if row.alerts]
    is_other_fact = any(set(said.values(kind)) != set(judged.facts.values(kind)) for kind in told)
    return is_other_fact or earlier.label != judged.assessment.label


def _opened(judged: JudgedPage, known: KnownAct) -> Open:
    """Open an announcement; people are told, unless the text says that the act is old."""
    held_back = "an old act under a new date" if is_old(judged.profile, judged.facts) else None
    message: MessageType = "announcement.updated" if known.is_policy_told else "announcement.new"
    return Open(
        judged=judged,
        profile=judged.profile,
        standing=standing_of(judged.profile, known.source),
        follows=known.match.policy,
        held_back=held_back,
        tells=message if held_back is None else None,
        gathers=_gathered(judged.profile, known.waiting),
    )


def _joined(judged: JudgedPage, act: ActSoFar, known: KnownAct, now: datetime) -> Join:
    """Add an article to its announcement; people are told of a new act or a more official text, not of a reprint."""
    assert known.match.likeness is not None
    profile, standing = judged.profile, standing_of(judged.profile, known.source)
    is_update = profile.is_announcing and _is_update(profile, standing, known)
    message: MessageType | None = None
    if is_update and act.is_told:
        message = "announcement.updated"
    elif profile.is_announcing and _is_still_news(judged, act, now):
        message = "announcement.new"
    return Join(
        announcement_id=act.id,
        judged=judged,
        profile=profile,
        relation=known.match.likeness.relation,
        reason="; ".join(known.match.likeness.reasons),
        standing=standing,
        adds=_addition(profile, standing, known.members, is_update=is_update),
        is_update=is_update,
        tells=message,
        gathers=_gathered(profile, known.waiting),
    )


def _after_edit(judged: JudgedPage, announcement_id: int, known: KnownAct) -> Revise | Nothing:
    """Renew an announcement after an edit of its leading article; those who know of it are told of other facts.

    An edit that changes neither a fact nor the label, or that is of a reprint, changes nothing.
    """
    act = known.act
    if act is None or known.earlier is None or not is_material(known.earlier, judged):
        return Nothing(announcement_id=announcement_id)
    is_known_to_people = act.is_told and act.held_back is None
    return Revise(
        announcement_id=announcement_id,
        keys=keys_of(judged.profile),
        tells="announcement.updated" if is_known_to_people else None,
    )


def _is_update(profile: Profile, standing: Standing, known: KnownAct) -> bool:
    """True for the first official page about an act, for its document, and for an authority's new act on it."""
    assert known.match.likeness is not None
    is_copy = known.match.likeness.relation in COPY_RELATIONS
    if standing == Standing.NEWS or (is_copy and standing < Standing.OFFICIAL_TEXT):
        return False
    if standing > _highest(known.members):
        return True
    known_acts = {act for member in known.members if member.standing for act in member.facts.values("act")}
    return not is_copy and not profile.acts & NEWSWORTHY_ACTS <= known_acts


def _highest(members: Iterable[Member]) -> int:
    return max(member.standing for member in members)


def _addition(profile: Profile, standing: Standing, members: Iterable[Member], *, is_update: bool) -> Addition:
    """Return what an article adds to its announcement: a more official update leads it, others add details."""
    if not profile.is_announcing:
        return "nothing"
    return "lead" if is_update and standing > _highest(members) else "details"


def _is_still_news(judged: Judged, act: ActSoFar, now: datetime) -> bool:
    """True if the act is at most 2 days old and was found silently by a first crawl, so an alert is still due."""
    if act.is_told or act.held_back:
        return False
    days = (judged.article.published_day, act.first_day)
    first_day = min(filter(None, days), default=act.first_seen_at.astimezone(BEIJING).date())
    return timedelta() <= now.astimezone(BEIJING).date() - first_day <= ALERT_STILL_DUE_FOR
