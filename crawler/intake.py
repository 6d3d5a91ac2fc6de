"""The whole flow in one place: what happens to a page once it is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from crawler.dedupe import identity, keys_of, same_announcement
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from storage.archive import Archive
from storage.articles import Kept
from storage.records import Announcement, Article, Assessment, Delivery, Facts, Page, Role

Notify: TypeAlias = Callable[[Announcement, datetime], Iterable[Delivery]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a page. `announcement_id` is None unless it is about a policy act."""

    article: Article
    facts: Facts
    assessment: Assessment
    kept: Kept
    announcement_id: int | None
    role: Role


def take_in(page: Page, archive: Archive, lexicon: Lexicon, notify: Notify) -> Taken:
    """Take a page in: extract, detect, then dedupe, store and notify in one transaction.

    `notify` says which messages a new announcement makes; they are in the outbox when this returns, or nothing is.
    """
    article = extract(page)
    facts = establish(article, lexicon)
    assessment = assess(article, facts, lexicon)
    return settle(page, article, facts, assessment, archive=archive, notify=notify)


def settle(
    page: Page, article: Article, facts: Facts, assessment: Assessment, *, archive: Archive, notify: Notify
) -> Taken:
    """Dedupe, store and notify: keep the article, and open or join its announcement."""
    with archive.transaction():
        kept = archive.articles.keep(page, article, facts, assessment, identity=identity(article.title, article.text))
        announcement_id = archive.announcements.of_article(kept.article_id)
        role: Role = "none"
        if announcement_id is None and assessment.is_announcement:
            announcement_id, role = _announce(kept, page, article, facts, assessment, archive=archive, notify=notify)
    return Taken(
        article=article, facts=facts, assessment=assessment, kept=kept, announcement_id=announcement_id, role=role
    )


def _announce(
    kept: Kept, page: Page, article: Article, facts: Facts, assessment: Assessment, *, archive: Archive, notify: Notify
) -> tuple[int, Role]:
    """Join the announcement that the article is about, or open one and tell people."""
    keys = keys_of(article, facts)
    known = same_announcement(archive.announcements.sharing(keys), keys)
    if known is not None:
        archive.announcements.join(known, kept.article_id, relation="reprint", keys=keys, now=page.fetched_at)
        return known, "reprint"
    opened = archive.announcements.open(kept.article_id, article, facts, assessment, keys=keys, now=page.fetched_at)
    archive.outbox.put(notify(opened, page.fetched_at))
    return opened.id, "new"
