"""Numbers for each kind of day and hour: packed, and summed up within limits."""

from __future__ import annotations

import random

import pytest

from scheduler.visits.shape import DAY_SHARES, PackedShape, ShapeSum


def shape(seed: int) -> list[list[float]]:
    chance = random.Random(seed)
    return [[chance.choice([0.0, 0.5, chance.random() * 3]) for _ in range(24)] for _ in DAY_SHARES]


def test_packed_shape_reads_as_rows() -> None:
    """A packed shape has its rows by number and in order, and equals one with the same numbers."""
    rows = shape(1)
    packed = PackedShape(rows)
    assert [list(hours) for hours in packed] == rows
    assert packed[2][5] == rows[2][5]
    assert packed == PackedShape(rows)
    assert packed != PackedShape(shape(2))
    assert len({packed, PackedShape(rows)}) == 1
    with pytest.raises(IndexError):
        packed[6]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("factor", "least", "most"), [(1.0, 0.0, 9.0), (0.3, 0.25, 0.5), (7.0, 0.25, 2.0), (1.0, 5.0, 6.0)]
)
def test_sum_within_limits_is_that_of_all_numbers(seed: int, factor: float, least: float, most: float) -> None:
    """Two searches give the sum that raising and lowering each number gives."""
    rows = shape(seed)
    expected = sum(
        share * sum(min(most, max(least, factor * number)) for number in hours)
        for share, hours in zip(DAY_SHARES, rows, strict=True)
    )
    assert ShapeSum(rows).of(factor, least=least, most=most) == pytest.approx(expected, rel=1e-12)
