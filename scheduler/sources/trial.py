"""Try a source: read its listing pages and one article, and say what is missing. Changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import urljoin

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from crawler.listing import (
    ListEndpoint,
    Proposal,
    find_endpoint,
    proposals,
    propose_link,
    read_listing,
    recognise_block,
)
from crawler.listing.outcome import outcome_of
from crawler.sources import Source, numbered
from scheduler.visits.fetch_one import FetchError
from storage.records import Article, Assessment, Listing, Page

FetchListing: TypeAlias = Callable[[ListEndpoint], Awaitable[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedListing:
    """One listing page as it was read. `rule` says what found its rows; `proposals` what might, where nothing did.

    `page` is what was served at the address itself, also where its rows came from its script's own request.
    """

    url: str
    listing: Listing
    rule: str
    page: Page
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A source as it answers now. `failures` are listing pages that were not answered; `problems` says them too.

    `problems` is empty when the source can be watched.
    """

    source: Source
    listings: tuple[TriedListing, ...]
    article: Article | None = None
    assessment: Assessment | None = None
    failures: tuple[FetchError, ...] = field(default=())
    problems: tuple[str, ...] = field(default=())


async def try_source(source: Source, fetch: FetchListing, lexicon: Lexicon) -> Trial:
    """Read every listing page of a source and the first article that is listed."""
    tried, failures, problems = [], [], []
    for address in source.listings:
        post = numbered(source.post, 1)
        wanted = ListEndpoint(url=numbered(address, 1), method="POST" if post else "GET", body=post)
        try:
            one = await _try_listing(source, wanted, fetch)
        except FetchError as error:
            failures.append(error)
            problems.append(str(error))
            continue
        tried.append(one)
        problems += _listing_problems(one)
    trial = Trial(source=source, listings=tuple(tried), failures=tuple(failures), problems=tuple(problems))
    links = [link for one in tried if one.page.status < 400 for link in one.listing.links]
    return await _with_article(trial, links[0].url, fetch, lexicon) if links else trial


async def _try_listing(source: Source, wanted: ListEndpoint, fetch: FetchListing) -> TriedListing:
    """Read a listing page, and where it has no rows, what it leads to: its script's own request, its newest sitemap."""
    page = await fetch(wanted)
    listing = read_listing(page, source.listing_rules)
    rule = "the source's own rules" if source.link or source.rows else "the general rules"
    further, answered = _leads_to(page, listing), page
    if further:
        try:
            answered = await fetch(further)
            answer = read_listing(answered, source.listing_rules, further.patterns)
        except FetchError as error:
            listing = replace(listing, reason=f"{listing.reason or 'no rows'}; its own request failed: {error}")
        else:
            rule = f"{listing.reason or 'no rows'}, read from {further.url}"
            if answer.links:
                return TriedListing(url=wanted.url, listing=answer, rule=rule, page=page)
    blocks = () if listing.links else tuple(proposals(page)) or await _address_proposals(source, page, answered, fetch)
    return TriedListing(url=wanted.url, listing=listing, rule=rule, page=page, proposals=blocks)


async def _address_proposals(source: Source, page: Page, answered: Page, fetch: FetchListing) -> tuple[Proposal, ...]:
    """Return the line that builds the addresses of rows that have an id only, from what the portal shows."""
    known = [source.example] if source.example else []
    if found := propose_link(answered, [page], known):
        return (found,)
    if not read_listing(answered).unusable:
        return ()
    try:
        home = await fetch(ListEndpoint(url=urljoin(page.final_url, "/")))
    except FetchError:
        return ()
    found = propose_link(answered, [home], known)
    return (found,) if found else ()


def _leads_to(page: Page, listing: Listing) -> ListEndpoint | None:
    if page.status >= 400:
        return None
    if listing.state == "script_list":
        return find_endpoint(page)
    return ListEndpoint(url=listing.next) if listing.state == "empty" and listing.next else None


def _listing_problems(tried: TriedListing) -> list[str]:
    listing = tried.listing
    told = outcome_of(tried.page, listing, tried.url)
    if told.outcome != "ok":
        return [f"{tried.url}: {told}"]
    untitled = sum(not link.title for link in listing.links)
    undated = sum(link.date is None for link in listing.links)
    found = []
    if untitled:
        found.append(f"{tried.url}: {untitled} of {len(listing.links)} rows have no title")
    if undated == len(listing.links):
        found.append(f"{tried.url}: no row has a date")
    return found


async def _with_article(trial: Trial, url: str, fetch: FetchListing, lexicon: Lexicon) -> Trial:
    try:
        page = await fetch(ListEndpoint(url=url))
    except FetchError as error:
        return replace(trial, problems=(*trial.problems, str(error)))
    blocked = recognise_block(page)
    if blocked or page.status != 200:
        return replace(trial, problems=(*trial.problems, f"{url}: {blocked or f'http {page.status}'}"))
    article = extract(page, body=trial.source.body)
    assessment = assess(article, establish(article, lexicon), lexicon)
    required = (("title", article.title), ("text", article.text), ("publication time", article.published_at))
    missing = tuple(f"{url}: no {name} was found" for name, value in required if not value)
    return replace(trial, article=article, assessment=assessment, problems=(*trial.problems, *missing))
