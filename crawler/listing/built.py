"""Read a JSON list whose rows have an id and no address: build the addresses, or say which line the source needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crawler.listing.found import Found
from crawler.listing.json_rows import read_built, rows_without_address
from crawler.listing.patterns import addresses_by, identities, is_pattern, pattern_of, patterns_in
from crawler.listing.selectors import Proposal
from crawler.sources.rules import ListingRules
from crawler.text.dates import Today
from crawler.text.decode import decode
from crawler.text.json_text import read_json
from storage.records import Page


def read_unaddressed(data: Any, url: str, today: Today, patterns: Iterable[str]) -> Found:
    """Return the rows that have an id and no address, as links where one of the patterns fits them."""
    rows = rows_without_address(data)
    if urls := addresses_by(filter(is_pattern, patterns), rows, url):
        return read_built(rows, urls, today)
    return Found(rows_seen=len(rows), unusable=len(rows))


def missing_address(data: Any) -> str:
    """Return what is missing of a list whose rows have no address, and which line of the source mends it."""
    rows = rows_without_address(data)
    keys = identities(rows)
    said = f"they have {', '.join(keys)}; " if keys else ""
    return (
        f"{len(rows)} rows without an address: {said}the source needs "
        f'link = "the address of an article with {{{keys[0] if keys else "id"}}} in place of its id"'
    )


def propose_link(page: Page, pages: Iterable[Page], known: Iterable[str]) -> Proposal | None:
    """Return the line that gives the rows of a JSON list their addresses, None where nothing tells the pattern.

    It is read off `known` addresses of articles, or found in the scripts of the portal's `pages`.
    """
    rows = rows_without_address(read_json(decode(page.body)))
    seen = [pattern for address in known if (pattern := pattern_of(address, rows))]
    seen += [pattern for other in pages for pattern in patterns_in(decode(other.body))]
    best = addresses_by(seen, rows, page.final_url)
    fitting = next(
        (pattern for pattern in seen if best and addresses_by([pattern], rows, page.final_url) == best), None
    )
    if fitting is None:
        return None
    links = read_built(rows, best, Today.of_visit(page.fetched_at)).links
    return Proposal(rules=ListingRules(link=fitting), links=links)
