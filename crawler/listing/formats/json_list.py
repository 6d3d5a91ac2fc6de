"""Read listings in JSON or JSONP: rows with addresses, markup in a field, rows whose addresses a pattern gives."""

from __future__ import annotations

from collections.abc import Callable

from crawler.listing.built import missing_address, read_unaddressed
from crawler.listing.formats.html_list import tree_of
from crawler.listing.formats.listing_format import ListingText
from crawler.listing.found import Found, first_with_links
from crawler.listing.json_paging import next_json
from crawler.listing.json_rows import markup_in, read_rows
from crawler.listing.mapping import read_mapped
from crawler.listing.rows import find_rows
from crawler.text.json_text import read_json
from storage.records import Listing


class JsonList:
    """A JSON or JSONP document."""

    name = "json"

    def recognises(self, text: str) -> bool:
        """Return whether a text is JSON or JSONP."""
        return read_json(text) is not None

    def read(self, page: ListingText) -> tuple[Found, str | None]:
        """Return the rows by the source's paths, else by their shape, and the next page."""
        data, url, rules, today = read_json(page.text), page.url, page.rules, page.today
        if rules.rows:
            mapped = read_mapped(data, rules, url, today)
            return mapped, next_json(data, url, mapped.rows_seen)
        ways: tuple[Callable[[], Found], ...] = (
            lambda: read_rows(data, url, today),
            lambda: find_rows(tree_of(markup_in(data)), url, today, lambda: False),
            lambda: read_unaddressed(data, url, today, (rules.link, *page.patterns)),
        )
        found = first_with_links(ways)
        return found, next_json(data, url, found.rows_seen)

    def explain(self, page: ListingText, found: Found) -> Listing | None:
        """Name the line that the source needs where rows have an id and no address."""
        if not found.unusable:
            return None
        reason = missing_address(read_json(page.text))
        return Listing(state="script_list", reason=reason, rows_seen=found.rows_seen, unusable=found.unusable)


FORMAT = JsonList()
