"""Read any portal's listing page without configuration: links, next page, state. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.blocked import recognise_block
from crawler.listing.built import missing_address, read_unaddressed
from crawler.listing.datastore import next_group, unwrap
from crawler.listing.embedded import commented_lists, embedded_rows
from crawler.listing.feeds import read_feed
from crawler.listing.formats import format_of, read_json
from crawler.listing.found import Found
from crawler.listing.json_paging import next_json
from crawler.listing.json_rows import markup_in, read_rows
from crawler.listing.mapping import read_mapped
from crawler.listing.opened import levelled, unpacked
from crawler.listing.paging import next_page
from crawler.listing.patterns import is_pattern
from crawler.listing.rows import find_rows
from crawler.listing.rules import ListingRules
from crawler.listing.script_list import is_doubtful, recognise_script_list, says_nothing
from crawler.listing.selectors import Proposal, propose, select_next, select_rows
from crawler.listing.sitemap import read_sitemap, sitemaps_in
from crawler.listing.unlinked import dated_rows
from crawler.text.dates import Today
from crawler.text.decode import INNER_CLOSING, decode
from storage.records import Listing, Page


def read_listing(
    page: Page, rules: ListingRules | None = None, patterns: Sequence[str] = (), *, today: Today | None = None
) -> Listing:
    """Return what a listing page offers; where it offers no links, say why.

    `patterns` are those of the addresses that the page puts together which led to a JSON list (`ListEndpoint`).
    Relative days (昨天, 3小时前) count from the visit, or from `today` where that is given.
    """
    page = unpacked(page)
    text = levelled(decode(page.body))
    rules = rules or ListingRules()
    found, following = _read(text, page, rules, patterns, today or Today.of_visit(page.fetched_at))
    if found.links:
        return Listing(links=found.links, next=following, rows_seen=found.rows_seen, unusable=found.unusable)
    return _without_links(text, page, found, rules)


def _read(
    text: str, page: Page, rules: ListingRules, patterns: Sequence[str], today: Today
) -> tuple[Found, str | None]:
    match format_of(text):
        case "feed":
            return read_feed(text, page.final_url, today), None
        case "sitemap":
            return read_sitemap(text, page.final_url, today), None
        case "json":
            return _read_json(text, page.final_url, rules, patterns, today)
        case _:
            return _read_html(text, page.final_url, rules, today)


def _read_json(
    text: str, url: str, rules: ListingRules, patterns: Sequence[str], today: Today
) -> tuple[Found, str | None]:
    data = read_json(text)
    if rules.rows:
        mapped = read_mapped(data, rules, url, today)
        return mapped, next_json(data, url, mapped.rows_seen)
    ways: tuple[Callable[[], Found], ...] = (
        lambda: read_rows(data, url, today),
        lambda: _rows_in(markup_in(data), url, today),
        lambda: read_unaddressed(data, url, today, (rules.link, *patterns)),
    )
    found = _first(ways)
    return found, next_json(data, url, found.rows_seen)


def _first(ways: Sequence[Callable[[], Found]]) -> Found:
    """Return what the first way that finds links finds; where none does, what the last one counted."""
    found = Found()
    for way in ways:
        if (found := way()).links:
            break
    return found


def _rows_in(markup: str, url: str, today: Today) -> Found:
    return find_rows(_tree(markup), url, today, lambda: False)


def _tree(markup: str) -> LexborHTMLParser:
    return LexborHTMLParser(INNER_CLOSING.sub("", levelled(unwrap(markup))))


def _read_html(text: str, url: str, rules: ListingRules, today: Today) -> tuple[Found, str | None]:
    tree = _tree(text)
    has_selector = rules.link and not is_pattern(rules.link)
    found = select_rows(tree, url, rules, today) if has_selector else _find_rows(tree, text, url, today)
    following = select_next(tree, url, rules) if rules.next else next_group(text, url) or next_page(tree, text, url)
    return found, following


def _find_rows(tree: LexborHTMLParser, text: str, url: str, today: Today) -> Found:
    """Return the rows that a page shows, else those it keeps for its script: in its state or in a comment."""
    ways: tuple[Callable[[], Found], ...] = (
        lambda: find_rows(tree, url, today, lambda: is_doubtful(text)),
        lambda: embedded_rows(text, url, today),
        lambda: find_rows(_tree(commented_lists(text)), url, today, lambda: True),
    )
    return _first(ways)


def proposals(page: Page, n: int = 3) -> list[Proposal]:
    """Return the `n` most likely blocks of a page as selectors with what they find, for a source that lost its list."""
    return propose(_tree(decode(unpacked(page).body)), page.final_url, Today.of_visit(page.fetched_at), n)


def _without_links(text: str, page: Page, found: Found, rules: ListingRules) -> Listing:
    if reason := recognise_block(page):
        return Listing(state="blocked", reason=reason)
    if sitemaps := sitemaps_in(text, page.final_url, page.fetched_at) if format_of(text) == "sitemap" else ():
        return Listing(state="empty", reason="sitemap index", next=sitemaps[0], sitemaps=sitemaps)
    if format_of(text) == "json" and found.unusable:
        reason = missing_address(read_json(text))
        return Listing(state="script_list", reason=reason, rows_seen=found.rows_seen, unusable=found.unusable)
    if reason := recognise_script_list(text):
        return Listing(state="script_list", reason=reason)
    if count := dated_rows(LexborHTMLParser(text)) if format_of(text) == "html" else 0:
        problem = "are not found by the source's own selector" if rules.link else "lead to no address of their own"
        reason = f"{count} rows with a day {problem}"
        return Listing(state="script_list", reason=reason, rows_seen=count, unusable=count)
    return Listing(
        state="empty",
        reason="says that there is nothing" if says_nothing(text) else "no rows",
        rows_seen=found.rows_seen,
        unusable=found.unusable,
    )
