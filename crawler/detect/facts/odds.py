"""Add up what the signs of a mention say, by a table of fitted weights. No I/O but of the table, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from math import exp
from pathlib import Path

from crawler.detect.wording import BASE


def probability_of(signs: AbstractSet[str], weights: Mapping[str, float]) -> float:
    """Return the probability that signs add up to, from 0 to 1; sorted, so that the sum is the same each time."""
    odds = sum((weights[sign] for sign in sorted(signs & weights.keys())), weights[BASE])
    return 1 / (1 + exp(-odds))


def weights_in(table: Path) -> Mapping[str, float]:
    """Return what each sign of a table adds to the logarithm of the odds, and what a mention without signs has."""
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    return {sign: float(weight) for sign, weight in rows}
