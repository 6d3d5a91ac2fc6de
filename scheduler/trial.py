"""Try a source: read its listing pages and one article, and say what is missing. Changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract
from crawler.listing import ListEndpoint, Proposal, find_endpoint, proposals, read_listing, recognise_block
from crawler.sources import Source, numbered
from scheduler.fetch_one import FetchError
from storage.records import Article, Assessment, Listing, Page

Fetch: TypeAlias = Callable[[ListEndpoint], Awaitable[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedListing:
    """One listing page as it was read. `rule` says what found its rows; `proposals` what might, where nothing did."""

    url: str
    listing: Listing
    rule: str
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source gives now. `problems` is empty when it can be watched."""

    source: Source
    listings: tuple[TriedListing, ...]
    article: Article | None = None
    assessment: Assessment | None = None
    problems: tuple[str, ...] = field(default=())


async def try_source(source: Source, fetch: Fetch, lexicon: Lexicon) -> Trial:
    """Read every listing page of a source and the first article that is listed."""
    tried, problems = [], []
    for address in source.listings:
        post = numbered(source.post, 1)
        wanted = ListEndpoint(url=numbered(address, 1), method="POST" if post else "GET", body=post)
        try:
            one = await _try_listing(source, wanted, fetch)
        except FetchError as error:
            problems.append(str(error))
            continue
        tried.append(one)
        problems += _listing_problems(one)
    trial = Trial(source=source, listings=tuple(tried), problems=tuple(problems))
    links = [link for one in tried for link in one.listing.links]
    return await _with_article(trial, links[0].url, fetch, lexicon) if links else trial


async def _try_listing(source: Source, wanted: ListEndpoint, fetch: Fetch) -> TriedListing:
    page = await fetch(wanted)
    listing = read_listing(page, source.listing_rules)
    rule = "the source's own rules" if source.link or source.rows else "the general rules"
    endpoint = find_endpoint(page) if listing.state == "script_list" else None
    if endpoint:
        answer = read_listing(await fetch(endpoint), source.listing_rules)
        if answer.links:
            return TriedListing(url=wanted.url, listing=answer, rule=f"{listing.reason}, read from {endpoint.url}")
    blocks = () if listing.links else tuple(proposals(page))
    return TriedListing(url=wanted.url, listing=listing, rule=rule, proposals=blocks)


def _listing_problems(tried: TriedListing) -> list[str]:
    listing = tried.listing
    if listing.state != "ok":
        return [f"{tried.url}: {listing.state}" + (f" ({listing.reason})" if listing.reason else "")]
    untitled = sum(not link.title for link in listing.links)
    undated = sum(link.date is None for link in listing.links)
    found = []
    if untitled:
        found.append(f"{tried.url}: {untitled} of {len(listing.links)} rows have no title")
    if undated == len(listing.links):
        found.append(f"{tried.url}: no row has a date")
    return found


async def _with_article(trial: Trial, url: str, fetch: Fetch, lexicon: Lexicon) -> Trial:
    try:
        page = await fetch(ListEndpoint(url=url))
    except FetchError as error:
        return replace(trial, problems=(*trial.problems, str(error)))
    blocked = recognise_block(page)
    if blocked or page.status != 200:
        return replace(trial, problems=(*trial.problems, f"{url}: {blocked or f'http {page.status}'}"))
    article = extract(page)
    assessment = assess(article, establish(article, lexicon), lexicon)
    required = (("title", article.title), ("text", article.text), ("publication time", article.published_at))
    missing = tuple(f"{url}: no {name} was found" for name, value in required if not value)
    return replace(trial, article=article, assessment=assessment, problems=(*trial.problems, *missing))
