"""Shares and the interval in which the true one lies: Wilson's for a share, a bootstrap by acts for an F1. No I/O.

The pages of one act are alike, so a bootstrap draws whole acts. Where it cannot say anything (fewer than ten acts, or
nothing went wrong in any of them) an F1 has the bounds that the intervals of its precision and recall give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Literal, TypeAlias

Z_OF_95_PERCENT = 1.96  # standard deviations: 95 of 100 intervals hold the true share
RESAMPLE_COUNT = 500  # the bounds move by .002 with other draws
LEAST_ACTS = 10  # fewer are drawn again and again: the bootstrap would say that it is sure
DRAWING_SEED = 20261128  # the same lines have the same intervals at every run

IntervalKind: TypeAlias = Literal["wilson", "bootstrap", "of precision and recall"]
PrecisionAndRecall: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of what was asked were right."""

    right: int
    asked: int

    @property
    def value(self) -> float:
        """The share that was right, 0 where nothing was asked: what is never said is never right."""
        return self.right / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval (1927) of 95 %; everything is possible where nothing was asked."""
        if not self.asked:
            return 0.0, 1.0
        n, share = self.asked, self.value
        middle = share + Z_OF_95_PERCENT * Z_OF_95_PERCENT / (2 * n)
        reach = Z_OF_95_PERCENT * sqrt(share * (1 - share) / n + Z_OF_95_PERCENT * Z_OF_95_PERCENT / (4 * n * n))
        low, high = ((middle + sign * reach) / (1 + Z_OF_95_PERCENT * Z_OF_95_PERCENT / n) for sign in (-1, 1))
        return max(0.0, low), min(1.0, high)


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean, 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean_f1(pairs: Sequence[PrecisionAndRecall]) -> float:
    """Return the mean of the F1 of several classes (macro-F1); of one class it is its F1."""
    return sum(f1(precision, recall) for precision, recall in pairs) / len(pairs)


def f1_interval(acts: Sequence[Sequence[int]]) -> tuple[float, float, IntervalKind]:
    """Return the bounds of the mean F1 of classes, and how they were found.

    Each act has four numbers for each class: right and asked of the precision, right and asked of the recall.
    """
    if len(acts) >= LEAST_ACTS:
        random = Random(DRAWING_SEED)  # noqa: S311  draws acts, keeps no secret
        drawn = sorted(
            _mean_of(random.choices(acts, k=len(acts)), lambda share: share.value) for _ in range(RESAMPLE_COUNT)
        )
        low, high = drawn[round(0.025 * RESAMPLE_COUNT)], drawn[round(0.975 * RESAMPLE_COUNT) - 1]
        if low < high:
            return low, high, "bootstrap"
    low, high = (_mean_of(acts, lambda share, side=side: share.interval[side]) for side in (0, 1))  # type: ignore[misc]  # a default binds the side
    return low, high, "of precision and recall"


def f1_of(acts: Sequence[Sequence[int]]) -> float:
    """Return the mean F1 of classes over acts, as `f1_interval` takes them."""
    return _mean_of(acts, lambda share: share.value)


def _mean_of(acts: Sequence[Sequence[int]], of: Callable[[Share], float]) -> float:
    sums = [sum(column) for column in zip(*acts, strict=True)]
    shares = [of(Share(right, asked)) for right, asked in zip(sums[::2], sums[1::2], strict=True)]
    return mean_f1(list(zip(shares[::2], shares[1::2], strict=True)))
