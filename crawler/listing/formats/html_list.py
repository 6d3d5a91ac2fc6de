"""Read listings in HTML: the rows that a page shows, else those that it keeps for its script."""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.registry import FAMILIES
from crawler.listing.embedded import commented_lists, embedded_rows
from crawler.listing.formats.listing_format import ListingText
from crawler.listing.found import Found, first_with_links
from crawler.listing.paging import next_page
from crawler.listing.patterns import is_pattern
from crawler.listing.rows import find_rows
from crawler.listing.script_list import is_doubtful
from crawler.listing.selectors import select_next, select_rows
from crawler.listing.unlinked import dated_rows
from crawler.text.decode import as_markup
from storage.records import Listing


class HtmlList:
    """The format of every answer that no other format recognises."""

    name = "html"

    def recognises(self, _text: str) -> bool:
        """Never by itself: HTML is what nobody else knows."""
        return False

    def read(self, page: ListingText) -> tuple[Found, str | None]:
        """Return the rows by the source's selectors, else by their shape, and the next page."""
        tree, rules = tree_of(page.text), page.rules
        has_selector = rules.link and not is_pattern(rules.link)
        found = select_rows(tree, page.url, rules, page.today) if has_selector else _find_rows(tree, page)
        if rules.next:
            return found, select_next(tree, page.url, rules)
        told = (family.next_page(page.text, page.url) for family in FAMILIES if family.next_page)
        return found, next(filter(None, told), None) or next_page(tree, page.text, page.url)

    def explain(self, page: ListingText, _found: Found) -> Listing | None:
        """Name rows that show a day and cannot be followed: such a page is no empty list."""
        count = dated_rows(LexborHTMLParser(page.text))
        if not count:
            return None
        problem = "are not found by the source's own selector" if page.rules.link else "lead to no address of their own"
        reason = f"{count} rows with a day {problem}"
        return Listing(state="script_list", reason=reason, rows_seen=count, unusable=count)


FORMAT = HtmlList()


def tree_of(markup: str) -> LexborHTMLParser:
    """Return markup as a tree, levelled, with the rows that its CMS packs as elements."""
    for family in FAMILIES:
        markup = family.unwrap(markup) if family.unwrap else markup
    return LexborHTMLParser(as_markup(markup))


def _find_rows(tree: LexborHTMLParser, page: ListingText) -> Found:
    """Return the rows that a page shows, else those it keeps for its script: in its state or in a comment."""
    text, url, today = page.text, page.url, page.today
    ways: tuple[Callable[[], Found], ...] = (
        lambda: find_rows(tree, url, today, lambda: is_doubtful(text)),
        lambda: embedded_rows(text, url, today),
        lambda: find_rows(tree_of(commented_lists(text)), url, today, lambda: True),
    )
    return first_with_links(ways)
