"""Decide what an article establishes and whether it announces a policy. No I/O, no clock."""

from crawler.detect.facts import establish
from crawler.detect.gate import mentions
from crawler.detect.provinces import provinces_of
from crawler.detect.score import assess

__all__ = ["assess", "establish", "mentions", "provinces_of"]
