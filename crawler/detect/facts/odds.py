"""Add up what the signs of a mention say, by fitted weights. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from math import exp

from crawler.text.weights import BASE


def probability_of(signs: AbstractSet[str], weights: Mapping[str, float]) -> float:
    """Return the probability that signs add up to, from 0 to 1; sorted, so that the sum is the same each time."""
    known = sorted(filter(weights.__contains__, signs))
    odds = sum(map(weights.__getitem__, known), weights[BASE])
    return 1 / (1 + exp(-odds))
