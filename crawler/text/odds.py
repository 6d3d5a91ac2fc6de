"""Add up what the signs of a mention say, by fitted weights. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import exp, fsum

from crawler.text.weights import BASE


def probability_of(signs: Collection[str], weights: Mapping[str, float]) -> float:
    """Return the probability that signs add up to, from 0 to 1."""
    return 1 / (1 + exp(-log_odds(signs, weights)))


def log_odds(signs: Collection[str], weights: Mapping[str, float]) -> float:
    """Return the logarithm of the odds that signs, each once, add up to; an exact sum is the same in any order."""
    return weights[BASE] + fsum(filter(None, map(weights.get, signs)))
