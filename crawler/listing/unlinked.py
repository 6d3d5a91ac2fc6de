"""Count the rows of a page that show a day, and a title or a link, but lead to no address: an unreadable listing."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.page_regions import ancestors
from crawler.listing.page_text import UNSEEN, PageText
from crawler.listing.row_days import LONGEST_PIECE, read_day
from crawler.listing.titles import length, plain

FEWEST_ROWS = 3  # rows that make a list
HIGHEST_ROW = 4  # elements around a day in one of which the title stands
SHORTEST_TITLE = 8  # 汉字
PIECES_READ = 40  # pieces of text of an element that are read


def dated_rows(tree: LexborHTMLParser) -> int:
    """Return how many rows with a day, and a title or link of their own, stand together; 0 when they make no list."""
    titles: dict[int, set[str]] = defaultdict(set)
    said: dict[int, tuple[str, bool]] = {}
    text = PageText(tree)
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        if node.tag == "-text" and _is_day(node):
            row, title = _row_around(node, text, said)
            if row and row.parent:
                titles[row.parent.mem_id].add(title)
    longest = max(map(len, titles.values()), default=0)
    return longest if longest >= FEWEST_ROWS else 0


def _is_day(node: LexborNode) -> bool:
    words = (node.text_content or "").strip()
    has_digits = 0 < len(words) <= LONGEST_PIECE and any(map(str.isdecimal, words))
    return has_digits and not (node.parent and node.parent.tag in UNSEEN) and read_day([words]) is not None


def _row_around(day: LexborNode, text: PageText, said: dict[int, tuple[str, bool]]) -> tuple[LexborNode | None, str]:
    """Return the smallest element around a day that says a title or has a link too, and what tells it from others.

    `said` holds the titles and links of elements that stand around other days: thousands of days may stand in one.
    """
    for element in islice(ancestors(day), HIGHEST_ROW):
        if element.mem_id not in said:
            said[element.mem_id] = _title_in(element, text), element.css_first("a, [onclick]") is not None
        title, has_link = said[element.mem_id]
        if length(title) >= SHORTEST_TITLE:
            return element, title
        if has_link:  # a picture, or an empty link
            return element, str(element.mem_id)
    return None, ""


def _title_in(element: LexborNode, text: PageText) -> str:
    """Return the longest piece of an element's text that is no day."""
    pieces = (plain(piece) for piece in text.seen(element, most=PIECES_READ))
    return max((piece for piece in pieces if read_day([piece]) is None), key=length, default="")
