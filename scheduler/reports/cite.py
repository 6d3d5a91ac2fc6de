"""Cite articles of the archive: GB/T 7714-2015, Markdown, CSV, JSON Lines, each with the proof of what was read.

docs/citing.md says which form was chosen and why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from scheduler.reports.spreadsheet import csv_of
from storage.archive import Archive
from storage.connection import text_of
from storage.records import BEIJING

CitationFormat = Literal["gbt7714", "markdown", "csv", "jsonl"]
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)
MOST_NAMED_AUTHORS = 3  # GB/T 7714-2015, 8.1.2: up to three are all named, of more the first three and 等
CITATION_COLUMNS = (
    "article", "announcement", "title", "authors", "document_number", "publisher", "published_at", "url",
    "archived_at", "sha256", "citation",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An article as it is cited: who answers for it, what it is called, where it stood, and what was kept of it.

    `authors` are the issuers on an authority's own page, else the publisher; empty when neither is known.
    `published_at` is a day or a time as the archive writes them. `archived_at` is when the cited wording was fetched,
    `sha256` the hash of the bytes that were served then.
    """

    article_id: int
    announcement_id: int | None
    title: str
    authors: tuple[str, ...]
    publisher: str | None
    document_number: str | None
    published_at: str | None
    url: str
    archived_at: datetime
    sha256: str

    @property
    def text(self) -> str:
        """The citation as GB/T 7714-2015 lays down, with the proof behind it."""
        return gbt7714(self)


def cite_article(archive: Archive, article_id: int) -> Citation:
    """Return the citation of an article as it reads now. Raises `KeyError` when there is no such article."""
    row, page = archive.articles.row(article_id), archive.articles.page(article_id)
    announcement_id = archive.announcements.of_article(article_id)
    publisher = row["publisher"] or archive.source_overview.name(page.source)
    issuers, number = _official(archive, announcement_id, article_id)
    return Citation(
        article_id=article_id, announcement_id=announcement_id, title=row["title"],
        authors=issuers or ((publisher,) if publisher else ()), publisher=publisher,
        document_number=number or row["document_number"], published_at=row["published_at"], url=page.final_url,
        archived_at=page.fetched_at, sha256=page.sha256,
    )  # fmt: skip


def _official(archive: Archive, announcement_id: int | None, article_id: int) -> tuple[tuple[str, ...], str | None]:
    """Return issuers and document number of the act that an article is the official word of; of others nothing."""
    if announcement_id is None:
        return (), None
    found = archive.announcements.get(announcement_id)
    if not any(mention.article_id == article_id and mention.standing > 0 for mention in found.mentions):
        return (), None
    return found.issuers, found.document_number


def cite_announcement(archive: Archive, announcement_id: int) -> Citation:
    """Return the citation of an announcement: its most official article. Raises `KeyError` when there is none."""
    found = archive.announcements.get(announcement_id)
    lead = found.lead_article_id or found.mentions[0].article_id
    return cite_article(archive, lead)


def render(citations: Sequence[Citation], format: CitationFormat) -> str:
    """Return citations as text in a format, one a line, in their order."""
    if format == "csv":
        return csv_of(CITATION_COLUMNS, map(document, citations))
    line = {"gbt7714": gbt7714, "markdown": markdown, "jsonl": _json_line}[format]
    return "".join(f"{line(one)}\n" for one in citations)


def document(one: Citation) -> dict[str, Any]:
    """Return a citation as JSON and CSV give it; `authors` are one text, as people read them."""
    return {
        "article": one.article_id, "announcement": one.announcement_id, "title": one.title,
        "authors": "；".join(one.authors), "document_number": one.document_number, "publisher": one.publisher,
        "published_at": one.published_at, "url": one.url, "archived_at": text_of(one.archived_at),
        "sha256": one.sha256, "citation": gbt7714(one),
    }  # fmt: skip


def gbt7714(one: Citation) -> str:
    """Return a citation as GB/T 7714-2015 lays down, followed by when it was archived and the hash.

    主要责任者. 题名: 发文字号[EB/OL]. (发布日期)[引用日期]. 获取路径. The day of citing is the day of archiving: the
    archive proves the page as it was then, not as it is today.
    """
    who = f"{_people(one.authors)}. " if one.authors else ""
    number = f": {one.document_number}" if one.document_number else ""
    published = f"({_day(one.published_at)})" if one.published_at else ""
    archived = one.archived_at.astimezone(BEIJING)
    return (
        f"{who}{_line(one.title)}{number}[EB/OL]. {published}[{archived:%Y-%m-%d}]. {one.url}. "
        f"（存档：{archived:%Y-%m-%d %H:%M:%S} 北京时间，SHA-256：{one.sha256}）"
    )


def markdown(one: Citation) -> str:
    """Return a citation as an item of a Markdown list."""
    said = [
        *one.authors[:MOST_NAMED_AUTHORS],
        one.document_number,
        one.published_at and f"{_day(one.published_at)} 发布",
    ]
    archived = f"{one.archived_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} 北京时间存档"
    words = "，".join(escape_markdown(word) for word in [*filter(None, said), archived])
    return f"- [{escape_markdown(_line(one.title))}](<{_address(one.url)}>)，{words}，SHA-256 `{one.sha256}`"


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", _line(text))


def _json_line(one: Citation) -> str:
    return json.dumps(document(one), ensure_ascii=False)


def _people(names: Iterable[str]) -> str:
    named = tuple(names)
    return ", ".join(named[:MOST_NAMED_AUTHORS]) + (", 等" if len(named) > MOST_NAMED_AUTHORS else "")


def _day(text: str | None) -> str:
    """Return the day in China of a time of the archive."""
    if text is None or "T" not in text:
        return text or ""
    return f"{datetime.fromisoformat(text).astimezone(BEIJING):%Y-%m-%d}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _address(url: str) -> str:
    """Return an address that cannot end the angle brackets it stands in."""
    return url.replace("<", "%3C").replace(">", "%3E").replace("\n", "").replace("\\", "%5C")
