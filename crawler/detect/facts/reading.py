"""Read an article in one script and width, keeping the way back to its own words. No I/O, no clock."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate

from crawler.text.fold import Folded, printed
from crawler.text.regions import RegionName, city_of, find_regions, province_of
from storage.records import Article, Fact, Place

MOST_TITLE = 500  # characters; the longest titles of portals have 120
NEARLY_EMPTY = 150  # characters: a page that only points to its attachment
LEAD_CHARACTERS = 200  # characters: the lead of a Chinese news story
SENTENCE_END = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True)
class View:
    """One text of an article as it is read: `text` to search in, `shown` as the page has it."""

    folded: Folded
    place: Place
    beside: frozenset[str] = frozenset()
    """The codes of the regions that are known before the text is read: those of its publisher and title."""

    @cached_property  # asked for some hundred times an article
    def text(self) -> str:
        """The text as it is read."""
        return self.folded.text

    @property
    def shown(self) -> str:
        """The text as the page has it."""
        return self.folded.shown

    @cached_property
    def regions(self) -> tuple[RegionName, ...]:
        """The regions named, in order."""
        return find_regions(self.text, self.beside)

    @cached_property
    def region_at(self) -> Mapping[int, RegionName]:
        """The regions named, by where each begins."""
        return {region.start: region for region in self.regions}

    @cached_property
    def sentence_ends(self) -> tuple[int, ...]:
        """Where sentences and lines end, in order."""
        return tuple(match.start() for match in SENTENCE_END.finditer(self.text))

    def shown_at(self, position: int) -> int:
        """Return the offset in `shown` of a position in `text`."""
        return self.folded.at(position)

    def quote(self, start: int, end: int) -> str:
        """Return the words as shown from `start` to before `end`."""
        return self.folded.quote(start, end)

    def sentence_start(self, position: int) -> int:
        """Return where the sentence or line of a position begins."""
        index = bisect_right(self.sentence_ends, position - 1)
        return self.sentence_ends[index - 1] + 1 if index else 0

    def sentence_end(self, position: int) -> int:
        """Return where the sentence or line of a position ends (before its mark)."""
        index = bisect_right(self.sentence_ends, position - 1)
        return self.sentence_ends[index] if index < len(self.sentence_ends) else len(self.text)

    def fact(self, kind: str, value: str, start: int, end: int, *, year: int | None = None) -> Fact:
        """Return the fact that the words from `start` to before `end` say."""
        offset = self.shown_at(start)
        place: Place = "lead" if self.place == "body" and offset < LEAD_CHARACTERS else self.place
        return Fact(kind=kind, value=value, quote=self.quote(start, end), place=place, start=offset, year=year)


@dataclass(frozen=True)
class ArticleViews:
    """An article as it is read."""

    article: Article
    title: View
    text: View

    @property
    def views(self) -> tuple[View, View]:
        """Title and text."""
        return self.title, self.text

    @property
    def lead(self) -> str:
        """The first 200 characters of the text."""
        return self.text.text[:LEAD_CHARACTERS]

    @property
    def published(self) -> date | None:
        """The day of publication, None when unknown."""
        return self.article.published_day


def with_title_in_bounds(article: Article) -> Article:
    """Return an article with no more of its title than a title has: rules of titles look from every character."""
    return replace(article, title=article.title[:MOST_TITLE]) if len(article.title) > MOST_TITLE else article


def read(article: Article) -> ArticleViews:
    """Return the reading of an article."""
    title = view(article.title, "title")
    return ArticleViews(article=article, title=title, text=view(article.text, "body", _known_from(article, title)))


def _known_from(article: Article, title: View) -> frozenset[str]:
    """Return the codes of the cities and provinces that publisher and title name, by themselves or by a district."""
    named = (*find_regions(simplified(article.publisher or "")), *title.regions)
    return frozenset(code for place in named for code in (city_of(place.region).code, province_of(place.region).code))


def read_attached(article: Article) -> ArticleViews | None:
    """Return the reading of an article by its attachment: the first one that was read; None without one."""
    attachment = next((a for a in article.attachments if a.text), None)
    if attachment is None:
        return None
    title = view(article.title, "title")
    text = view(attachment.wording, "attachment", _known_from(article, title))
    return ArticleViews(article=article, title=title, text=text)


def view(shown: str, place: Place, beside: frozenset[str] = frozenset()) -> View:
    """Return how a title or text is read; `beside` are the codes of the regions that are known before."""
    return _title(shown) if place == "title" else View(folded=printed(shown), place=place, beside=beside)


@lru_cache(maxsize=8)  # facts and score ask for one after the other
def _title(shown: str) -> View:
    return View(folded=printed(shown), place="title")


def simplified(text: str) -> str:
    """Return a word or name as it is read."""
    return printed(text).text


def offsets(parts: list[str], separator: int = 1) -> list[int]:
    """Return where each part begins in the text that they were split from."""
    return [0, *accumulate(len(part) + separator for part in parts)][: len(parts)]
