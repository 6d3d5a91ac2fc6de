"""Collect the clues that an article is judged by: words, mentions of the topic, facts, the subject of its headline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crawler.detect.headline import Subject, find_subject
from crawler.detect.reading import ArticleParts, Part, read
from crawler.detect.topic import TopicMentions, find_mentions
from storage.records import Article, Facts

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Term


@dataclass(frozen=True)
class Clues:
    """The parts of a judgement, read once."""

    reading: ArticleParts
    mentions: TopicMentions
    facts: Facts
    lexicon: Lexicon

    @cached_property
    def subject(self) -> Subject | None:
        """The place or authority that the headline speaks of."""
        return find_subject(self.reading.article)

    @cached_property
    def topics(self) -> tuple[tuple[Part, Term], ...]:
        """The mentions on which a policy counts: the topic, and the tracks where policies on one track count."""
        tracks = self.mentions.tracks if self.lexicon.track_policies else ()
        return (*self.mentions.core, *tracks)

    @cached_property
    def headline_topics(self) -> tuple[Term, ...]:
        """The topics in the title."""
        return tuple(term for part, term in self.topics if part is self.reading.title)

    @cached_property
    def is_official(self) -> bool:
        """Whether an authority publishes the article, by its name or the name or address of its site."""
        publisher = self.reading.article.publisher or ""
        return publisher.endswith((*self.lexicon.issuers, *self.lexicon.official_sites))

    @property
    def is_somebodys(self) -> bool:
        """Whether anything says who acts: an issuer, the headline's subject, the publisher."""
        return bool(self.facts.first("issuer") or self.subject or self.is_official)

    @property
    def worth_of_act(self) -> float:
        """Return the points of the act in a sign that shows it: 0 where the facts know it: then it is a hit."""
        return 0.0 if self.facts.first("act") else self.lexicon.points.act


def find_clues(article: Article, facts: Facts, lexicon: Lexicon) -> Clues:
    """Return what an article is judged by."""
    reading = read(article, lexicon)
    return Clues(reading, find_mentions(reading, lexicon), facts, lexicon)
