"""Look up how an article of the archive is cited: who answers for it, and the proof of what was read.

`scheduler.reports.citation_forms` writes it down; docs/citing.md says what was chosen and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.archive import Archive
from storage.records import BEIJING

OFFICIAL_TEXT_STANDING = 2  # of a mention: the authority's document itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An article as it is cited: who answers for it, what it is called, where it stood, and what was kept of it.

    `authors` are the issuers on an authority's own page, else the publisher; empty when neither is known.
    `document_number` is None unless the article is the document itself: no report and no reading guide has one.
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
    def published_on(self) -> str:
        """The day of publication in China, empty when it is not known."""
        if self.published_at is None or "T" not in self.published_at:
            return self.published_at or ""
        return f"{datetime.fromisoformat(self.published_at).astimezone(BEIJING):%Y-%m-%d}"

    @property
    def archived_on(self) -> str:
        """The day in China on which the page was fetched."""
        return f"{self.archived_at.astimezone(BEIJING):%Y-%m-%d}"


def cite_article(archive: Archive, article_id: int) -> Citation:
    """Return the citation of an article as it reads now. Raises `KeyError` when there is no such article."""
    row, page = archive.articles.row(article_id), archive.articles.page(article_id)
    announcement_id = archive.announcements.of_article(article_id)
    publisher = row["publisher"] or archive.source_overview.name(page.source)
    issuers, number = _official(archive, announcement_id, article_id, row["document_number"])
    return Citation(
        article_id=article_id, announcement_id=announcement_id, title=row["title"],
        authors=issuers or ((publisher,) if publisher else ()), publisher=publisher,
        document_number=number, published_at=row["published_at"], url=page.final_url,
        archived_at=page.fetched_at, sha256=page.sha256,
    )  # fmt: skip


def _official(
    archive: Archive, announcement_id: int | None, article_id: int, own_number: str | None
) -> tuple[tuple[str, ...], str | None]:
    """Return issuers and document number as far as an article is the official word of its act, and its document."""
    if announcement_id is None:
        return (), own_number
    found = archive.announcements.get(announcement_id)
    standing = next((mention.standing for mention in found.mentions if mention.article_id == article_id), 0)
    if standing <= 0:
        return (), None
    if standing >= OFFICIAL_TEXT_STANDING:
        return found.issuers, own_number or found.document_number
    return found.issuers, own_number


def cite_announcement(archive: Archive, announcement_id: int) -> Citation:
    """Return the citation of an announcement: its most official article. Raises `KeyError` when there is none."""
    found = archive.announcements.get(announcement_id)
    lead = found.lead_article_id or found.mentions[0].article_id
    return cite_article(archive, lead)
