"""Score the archive again: with the lexicon of today, or with two lexicons to see what a change does. No network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TypeVar

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.detect.sift import kept_out, passes, sift
from storage.archive import Archive
from storage.assessments import ARTICLES_IN_CHUNK, AssessedArticle
from storage.records import Article, Facts, Label

T = TypeVar("T")
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """An article whose label is another now; `before` and `after` are its scores."""

    article_id: int
    url: str
    title: str
    label_before: Label
    label: Label
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassessed:
    """The result of a round over the archive. `rescored` counts articles with another score or label."""

    articles: int
    rescored: int
    changes: tuple[LabelChange, ...]

    @property
    def moves(self) -> Counter[tuple[Label, Label]]:
        """How many articles went from which label to which."""
        return Counter((change.label_before, change.label) for change in self.changes)


def reassess(archive: Archive, lexicon: Lexicon, *, since: str | None, now: datetime, tick: Tick) -> Reassessed:
    """Assess the articles of the archive again and keep the result; announcements stay, and nobody is told.

    `since` is a day of publication in China, None for all; `tick` is told how many articles are done.
    """
    changes: list[LabelChange] = []
    articles = rescored = 0
    for chunk in _chunks(archive.assessments.each(since=since), ARTICLES_IN_CHUNK):
        with archive.transaction():
            for stored in chunk:
                change, is_other = _again(stored, archive, lexicon, now)
                rescored += is_other
                changes += [change] if change else []
        articles += len(chunk)
        tick(len(chunk))
    return Reassessed(articles=articles, rescored=rescored, changes=tuple(changes))


def _again(
    stored: AssessedArticle, archive: Archive, lexicon: Lexicon, now: datetime
) -> tuple[LabelChange | None, bool]:
    """Assess one article again; an article that the gate keeps out keeps its facts."""
    sifted = sift(stored.article, lexicon)
    facts, said = sifted or (None, kept_out(lexicon))
    is_other = (said.label, said.score) != (stored.label, stored.score)
    if facts is not None:
        archive.articles.judge(stored.article_id, facts, said, now)
    elif is_other or stored.lexicon_version != lexicon.version:
        archive.assessments.keep(stored.article_id, said, now)
    if said.label == stored.label:
        return None, is_other
    return _change(stored, stored.label, said.label, stored.score, said.score), True


def compare(archive: Archive, old: Lexicon, new: Lexicon, *, since: str | None, tick: Tick) -> list[LabelChange]:
    """Return the articles whose label two lexicons tell differently; nothing is kept.

    An article that is kept out by the gates of both costs 32 µs; facts are established once where the tracks are the
    same.
    """
    changes, lexicons = [], _Lexicons(old, new)
    for stored in archive.assessments.each(since=since):
        tick(1)
        before, after = lexicons.judge(stored.article)
        if before[0] != after[0]:
            changes.append(_change(stored, before[0], after[0], before[1], after[1]))
    return changes


@dataclass(frozen=True)
class _Lexicons:
    """Two lexicons, and what of the work both can share; equal parts are found once, not for each article."""

    old: Lexicon
    new: Lexicon

    @cached_property
    def share_gate(self) -> bool:
        """Whether the same articles pass the gates of both."""
        return (self.old.core, self.old.tracks, self.old.rules) == (self.new.core, self.new.tracks, self.new.rules)

    @cached_property
    def share_facts(self) -> bool:
        """Whether articles establish the same with both: facts take nothing but the tracks from a lexicon."""
        return self.old.tracks == self.new.tracks

    def judge(self, article: Article) -> tuple[tuple[Label, float], tuple[Label, float]]:
        """Return label and score of an article by the old and by the new lexicon."""
        passes_old = passes(article, self.old)
        passes_new = passes_old if self.share_gate else passes(article, self.new)
        facts_old = establish(article, self.old) if passes_old else None
        facts_new = facts_old
        if passes_new and not (facts_old and self.share_facts):
            facts_new = establish(article, self.new)
        return _judged(article, facts_old, self.old), _judged(article, facts_new if passes_new else None, self.new)


def _judged(article: Article, facts: Facts | None, lexicon: Lexicon) -> tuple[Label, float]:
    said = kept_out(lexicon) if facts is None else assess(article, facts, lexicon)
    return said.label, said.score


def _change(stored: AssessedArticle, label_before: Label, label: Label, before: float, after: float) -> LabelChange:
    return LabelChange(
        article_id=stored.article_id, url=stored.article.url, title=stored.article.title, label_before=label_before,
        label=label, before=before, after=after,
    )  # fmt: skip


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
