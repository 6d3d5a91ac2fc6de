"""Tell one policy act from another, and a page from its copies. No I/O, no clock."""

from crawler.dedupe.best_match import best_match
from crawler.dedupe.compare import compare
from crawler.dedupe.identity import identity
from crawler.dedupe.profile import cited_keys, keys_near, keys_of, keys_of_title, profile_of, profile_of_member

__all__ = [
    "best_match",
    "cited_keys",
    "compare",
    "identity",
    "keys_near",
    "keys_of",
    "keys_of_title",
    "profile_of",
    "profile_of_member",
]
