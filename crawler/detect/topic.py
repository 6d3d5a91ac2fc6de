"""Find the mentions of the topic, and words that only look like it. No points for acts or documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.detect.boundaries import CHARACTERS_AFTER, words_across
from crawler.detect.matcher import DIRECTION
from storage.records import Hit

if TYPE_CHECKING:
    from crawler.detect.lexicon import Lexicon
    from crawler.detect.matcher import Term
    from crawler.detect.reading import ArticleParts, Part

LEAST_POINTS = 0.3  # points: a mention that has faded below this explains nothing


@dataclass(frozen=True)
class TopicMentions:
    """The mentions of the topic that mean it, by part, and the points they are worth.

    `names` counts funds, congresses and institutes that carry the topic in their names: related, but worth no points.
    """

    core: tuple[tuple[Part, Term], ...]
    tracks: tuple[tuple[Part, Term], ...]
    hits: tuple[Hit, ...]
    names: int

    @property
    def points(self) -> float:
        """The points of all mentions."""
        return sum(hit.points for hit in self.hits)


def find_mentions(reading: ArticleParts, lexicon: Lexicon) -> TopicMentions:
    """Return the mentions of future industries and of the tracks that have policies of their own."""
    core = [(part, term) for part in reading.parts for term in part.terms["core"]]
    meant = tuple((part, term) for part, term in core if is_meant(part, term, lexicon))
    names = sum(part.plain.text.startswith(lexicon.core.names, term.end) for part, term in core)
    own = lexicon.policy_tracks
    tracks = tuple((part, term) for part in reading.parts for term in part.terms["track"] if term.key in own)
    return TopicMentions(meant, tracks, (*_points(meant, lexicon), *_points(tracks, lexicon)), names)


def is_meant(part: Part, term: Term, lexicon: Lexicon) -> bool:
    """Whether a core term means the topic, not 未来产业链, 公司未来产业… or the name of a fund."""
    text, core = part.plain.text, lexicon.core
    if text.startswith(core.not_before + core.names, term.end):
        return text.startswith(core.except_before, term.end)
    if text.endswith(core.not_after, 0, term.start):
        return False
    around = text[term.start : term.end + CHARACTERS_AFTER]
    across = {word for word in core.not_across if word in around}  # mostly none, and to divide a sentence takes long
    return not across or across.isdisjoint(words_across(text, term.start, term.end))


def _points(found: tuple[tuple[Part, Term], ...], lexicon: Lexicon) -> Iterator[Hit]:
    """Yield a hit for each mention; every further one in one place is worth less, down to nothing."""
    seen: Counter[str] = Counter()
    for part, term in found:
        weights = getattr(lexicon.points, term.kind)
        place = part.place(part.shown(term))
        points = round(getattr(weights, place) * lexicon.points.fading ** seen[place], 1)
        seen[place] += 1
        if points >= LEAST_POINTS:
            quoted = part.plain.quote(term.start, term.end)
            yield part.hit(f"{term.key}:{quoted}" if term.key == DIRECTION else quoted, part.shown(term), points)
