"""Ask for a second opinion: how much an article's wording is that of an announcement, whatever it is about. No I/O.

The points of groups of characters are fitted to labelled texts (docs/points.md says how) and stand in `opinion.tsv`.
They add up to one hit, which shows the words that carried it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.detect.wording import wording_of
from crawler.text.weights import BASE, weights_in
from storage.records import Hit

if TYPE_CHECKING:
    from crawler.detect.clues import Clues

FITTED = Path(__file__).with_name("opinion.tsv")
OPINION = "措辞"  # how its hit begins
LEAST, MOST = -40.0, 60.0  # points: it may decide alone, but not against what is clear ...
MOST_DOUBTED = 10.0  # ... and less where a rule speaks against an announcement
SHOWN_GROUPS = 3  # groups that a person is shown


def find_opinion(clues: Clues, score: float, *, is_doubted: bool) -> Hit | None:
    """Return the points of an article's wording as one hit; None where they cannot decide, or come to nothing.

    `score` is that of all other hits; `is_doubted` where some of them speak against an announcement.
    """
    lexicon, most = clues.lexicon, MOST_DOUBTED if is_doubted else MOST
    if not lexicon.points.opinion or not lexicon.threshold - most <= score < lexicon.threshold - LEAST:
        return None
    fitted = weights_in(FITTED)
    reading = clues.reading
    wording = wording_of(reading.title.plain.shown, reading.text.plain.shown, lexicon)
    known = sorted(((fitted[group], group) for group in fitted.keys() & wording.keys()), reverse=True)
    points = max(LEAST, min(most, fitted[BASE] + sum(worth for worth, _ in known))) * lexicon.points.opinion
    if not known or round(points, 1) == 0:
        return None
    telling = [group for _, group in (known if points > 0 else known[::-1])[:SHOWN_GROUPS]]
    parts = {"title": reading.title, "body": reading.text}
    spans = [(parts[wording[group].part.name], *wording[group].span(group)) for group in telling]
    words = "…".join(dict.fromkeys(part.plain.quote(start, end) for part, start, end in spans))
    part, start, _ = spans[0]
    return part.hit(f"{OPINION}:{words}", part.plain.at(start), points)
