"""Read rows that a page carries for its own script: in the state of an application (__NUXT__, …) or in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.listing.found import Found
from crawler.listing.json_rows import read_built, read_rows, rows_without_address
from crawler.listing.patterns import addresses_by, patterns_in
from crawler.listing.shapes import shape_points
from crawler.text.dates import Today
from crawler.text.json_text import read_json

STATE = re.compile(
    r"(?:window(?:\.\w+|\[['\"]\w+['\"]\])\s*=\s*|<script[^<>]*type=[\"']application/json[\"'][^<>]*>\s*)(?=[{\[])"
)
LARGEST_STATE_CHARACTERS = 2_000_000  # characters of one state that are read
FEWEST_ROWS = 3  # state is full of other objects with a name and an address


def embedded_rows(text: str, url: str, today: Today) -> Found:
    """Return the longest list of articles in a page's states: of addresses that look like articles', or have a day.

    Rows without an address get theirs from the pattern that the page's script puts together.
    """
    lists = [found for state in _states(text) for found in _lists(state, text, url, today)]
    longest = max(lists, key=lambda found: len(found.links), default=Found())
    return longest if len(longest.links) >= FEWEST_ROWS else Found()


def _lists(state: Any, text: str, url: str, today: Today) -> Iterator[Found]:
    found = read_rows(state, url, today)
    yield replace(found, links=tuple(link for link in found.links if link.date or shape_points(link.url) > 0))
    rows = rows_without_address(state)
    if len(rows) >= FEWEST_ROWS and (urls := addresses_by(patterns_in(text), rows, url)):
        yield read_built(rows, urls, today)


def commented_lists(text: str) -> str:
    """Return the comments of a page that hold several links, as markup.

    开普 sites of 甘肃 write the rows into a comment inside the list, and a script then asks for them again.
    """
    inner = (comment.partition("-->")[0] for comment in text.split("<!--")[1:] if "-->" in comment)
    return "".join(f"<div>{markup}</div>" for markup in inner if markup.count("<a ") >= FEWEST_ROWS)


def _states(text: str) -> Iterator[Any]:
    for match in STATE.finditer(text):
        if (state := read_json(text[match.end() : match.end() + LARGEST_STATE_CHARACTERS])) is not None:
            yield state
