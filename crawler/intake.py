"""Take a fetched page in: the whole flow of the product in one function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crawler.acts.apply import Notify, apply
from crawler.acts.decide import decide
from crawler.acts.keys import key_of_article, note_twin
from crawler.acts.look_up import look_up, may_be_copy
from crawler.dedupe import identity
from crawler.detect.lexicon import Lexicon
from crawler.reading.judge import JudgedPage, judge_article, judge_page
from storage.archive import Archive
from storage.records import Judged, KeptArticle, Page, Role

__all__ = ["Notify", "Taken", "settle", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A page that was taken in. `announcement_id` is None unless it is about a policy act."""

    judged: JudgedPage
    kept: KeptArticle
    announcement_id: int | None
    role: Role


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
    if may_be_copy(judged, archive):
        judged = judge_article(page, judged.article, lexicon)
    return settle(page, judged, archive=archive, lexicon=lexicon, notify=notify)


def settle(page: Page, judged: JudgedPage, *, archive: Archive, lexicon: Lexicon, notify: Notify) -> Taken:
    """Dedupe, store and notify: keep the article once, and open, join or revise its announcement."""
    now = page.fetched_at
    with archive.transaction():
        kept = _keep(page, judged, archive)
        known = look_up(judged, kept, source=page.source, now=now, archive=archive, lexicon=lexicon)
        intent = decide(judged, known, now=now)
        announcement_id = apply(intent, kept.article_id, archive=archive, notify=notify, now=now)
    return Taken(judged=judged, kept=kept, announcement_id=announcement_id, role=intent.role)


def _keep(page: Page, judged: Judged, archive: Archive) -> KeptArticle:
    """Keep an article once, under the key of its document; it keeps the address that was fetched."""
    article = judged.article
    same_words = identity(article.title, article.wording)
    own = key_of_article(article.url, article.title, archive)
    key = archive.addresses.main(own, article, identity=same_words)
    note_twin(own, key, archive)
    kept = archive.articles.keep(page, judged, key=key, identity=same_words)
    if kept.change == "revised":
        archive.announcements.renew_days(kept.article_id)
    return kept
