"""Remember what a listing page shows, and judge what it shows now: whether it is still the list that it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.compare import Comparison, compare
from crawler.listing.signatures import title_of
from crawler.network.settings import VERSION
from crawler.sources import Source
from crawler.text.decode import decode
from storage.freshness import Freshness, ShownListing
from storage.records import BEIJING, Link, Page

RATE_OVER = timedelta(days=14)
SHARE_TURNED = 0.25  # of its rows that a source must be expected to have had anew, so that all may be: rates swing
MOVES_OF_ANOTHER_LIST = 2  # times that another list has had something new from which it is the list
GONE = re.compile(r"404|不存在|已删除|已被删除|已失效|找不到|not found", re.IGNORECASE)


def answer_sha256(page: Page, source: Source, patterns: Sequence[str]) -> str:
    """Return the hash of an answer and of all else that decides its rows: 昨天 is another day tomorrow."""
    day = page.fetched_at.astimezone(BEIJING).date()
    said = (page.sha256, page.status, page.final_url, page.headers.get("Content-Type"))
    return hashlib.sha256(repr((VERSION, source, tuple(patterns), day, *said)).encode()).hexdigest()


def judge(freshness: Freshness, source: str, listing: str, rows: Sequence[Link], now: datetime) -> Comparison:
    """Return how a listing page changed, and remember it where nothing is wrong with it."""
    before = freshness.shown(source, listing)
    if before is None:
        freshness.first(source, listing, rows, now)
        return Comparison(change="moved")
    found = compare(before.rows, rows)
    if found.change == "other" and rows and _may_turn_over(freshness, source, before, now):
        found = Comparison(change="moved", fresh=found.fresh)
    if found.change == "other":
        found = _as_other(freshness, source, listing, before, rows)
    if found.change == "moved":
        freshness.moved(source, listing, rows, fresh=max(1, len(found.fresh)), now=now)
    elif found.change == "same":
        freshness.stands(source, listing, now)
    return found


def _as_other(
    freshness: Freshness, source: str, listing: str, before: ShownListing, rows: Sequence[Link]
) -> Comparison:
    """Return that a page shows another list than it did; once that has lived for a while, it is the list.

    What is left of a broken page stands still; the list of a portal that was made anew goes on.
    """
    since = compare(before.other_rows or rows, rows)
    moves = before.other_moves + (since.change == "moved")
    if moves >= MOVES_OF_ANOTHER_LIST:
        return Comparison(change="moved", fresh=since.fresh)
    freshness.replaced(source, listing, rows, moves=moves)
    return Comparison(change="other", fresh=tuple(rows))


def _may_turn_over(freshness: Freshness, source: str, before: ShownListing, now: datetime) -> bool:
    """True when a source is quick enough to have replaced all its rows since its page was last read.

    True as well for a source that nothing is known of: it lists no days and has not been watched for long.
    """
    moves = freshness.moves(source, since=before.read_at - RATE_OVER, now=now)
    if not moves:
        return freshness.last_move(source, now=now) is None
    days = max((before.read_at - moves[0][0]) / timedelta(days=1), 1.0)
    a_day = sum(number for _, number in moves) / days
    return a_day * ((now - before.read_at) / timedelta(days=1)) >= SHARE_TURNED * len(before.rows)


def is_still_there(page: Page) -> bool:
    """True when the page of a row that has left its list still answers: then the row was not withdrawn.

    A page that was withdrawn answers 404, leads elsewhere, or says in its title that it is gone.
    """
    is_moved = page.url.partition("://")[2].rstrip("/") != page.final_url.partition("://")[2].rstrip("/")
    return page.status == 200 and not is_moved and not GONE.search(title_of(LexborHTMLParser(decode(page.body))))
