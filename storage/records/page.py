"""Define pages, files, articles and the rows of listing pages. Frozen, no I/O and no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.records.times import BEIJING

CUT_SHORT = "cut short: fewer bytes came than were announced"  # how the note of such a page begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched page, the evidence: `body` as received (after content decoding), `fetched_at` in UTC.

    `following` are the further pages of an article that was divided, in order; `files` the attachments fetched for it;
    `frames` the pages that it shows in frames, where its text stands in one. `note` says what was odd about the answer:
    that it was cut short, that header lines were left out; empty when nothing was. `via` is the exit that it came by.
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
    frames: tuple[Page, ...] = ()
    note: str = ""
    via: str = "direct"

    @property
    def sha256(self) -> str:
        """The lower-case hexadecimal SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def is_cut_short(self) -> bool:
        """True when the answer ended before its Content-Length or its last chunk said."""
        return self.note.startswith(CUT_SHORT)


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


AttachmentState = Literal["listed", "read", "unread", "failed"]


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
    """The article of a page, boilerplate removed.

    `text` holds paragraphs separated by a line feed and is empty when nothing could be extracted.
    `published_at` is a `datetime` with a zone when the page gives a clock time, a `date` when it
    gives the day only, None when it gives neither; `published_from` names where it was read
    (`meta PubDate`, `label`, `listing`, …), and `published_doubt` what another source of the date says instead, None
    where none disagrees. `agreement` is the agreement of the extractors, from 0 to 1. `next_page` is where a
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
    published_doubt: str | None = None

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
    """The rows of a listing page, or why there are none.

    `state` is `ok`, `empty`, `blocked` or `script_list`; `reason` says what was recognised when it
    is not `ok`. `next` is the address of the next page, None on the last. `sitemaps` are those of a sitemap index
    that may hold what is new, the likeliest first. `rows_seen` counts the rows of the page before those with one
    address became one link; `unusable` counts those of them whose address is missing or none that a request can be
    made of.
    """

    links: tuple[Link, ...] = ()
    next: str | None = None
    state: Literal["ok", "empty", "blocked", "script_list"] = "ok"
    reason: str | None = None
    sitemaps: tuple[str, ...] = ()
    rows_seen: int = 0
    unusable: int = 0
