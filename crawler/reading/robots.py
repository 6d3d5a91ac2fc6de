"""Read a robots.txt for one request. No I/O, no clock.

A file of 60 kB with many agents over many rules takes 7 s, one of 500 KiB ten minutes and all memory: what is not short
belongs into a reader process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

SHORT_ROBOTS_CHARACTERS = 4096  # takes at most 50 ms, whatever it says; portals' own have some hundred
PARSED_ROBOTS_KEPT = 8  # files that stay parsed; each may hold some 20 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """The answer of a robots.txt to one request of one agent."""

    is_given: bool
    crawl_delay_seconds: float


def permission(robots: str, url: str, user_agent: str) -> Permission:
    """Return what a robots.txt says to a request."""
    rules = _parsed(robots)
    return Permission(
        is_given=rules.can_fetch(url, user_agent), crawl_delay_seconds=rules.crawl_delay(user_agent) or 0.0
    )


@lru_cache(maxsize=PARSED_ROBOTS_KEPT)
def _parsed(robots: str) -> Protego:
    return Protego.parse(robots)
