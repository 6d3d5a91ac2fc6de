"""Find the tracks (赛道) that an article's document sets out to develop, under the lexicon's names. No I/O, no clock.

What may be one is found by its form, known to the lexicon or not: lists, headings, tables, the document's name. What
is one, and on which level, is weighed. A track that the lexicon has no name for keeps its printed name.
"""

from __future__ import annotations

from crawler.detect.facts.names import Names
from crawler.detect.facts.reading import ArticleViews
from crawler.detect.facts.track_candidates import candidates
from crawler.detect.facts.track_words import words_of
from crawler.detect.facts.weighed_tracks import chosen_tracks, fitted_weights
from crawler.detect.lexicon import Lexicon
from storage.records import Fact


def find_tracks(reading: ArticleViews, names: Names, lexicon: Lexicon, *, is_told: bool) -> list[Fact]:
    """Return the tracks of an article's document, each once, in order of appearance.

    `is_told` is whether the article tells an act. One that tells none lists firms, goods and words of all kinds:
    there only what the lexicon knows is a track.
    """
    words = words_of(lexicon)
    found: dict[str, Fact] = {}
    for view, span in chosen_tracks(candidates(reading, names, words), fitted_weights()):
        for track in words.named(view, *span):
            if is_told or track.name in words.names:
                found.setdefault(track.name, view.fact("track", track.name, track.start, track.end))
    return list(found.values())
