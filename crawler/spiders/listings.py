"""Ask for the listing pages of a source, note their rows, and follow them to wherever the rows are."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.acts.keys import keys_of_rows
from crawler.listing.outcome import ListingOutcome, outcome_of
from crawler.network.errors import cause_of, said_of
from crawler.network.hosts import ClosingError
from crawler.network.requests import AddressError, request_for
from crawler.reading import ListRead, ReadingError, read_list
from crawler.sources import numbered
from crawler.spiders.answers import describe, first_asked_of, page_of
from crawler.spiders.articles import ArticleRequests
from crawler.spiders.polling import answer_sha256, is_still_there, judge
from crawler.spiders.rereads import RereadRequests
from crawler.text.canonical import canonical_url
from crawler.visit import Context, Visit
from storage.listing_pages import ListingState, Validators
from storage.records import Link, Listing, Page

MOST_LISTING_PAGES = 5  # that a visit pages back while every row is new; a news portal's burst of half a day
VERIFY_AFTER = 8  # polls answered with "unchanged" after which a listing is read in full: validators may lie
LOG = logging.getLogger(__name__)


class ListingRequests:
    """The listing pages of a crawl. What they lead to is asked for by `articles` and `rereads`."""

    def __init__(self, context: Context, articles: ArticleRequests, rereads: RereadRequests) -> None:
        self._context = context
        self._articles = articles
        self._rereads = rereads
        self._frontier = context.archive.frontier
        self._listing_pages = context.archive.listing_pages

    def first_pages(self, visit: Visit) -> Iterator[Request]:
        """Yield a request for each listing page of a source."""
        for listing in visit.source.listings:
            yield from self.request(visit, listing, numbered(listing, 1), number=1)

    def request(
        self, visit: Visit, listing: str, url: str, *, number: int, led: dict[str, Any] | None = None, **more: Any
    ) -> Iterator[Request]:
        """Yield the request for page `number` of a listing; the first page is asked for conditionally.

        `led` is what the page is told that led to it. An address that cannot be asked for is noted.
        """
        known = self._listing_pages.get(url) if number == 1 else None
        post = {"method": "POST", "body": numbered(visit.source.post, number)} if visit.source.post else {}
        try:
            yield request_for(
                url,
                callback=self.parse,
                errback=self.fail,
                cb_kwargs={"visit": visit, "listing": listing, "number": number},
                meta={"visit": visit, "known": known, **(led or {})},
                priority=1,
                dont_filter=True,  # two sources may share a listing page
                **({"headers": _conditions(known)} | post | more),
            )
        except AddressError as error:
            if led or number == 1:
                visit.trouble("error", str(error), "other")
            else:
                visit.flaws["no address"] += 1  # the rows of the pages before were read

    async def parse(self, response: Response, visit: Visit, listing: str, number: int) -> AsyncIterator[Request]:
        """Note a listing page's rows; go on to the next page while all are new, and to the articles that are due."""
        page = page_of(response, visit.source.id, self._context.clock())
        read = None
        if not self.stands(response, page):
            read = await self._read(page, visit, response.meta.get("patterns", ()))
        if read is None:
            requests = self._further(visit)
        else:
            requests = self.go_on(response, page, read, visit=visit, listing=listing, number=number)
        for request in requests:
            yield request

    def stands(self, response: Response, page: Page) -> bool:
        """Return whether a listing page shows what it showed before, and note it on the visit where it does."""
        visit: Visit = response.cb_kwargs["visit"]
        does_stand = page.status == 304 or self._is_same_answer(response, page, visit)
        if does_stand:
            visit.stand(response.cb_kwargs["listing"], page.url, page.fetched_at)
        return does_stand

    def _is_same_answer(self, response: Response, page: Page, visit: Visit) -> bool:
        """Whether an answer is the one that the rows of its page were read from: then these are all known.

        It is read all the same on a first crawl, within a sitemap index, and as often as validators are tested.
        """
        known: ListingState | None = response.meta["known"] if not visit.is_first else None
        if known is None or known.polls >= VERIFY_AFTER or response.meta.get("sitemaps"):
            return False
        return known.answer_sha256 == answer_sha256(page, visit.source, response.meta.get("patterns", ()))

    async def _read(self, page: Page, visit: Visit, patterns: Sequence[str]) -> ListRead | None:
        """Return what a listing page offers, None where it cannot be read: the visit tells why."""
        try:
            return await self._context.reader.read(read_list, page, visit.source.listing_rules, patterns)
        except ReadingError as error:
            visit.trouble("error", f"{page.final_url}: {error}", "parse")
            return None

    def _further(self, visit: Visit) -> Iterator[Request]:
        yield from self._articles.due(visit)
        yield from self._rereads.due(visit)

    def go_on(
        self, response: Response, page: Page, found: ListRead, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Note the rows of a listing page that was read, and yield what it leads to."""
        read, outcome = found.listing, outcome_of(page, found.listing, first_asked_of(response))
        if read.state != "ok" or page.status >= 400:
            yield from self._without_rows(response, page, found, outcome, visit=visit, listing=listing, number=number)
            return
        noted = self.note(visit, read.links, page, is_quiet=visit.is_first and not self._context.alert_first_crawl)
        visit.count_lost_rows(read)
        if number == 1 and outcome.outcome != "ok":
            tell(visit, outcome, first_asked_of(response))
        elif number == 1:
            yield from self._compare(visit, listing, response, page, read.links)
        following = self.next_url(visit, listing, read, number)
        if following and noted == _count_links(read.links) and not visit.is_first and number < MOST_LISTING_PAGES:
            yield from self.request(visit, listing, following, number=number + 1)
        yield from self._next_sitemap(visit, listing, response.meta.get("sitemaps", ()), number=number + 1)
        yield from self._further(visit)

    def _next_sitemap(self, visit: Visit, listing: str, sitemaps: tuple[str, ...], *, number: int) -> Iterator[Request]:
        """Yield the request for the next sitemap of an index; a visit reads as many as it reads listing pages."""
        if sitemaps and number <= MOST_LISTING_PAGES:
            led = {"led_from": "sitemap index", "sitemaps": sitemaps[1:]}
            yield from self.request(visit, listing, sitemaps[0], number=number, led=led)

    def _without_rows(
        self, response: Response, page: Page, found: ListRead, outcome: ListingOutcome, *, visit: Visit, listing: str,
        number: int,
    ) -> Iterator[Request]:  # fmt: skip
        """Follow a page to where its rows are (its script's own request, its sitemaps), else tell what it is."""
        read, led_from = found.listing, response.meta.get("led_from")
        endpoint = found.endpoint if not led_from else None
        if endpoint and page.status < 400:
            more = {"method": endpoint.method, "body": endpoint.body, "headers": dict(endpoint.headers)}
            led = {"led_from": read.reason or "loaded by a script", "patterns": endpoint.patterns}
            yield from self.request(visit, listing, endpoint.url, number=number, led=led, **more)
        elif read.sitemaps and not led_from:
            yield from self._next_sitemap(visit, listing, read.sitemaps, number=number)
        elif read.state == "empty" and read.next and not led_from:
            led = {"led_from": read.reason or "no rows"}
            yield from self.request(visit, listing, read.next, number=number, led=led)
        elif led_from and read.state != "blocked":
            others = list(self._next_sitemap(visit, listing, response.meta.get("sitemaps", ()), number=number + 1))
            is_one_of_several = read.state == "empty" and page.status < 400 and (visit.read or others)
            if not is_one_of_several:
                visit.trouble("script_list", f"{led_from}; {page.final_url} gave no rows (http {page.status})")
            yield from others
            yield from self._articles.due(visit)
        else:
            is_past_the_end = number > 1 and (read.state == "empty" or page.status in {404, 410})
            if not is_past_the_end:
                tell(visit, outcome, first_asked_of(response))
            yield from self._articles.due(visit)

    def next_url(self, visit: Visit, listing: str, read: Listing, number: int) -> str | None:
        """Return the address of the next listing page, None when there is none."""
        if "{page}" in listing or "{page}" in visit.source.post:
            return numbered(listing, number + 1)
        return read.next

    def note(self, visit: Visit, links: tuple[Link, ...], page: Page, *, is_quiet: bool) -> int:
        """Note rows and return how many are new to the archive."""
        seen = visit.source.within_window(links, page.fetched_at)
        rows = keys_of_rows(seen, source=visit.source.id, archive=self._context.archive, now=page.fetched_at)
        noted = self._frontier.note(visit.source.id, rows, page.fetched_at, is_quiet=is_quiet)
        visit.list_rows(rows, noted=noted)
        return noted

    def _compare(
        self, visit: Visit, listing: str, response: Response, page: Page, links: tuple[Link, ...]
    ) -> Iterator[Request]:
        """Tell a list that is not the one it was; the page of a row that has left it says whether that is old.

        The validators of such a page are not kept: "unchanged" must not make it healthy.
        """
        rows = visit.source.within_window(links, page.fetched_at)
        found = judge(self._context.archive.freshness, visit.source.id, listing, rows, page.fetched_at)
        if found.change == "other":
            visit.trouble("error", f"none of {len(rows)} rows was there before: {page.final_url}", "other_list")
        elif found.change == "old":
            with suppress(AddressError):  # it stays open whether the list is old
                yield request_for(
                    found.lost[0].url, callback=self.parse_lost, errback=self.fail_lost, dont_filter=True,
                    cb_kwargs={"visit": visit, "listing": listing, "rows": rows, "lost": found.lost},
                    meta={"visit": visit},
                )  # fmt: skip
        elif not page.is_cut_short:  # "unchanged" would hide the rows that did not come
            self._remember(visit, response, page, links)

    async def parse_lost(
        self, response: Response, visit: Visit, listing: str, rows: tuple[Link, ...], lost: tuple[Link, ...]
    ) -> None:
        """Tell an old list by the page of its lost row: it still answers, so nobody has withdrawn it."""
        page = page_of(response, visit.source.id, self._context.clock())
        try:
            is_there = await self._context.reader.read(is_still_there, replace(page, url=first_asked_of(response)))
        except ReadingError as error:
            LOG.debug("lost row not read: %s", error)
            return
        if is_there:
            visit.trouble("error", f"old list: {len(lost)} newer rows are gone, first {lost[0].title!r}", "old_list")
        elif page.status in {200, 404, 410}:
            self._context.archive.freshness.settle(visit.source.id, listing, rows, page.fetched_at)

    def fail_lost(self, failure: Failure) -> None:
        """Leave it open whether a list is old: the page of its lost row gave no answer, the next visit asks again."""
        LOG.debug("lost row not answered: %s", describe(failure))

    def _remember(self, visit: Visit, response: Response, page: Page, links: tuple[Link, ...]) -> None:
        """Keep the validators of a listing page; a server whose validators hid a change is never believed again."""
        given = Validators(etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"))
        rows = hashlib.sha256("\n".join(link.url for link in links).encode()).hexdigest()
        known = self._listing_pages.get(page.url)
        has_lied = known is not None and known.rows_sha256 != rows and _says_same(known.validators, given)
        self._listing_pages.keep(
            visit.source.id, page.url, given, rows_sha256=rows,
            answer_sha256=answer_sha256(page, visit.source, response.meta.get("patterns", ())),
            distrusted=has_lied, now=page.fetched_at,
        )  # fmt: skip

    def fail(self, failure: Failure) -> Iterator[Request]:
        """Note that a listing page was not answered; articles that are due from before are still fetched."""
        if isinstance(failure.value, ClosingError):
            return
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds the request
        visit: Visit = request.cb_kwargs["visit"]
        if led_from := request.meta.get("led_from"):
            visit.trouble("script_list", f"{led_from}; its own request failed: {describe(failure)}")
        else:
            note_failure(visit, failure.value)
        yield from self._articles.due(visit)

    def is_anything_due(self, visit: Visit) -> bool:
        """Return whether articles of a source are to be fetched or read again now."""
        now = self._context.clock()
        return bool(
            self._frontier.due(visit.source.id, now)
            or self._context.archive.revisions.due(visit.source.id, now, limit=1)
        )


def note_failure(visit: Visit, error: BaseException | None) -> None:
    """Note on a visit that a listing page was not answered; nothing is wrong where the visit itself has ended."""
    if error is not None and not isinstance(error, ClosingError):
        visit.trouble("error", said_of(error), cause_of(error))


def tell(visit: Visit, outcome: ListingOutcome, asked: str) -> None:
    """Note on a visit what an answer means that is no list."""
    if outcome.outcome == "ok":
        return
    is_told_alone = outcome.outcome in {"blocked", "script_list"}  # what bars the way is seldom of one address
    visit.trouble(outcome.outcome, outcome.reason if is_told_alone else f"{asked}: {outcome.reason}", outcome.cause)


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


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
