"""All formats of listings, in the order in which they are asked; HTML takes what nobody else knows.

Packages of others add formats through the entry points `futurewatch.listing_formats`; they are asked first.
"""

from __future__ import annotations

import functools

from crawler.listing.formats import feed, html_list, json_list, sitemap
from crawler.listing.formats.listing_format import ListingFormat
from storage.plugins import plugins_of

ENTRY_POINTS = "futurewatch.listing_formats"
SHIPPED: tuple[ListingFormat, ...] = (json_list.FORMAT, sitemap.FORMAT, feed.FORMAT, html_list.FORMAT)


@functools.cache
def listing_formats() -> tuple[ListingFormat, ...]:
    """Return every format of listings; a shipped name cannot be taken."""
    names = {one.name for one in SHIPPED}
    return (*(one for one in plugins_of(ENTRY_POINTS) if one.name not in names), *SHIPPED)


def format_of(text: str, wanted: str = "") -> ListingFormat:
    """Return the format of a decoded page; the one that its source names is asked first."""
    asked = sorted(listing_formats(), key=lambda one: one.name != wanted)
    return next((one for one in asked if one.recognises(text)), html_list.FORMAT)
