"""The whole flow in one place: what happens to a page once it is fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crawler.acts.announcing import Notify, Report, announce
from crawler.acts.keys import key_of_article, note_twin
from crawler.acts.revising import revise
from crawler.dedupe import identity
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from crawler.extract.published import AGREES_WITHIN
from storage.archive import Archive
from storage.articles import Kept
from storage.records import BEIJING, Article, Assessment, Facts, Page, Role

__all__ = ["Notify", "Taken", "settle", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a page. `announcement_id` is None unless it is about a policy act."""

    article: Article
    facts: Facts
    assessment: Assessment
    kept: Kept
    announcement_id: int | None
    role: Role


def take_in(
    page: Page, archive: Archive, lexicon: Lexicon, notify: Notify, *, body: str = "", title: str = "",
    day: date | None = None,
) -> Taken:  # fmt: skip
    """Take a page in: extract, detect, then dedupe, store and notify in one transaction.

    `body` is the source's own selector of the text, `title` what the listing calls a page that shows none, `day` what
    stands beside its row.

    `notify` says which messages a new announcement makes; they are in the outbox when this returns, or nothing is.
    """
    article = extract(page, body=body)
    article = _dated(article if article.title else replace(article, title=title), day, page)
    return settle(page, article, archive=archive, lexicon=lexicon, notify=notify)


def _dated(article: Article, day: date | None, page: Page) -> Article:
    """Return an article with the day of its listing where its page shows none, or with a doubt where they disagree."""
    if day is None or day > page.fetched_at.astimezone(BEIJING).date():
        return article
    if article.published_day is None:
        return replace(article, published_at=day, published_from="listing")
    is_other = abs(article.published_day - day) > AGREES_WITHIN
    return replace(article, published_doubt=article.published_doubt or f"listing {day}") if is_other else article


def settle(page: Page, article: Article, *, archive: Archive, lexicon: Lexicon, notify: Notify) -> Taken:
    """Detect, dedupe, store and notify: keep the article once, and open or join its announcement."""
    facts = establish(article, lexicon)
    assessment = assess(article, facts, lexicon)
    with archive.transaction():
        kept = _keep(page, article, facts, assessment, archive)
        announcement_id = archive.announcements.of_article(kept.article_id)
        role: Role = "none" if announcement_id is None else "reprint"
        report = Report(
            article_id=kept.article_id, source=page.source, article=article, facts=facts, assessment=assessment,
            now=page.fetched_at,
        )  # fmt: skip
        if announcement_id is None:
            announcement_id, role = announce(report, archive=archive, lexicon=lexicon, notify=notify)
        elif kept.change == "revised":
            role = revise(report, announcement_id, archive=archive, notify=notify)
    return Taken(
        article=article, facts=facts, assessment=assessment, kept=kept, announcement_id=announcement_id, role=role
    )


def _keep(page: Page, article: Article, facts: Facts, assessment: Assessment, archive: Archive) -> Kept:
    """Keep an article once, under the key of its document; it keeps the address that was fetched."""
    same_words = identity(article.title, article.wording)
    own = key_of_article(article.url, article.title, archive)
    key = archive.addresses.main(own, article, identity=same_words)
    note_twin(own, key, archive)
    return archive.articles.keep(page, article, facts, assessment, key=key, identity=same_words)
