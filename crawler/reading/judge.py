"""Judge an article by its page alone: extract it, establish its facts, assess it. No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crawler.dedupe import profile_of
from crawler.dedupe.profile import Profile
from crawler.detect import assess, establish, mentions
from crawler.detect.lexicon import Lexicon
from crawler.detect.sift import kept_out, passes
from crawler.extract import TextKind, extract, text_kind
from crawler.extract.published import AGREES_WITHIN
from storage.records import BEIJING, Article, Facts, Judged, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPage(Judged):
    """The article of a page, judged. `kind` is what its text is, `profile` what it says of its act.

    `is_on_topic` is false for one that the gate kept out: its facts were not established.
    """

    kind: TextKind
    profile: Profile
    is_on_topic: bool = True


def judge_page(page: Page, lexicon: Lexicon, *, body: str = "", title: str = "", day: date | None = None) -> JudgedPage:
    """Return the article of a page, extracted and detected.

    `body` is the source's own selector of the text, `title` what the listing calls a page that shows none, `day` what
    stands beside its row. Of a page that does not pass the gate the text is taken, and nothing more is asked of it.
    """
    beside = "\n".join([title, *(file.text or "" for file in page.files)])
    article = extract(page, body=body, gate=lambda said: mentions(f"{said}\n{beside}", lexicon))
    article = _dated(article if article.title else replace(article, title=title), day, page)
    if passes(article, lexicon):
        return judge_article(page, article, lexicon)
    judged = Judged(article=article, facts=Facts(), assessment=kept_out(lexicon))
    return replace(judged_on(page, judged), is_on_topic=False)


def judge_article(page: Page, article: Article, lexicon: Lexicon) -> JudgedPage:
    """Return an article with its facts and its assessment."""
    facts = establish(article, lexicon)
    judged = Judged(article=article, facts=facts, assessment=assess(article, facts, lexicon))
    return judged_on(page, judged)


def judged_on(page: Page, judged: Judged) -> JudgedPage:
    """Return a judged article as that of a page."""
    article, facts, assessment = judged.article, judged.facts, judged.assessment
    seen = page.fetched_at.astimezone(BEIJING).date()
    profile = profile_of(article, facts, seen=seen, is_announcing=assessment.is_announcement)
    profile.fingerprint  # noqa: B018  kept with the profile: it takes seconds of a long text
    return JudgedPage(
        article=article, facts=facts, assessment=assessment, kind=text_kind(page, article), profile=profile
    )  # fmt: skip


def _dated(article: Article, day: date | None, page: Page) -> Article:
    """Return an article with the day of its listing where its page shows none, or with a doubt where they disagree."""
    if day is None or day > page.fetched_at.astimezone(BEIJING).date():
        return article
    if article.published_day is None:
        return replace(article, published_at=day, published_from="listing")
    is_other = abs(article.published_day - day) > AGREES_WITHIN
    return replace(article, published_doubt=article.published_doubt or f"listing {day}") if is_other else article
