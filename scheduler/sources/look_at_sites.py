"""Look at watched sites by paths of their own, their search and their sitemaps, and fetch what the archive lacks.

The rows of the last days are compared with the archive. Rows that it lacks wait for the next visit of the site's first
source like those of a listing, so that an act which no listing showed reaches the archive all the same.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from crawler.acts.keys import key_of_article
from crawler.cms.site_search import asking
from crawler.detect import mentions
from crawler.listing import ListEndpoint
from crawler.listing.outcome import outcome_of
from crawler.listing.site_paths import find_search, read_sitemap_page, sitemaps_named
from crawler.reading import ReadingError, read_list
from crawler.sources import Source
from crawler.text.addresses import netloc
from crawler.visit import Context
from scheduler.config.log import get_logger
from scheduler.sources.check_all import PatientFetch
from scheduler.sources.columns import home_of
from scheduler.sources.routes import route_of
from scheduler.sources.trial import FetchListing
from scheduler.visits.fetch_one import FetchError, fetch_one
from storage.records import BEIJING, Link
from storage.site_looks import SiteLook, SitePath

log = get_logger()

SITES_AT_ONCE = 2  # beside the daemon's own visits
WATCHED_FOR = timedelta(days=1)  # a site that is new to us lacks nothing: what stood there before is no miss
REPRINTED_FOR = timedelta(days=30)  # before the days compared: a title first seen then is known under another address
MOST_WORDS_ASKED = 3  # of the lexicon's core, the first ones
MOST_SITEMAPS_READ = 5  # of a site, those of nested indexes included; as many as a visit reads
MOST_ROWS_TAKEN = 20  # of a site by a path, the newest; what is lacking beyond is counted only


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSite:
    """A home page and the sources whose listings stand there."""

    home: str
    sources: tuple[Source, ...]

    @property
    def search(self) -> str:
        """The address of its search as one of its sources declares it, empty where none does."""
        return next((source.search for source in self.sources if source.search), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRows:
    """The rows that a path showed, what was asked, and why there are none."""

    address: str = ""
    links: tuple[Link, ...] = ()
    reason: str = ""


def sites_of(sources: Iterable[Source]) -> tuple[WatchedSite, ...]:
    """Return the sites of sources that are on; searches and sitemaps that are watched as sources have none."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        if source.enabled and route_of(source, ()) not in {"search", "sitemap"}:
            for home in dict.fromkeys(map(home_of, source.listings)):
                found[home].append(source)
    return tuple(WatchedSite(home=home, sources=tuple(some)) for home, some in found.items())


class LookAtSites:
    """The looks of one round at many sites. Needs the asyncio reactor (see `scheduler.daemon.reactor`).

    Rows since a moment are compared; `done` is told each look once it is kept.
    """

    def __init__(
        self, context: Context, *, since: datetime, done: Callable[[SiteLook], None], sites_at_once: int = SITES_AT_ONCE
    ) -> None:
        self._context = context
        self._looks = context.archive.site_looks
        self._since = since
        self._done = done
        self._room = asyncio.Semaphore(sites_at_once)
        self._titles = self._looks.titles_since(since - REPRINTED_FOR)
        self._ways: Mapping[SitePath, Callable[[WatchedSite, FetchListing], Awaitable[ShownRows]]] = {
            "search": self._by_search, "sitemap": self._by_sitemap,
        }  # fmt: skip

    async def look_at(self, sites: Iterable[WatchedSite]) -> None:
        """Look at sites, each by all paths, one request at a time; those that are watched for less than a day wait."""
        await asyncio.gather(*(self._look_at(site) for site in sites))

    async def _look_at(self, site: WatchedSite) -> None:
        async with self._room:
            start = self._looks.watched_since(source.id for source in site.sources)
            if start is None or self._context.clock() - start < WATCHED_FOR:
                return
            since = max(start, self._since).astimezone(BEIJING).date()
            ask = PatientFetch()
            fetch = partial(ask.fetch, fetch=partial(fetch_one, context=self._context, source=site.sources[0]))
            for path in self._ways:
                if self._context.hosts.is_closing:
                    return
                shown = await self._shown(site, path, fetch)
                if not self._context.hosts.is_closing:
                    self._done(self._compare(site, path, shown, since))

    async def _shown(self, site: WatchedSite, path: SitePath, fetch: FetchListing) -> ShownRows:
        try:
            return await self._ways[path](site, fetch)
        except (FetchError, ReadingError) as error:
            return ShownRows(reason=str(error))
        except Exception as error:  # one page that we cannot read must not end the round
            log.exception("site not looked at", site=site.home, path=path)
            return ShownRows(reason=f"{type(error).__name__}: {error}")

    async def _by_search(self, site: WatchedSite, fetch: FetchListing) -> ShownRows:
        """Ask a site's own search for the core words of the lexicon."""
        search = ListEndpoint(url=site.search) if site.search else await self._search_of(site, fetch)
        if search is None:
            return ShownRows(reason="its home page names no search that can be asked")
        links: list[Link] = []
        for words in self._context.lexicon.core.terms[:MOST_WORDS_ASKED]:
            wanted = asking(search, words)
            page = await fetch(wanted)
            read = await self._context.reader.read(read_list, page)
            told = outcome_of(page, read.listing, wanted.url)
            if told.outcome not in {"ok", "empty"}:
                return ShownRows(address=search.url, links=tuple(links), reason=str(told))
            links += read.listing.links
        return ShownRows(address=search.url, links=tuple(links), reason="" if links else "its answers have no rows")

    async def _search_of(self, site: WatchedSite, fetch: FetchListing) -> ListEndpoint | None:
        return await self._context.reader.read(find_search, await fetch(ListEndpoint(url=site.home)))

    async def _by_sitemap(self, site: WatchedSite, fetch: FetchListing) -> ShownRows:
        """Read the sitemaps that robots.txt names, else the usual one; indexes lead on."""
        with suppress(FetchError):  # asked for the search already; robots.txt was fetched before it
            await fetch(ListEndpoint(url=site.home))
        robots = self._context.archive.host_rules.robots(netloc(site.home))
        waiting = list(sitemaps_named(robots.text if robots else "", site.home))
        first, links, reason = waiting[0], list[Link](), ""
        for _ in range(MOST_SITEMAPS_READ):
            if not waiting:
                break
            page = await fetch(ListEndpoint(url=waiting.pop(0)))
            listing = await self._context.reader.read(read_sitemap_page, page) if page.status < 400 else None
            if listing is None:
                reason = f"{page.url}: no sitemap (http {page.status})"
            else:
                links += listing.links
                waiting = [*listing.sitemaps, *waiting]
        return ShownRows(address=first, links=tuple(links), reason="" if links else reason or "it names no articles")

    def _compare(self, site: WatchedSite, path: SitePath, shown: ShownRows, since: date) -> SiteLook:
        """Keep what a path showed, and let the rows that the archive lacks be fetched."""
        now = self._context.clock()
        until = now.astimezone(BEIJING).date() + timedelta(days=1)
        dated = [link for link in shown.links if link.date is not None and since <= link.date <= until]
        recent = {key_of_article(link.url, link.title, self._context.archive): link for link in dated}
        lacking = {key: link for key, link in recent.items() if self._lacks(key, link)}
        look = SiteLook(
            site=site.home, path=path, looked_at=now, since=since, address=shown.address, reason=shown.reason,
            listed=len(shown.links), recent=len(recent), lacking=len(lacking),
        )  # fmt: skip
        taken = self._taken(lacking, path)
        with self._context.archive.transaction():
            self._looks.record(look)
            self._looks.note(look, [row for row in recent.items() if row[0] not in lacking], was_lacking=False)
            self._looks.note(look, taken, was_lacking=True)
            self._context.archive.frontier.note(site.sources[0].id, taken, now, is_quiet=False)
        return look

    def _lacks(self, key: str, link: Link) -> bool:
        return link.title not in self._titles and not self._looks.has(key)

    def _taken(self, lacking: Mapping[str, Link], path: SitePath) -> Sequence[tuple[str, Link]]:
        """Return the newest rows that may be about the topic; a sitemap mostly says no title, then the page decides."""
        told = [(key, link) for key, link in lacking.items() if path == "search" or self._may_matter(link)]
        return sorted(told, key=lambda row: str(row[1].date), reverse=True)[:MOST_ROWS_TAKEN]

    def _may_matter(self, link: Link) -> bool:
        return not link.title or mentions(link.title, self._context.lexicon)
