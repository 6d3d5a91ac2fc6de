"""Find the request for a list that a script loads, in what its page carries.

Only what stands on the page is used. Where a parameter lies in another script, there is no endpoint. Nothing is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.list_endpoint import ListEndpoint, written_endpoint
from crawler.cms.registry import FAMILIES
from crawler.listing.patterns import patterns_in
from crawler.listing.script_list import FRAME
from crawler.text.addresses import resolve
from crawler.text.decode import decode
from crawler.text.depth import levelled
from storage.records import Page

STATIC_JSON = re.compile(
    r"""\b(?:getJSON|get|fetch|ajax|axios)\s*\(\s*(?:\{[^}]*?url\s*:\s*)?["']([^"'\s]+\.json)(?:\?[^"']*)?["']"""
)


def find_endpoint(page: Page) -> ListEndpoint | None:
    """Return the request for the list that a page's script loads, None when the page does not carry its parameters."""
    text = levelled(decode(page.body))
    found = next((endpoint for way in WAYS if (endpoint := way(text, page))), None)
    if found is None or resolve(found.url, page.final_url) is None:
        return None
    return replace(found, patterns=patterns_in(text))


def _iframe(text: str, page: Page) -> ListEndpoint | None:
    """A frame of the same site that holds the list."""
    for node in LexborHTMLParser(text).css("iframe[src]"):
        source = (node.attributes.get("src") or "").strip()
        url = urljoin(page.final_url, source)
        is_here = urlsplit(url).hostname == urlsplit(page.final_url).hostname
        if source and is_here and not FRAME.search(source):
            return ListEndpoint(url=url)
    return None


WAYS: tuple[Callable[[str, Page], ListEndpoint | None], ...] = (
    *(family.endpoint for family in FAMILIES if family.endpoint), partial(written_endpoint, STATIC_JSON), _iframe,
)  # fmt: skip
