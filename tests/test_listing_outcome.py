"""What an answer to a request for a listing means is decided once, for crawls, trials, checks and walks back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import page_of
from crawler.listing.outcome import outcome_of
from storage.records import CUT_SHORT, Link, Listing

ASKED = "https://www.haizhou.example/zwgk/"
ROWS = Listing(links=(Link(url=f"{ASKED}1.html", title="海州市未来产业行动方案", date=None),))
EMPTY, WALL = Listing(state="empty"), Listing(state="blocked", reason="验证码")
SCRIPT = Listing(state="script_list", reason="jpaas unit")


@pytest.mark.parametrize(
    ("status", "landed", "listing", "outcome", "cause", "reason"),
    [
        (200, ASKED, ROWS, "ok", None, ""),
        (200, ASKED, EMPTY, "empty", None, "no rows"),
        (200, ASKED, WALL, "blocked", None, "验证码"),
        (403, ASKED, WALL, "blocked", None, "验证码"),
        (429, ASKED, WALL, "error", "silence", "http 429"),
        (404, ASKED, ROWS, "error", "4xx", "http 404"),
        (503, ASKED, EMPTY, "error", "5xx", "http 503"),
        (200, ASKED, SCRIPT, "script_list", None, "jpaas unit"),
        (200, "https://www.haizhou.example/", ROWS, "error", "other_list", "leads to the home page"),
        (200, "https://www.haizhou.example/index.html", EMPTY, "error", "other_list", "leads to the home page"),
    ],
)
def test_answer_has_one_meaning(
    status: int, landed: str, listing: Listing, outcome: str, cause: str | None, reason: str
) -> None:
    """The status goes before the rows, a wall before the status, and a home page is no column whatever it lists."""
    page = replace(page_of(b"x", ASKED), status=status, final_url=landed)
    told = outcome_of(page, listing, ASKED)
    assert (told.outcome, told.cause, told.reason) == (outcome, cause, reason)


def test_empty_page_that_was_cut_short_is_no_empty_list() -> None:
    """What did not come whole may have had rows."""
    page = replace(page_of(b"x", ASKED), note=f"{CUT_SHORT}; header lines left out: X")
    assert outcome_of(page, EMPTY, ASKED).cause == "connection"
    assert outcome_of(page, ROWS, ASKED).outcome == "ok"


def test_home_page_of_a_source_is_its_list() -> None:
    """A source that is watched by its home page is not sent away from its column."""
    home = "https://www.haizhou.example/"
    assert outcome_of(page_of(b"x", f"{home}index.html"), ROWS, home).outcome == "ok"
