"""Name the routes by which an announcement comes in: its issuer's own source, and what stands behind that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, get_args
from urllib.parse import urlsplit

from crawler.sources import Source

ActRoute = Literal["own", "official", "press", "national", "search", "sitemap", "people", "news", "gone"]
ROUTES: tuple[ActRoute, ...] = get_args(ActRoute)
ROUTE_NAMES: dict[ActRoute, str] = {
    "own": "its issuer's own source",
    "official": "another office of its province",
    "press": "press conferences",
    "national": "national pages",
    "search": "site search",
    "sitemap": "sitemaps",
    "people": "人民网's channels",
    "news": "news portals",
    "gone": "sources that are declared no more",
}
NATION = "000000"


def route_of(source: Source | None, own: Collection[str]) -> ActRoute:
    """Return by which route a source shows an act whose own sources have the ids `own`."""
    if source is None:
        return "gone"
    if _is_search(source) or _is_sitemap(source):
        return "search" if _is_search(source) else "sitemap"
    if source.id in own:
        return "own"
    if source.shows == "press":
        return "press"
    if source.kind == "news":
        is_channel = source.region != NATION and any(host.endswith(".people.com.cn") for host in source.hosts)
        return "people" if is_channel else "news"
    return "national" if source.level == "national" else "official"


def open_routes(region: str, own: Collection[str], sources: Iterable[Source]) -> dict[ActRoute, tuple[str, ...]]:
    """Return the ids of what is on and may show an act of a region, by routes, its own sources first.

    A portal shows acts of its own region and, a province's, those of the cities within it. National pages show
    provinces where they are of tier 0, search applications of the nation the nation's acts only.
    """
    found: dict[ActRoute, list[str]] = defaultdict(list)
    for source in sources:
        if source.enabled and (source.id in own or _may_show(source, region)):
            found[route_of(source, own)].append(source.id)
    return {route: tuple(found[route]) for route in ROUTES if route in found}


def _may_show(source: Source, region: str) -> bool:
    if source.region == region:
        return True
    if source.region == NATION:
        return source.kind == "news" or (source.tier == 0 and not _is_search(source))
    return source.region == f"{region[:2]}0000" and source.shows != "draft"


def _is_search(source: Source) -> bool:
    return any("search" in (parts := urlsplit(url)).path or "search" in parts.netloc for url in source.listings)


def _is_sitemap(source: Source) -> bool:
    return source.format == "sitemap" or all("sitemap" in urlsplit(url).path for url in source.listings)
