"""Read rows that a page carries for its own script: in the state of an application (__NUXT__, …) or in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.listing.formats import read_json
from crawler.listing.json_rows import read_rows
from crawler.listing.shapes import shape_points
from crawler.text.dates import Today
from storage.records import Link

STATE = re.compile(
    r"(?:window(?:\.\w+|\[['\"]\w+['\"]\])\s*=\s*|<script[^<>]*type=[\"']application/json[\"'][^<>]*>\s*)(?=[{\[])"
)
LARGEST = 2_000_000  # characters of one state that are read
FEWEST_ROWS = 3  # state is full of other objects with a name and an address


def embedded_rows(text: str, url: str, today: Today) -> tuple[Link, ...]:
    """Return the longest list of articles in a page's states: of addresses that look like articles', or have a day."""
    found = (read_rows(state, url, today) for state in _states(text))
    lists = [tuple(link for link in links if link.date or shape_points(link.url) > 0) for links in found]
    longest = max(lists, key=len, default=())
    return longest if len(longest) >= FEWEST_ROWS else ()


def commented_lists(text: str) -> str:
    """Return the comments of a page that hold several links, as markup.

    开普 sites of 甘肃 write the rows into a comment inside the list, and a script then asks for them again.
    """
    inner = (comment.partition("-->")[0] for comment in text.split("<!--")[1:] if "-->" in comment)
    return "".join(f"<div>{markup}</div>" for markup in inner if markup.count("<a ") >= FEWEST_ROWS)


def _states(text: str) -> Iterator[Any]:
    for match in STATE.finditer(text):
        if (state := read_json(text[match.end() : match.end() + LARGEST])) is not None:
            yield state
