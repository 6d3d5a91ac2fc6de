"""The portal spider: one crawl for all due sources of one host, listing pages first."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
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
from crawler.listing import recognise_block
from crawler.listing.compare import leads_home
from crawler.network.handler import (
    CUT_SHORT,
    REFUSAL_STATUSES,
    PrivateAddressError,
    RobotsRefusedError,
    cause_of,
    is_cut_short,
    note_of,
    said_of,
)
from crawler.network.hosts import ClosingError
from crawler.network.requests import AddressError, request_for
from crawler.reading import JudgedPage, LimitError, ListRead, ReadingError, judge_page, read_list
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
                for request in self.listing_request(visit, listing, numbered(listing, 1), number=1):
                    yield request

    def listing_request(
        self, visit: Visit, listing: str, url: str, *, number: int, led: dict[str, Any] | None = None, **more: Any
    ) -> Iterator[Request]:
        """Yield the request for page `number` of a listing; the first page is asked for conditionally.

        `led` is what the page is told that led to it. An address that cannot be asked for is noted.
        """
        known = self.frontier.listing(url) if number == 1 else None
        post = {"method": "POST", "body": numbered(visit.source.post, number)} if visit.source.post else {}
        try:
            yield request_for(
                url,
                callback=self.parse_listing,
                errback=self.listing_failed,
                cb_kwargs={"visit": visit, "listing": listing, "number": number},
                meta={"visit": visit, **(led or {})},
                priority=1,
                dont_filter=True,  # two sources may share a listing page
                **({"headers": _conditions(known)} | post | more),
            )
        except AddressError as error:
            if led or number == 1:
                visit.trouble("error", str(error), "other")
            else:
                visit.flaws["no address"] += 1  # the rows of the pages before were read

    async def parse_listing(
        self, response: Response, visit: Visit, listing: str, number: int
    ) -> AsyncIterator[Request]:
        """Note a listing page's rows; go on to the next page while all are new, and to the articles that are due."""
        if response.status == 304:
            visit.unchanged += 1
            self.frontier.polled_listing(_asked(response), datetime.now(UTC))
            self.context.archive.freshness.stands(visit.source.id, listing, datetime.now(UTC))
            requests = self._further(visit)
        else:
            page = page_of(response, visit.source.id)
            read = await self._read_list(page, visit, response.meta.get("patterns", ()))
            requests = self._further(visit)
            if read is not None:
                requests = self.go_on(response, page, read, visit=visit, listing=listing, number=number)
        for request in requests:
            yield request

    async def _read_list(self, page: Page, visit: Visit, patterns: Sequence[str] = ()) -> ListRead | None:
        """Return what a listing page offers, None where it cannot be read: the visit tells why."""
        try:
            return await self.context.reader.read(read_list, page, visit.source.listing_rules, patterns)
        except ReadingError as error:
            visit.trouble("error", f"{page.final_url}: {error}", "parse")
            return None

    def _further(self, visit: Visit) -> Iterator[Request]:
        yield from self.due(visit)
        yield from self.rereads(visit)

    def go_on(
        self, response: Response, page: Page, found: ListRead, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Note the rows of a listing page that was read, and yield what it leads to."""
        read = found.listing
        if read.state != "ok" or response.status >= 400:
            yield from self._without_rows(response, found, visit=visit, listing=listing, number=number)
            return
        noted = self.note(visit, read.links, page, is_quiet=visit.is_first and not self.context.alert_first_crawl)
        visit.count_lost_rows(read)
        if number == 1:
            yield from self._judge(visit, listing, response, read.links)
        following = self.next_url(visit, listing, read, number)
        if following and noted == _count_links(read.links) and not visit.is_first and number < LISTING_PAGES:
            yield from self.listing_request(visit, listing, following, number=number + 1)
        yield from self.next_sitemap(visit, listing, response.meta.get("sitemaps", ()), number=number + 1)
        yield from self._further(visit)

    def next_sitemap(self, visit: Visit, listing: str, sitemaps: tuple[str, ...], *, number: int) -> Iterator[Request]:
        """Yield the request for the next sitemap of an index; a visit reads as many as it reads listing pages."""
        if sitemaps and number <= LISTING_PAGES:
            led = {"led_from": "sitemap index", "sitemaps": sitemaps[1:]}
            yield from self.listing_request(visit, listing, sitemaps[0], number=number, led=led)

    def _without_rows(
        self, response: Response, found: ListRead, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Follow a page to where its rows are (its script's own request, its sitemaps), else tell what it is."""
        read, led_from = found.listing, response.meta.get("led_from")
        endpoint = found.endpoint if not led_from else None
        if endpoint and response.status < 400:
            more = {"method": endpoint.method, "body": endpoint.body, "headers": dict(endpoint.headers)}
            led = {"led_from": read.reason or "loaded by a script", "patterns": endpoint.patterns}
            yield from self.listing_request(visit, listing, endpoint.url, number=number, led=led, **more)
        elif read.sitemaps and not led_from:
            yield from self.next_sitemap(visit, listing, read.sitemaps, number=number)
        elif read.state == "empty" and read.next and not led_from:
            led = {"led_from": read.reason or "no rows"}
            yield from self.listing_request(visit, listing, read.next, number=number, led=led)
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
            with suppress(AddressError):  # it stays open whether the list is old
                yield request_for(
                    found.lost[0].url, callback=self.parse_lost, errback=self.lost_failed, dont_filter=True,
                    cb_kwargs={"visit": visit, "listing": listing, "rows": rows, "lost": found.lost},
                    meta={"visit": visit},
                )  # fmt: skip
        else:
            self._remember(visit, response, links)

    async def parse_lost(
        self, response: Response, visit: Visit, listing: str, rows: tuple[Link, ...], lost: tuple[Link, ...]
    ) -> None:
        """Tell an old list by the page of its lost row: it still answers, so nobody has withdrawn it."""
        page = page_of(response, visit.source.id)
        try:
            is_there = await self.context.reader.read(is_still_there, replace(page, url=_first_asked(response)))
        except ReadingError as error:
            self.logger.debug("lost row not read: %s", error)
            return
        if is_there:
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
            if not visit.asks(link.key):
                continue
            try:
                yield request_for(
                    link.address,
                    callback=self.parse_article,
                    errback=self.article_failed,
                    cb_kwargs={"visit": visit, "link": link},
                    meta={"visit": visit},
                    dont_filter=True,  # links that a portal redirects to one page are answered each for itself
                )
            except AddressError as error:
                visit.failed += 1
                self.frontier.fail(link.key, str(error), datetime.now(UTC))

    async def parse_article(self, response: Response, visit: Visit, link: DueLink) -> AsyncIterator[Fetched]:
        """Pass an article page on with what belongs to it; a challenge or an error page never becomes an article.

        The attempt is counted before the page is read.
        """
        page = page_of(response, visit.source.id)
        self.frontier.begin_reading(link.key, page.fetched_at)
        try:
            if await self._may_be_read(response, page, visit=visit, link=link):
                whole = await self._gathered(page, visit)
                judged = await self._judged(whole, visit, link)
                yield Fetched(visit=visit, link=link, page=whole, judged=judged)
        except ClosingError:  # nothing is wrong with the page: it stays due
            self.frontier.put_back(link.key, page.fetched_at)
        except ReadingError as error:
            self._unread(page, error, visit=visit, link=link)

    async def _may_be_read(self, response: Response, page: Page, *, visit: Visit, link: DueLink) -> bool:
        """Return whether an answer is the page that was asked for; note why not."""
        block = await self.context.reader.read(recognise_block, page) if response.status != 429 else None
        if block:
            visit.trouble("blocked", block)
        is_home = leads_home(link.address, response.url)
        visit.flaws["home"] += is_home
        if not (block or is_home or response.status != 200):
            return True
        visit.failed += 1
        reason = block or ("leads to the home page" if is_home else f"http {response.status}")
        if response.status in REFUSAL_STATUSES:
            self.frontier.refuse(link.key, reason, page.fetched_at, is_counted=True)
        else:
            self.frontier.fail_reading(link.key, reason)
        return False

    async def _gathered(self, page: Page, visit: Visit, known: Page | None = None) -> Page:
        """Return a page with what belongs to it.

        Raises:
            ClosingError: the program is ending.
            ReadingError: the page could not be read.
        """

        async def fetch(url: str) -> Page | str:
            return await self._fetch_part(url, visit)

        context = self.context
        gatherer = Gatherer(
            fetch=fetch, reader=context.reader, lexicon=context.lexicon, reading=context.reading,
            body=visit.source.body,
        )  # fmt: skip
        return await gatherer.gather(page, known)

    async def _judged(self, page: Page, visit: Visit, link: DueLink) -> JudgedPage:
        read, lexicon = self.context.reader.read, self.context.lexicon
        return await read(judge_page, page, lexicon, body=visit.source.body, title=link.title, day=link.day)

    def _unread(self, page: Page, error: ReadingError, *, visit: Visit, link: DueLink) -> None:
        """Note why a page could not be read. One that took more than it may is given up, and kept for whoever looks."""
        visit.failed += 1
        visit.trouble("error", f"{page.final_url}: {error}", "parse")
        if isinstance(error, LimitError):
            page_id = self.context.archive.pages.keep(replace(page, url=link.address))
            self.frontier.give_up(link.key, f"{error}; its bytes are kept as page {page_id}")
        else:
            self.frontier.fail_reading(link.key, str(error))

    async def _fetch_part(self, url: str, visit: Visit) -> Page | str:
        """Return a further page or a file, or why there is none; robots, spacing and limits as for every request."""
        assert self.crawler.engine is not None
        try:
            request = request_for(url, meta={"visit": visit}, headers={"Accept": "*/*"}, callback=NO_CALLBACK)
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
            try:
                yield request_for(
                    reread.address,
                    callback=self.parse_reread,
                    errback=self.reread_failed,
                    cb_kwargs={"visit": visit, "reread": reread},
                    headers={} if reread.is_last else {name: value for name, value in conditions.items() if value},
                    meta={"visit": visit},
                    priority=-1,  # after what is new
                    dont_filter=True,
                )
            except AddressError as error:
                self.context.archive.revisions.reread(reread.article_id, str(error), datetime.now(UTC))

    async def parse_reread(self, response: Response, visit: Visit, reread: Reread) -> AsyncIterator[Fetched]:
        """Pass a known article on when its page has changed. That it is read is noted before."""
        page, revisions = page_of(response, visit.source.id), self.context.archive.revisions
        revisions.begin_reading(reread.article_id, page.fetched_at)
        link = DueLink(
            key=reread.key, address=reread.address, title=reread.title, is_quiet=reread.is_quiet, day=reread.day
        )
        try:
            whole = await self._read_again(response, page, visit=visit, reread=reread)
            if whole is not None:
                judged = await self._judged(whole, visit, link)
                yield Fetched(visit=visit, link=link, page=whole, judged=judged, reread=reread)
        except ClosingError:  # nothing is wrong with the page: it stays due
            revisions.put_back(reread.article_id)
        except ReadingError as error:
            visit.trouble("error", f"{page.final_url}: {error}", "parse")
            revisions.reread(reread.article_id, str(error), page.fetched_at)

    async def _read_again(self, response: Response, page: Page, *, visit: Visit, reread: Reread) -> Page | None:
        """Return the page of a known article with what belongs to it, None where there is nothing new to read."""
        may_be_block = response.status not in {304, 429}
        block = await self.context.reader.read(recognise_block, page) if may_be_block else None
        known = self.context.archive.pages.get(reread.page_id)
        is_same = response.status == 304 or page.sha256 == known.sha256
        if is_same and (known.frames or (reread.plan == "unfilled" and has_frame(known))):  # these may have changed
            page, is_same = replace(known, fetched_at=page.fetched_at, following=(), files=(), frames=()), False
        is_home = leads_home(reread.address, page.final_url)
        if is_same or block or is_home or page.status != 200:
            why = block or ("leads to the home page" if is_home else f"http {response.status}")
            answer = "unchanged" if is_same else why
            self.context.archive.revisions.reread(reread.article_id, answer, page.fetched_at)
            return None
        return await self._gathered(page, visit, known)

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
            self.frontier.refuse(link.key, describe(failure), datetime.now(UTC))
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
