"""Add up what the signs of a mention say, by fitted weights. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from math import exp, fsum

from crawler.text.weights import BASE


def probability_of(signs: AbstractSet[str], weights: Mapping[str, float]) -> float:
    """Return the probability that signs add up to, from 0 to 1; an exact sum is the same in any order."""
    odds = weights[BASE] + fsum(weights[sign] for sign in signs if sign in weights)
    return 1 / (1 + exp(-odds))
