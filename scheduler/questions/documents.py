"""Define the documents that programs get, as pydantic models: the API's description is made of them. Pure.

Times are RFC 3339 in UTC, days `2026-01-31`; a publication known to the day only stays a day.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from storage.api_tokens import TokenScope
from storage.records import VerdictValue
from storage.search.saved import Frequency

T = TypeVar("T")


class ApiDocument(BaseModel):
    """A document; nobody changes one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Listed(ApiDocument, Generic[T]):
    """A part of a list. `next` is the cursor of the part that follows, null at the end."""

    items: tuple[T, ...]
    next: str | None


class RegionDocument(ApiDocument):
    """A region by its GB/T 2260 code; 000000 is the nation."""

    code: str
    name: str


class ActRow(ApiDocument):
    """A policy act as a row of a list."""

    id: int
    policy_id: int
    title: str
    region: RegionDocument | None
    issuers: tuple[str, ...]
    document_number: str | None
    instrument: str | None
    act: str | None
    tracks: tuple[str, ...]
    score: float
    first_published_at: str | None
    first_seen_at: str
    articles: int = Field(description="how many articles tell of it")
    url: str | None = Field(description="the address of its most official article")


class TargetDocument(ApiDocument):
    """A dated goal, as the text words it."""

    year: int | None
    text: str


class HitDocument(ApiDocument):
    """A term that scored, with its points and the sentence it stands in."""

    term: str
    place: str
    points: float
    sentence: str


class MentionDocument(ApiDocument):
    """An article that tells of an act."""

    id: int
    url: str
    title: str
    publisher: str | None
    source: str
    published_at: str | None
    relation: str
    is_lead: bool


class StepDocument(ApiDocument):
    """An act as a step of its policy: draft, document, list."""

    id: int
    act: str | None
    title: str
    first_published_at: str | None


class CitationDocument(ApiDocument):
    """How an article is cited, and the proof of what was read: when it was fetched and the hash of the bytes served."""

    text: str = Field(description="GB/T 7714-2025")
    url: str
    archived_at: str
    sha256: str


class ActFields(BaseModel):
    """The fields of an act that programs get, whether they ask or are told."""

    id: int
    version: int
    title: str
    region: RegionDocument | None
    issuers: tuple[str, ...]
    policy_titles: tuple[str, ...]
    document_number: str | None
    instrument: str | None
    act: str | None
    tracks: tuple[str, ...]
    targets: tuple[TargetDocument, ...]
    score: float
    threshold: float
    explanation: tuple[HitDocument, ...]
    first_published_at: str | None
    first_seen_at: str


class ActDocument(ActFields, ApiDocument):
    """A policy act with everything that is known of it. `verdict` is the standing one, null without one."""

    policy_id: int
    articles: tuple[MentionDocument, ...]
    steps: tuple[StepDocument, ...] = Field(description="all acts of its policy in order of time, itself among them")
    verdict: VerdictValue | None
    citation: CitationDocument


class ArticleFields(BaseModel):
    """The fields of an article, alone or as a row of a list. `act` is the id of the act that it tells of."""

    id: int
    url: str
    title: str
    publisher: str | None
    published_at: str | None
    published_precision: str | None
    source: str
    first_seen_at: str
    label: str
    score: float
    act: int | None


class ArticleRow(ArticleFields, ApiDocument):
    """An article as a row of a list."""

    snippet: str
    region: str | None
    tracks: tuple[str, ...]


class FactRow(ApiDocument):
    """Something that an article establishes, with the words that say so and where they stand in its text."""

    id: int
    article: int
    kind: str
    value: str
    quote: str
    place: str
    start: int
    year: int | None
    number: float | None
    unit: str | None


class ArticleDocument(ArticleFields, ApiDocument):
    """An article with its text, facts and hits."""

    text: str
    threshold: float
    hits: tuple[HitDocument, ...]
    facts: tuple[FactRow, ...]
    citation: CitationDocument


class SourceDocument(ApiDocument):
    """A source and how it is. `outcome` and `error` are those of its last visit, null before the first."""

    id: str
    name: str
    region: str
    level: str
    kind: str
    is_watched: bool
    outcome: str | None
    error: str | None
    last_run_at: str | None
    last_healthy_at: str | None
    failures: int = Field(description="visits that failed since the last healthy one")
    newest_published_at: str | None


class TroubleDocument(ApiDocument):
    """Something that is wrong with the watch. `keeps_alerts`: people are not told while it lasts."""

    kind: str
    says: str
    remedy: str
    since: str | None
    sources: tuple[str, ...]
    keeps_alerts: bool


class HealthDocument(ApiDocument):
    """How the watch is."""

    is_well: bool
    is_watching: bool
    last_tick_at: str | None
    troubles: tuple[TroubleDocument, ...]


class VerdictDocument(ApiDocument):
    """A reviewer's judgement of an article, `act` where it leads one; `undone_at` is null while it stands."""

    id: int
    article: int
    act: int | None
    title: str
    url: str
    verdict: VerdictValue
    reason: str
    who: str
    given_at: str
    undone_at: str | None


class SavedSearchDocument(ApiDocument):
    """A saved search with the address of its feed. `endpoints` are told of what it finds, as often as `frequency` says.

    `frequency` null: at each endpoint's own times.
    """

    id: int
    name: str
    query: str
    endpoints: tuple[str, ...]
    frequency: Frequency | None
    created_by: str
    created_at: str
    feed: str


class TokenDocument(ApiDocument):
    """A token without its text. `owner` is the reviewer whose rights bound it, null: the operator's."""

    id: int
    name: str
    scope: TokenScope
    owner: str | None
    created_by: str
    created_at: str


class DeadlineDocument(ApiDocument):
    """A closing day that an act names: until then views or applications are taken, or things have to be done."""

    day: str
    quote: str
    act: int
    title: str
    policy_title: str
    kind: str = Field(description="申报, 揭榜, 征求意见 or 其他")
    region: RegionDocument | None
    issuers: tuple[str, ...]
    tracks: tuple[str, ...]
    first_seen_at: str
    article: int
    url: str
