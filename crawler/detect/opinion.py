"""Ask for a second opinion: how much wording and facts of an article are those of an announcement. No I/O.

The points of groups of characters, and of which facts there are, are fitted to labelled texts beside the score of the
plain rules (docs/points.md says how) and stand in `opinion.tsv`. They add up to one hit, which shows what carried it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.detect.wording import Masked, wording_of
from crawler.text.weights import BASE, weights_in
from storage.fact_kinds import fact_kinds
from storage.records import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.detect.clues import Clues
    from crawler.detect.reading import ArticleParts, Part
    from storage.records import Fact, Facts

FITTED = Path(__file__).with_name("opinion.tsv")
OPINION = "措辞"  # how its hit begins
LEAST, MOST = -40.0, 60.0  # points: it may decide alone, but not against what is clear ...
MOST_OFF_TOPIC = 10.0  # ... and less where a document on another topic is announced: wording knows no topics
SHOWN_SIGNS = 3  # that a person is shown
ASKED_KINDS = (  # not the act: that is told by the same wording
    "issuer", "policy_title", "cited_title", "document_number", "target", "track", "deadline", "money",
)  # fmt: skip
MOST_FACTS = 4  # of a kind that are told apart from fewer
NONE = "无"  # before the kind of which there is no fact


def find_opinion(clues: Clues, score: float, *, is_off_topic: bool) -> Hit | None:
    """Return the points of an article's wording and facts as one hit; None where they cannot decide, or are none.

    `score` is that of all other hits; `is_off_topic` where the document that is announced is on another topic.
    """
    lexicon, most = clues.lexicon, MOST_OFF_TOPIC if is_off_topic else MOST
    if not lexicon.points.opinion or not lexicon.threshold - most <= score < lexicon.threshold - LEAST:
        return None
    fitted = weights_in(FITTED)
    reading = clues.reading
    wording = wording_of(reading.title.plain.shown, reading.text.plain.shown, lexicon)
    facts = signs_of(clues.facts)
    known = [*(fitted.keys() & wording.keys()), *(fitted.keys() & facts.keys())]
    signs = sorted(((fitted[sign], sign) for sign in known), reverse=True)
    points = max(LEAST, min(most, fitted[BASE] + sum(worth for worth, _ in signs))) * lexicon.points.opinion
    if not signs or round(points, 1) == 0:
        return None
    telling = [sign for _, sign in (signs if points > 0 else signs[::-1])[:SHOWN_SIGNS]]
    shown = [_of_group(reading, wording[sign], sign) if sign in wording else _of_fact(reading, facts[sign], sign)
             for sign in telling]  # fmt: skip
    words = "…".join(dict.fromkeys(word for word, _, _ in shown))
    _, part, start = shown[0]
    return part.hit(f"{OPINION}:{words}", start, points)


def signs_of(facts: Facts) -> Mapping[str, Fact | None]:
    """Return which facts there are: how many of each kind, and where the first stands; with that one, None without."""
    signs: dict[str, Fact | None] = {}
    for kind in ASKED_KINDS:
        found = facts.of(kind)
        first = found[0] if found else None
        signs[f"{kind} {min(len(found), MOST_FACTS)}"] = first
        if first:
            signs[f"{kind} in {first.place}"] = first
    return signs


def _of_group(reading: ArticleParts, masked: Masked, group: str) -> tuple[str, Part, int]:
    """Return the words of a group of characters, with their part and offset."""
    part = {"title": reading.title, "body": reading.text}[masked.part.name]
    start, end = masked.span(group)
    return part.plain.quote(start, end), part, part.plain.at(start)


def _of_fact(reading: ArticleParts, fact: Fact | None, sign: str) -> tuple[str, Part, int]:
    """Return the kind of a fact, with where it stands; where there is none, that there is none."""
    name = fact_kinds()[sign.partition(" ")[0]].zh
    if fact is None:
        return f"{NONE}{name}", reading.title, 0
    return name, reading.of(fact), max(0, fact.start)
