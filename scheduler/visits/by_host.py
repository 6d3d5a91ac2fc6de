"""Group sources by the hosts that they are visited at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crawler.sources import Source, host_of


def by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """Group sources by host (of the first listing page) and TLS: one crawl reads all sections of a portal."""
    groups: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in sources:
        groups[host_of(source), source.tls].append(source)
    return list(groups.values())
