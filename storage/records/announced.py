"""Define announcements, the policy acts that alerts are about, and the keys of an act. Frozen, no I/O and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.records.judged import SECTION_PLAN, Facts, Hit, Region
from storage.records.page import Article
from storage.records.times import BEIJING

Relation = Literal["original", "reprint", "excerpt", "superset", "follow-up"]
Role = Literal["new", "update", "reprint", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An article as part of an announcement.

    `standing` is how official it is (0 news, 1 an authority's page, 2 its document), `reason` why it was joined.
    """

    article_id: int
    url: str
    title: str
    publisher: str | None
    source: str
    published_at: str | None
    relation: Relation
    standing: int = 0
    reason: str = ""

    @property
    def published_day(self) -> date | None:
        """The day of publication in China, None without a publication time."""
        return _day_of(self.published_at)


def _day_of(published_at: str | None) -> date | None:
    if published_at is None or "T" not in published_at:
        return date.fromisoformat(published_at) if published_at else None
    return datetime.fromisoformat(published_at).astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """An announcement as a step of its policy: draft, document, list. `act` is None when the page names none."""

    announcement_id: int
    act: str | None
    title: str
    first_published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A dated goal, as the text words it. `year` is None when the text names none."""

    year: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Something that two articles about one act share. `year` is None where the key needs none to be unique."""

    text: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Member:
    """An article of an announcement, with what it establishes: what a new article is compared with.

    `standing` is how official it is: see `Mention`.
    """

    announcement_id: int
    article_id: int
    article: Article
    facts: Facts
    first_seen_at: datetime
    standing: int = 0

    def __hash__(self) -> int:
        """Return a hash that is quick to make: what is read of a member is remembered by the member."""
        return hash((self.announcement_id, self.article_id, self.first_seen_at))

    @property
    def seen_on(self) -> date:
        """The day in China on which it was first read."""
        return self.first_seen_at.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article below the threshold that belongs to no announcement, with what it establishes.

    `source` is the kind and the region of its source, None when not known.
    """

    article_id: int
    article: Article
    facts: Facts
    region: str | None
    first_seen_at: datetime
    source: tuple[str, str] | None = None

    @property
    def seen_on(self) -> date:
        """The day in China on which it was first read."""
        return self.first_seen_at.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSoFar:
    """The part of an announcement that decides about one more article, without its mentions, which may be hundreds."""

    id: int
    lead_article_id: int | None
    is_told: bool
    held_back: str | None
    first_published_at: str | None
    first_seen_at: datetime

    @property
    def first_day(self) -> date | None:
        """The earliest day of publication in China, None where no article tells one."""
        return _day_of(self.first_published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A policy act that people are told about once. `version` grows with every update.

    Announcements with one `policy_id` are acts of one policy, `timeline` has them all. `lead_article_id` is the most
    official article. `is_told`: people have had a message; `held_back` says why they must not get one, else None.
    `updated_at` is when the version grew last; None in one that no archive keeps.
    """

    id: int
    version: int
    title: str
    region: Region | None
    issuers: tuple[str, ...]
    policy_titles: tuple[str, ...]
    document_number: str | None
    instrument: str | None
    act: str | None
    tracks: tuple[str, ...]
    targets: tuple[Target, ...]
    score: float
    threshold: float
    explanation: tuple[Hit, ...]
    first_published_at: str | None
    first_seen_at: datetime
    mentions: tuple[Mention, ...]
    policy_id: int | None = None
    lead_article_id: int | None = None
    timeline: tuple[Milestone, ...] = ()
    is_told: bool = False
    held_back: str | None = None
    updated_at: datetime | None = None

    @property
    def policy_title(self) -> str:
        """The policy's own title, that of the leading page where it names none."""
        return next(iter(self.policy_titles), self.title)

    @property
    def is_section(self) -> bool:
        """True for a general plan of which a section is about future industries: people get it with their digest."""
        return any(hit.term.startswith(SECTION_PLAN) for hit in self.explanation)

    @property
    def earliest(self) -> Mention | None:
        """The article that was published first; of one day's articles one that gives its time, then the first seen."""
        days = [(mention.published_day, mention.published_at, mention) for mention in self.mentions]
        dated = [(day, "T" not in (at or ""), at, mention) for day, at, mention in days if day]
        return min(dated, key=lambda entry: entry[:3])[3] if dated else None
