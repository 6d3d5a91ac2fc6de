"""Define a format of listings: how it is recognised, and how its rows are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crawler.listing.found import Found
from crawler.sources.rules import ListingRules
from crawler.text.dates import Today
from storage.records import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingText:
    """A listing page that is to be read: its decoded text, the address it came from, and what its source says of it.

    `patterns` are those of the addresses that the page puts together which led to a JSON list. `today` settles days
    without a year and relative ones.
    """

    text: str
    url: str
    rules: ListingRules
    today: Today
    fetched_at: datetime
    patterns: Sequence[str] = ()


class ListingFormat(Protocol):
    """A format of listings. Formats of others are added by entry points, see docs/plugins.md."""

    name: str
    """How a source's `format` writes it."""

    def recognises(self, text: str, /) -> bool:
        """Return whether a decoded page is written in this format. Servers' headers lie, so its text decides."""

    def read(self, page: ListingText, /) -> tuple[Found, str | None]:
        """Return the rows of a page, and the address of the next page, None where there is none."""

    def explain(self, page: ListingText, found: Found, /) -> Listing | None:
        """Return why a page of this format gives no rows, None where nothing special is known."""
