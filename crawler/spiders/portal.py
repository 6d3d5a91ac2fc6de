"""The portal spider: one crawl for all due sources of one host, listing pages first."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from crawler.acts.keys import keys_of_rows
from crawler.extract import has_frame
from crawler.listing import find_endpoint, read_listing, recognise_block
from crawler.listing.compare import leads_home
from crawler.network.handler import (
    CUT_SHORT,
    PrivateAddressError,
    RobotsRefusedError,
    cause_of,
    is_cut_short,
    note_of,
    said_of,
)
from crawler.network.hosts import ClosingError
from crawler.sources import numbered
from crawler.spiders.complete import Gatherer
from crawler.spiders.polling import is_still_there, judge
from crawler.text.canonical import canonical_url
from crawler.visit import Context, Fetched, Visit
from storage.frontier import DueLink, ListingState, Validators
from storage.records import Link, Listing, Page
from storage.revisions import Reread

LISTING_PAGES = 5  # how far a visit pages back while every row is new; a news portal's burst of half a day
REREADS = 5  # known articles that a visit reads again at most: what is new comes first
VERIFY_AFTER = 8  # polls answered with "unchanged" after which a listing is read in full: validators may lie


class PortalSpider(Spider):
    """Reads listing pages, notes their rows, and fetches what the archive does not have."""

    name = "portal"

    def __init__(self, *, visits: list[Visit], context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visits = visits
        self.context = context
        self.frontier = context.archive.frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider of a crawl, listening to its own failures."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each listing page of each source."""
        for visit in self.visits:
            for listing in visit.source.listings:
                yield self.listing_request(visit, listing, numbered(listing, 1), number=1)

    def listing_request(self, visit: Visit, listing: str, url: str, *, number: int, **more: Any) -> Request:
        """Return the request for page `number` of a listing; the first page is asked for conditionally."""
        known = self.frontier.listing(url) if number == 1 else None
        post = {"method": "POST", "body": numbered(visit.source.post, number)} if visit.source.post else {}
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"visit": visit, "listing": listing, "number": number},
            meta={"visit": visit},
            priority=1,
            dont_filter=True,  # two sources may share a listing page
            **({"headers": _conditions(known)} | post | more),
        )

    def parse_listing(self, response: Response, visit: Visit, listing: str, number: int) -> Iterator[Request]:
        """Note a listing page's rows; go on to the next page while all are new, and to the articles that are due."""
        if response.status == 304:
            visit.unchanged += 1
            self.frontier.polled_listing(_asked(response), datetime.now(UTC))
            self.context.archive.freshness.stands(visit.source.id, listing, datetime.now(UTC))
            yield from self.due(visit)
            yield from self.rereads(visit)
            return
        page = page_of(response, visit.source.id)
        read = read_listing(page, visit.source.listing_rules, response.meta.get("patterns", ()))
        if read.state != "ok" or response.status >= 400:
            yield from self._without_rows(response, page, read, visit=visit, listing=listing, number=number)
            return
        noted = self.note(visit, read.links, page, is_quiet=visit.is_first and not self.context.alert_first_crawl)
        visit.count_lost_rows(read)
        if number == 1:
            yield from self._judge(visit, listing, response, read.links)
        following = self.next_url(visit, listing, read, number)
        if following and noted == _count_links(read.links) and not visit.is_first and number < LISTING_PAGES:
            yield self.listing_request(visit, listing, following, number=number + 1)
        yield from self.next_sitemap(visit, listing, response.meta.get("sitemaps", ()), number=number + 1)
        yield from self.due(visit)
        yield from self.rereads(visit)

    def next_sitemap(self, visit: Visit, listing: str, sitemaps: tuple[str, ...], *, number: int) -> Iterator[Request]:
        """Yield the request for the next sitemap of an index; a visit reads as many as it reads listing pages."""
        if sitemaps and number <= LISTING_PAGES:
            request = self.listing_request(visit, listing, sitemaps[0], number=number)
            yield request.replace(meta=request.meta | {"led_from": "sitemap index", "sitemaps": sitemaps[1:]})

    def _without_rows(
        self, response: Response, page: Page, read: Listing, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Follow a page to where its rows are (its script's own request, its sitemaps), else tell what it is."""
        led_from = response.meta.get("led_from")
        endpoint = find_endpoint(page) if read.state == "script_list" and not led_from else None
        if endpoint and response.status < 400:
            more = {"method": endpoint.method, "body": endpoint.body, "headers": dict(endpoint.headers)}
            request = self.listing_request(visit, listing, endpoint.url, number=number, **more)
            led = {"led_from": read.reason or "loaded by a script", "patterns": endpoint.patterns}
            yield request.replace(meta=request.meta | led)
        elif read.sitemaps and not led_from:
            yield from self.next_sitemap(visit, listing, read.sitemaps, number=number)
        elif read.state == "empty" and read.next and not led_from:
            request = self.listing_request(visit, listing, read.next, number=number)
            yield request.replace(meta=request.meta | {"led_from": read.reason or "no rows"})
        elif led_from and read.state != "blocked":
            others = list(self.next_sitemap(visit, listing, response.meta.get("sitemaps", ()), number=number + 1))
            is_one_of_several = read.state == "empty" and response.status < 400 and (visit.read or others)
            if not is_one_of_several:
                visit.trouble("script_list", f"{led_from}; {response.url} gave no rows (http {response.status})")
            yield from others
            yield from self.due(visit)
        else:
            is_past_the_end = number > 1 and (read.state == "empty" or response.status in {404, 410})
            if not is_past_the_end:
                _tell(visit, response, read)
            yield from self.due(visit)

    def next_url(self, visit: Visit, listing: str, read: Listing, number: int) -> str | None:
        """Return the address of the next listing page, None when there is none."""
        if "{page}" in listing or "{page}" in visit.source.post:
            return numbered(listing, number + 1)
        return read.next

    def note(self, visit: Visit, links: tuple[Link, ...], page: Page, *, is_quiet: bool) -> int:
        """Note rows and return how many are new to the archive."""
        seen = visit.source.within_window(links, page.fetched_at)
        rows = keys_of_rows(seen, source=visit.source.id, archive=self.context.archive, now=page.fetched_at)
        noted = self.frontier.note(visit.source.id, rows, page.fetched_at, is_quiet=is_quiet)
        visit.list_rows(rows, noted=noted)
        return noted

    def _judge(self, visit: Visit, listing: str, response: Response, links: tuple[Link, ...]) -> Iterator[Request]:
        """Tell a list that is not the one it was; the page of a row that has left it says whether that is old.

        The validators of such a page are not kept: "unchanged" must not make it healthy.
        """
        rows = visit.source.within_window(links, datetime.now(UTC))
        if leads_home(_first_asked(response), response.url):
            visit.trouble("error", f"{_first_asked(response)} leads to the home page", "other_list")
            return
        found = judge(self.context.archive.freshness, visit.source.id, listing, rows, datetime.now(UTC))
        if found.change == "other":
            visit.trouble("error", f"none of {len(rows)} rows was there before: {response.url}", "other_list")
        elif found.change == "old":
            yield Request(
                found.lost[0].url, callback=self.parse_lost, errback=self.lost_failed, dont_filter=True,
                cb_kwargs={"visit": visit, "listing": listing, "rows": rows, "lost": found.lost},
                meta={"visit": visit},
            )  # fmt: skip
        else:
            self._remember(visit, response, links)

    def parse_lost(
        self, response: Response, visit: Visit, listing: str, rows: tuple[Link, ...], lost: tuple[Link, ...]
    ) -> None:
        """Tell an old list by the page of its lost row: it still answers, so nobody has withdrawn it."""
        page = page_of(response, visit.source.id)
        if is_still_there(replace(page, url=_first_asked(response))):
            visit.trouble("error", f"old list: {len(lost)} newer rows are gone, first {lost[0].title!r}", "old_list")
        elif response.status in {404, 410} or response.status == 200:
            self.context.archive.freshness.settle(visit.source.id, listing, rows, datetime.now(UTC))

    def lost_failed(self, failure: Failure) -> None:
        """Leave it open whether a list is old: the page of its lost row gave no answer, the next visit asks again."""
        self.logger.debug("lost row not answered: %s", describe(failure))

    def _remember(self, visit: Visit, response: Response, links: tuple[Link, ...]) -> None:
        """Keep the validators of a listing page; a server whose validators hid a change is never believed again."""
        if is_cut_short(response):
            return  # "unchanged" would hide the rows that did not come
        url, now = _asked(response), datetime.now(UTC)
        given = Validators(etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"))
        rows = hashlib.sha256("\n".join(link.url for link in links).encode()).hexdigest()
        known = self.frontier.listing(url)
        has_lied = known is not None and known.rows_sha256 != rows and _says_same(known.validators, given)
        self.frontier.read_listing(visit.source.id, url, given, rows_sha256=rows, distrusted=has_lied, now=now)

    def due(self, visit: Visit) -> Iterator[Request]:
        """Yield a request for each article of the source that is due."""
        for link in self.frontier.due(visit.source.id, datetime.now(UTC)):
            if visit.asks(link.key):
                yield Request(
                    link.address,
                    callback=self.parse_article,
                    errback=self.article_failed,
                    cb_kwargs={"visit": visit, "link": link},
                    meta={"visit": visit},
                    dont_filter=True,  # links that a portal redirects to one page are answered each for itself
                )

    async def parse_article(self, response: Response, visit: Visit, link: DueLink) -> AsyncIterator[Fetched]:
        """Pass an article page on with what belongs to it; a challenge or an error page never becomes an article."""
        page = page_of(response, visit.source.id)
        block = recognise_block(page) if response.status != 429 else None
        if block:
            visit.trouble("blocked", block)
        is_home = leads_home(link.address, response.url)
        visit.flaws["home"] += is_home
        if block or is_home or response.status != 200:
            visit.failed += 1
            reason = block or ("leads to the home page" if is_home else f"http {response.status}")
            self.frontier.fail(link.key, reason, page.fetched_at)
            return
        whole = await self._gathered(page, visit)
        if whole is not None:
            yield Fetched(visit=visit, link=link, page=whole)

    async def _gathered(self, page: Page, visit: Visit, known: Page | None = None) -> Page | None:
        """Return a page with what belongs to it; None when the program is ending, and the page stays due."""

        async def fetch(url: str) -> Page | str:
            return await self._fetch_part(url, visit)

        context = self.context
        gatherer = Gatherer(
            fetch=fetch, lexicon=context.lexicon, reading=context.reading, body=visit.source.body
        )  # fmt: skip
        try:
            return await gatherer.gather(page, known)
        except ClosingError:
            return None

    async def _fetch_part(self, url: str, visit: Visit) -> Page | str:
        """Return a further page or a file, or why there is none; robots, spacing and limits as for every request."""
        assert self.crawler.engine is not None
        request = Request(url, meta={"visit": visit}, headers={"Accept": "*/*"}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except ClosingError:
            raise
        except Exception as error:  # noqa: BLE001  what is missing of an article must not keep the rest of it
            return said_of(error)
        return page_of(response, visit.source.id) if response.status == 200 else f"http {response.status}"

    def rereads(self, visit: Visit) -> Iterator[Request]:
        """Yield conditional requests for known articles of the source that may have been edited."""
        for reread in self.context.archive.revisions.due(visit.source.id, datetime.now(UTC), limit=REREADS):
            if not visit.asks(reread.key):
                continue
            conditions = {"If-None-Match": reread.etag, "If-Modified-Since": reread.last_modified}
            yield Request(
                reread.address,
                callback=self.parse_reread,
                errback=self.reread_failed,
                cb_kwargs={"visit": visit, "reread": reread},
                headers={} if reread.is_last else {name: value for name, value in conditions.items() if value},
                meta={"visit": visit},
                priority=-1,  # after what is new
                dont_filter=True,
            )

    async def parse_reread(self, response: Response, visit: Visit, reread: Reread) -> AsyncIterator[Fetched]:
        """Pass a known article on when its page has changed."""
        page = page_of(response, visit.source.id)
        block = recognise_block(page) if response.status not in {304, 429} else None
        known = self.context.archive.pages.get(reread.page_id)
        is_same = response.status == 304 or page.sha256 == known.sha256
        if is_same and (known.frames or (reread.plan == "unfilled" and has_frame(known))):  # these may have changed
            page, is_same = replace(known, fetched_at=page.fetched_at, following=(), files=(), frames=()), False
        is_home = leads_home(reread.address, page.final_url)
        if is_same or block or is_home or page.status != 200:
            why = block or ("leads to the home page" if is_home else f"http {response.status}")
            answer = "unchanged" if is_same else why
            self.context.archive.revisions.reread(reread.article_id, answer, page.fetched_at)
            return
        whole = await self._gathered(page, visit, known)
        if whole is not None:
            link = DueLink(
                key=reread.key, address=reread.address, title=reread.title, is_quiet=reread.is_quiet, day=reread.day
            )
            yield Fetched(visit=visit, link=link, page=whole, reread=reread)

    def reread_failed(self, failure: Failure) -> None:
        """Note that a known article was not answered; the next re-read is tried at its time."""
        reread: Reread = failure.request.cb_kwargs["reread"]  # type: ignore[attr-defined]  # Scrapy adds the request
        if not isinstance(failure.value, ClosingError):
            self.context.archive.revisions.reread(reread.article_id, describe(failure), datetime.now(UTC))

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """Note that a listing page was not answered; articles that are due from before are still fetched."""
        if isinstance(failure.value, ClosingError):
            return
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]  # Scrapy adds the request
        led_from = failure.request.meta.get("led_from")  # type: ignore[attr-defined]
        if led_from:
            visit.trouble("script_list", f"{led_from}; its own request failed: {describe(failure)}")
        else:
            visit.trouble("error", describe(failure), cause_of(failure.value))
        yield from self.due(visit)

    def article_failed(self, failure: Failure) -> None:
        """Note that an article page was not answered, or must not be asked for."""
        link: DueLink = failure.request.cb_kwargs["link"]  # type: ignore[attr-defined]  # Scrapy adds the request
        if isinstance(failure.value, ClosingError):
            return  # nothing is wrong with the page: it stays due
        failure.request.cb_kwargs["visit"].failed += 1  # type: ignore[attr-defined]  # Scrapy adds the request
        if isinstance(failure.value, RobotsRefusedError | PrivateAddressError):
            self.frontier.refuse(link.key, describe(failure))
        else:
            self.frontier.fail(link.key, describe(failure), datetime.now(UTC))

    def failed(self, failure: Failure, response: Response) -> None:
        """Note an error of ours while a page was read."""
        visit: Visit = response.meta["visit"]
        visit.trouble("error", f"{response.url}: {describe(failure)}", "parse")


def page_of(response: Response, source: str) -> Page:
    """Return the evidence of an answer."""
    headers = {
        name.decode("latin-1"): (response.headers.get(name) or b"").decode("latin-1") for name in response.headers
    }
    return Page(
        source=source,
        url=_asked(response),
        final_url=response.url,
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=headers,
        body=response.body,
        note=note_of(response),
    )


def describe(failure: Failure) -> str:
    """Return what went wrong as `class: message`."""
    return said_of(failure.value)


def _tell(visit: Visit, response: Response, read: Listing) -> None:
    """Note why a listing page gave no rows; who asks for silence (429) has not shut us out."""
    if read.state == "blocked" and response.status != 429:
        visit.trouble("blocked", read.reason or "blocked")
    elif response.status >= 400:
        cause = "silence" if response.status == 429 else "5xx" if response.status >= 500 else "4xx"
        visit.trouble("error", f"http {response.status} for {response.url}", cause)  # type: ignore[arg-type]
    elif read.state == "script_list":
        visit.trouble("script_list", read.reason or "loaded by a script")
    elif is_cut_short(response):
        visit.trouble("error", f"{CUT_SHORT}: {response.url}", "connection")
    else:
        visit.trouble("empty", f"{read.reason or 'no rows'}: {response.url}")


def _count_links(rows: tuple[Link, ...]) -> int:
    return len({canonical_url(row.url) for row in rows})


def _conditions(known: ListingState | None) -> dict[str, str]:
    """Return the headers that make a request conditional: none once validators have lied, or when it is time to see."""
    if known is None or known.is_distrusted or known.polls >= VERIFY_AFTER:
        return {}
    conditions = {"If-None-Match": known.validators.etag, "If-Modified-Since": known.validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _says_same(known: Validators, given: Validators) -> bool:
    """True when a server says of two answers that they are one version."""
    if known.etag or given.etag:
        return known.etag == given.etag
    return known.last_modified is not None and known.last_modified == given.last_modified


def _asked(response: Response) -> str:
    return response.request.url if response.request else response.url


def _first_asked(response: Response) -> str:
    """Return what was asked for before any redirect."""
    redirected = response.meta.get("redirect_urls") or (_asked(response),)
    return str(redirected[0])


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
