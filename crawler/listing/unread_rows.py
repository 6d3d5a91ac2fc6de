"""Count the rows that a page shows though none of them could be read: such a page is no empty list. No I/O."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.text.dates import find_stamps
from crawler.text.decode import decode_markup
from storage.records import Page

LEVELS = 3  # from a link up to the element of its row
LONGEST_ROW = 300  # characters; an element with more holds several rows


def count_dated_rows(page: Page) -> int:
    """Return how many elements of a page hold a link, or ask a script for a page, and show a day beside it."""
    tree = LexborHTMLParser(decode_markup(page.body))
    rows = (_row_of(node) for node in tree.css("a, [onclick]"))
    return len({row.mem_id for row in rows if row is not None})


def _row_of(node: LexborNode) -> LexborNode | None:
    one: LexborNode | None = node
    for _ in range(LEVELS + 1):
        if one is None or one.tag in {"body", "html"}:
            return None
        text = one.text(strip=True)
        if len(text) > LONGEST_ROW:
            return None
        if find_stamps(text):
            return one
        one = one.parent
    return None
