"""Tell what a listing is written in, by its content: servers send feeds as text/html and JSON as text/plain."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

Format = Literal["html", "feed", "sitemap", "json"]
FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
# jQuery171_1({…}), var news = {…};  the wrapping of JSON that a script tag loads
WRAPPING = re.compile(
    r"^\s*(?:/\*.*?\*/|//[^\n]*\n|;)*\s*(?:(?:var|let|const)\s+)?[\w.$\[\]'\"]+\s*(?:\(|=)\s*(?=[\[{])", re.DOTALL
)
DECODER = json.JSONDecoder(strict=False)
LOOKS_LIKE_JSON = re.compile(r"\{\s*\"|\[\s*[{\[]")
MOST_BROKEN = 50  # objects that cannot be read, after which a document is given up
HEAD = 2000  # characters in which the root element stands, comments and style sheets before it included


def format_of(text: str) -> Format:
    """Return what a decoded listing is written in; what is nothing else is HTML."""
    if read_json(text) is not None:
        return "json"
    head = text[:HEAD]
    if SITEMAP.search(head):
        return "sitemap"
    if FEED.search(head) and not re.search(r"<html[\s>]", head, re.IGNORECASE):
        return "feed"
    return "html"


def read_json(text: str) -> Any:
    """Return the value of a JSON or JSONP document, None when it is neither."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start.startswith(("{", "[")):
        match = WRAPPING.match(start)
        start = start[match.end() :] if match else ""
    if not start:
        return None
    try:
        return DECODER.raw_decode(start)[0]
    except RecursionError:
        return None
    except ValueError:
        return _objects(start) if LOOKS_LIKE_JSON.match(start) else None


def _objects(text: str) -> list[Any] | None:
    """Return the objects of a broken JSON document that can be read, each for itself; None when there are none."""
    objects, at, failed = [], text.find("{"), 0
    while at >= 0 and failed < MOST_BROKEN:
        try:
            value, at = DECODER.raw_decode(text, at)
            objects.append(value)
        except (ValueError, RecursionError):
            at, failed = at + 1, failed + 1
        at = text.find("{", at)
    return objects or None


def undeclared(text: str) -> str:
    """Return XML without its declaration, which may name an encoding that the bytes never had."""
    return DECLARATION.sub("", text.lstrip("\ufeff"))
