"""Read any portal's listing page without configuration: links, next page, state. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.listing.blocked import recognise_block
from crawler.listing.formats.html_list import tree_of
from crawler.listing.formats.listing_format import ListingText
from crawler.listing.formats.registry import format_of
from crawler.listing.script_list import recognise_script_list, says_nothing
from crawler.listing.selectors import Proposal, propose
from crawler.sources.rules import ListingRules
from crawler.text.dates import Today
from crawler.text.decode import decode
from crawler.text.depth import levelled
from storage.records import Listing, Page


def read_listing(
    page: Page, rules: ListingRules | None = None, patterns: Sequence[str] = (), *, today: Today | None = None
) -> Listing:
    """Return what a listing page offers; where it offers no links, say why.

    `patterns` are those of the addresses that the page puts together which led to a JSON list (`ListEndpoint`).
    Relative days (昨天, 3小时前) count from the visit, or from `today` where that is given.
    """
    asked = ListingText(
        text=levelled(decode(page.body)), url=page.final_url, rules=rules or ListingRules(), patterns=patterns,
        today=today or Today.of_visit(page.fetched_at), fetched_at=page.fetched_at,
    )  # fmt: skip
    form = format_of(asked.text, asked.rules.format)
    found, following = form.read(asked)
    if found.links:
        return Listing(links=found.links, next=following, rows_seen=found.rows_seen, unusable=found.unusable)
    if reason := recognise_block(page):
        return Listing(state="blocked", reason=reason)
    if reason := recognise_script_list(asked.text):
        return Listing(state="script_list", reason=reason)
    return form.explain(asked, found) or Listing(
        state="empty", reason="says that there is nothing" if says_nothing(asked.text) else "no rows",
        rows_seen=found.rows_seen, unusable=found.unusable,
    )  # fmt: skip


def proposals(page: Page, n: int = 3) -> list[Proposal]:
    """Return the `n` most likely blocks of a page as selectors with what they find, for a source that lost its list."""
    return propose(tree_of(decode(page.body)), page.final_url, Today.of_visit(page.fetched_at), n)
