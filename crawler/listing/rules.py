"""What a source may say about its own listing pages, where the general rules do not do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules:
    """CSS selectors of one source; empty ones are left to the general rules.

    `link` finds the links of the rows. `title` and `date` are looked up in the row, which is the largest
    element around a link without another one. `next` finds the link to the next page.
    """

    link: str = ""
    title: str = ""
    date: str = ""
    next: str = ""
