"""Tell one policy act from another, and a page from its copies. No I/O, no clock."""

from crawler.dedupe.best_match import best_match
from crawler.dedupe.compare import compare
from crawler.dedupe.identity import identity
from crawler.dedupe.keys import cited_keys, keys_near, keys_of, keys_of_title, keys_of_waiting, waiting_keys
from crawler.dedupe.profile import profile_of, profile_of_member, profile_of_waiting

__all__ = [
    "best_match",
    "cited_keys",
    "compare",
    "identity",
    "keys_near",
    "keys_of",
    "keys_of_title",
    "keys_of_waiting",
    "profile_of",
    "profile_of_member",
    "profile_of_waiting",
    "waiting_keys",
]
