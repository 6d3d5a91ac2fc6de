"""The request for a list that a script loads, and readers of the parameters that its page carries. Nothing is sent."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from storage.records import Page

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
JSON_BODY = {"Content-Type": "application/json; charset=UTF-8"}
ROWS_ASKED_FOR = 15  # rows to ask for, as the sites' own scripts do


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEndpoint:
    """The request that a page's script makes for its first rows. Its answer is a listing page to `read_listing`.

    `patterns` are the addresses that the page puts together from the rows, for an answer whose rows have an id only.
    """

    url: str
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()


def written_endpoint(pattern: re.Pattern[str], text: str, page: Page) -> ListEndpoint | None:
    """Return the address that stands whole on the page, as the first group of a pattern."""
    where = pattern.search(text)
    return ListEndpoint(url=urljoin(page.final_url, html.unescape(where[1]))) if where else None


def value_of(text: str, name: str) -> str:
    """Return the value of a key in a script's object or of a variable, an empty string when it is not written out."""
    match = re.search(rf"""(?<![\w.])["']?{name}["']?\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|(\d+)\b)""", text, re.IGNORECASE)
    return next((value for value in match.groups() if value is not None), "") if match else ""


def values_of(text: str, name: str) -> list[str]:
    """Return the words of an array that a script gives a name."""
    match = re.search(rf"""["']?\b{name}["']?\s*[:=]\s*\[([^\]]*)\]""", text)
    return re.findall(r"""["']([^"']+)["']""", match[1]) if match else []
