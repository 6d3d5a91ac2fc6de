"""Read any portal's listing page without configuration: links, next page, state. No I/O, no clock."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.blocked import recognise_block
from crawler.listing.datastore import next_group, unwrap
from crawler.listing.embedded import commented_lists, embedded_rows
from crawler.listing.feeds import read_feed
from crawler.listing.formats import format_of, read_json
from crawler.listing.json_paging import next_json
from crawler.listing.json_rows import markup_in, read_rows
from crawler.listing.mapping import read_mapped
from crawler.listing.paging import next_page
from crawler.listing.rows import find_rows
from crawler.listing.rules import ListingRules
from crawler.listing.script_list import is_doubtful, recognise_script_list, says_nothing
from crawler.listing.selectors import Proposal, propose, select_next, select_rows
from crawler.listing.sitemap import newest_sitemap, read_sitemap
from crawler.text.dates import Today
from crawler.text.decode import INNER_CLOSING, decode
from storage.records import Link, Listing, Page


def read_listing(page: Page, rules: ListingRules | None = None, *, today: Today | None = None) -> Listing:
    """Return what a listing page offers; where it offers no links, say why.

    Relative days (昨天, 3小时前) count from the visit, or from `today` where that is given.
    """
    text = decode(page.body)
    links, following = _read(text, page, rules or ListingRules(), today or Today.of_visit(page.fetched_at))
    if links:
        return Listing(links=links, next=following)
    return _without_links(text, page, following)


def _read(text: str, page: Page, rules: ListingRules, today: Today) -> tuple[tuple[Link, ...], str | None]:
    match format_of(text):
        case "feed":
            return read_feed(text, page.final_url, today), None
        case "sitemap":
            return read_sitemap(text, page.final_url, today), newest_sitemap(text, page.final_url)
        case "json":
            return _read_json(text, page.final_url, rules, today)
        case _:
            return _read_html(text, page.final_url, rules, today)


def _read_json(text: str, url: str, rules: ListingRules, today: Today) -> tuple[tuple[Link, ...], str | None]:
    data = read_json(text)
    if rules.rows:
        mapped = read_mapped(data, rules, url, today)
        return mapped, next_json(data, url, len(mapped))
    links = read_rows(data, url, today) or _rows_in(markup_in(data), url, today)
    return links, next_json(data, url, len(links))


def _rows_in(markup: str, url: str, today: Today) -> tuple[Link, ...]:
    return tuple(find_rows(LexborHTMLParser(unwrap(markup)), url, today, lambda: False))


def _read_html(text: str, url: str, rules: ListingRules, today: Today) -> tuple[tuple[Link, ...], str | None]:
    tree = LexborHTMLParser(INNER_CLOSING.sub("", unwrap(text)))
    links = select_rows(tree, url, rules, today) if rules.link else _find_rows(tree, text, url, today)
    following = select_next(tree, url, rules) if rules.next else next_group(text, url) or next_page(tree, text, url)
    return tuple(links), following


def _find_rows(tree: LexborHTMLParser, text: str, url: str, today: Today) -> list[Link]:
    """Return the rows that a page shows, else those it keeps for its script: in its state or in a comment."""
    return (
        find_rows(tree, url, today, lambda: is_doubtful(text))
        or list(embedded_rows(text, url, today))
        or find_rows(LexborHTMLParser(commented_lists(text)), url, today, lambda: True)
    )


def proposals(page: Page, n: int = 3) -> list[Proposal]:
    """Return the `n` most likely blocks of a page as selectors with what they find, for a source that lost its list."""
    tree = LexborHTMLParser(INNER_CLOSING.sub("", unwrap(decode(page.body))))
    return propose(tree, page.final_url, Today.of_visit(page.fetched_at), n)


def _without_links(text: str, page: Page, following: str | None) -> Listing:
    if reason := recognise_block(page):
        return Listing(state="blocked", reason=reason)
    if reason := recognise_script_list(text):
        return Listing(state="script_list", reason=reason)
    if format_of(text) == "sitemap":  # an index has no articles: the newest of its sitemaps comes next
        return Listing(state="empty", reason="sitemap index" if following else "no rows", next=following)
    return Listing(state="empty", reason="says that there is nothing" if says_nothing(text) else "no rows")
