"""The whole flow in one place: what happens to a page once it is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crawler.acts.announcing import Notify, Report, announce
from crawler.acts.keys import key_of_article, note_twin
from crawler.acts.revising import revise
from crawler.dedupe import identity
from crawler.detect.lexicon import Lexicon
from crawler.reading.judge import Judged, judge_page
from storage.archive import Archive
from storage.articles import Kept
from storage.records import Article, Assessment, Facts, Page, Role

__all__ = ["Notify", "Taken", "settle", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a page. `announcement_id` is None unless it is about a policy act."""

    judged: Judged
    kept: Kept
    announcement_id: int | None
    role: Role

    @property
    def article(self) -> Article:
        """What the page says."""
        return self.judged.article

    @property
    def facts(self) -> Facts:
        """What it says in a form that can be checked."""
        return self.judged.facts

    @property
    def assessment(self) -> Assessment:
        """Whether it announces a policy."""
        return self.judged.assessment


def take_in(
    page: Page, archive: Archive, lexicon: Lexicon, notify: Notify, *, body: str = "", title: str = "",
    day: date | None = None,
) -> Taken:  # fmt: skip
    """Take a page in: extract, detect, then dedupe, store and notify in one transaction.

    `body` is the source's own selector of the text, `title` what the listing calls a page that shows none, `day` what
    stands beside its row. A crawl does the first two steps in a reader process: see `crawler.reading`.

    `notify` says which messages a new announcement makes; they are in the outbox when this returns, or nothing is.
    """
    judged = judge_page(page, lexicon, body=body, title=title, day=day)
    return settle(page, judged, archive=archive, lexicon=lexicon, notify=notify)


def settle(page: Page, judged: Judged, *, archive: Archive, lexicon: Lexicon, notify: Notify) -> Taken:
    """Dedupe, store and notify: keep the article once, and open or join its announcement."""
    article, facts, assessment = judged.article, judged.facts, judged.assessment
    with archive.transaction():
        kept = _keep(page, article, facts, assessment, archive)
        announcement_id = archive.announcements.of_article(kept.article_id)
        role: Role = "none" if announcement_id is None else "reprint"
        report = Report(
            article_id=kept.article_id, source=page.source, article=article, facts=facts, assessment=assessment,
            profile=judged.profile, now=page.fetched_at,
        )  # fmt: skip
        if announcement_id is None:
            announcement_id, role = announce(report, archive=archive, lexicon=lexicon, notify=notify)
        elif kept.change == "revised":
            role = revise(report, announcement_id, archive=archive, notify=notify)
    return Taken(judged=judged, kept=kept, announcement_id=announcement_id, role=role)


def _keep(page: Page, article: Article, facts: Facts, assessment: Assessment, archive: Archive) -> Kept:
    """Keep an article once, under the key of its document; it keeps the address that was fetched."""
    same_words = identity(article.title, article.wording)
    own = key_of_article(article.url, article.title, archive)
    key = archive.addresses.main(own, article, identity=same_words)
    note_twin(own, key, archive)
    return archive.articles.keep(page, article, facts, assessment, key=key, identity=same_words)
