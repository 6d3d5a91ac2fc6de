"""The nouns that the whole program speaks in. Frozen, standard library only, no I/O and no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")  # no daylight saving since 1991

Label = Literal["announcement", "related", "irrelevant"]
Place = Literal["title", "lead", "body", "attachment"]
Act = Literal["印发", "征求意见", "解读", "发布会", "名单", "申报", "立法", "部署会"]
FactKind = Literal[
    "document_number", "index_number", "document_date", "region", "issuer", "policy_title", "cited_title",
    "instrument", "act", "track", "target", "money", "deadline",
]  # fmt: skip
Relation = Literal["original", "reprint", "excerpt", "superset", "follow-up"]
Role = Literal["new", "update", "reprint", "none"]
Outcome = Literal["ok", "unchanged", "empty", "blocked", "script_list", "error"]
Cause = Literal[
    "dns", "tls", "timeout", "connection", "4xx", "5xx", "robots", "silence", "private", "size", "parse", "limit",
    "other",
]  # fmt: skip
AttachmentState = Literal["listed", "read", "unread", "failed"]
DeliveryState = Literal[
    "pending", "delivered", "dead",  # what goes out by itself
    "waiting", "gathered", "dissolved",  # for a digest; in one; a digest that died and gave its messages back
    "held", "discarded",  # a flood that a person has to decide about; what was decided against
]  # fmt: skip
MessageType = Literal["announcement.new", "announcement.updated", "announcement.corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region by its six-digit GB/T 2260 code; the nation is 000000 国家."""

    code: str
    name: str


NATION = Region(code="000000", name="国家")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched page, the evidence: `body` as received (after content decoding), `fetched_at` in UTC.

    `following` are the further pages of an article that was divided, in order; `files` the attachments fetched for it.
    """

    source: str
    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes
    following: tuple[Page, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def sha256(self) -> str:
        """The lower-case hexadecimal SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def content_type(self) -> str:
        """The Content-Type header, or an empty string."""
        return next((v for k, v in self.headers.items() if k.lower() == "content-type"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment that was asked for and what was read from it.

    `page` is the answer, None when there was none; `text` is None unless it was read, `reason` says why not.
    """

    url: str
    page: Page | None
    state: AttachmentState
    text: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that an article links to.

    `state`: `listed` (never asked for), `read`, `unread` (in a format that is not read) or `failed`; `reason` says
    more. `text` is None unless it was read.
    """

    url: str
    title: str
    state: AttachmentState = "listed"
    text: str | None = None
    reason: str = ""

    @property
    def wording(self) -> str:
        """Title and text as one: what the offsets of the place `attachment` count in."""
        return self.title if self.text is None else f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says, boilerplate removed.

    `text` holds paragraphs separated by a line feed and is empty when nothing could be extracted.
    `published_at` is a `datetime` with a zone when the page gives a clock time, a `date` when it
    gives the day only, None when it gives neither; `published_from` names where it was read
    (`meta PubDate`, `label`, …). `agreement` is the agreement of the extractors, from 0 to 1. `next_page` is where a
    divided article goes on, None at its end. `index_number` (索引号) and `document_date` (成文日期, the day of
    signing) stand in the page's label-value table, None where it has none.
    """

    url: str
    title: str
    text: str
    publisher: str | None = None
    byline: str | None = None
    published_at: datetime | date | None = None
    published_from: str | None = None
    document_number: str | None = None
    attachments: tuple[Attachment, ...] = ()
    agreement: float = 1.0
    next_page: str | None = None
    index_number: str | None = None
    document_date: date | None = None

    @property
    def wording(self) -> str:
        """The text and the texts of the attachments that were read."""
        return "\n".join([self.text, *(a.text for a in self.attachments if a.text)])

    @property
    def published_precision(self) -> Literal["day", "minute"] | None:
        """`day` or `minute`, None without a publication time."""
        if self.published_at is None:
            return None
        return "minute" if isinstance(self.published_at, datetime) else "day"

    @property
    def published_day(self) -> date | None:
        """The day of publication in China, None without a publication time."""
        if isinstance(self.published_at, datetime):
            return self.published_at.astimezone(BEIJING).date()
        return self.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One cue of the lexicon in an article.

    `start` is the character offset in the title (place `title`), in the text (places `lead` and `body`) or in the
    wording of its attachment (place `attachment`); `sentence` is what stands around it, for people to read.
    """

    term: str
    place: Place
    start: int
    points: float
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Whether an article announces a policy. The points of `hits` sum to `score`."""

    score: float
    threshold: float
    label: Label
    hits: tuple[Hit, ...]
    lexicon_version: str

    @property
    def is_announcement(self) -> bool:
        """True at or above the threshold."""
        return self.label == "announcement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that an article establishes, with the words that say so.

    `start` is the offset of `quote` in the title or text (see `Hit`), -1 when it was read from the
    page's metadata. `year` is the year of a target, else None. A region's value is its code. `number` and `unit` are a
    target's or a sum's quantity (`12`, `个`), None where it has none.
    """

    kind: FactKind
    value: str
    quote: str
    place: Place
    start: int
    year: int | None = None
    number: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an article establishes, in order of appearance within a kind."""

    all: tuple[Fact, ...] = ()
    region: Region | None = None

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        """Return the facts of one kind."""
        return tuple(fact for fact in self.all if fact.kind == kind)

    def values(self, kind: FactKind) -> tuple[str, ...]:
        """Return the values of one kind, each once."""
        return tuple(dict.fromkeys(fact.value for fact in self.of(kind)))

    def first(self, kind: FactKind) -> str | None:
        """Return the first value of one kind, or None."""
        return next(iter(self.values(kind)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One row of a listing page. `date` is the day beside it, None when there is none.

    `explains` is the address of the row that it stands under (相关解读 of a document), None for a row of its own.
    """

    url: str
    title: str
    date: date | None = None
    explains: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a listing page offers.

    `state` is `ok`, `empty`, `blocked` or `script_list`; `reason` says what was recognised when it
    is not `ok`. `next` is the address of the next page, None on the last.
    """

    links: tuple[Link, ...] = ()
    next: str | None = None
    state: Literal["ok", "empty", "blocked", "script_list"] = "ok"
    reason: str | None = None


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
        if self.published_at is None or "T" not in self.published_at:
            return date.fromisoformat(self.published_at) if self.published_at else None
        return datetime.fromisoformat(self.published_at).astimezone(BEIJING).date()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of an announcement, with what it establishes: what a new article is compared with."""

    announcement_id: int
    article_id: int
    article: Article
    facts: Facts
    first_seen_at: datetime

    @property
    def seen_on(self) -> date:
        """The day in China on which it was first read."""
        return self.first_seen_at.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A policy act that people are told about once. `version` grows with every update.

    Announcements with one `policy_id` are acts of one policy, `timeline` has them all. `lead_article_id` is the most
    official article. `is_told`: people have had a message; `held_back` says why they must not get one, else None.
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

    @property
    def earliest(self) -> Mention | None:
        """The article that was published first; of one day's articles one that gives its time, then the first seen."""
        days = [(mention.published_day, mention.published_at, mention) for mention in self.mentions]
        dated = [(day, "T" not in (at or ""), at, mention) for day, at, mention in days if day]
        return min(dated, key=lambda entry: entry[:3])[3] if dated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one endpoint. `id` is the webhook-id, the same on every try.

    `reason` says why it goes there and when. `source` is whose page made it, None when no page did. `digest_id` is the
    message that carries it instead, `parts_sent` how many parts of a long one have arrived, `failing_since` its first
    failed try.
    """

    id: str
    announcement_id: int | None
    version: int | None
    endpoint: str
    type: str
    payload: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_answer: str | None = None
    reason: str = ""
    source: str | None = None
    digest_id: str | None = None
    parts_sent: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something the operator has to know. `key` names what is wrong; `resolved_at` is None while it lasts."""

    id: int
    key: str
    summary: str
    detail: str
    opened_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One visit to a source: what was listed, fetched and found, or why not.

    `not_extracted` counts the new article pages on which no text was found: kept, but they can match by title only.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    listed: int = 0
    new: int = 0
    announcements: int = 0
    requests: int = 0
    not_extracted: int = 0
    error: str | None = None
    cause: Cause | None = None

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished_at - self.started_at).total_seconds()
