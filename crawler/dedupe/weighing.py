"""Weigh what two articles have in common: the clues add up to points for one act, by fitted worth.

`pairs.tsv` has a line for each clue: what one unit of it adds to the logarithm of the odds that two articles of the
field are about one act. docs/announcements.md says how it is fitted. No I/O but its own table, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.dedupe.clues import CLUES, TOLD
from crawler.dedupe.common_ground import CommonGround
from crawler.dedupe.profile import Profile
from crawler.text.weights import BASE, weights_in

FITTED = Path(__file__).with_name("pairs.tsv")
# Points that join: 0 is an even chance. By fits that had not seen their file no other act had 1 (decision 26).
SUFFICIENT_POINTS = 1.0
SURE_POINTS = 1.5  # for an article that by itself is no announcement: a comment shares as much as a report
LEAST_TOLD = 0.2  # points: less is no reason for people


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedClues:
    """The points for one act, those that are `needed`, and the reasons for people: the strongest first."""

    points: float
    needed: float
    reasons: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """True when the points join."""
        return self.points >= self.needed


def weigh(new: Profile, old: Profile) -> WeighedClues:
    """Return the weighed clues that a new article and an old one are about one act."""
    both, worth = CommonGround(new, old), weights_in(FITTED)
    clues = {name: worth[name] * clue.value(both) for name, clue in CLUES.items() if worth.get(name)}
    points = worth[BASE] + sum(clues.values())
    needed = SUFFICIENT_POINTS if new.is_announcing else SURE_POINTS
    reasons = (*_for(both, clues), *_against(clues), f"{points:.1f} of {needed:g}")
    return WeighedClues(points=points, needed=needed, reasons=reasons)


def _for(both: CommonGround, clues: Mapping[str, float]) -> Iterator[str]:
    """Yield what speaks for one act, by its subject, with the points of all its clues."""
    sums = {
        about: sum(points for name, points in clues.items() if CLUES[name].about == about and CLUES[name].is_for)
        for about in TOLD
    }
    for about in sorted(sums, key=lambda one: -sums[one]):
        if sums[about] >= LEAST_TOLD:
            yield f"{TOLD[about](both)} ({sums[about]:.1f})"


def _against(clues: Mapping[str, float]) -> Iterator[str]:
    """Yield what speaks against one act, with its points."""
    against = sorted((points, name) for name, points in clues.items() if points <= -LEAST_TOLD)
    return (f"against it, {name} ({points:.1f})" for points, name in against)
