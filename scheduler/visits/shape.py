"""Keep a number for each kind of day and hour in one array, and sum many such up fast. Pure.

A country of sources has thousands of shapes: as tuples of floats each takes 5 kB, as an array 1.2.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf
from typing import TypeAlias, overload

from scheduler.china_time.workdays import DAY_KINDS, WORKDAYS_A_YEAR

HOURS_A_DAY = 24
DAY_SHARES = (*(WORKDAYS_A_YEAR / 365.25 / 5,) * 5, 1 - WORKDAYS_A_YEAR / 365.25)  # of the days of a year

Shape: TypeAlias = Sequence[Sequence[float]]  # DAY_KINDS times 24 hours


class PackedShape(Sequence[Sequence[float]]):
    """A shape as one array. Equal where all its numbers are."""

    __slots__ = ("_hours",)

    def __init__(self, rows: Iterable[Iterable[float]]) -> None:
        self._hours = array("d", (number for hours in rows for number in hours))

    def __len__(self) -> int:
        return DAY_KINDS

    @overload
    def __getitem__(self, kind: int) -> Sequence[float]: ...
    @overload
    def __getitem__(self, kind: slice) -> Sequence[Sequence[float]]: ...
    def __getitem__(self, kind: int | slice) -> Sequence[float] | Sequence[Sequence[float]]:
        """Return the hours of a kind of day."""
        if isinstance(kind, slice):
            return [self[one] for one in range(*kind.indices(DAY_KINDS))]
        if not 0 <= kind < DAY_KINDS:
            raise IndexError(kind)
        return self._hours[kind * HOURS_A_DAY : (kind + 1) * HOURS_A_DAY]

    def __eq__(self, other: object) -> bool:
        return self._hours == other._hours if isinstance(other, PackedShape) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._hours.tobytes())


class ShapeSum:
    """The sum of a shape over a mean day, for whatever its numbers are multiplied with and held between.

    The numbers stand in order with the sums up to each, so a sum takes two searches instead of 144 multiplications.
    """

    __slots__ = ("_numbers", "_sums", "_weights")

    def __init__(self, shape: Shape) -> None:
        pairs = sorted((number, share) for hours, share in zip(shape, DAY_SHARES, strict=True) for number in hours)
        self._numbers = array("d", (number for number, _ in pairs))
        self._weights = array("d", accumulate((share for _, share in pairs), initial=0.0))
        self._sums = array("d", accumulate((number * share for number, share in pairs), initial=0.0))

    def of(self, factor: float, *, least: float = 0.0, most: float = inf) -> float:
        """Return the sum of all numbers times a factor above 0, each raised to `least` and lowered to `most`."""
        low = bisect_left(self._numbers, least / factor)
        high = max(low, bisect_right(self._numbers, most / factor))
        between = factor * (self._sums[high] - self._sums[low])
        above = most * (self._weights[-1] - self._weights[high]) if high < len(self._numbers) else 0.0
        return least * self._weights[low] + between + above
