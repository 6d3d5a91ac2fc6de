"""Words on the rise as the archive shows them: in how many articles, at which sources, and since when. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crawler.detect.lexicon import Lexicon
from crawler.detect.rising import find_rising
from storage.archive import Archive
from storage.records import BEIJING
from storage.search.find import FoundArticle
from storage.search.query import Query, parse_query
from storage.search.selection import Selection

SHOWN_SOURCES = 3  # names that a reader takes in; documents have all
ON_TOPIC = (("label", "announcement"), ("label", "related"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordUse:
    """Where a word stands in articles on the topic: how many, their sources (the most frequent first), the first one.

    `first` is None where no article has the word.
    """

    articles: int
    sources: tuple[str, ...]
    first: FoundArticle | None

    @property
    def first_day(self) -> str | None:
        """The day on which the first article was published, or first seen where that is unknown."""
        return day_in_china(self.first.published_at or self.first.first_seen_at) if self.first else None

    @property
    def shown_sources(self) -> str:
        """The sources as people read them, and how many more there are."""
        more = len(self.sources) - SHOWN_SOURCES
        return "、".join(self.sources[:SHOWN_SOURCES]) + (f" +{more}" if more > 0 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RisingWord:
    """A word on the rise: in how many articles it stands beside 未来产业 now and before, and where it stands at all."""

    word: str
    now: int
    before: int
    weight: float
    use: WordUse


def rising_words(archive: Archive, lexicon: Lexicon, *, until: date, weeks: int, limit: int) -> tuple[RisingWord, ...]:
    """Return the words that rise in the weeks that end with a day, against as many weeks before, the surest first."""
    span, day = timedelta(weeks=weeks), timedelta(days=1)
    now = _texts(archive, until - span + day, until)
    before = _texts(archive, until - 2 * span + day, until - span)
    return tuple(
        RisingWord(word=one.word, now=one.now, before=one.before, weight=one.weight, use=use_of(archive, one.word))
        for one in find_rising(now, before, lexicon, limit=limit)
    )


def use_of(archive: Archive, word: str) -> WordUse:
    """Return where a word stands in the articles on the topic."""
    query = parse_query(f'"{word}"', more=ON_TOPIC)
    articles = archive.search.count(query)
    sources = next((facet.counts for facet in archive.search.facets(query) if facet.key == "source"), ())
    names = (archive.source_overview.name(source) or source for source, _ in sources)
    return WordUse(articles=articles, sources=tuple(names), first=_first(archive, query, articles))


def document(one: RisingWord) -> dict[str, Any]:
    """Return a word on the rise as a JSON document."""
    first = one.use.first
    return {
        "word": one.word, "now": one.now, "before": one.before, "weight": one.weight, "articles": one.use.articles,
        "sources": list(one.use.sources), "first_day": one.use.first_day, "first_url": first.url if first else None,
    }  # fmt: skip


def _first(archive: Archive, query: Query, articles: int) -> FoundArticle | None:
    """Return the oldest of the articles that a query finds; the search gives the newest first."""
    found = archive.search.find(query, limit=1, offset=articles - 1).articles if articles else ()
    return found[0] if found else None


def day_in_china(text: str) -> str:
    """Return the day in China of a stored time; a day stays itself."""
    return f"{datetime.fromisoformat(text).astimezone(BEIJING):%Y-%m-%d}" if "T" in text else text


def _texts(archive: Archive, since: date, until: date) -> Iterator[str]:
    """Yield title and text of the articles on the topic that were published in these days."""
    selection = Selection(since=since.isoformat(), until=until.isoformat())
    for row in archive.articles.export(selection):
        if row["label"] != "irrelevant":
            yield f"{row['title']}\n{row['text']}"
