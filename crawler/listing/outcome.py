"""Say what an answer to a request for a listing means: rows, nothing, a wall, a script's list, or an error. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.text.addresses import leads_home
from storage.records import CUT_SHORT, Cause, Listing, Page

SILENCE_STATUS = 429  # who asks for silence has not shut us out


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingOutcome:
    """The meaning of an answer for its visit, and why; the reason names no address."""

    outcome: Literal["ok", "empty", "blocked", "script_list", "error"]
    reason: str = ""
    cause: Cause | None = None

    def __str__(self) -> str:
        return self.reason if self.outcome == "error" else f"{self.outcome} ({self.reason})"


def outcome_of(page: Page, listing: Listing, asked: str) -> ListingOutcome:
    """Return what a page means that was read as a listing; `asked` is what was asked for before any redirect."""
    if listing.state == "blocked" and page.status != SILENCE_STATUS:
        return ListingOutcome(outcome="blocked", reason=listing.reason or "blocked")
    if page.status >= 400:
        cause: Cause = "silence" if page.status == SILENCE_STATUS else "5xx" if page.status >= 500 else "4xx"
        return ListingOutcome(outcome="error", reason=f"http {page.status}", cause=cause)
    if leads_home(asked, page.final_url):
        return ListingOutcome(outcome="error", reason="leads to the home page", cause="other_list")
    return ListingOutcome(outcome="ok") if listing.state == "ok" else _without_rows(page, listing)


def _without_rows(page: Page, listing: Listing) -> ListingOutcome:
    if listing.state == "script_list":
        return ListingOutcome(outcome="script_list", reason=listing.reason or "loaded by a script")
    if page.is_cut_short:
        return ListingOutcome(outcome="error", reason=CUT_SHORT, cause="connection")
    return ListingOutcome(outcome="empty", reason=listing.reason or "no rows")
