"""The clues that two articles are about one act, as numbers to be weighed. No I/O, no clock.

What each is worth is fitted: see `crawler.dedupe.weighing`. A clue never counts against its sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log1p, sqrt
from types import MappingProxyType

from crawler.dedupe.common_ground import CommonGround, listed
from crawler.dedupe.places import is_around
from crawler.dedupe.quantities import by_telling, shown, telling_of

FEW_VALUES = 2  # numbers: fewer have no share


@dataclass(frozen=True, slots=True)
class Clue:
    """A number, never negative, that speaks for one act, or against it. `about` is its subject: see `TOLD`."""

    value: Callable[[CommonGround], float]
    about: str = ""

    @property
    def is_for(self) -> bool:
        """False for what speaks against one act."""
        return bool(self.about)


def _cosine(both: CommonGround) -> float:
    return both.weight / sqrt(1 + both.new.weight * both.old.weight)


def _share_of_shorter(both: CommonGround) -> float:
    return both.weight / (1 + min(both.new.weight, both.old.weight))


def _telling(amounts: frozenset[str]) -> float:
    return log1p(sum(map(telling_of, sorted(amounts))))


def _share_of_numbers(both: CommonGround) -> float:
    fewer = min(len(both.new.amounts), len(both.old.amounts))
    return len(both.amounts) / fewer if fewer >= FEW_VALUES else 0.0


def _other_numbers(both: CommonGround) -> float:
    return float(min(len(both.new.amounts), len(both.old.amounts)) > FEW_VALUES and not both.amounts)


def _other_years(both: CommonGround) -> float:
    new, old = both.new.years, both.old.years
    return float(bool(new and old and not new & old))


def _other_tracks(both: CommonGround) -> float:
    return float(bool(both.new.tracks and both.old.tracks and not both.tracks))


def _other_offices(both: CommonGround) -> float:
    return float(bool(both.new.issuers and both.old.issuers and not both.offices))


def _other_act(both: CommonGround) -> float:
    return float(bool(both.new.acts and both.old.acts and not both.acts))


def _around(both: CommonGround) -> float:
    """1 when one region lies in the other: a paper reads its own city into its province's act."""
    return float(is_around(both.new.region, both.old.region))


def _elsewhere(both: CommonGround) -> float:
    new, old = both.new.region, both.old.region
    return float(bool(new and old and new != old and not _around(both)))


def _later_than(days: int) -> Callable[[CommonGround], float]:
    return lambda both: float(both.days > days)


# What people are told of the subject of clues that speak for one act.
TOLD: Mapping[str, Callable[[CommonGround], str]] = MappingProxyType({
    "words": lambda both: f"shared words: {both.phrases}",
    "numbers": lambda both: f"same numbers: {listed(map(shown, sorted(both.numbers or both.amounts, key=by_telling)))}",
    "acts": lambda both: f"same act: {listed(sorted(both.acts))}",
    "coined": lambda both: f"both print {listed(sorted(both.coined))}",
    "passing": lambda both: f"names {both.named_in_passing} without marks",
    "batches": lambda both: f"same batch: {listed(sorted(both.batches))}",
})  # fmt: skip

CLUES: Mapping[str, Clue] = MappingProxyType({
    "rare words": Clue(lambda both: log1p(len(both.rare_words)), "words"),
    "likeness of wording": Clue(_cosine, "words"),
    "share of the shorter": Clue(_share_of_shorter, "words"),
    "rare phrases": Clue(lambda both: log1p(len(both.rare_phrases)), "words"),
    "coined phrases": Clue(lambda both: log1p(len(both.coined)), "coined"),
    "same numbers": Clue(lambda both: _telling(both.numbers), "numbers"),
    "equal amounts": Clue(lambda both: _telling(both.amounts), "numbers"),
    "share of the fewer numbers": Clue(_share_of_numbers, "numbers"),
    "same act": Clue(lambda both: float(bool(both.acts)), "acts"),
    "named in passing": Clue(lambda both: float(bool(both.named_in_passing)), "passing"),
    "same batch": Clue(lambda both: float(bool(both.batches)), "batches"),
    "other numbers": Clue(_other_numbers),
    "other years": Clue(_other_years),
    "other tracks": Clue(_other_tracks),
    "other issuers": Clue(_other_offices),
    "other act": Clue(_other_act),
    "other stage": Clue(lambda both: float(both.new.stage != both.old.stage)),
    "no act told": Clue(lambda both: float(not both.new.acts) + float(not both.old.acts)),
    "one region in the other": Clue(_around),
    "other region": Clue(_elsewhere),
    "no region told": Clue(lambda both: float(not (both.new.region and both.old.region))),
    "more than 3 days": Clue(_later_than(3)),
    "more than 10 days": Clue(_later_than(10)),
    "no announcement by itself": Clue(lambda both: float(not both.new.is_announcing)),
})  # fmt: skip
