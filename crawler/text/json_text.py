"""Read JSON that a stranger wrote: a document by the rules, or JSON and JSONP wherever they stand. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from storage.folding import whole_characters

# Every escape in turn, so that an escaped backslash is not taken for the beginning of the next one.
ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
HALF = re.compile(r"\\u[dD][89a-fA-F]")
# jQuery171_1({…}), var news = {…};  the wrapping of JSON that a script tag loads
WRAPPING = re.compile(
    r"^\s*(?:/\*.*?\*/|//[^\n]*\n|;)*\s*(?:(?:var|let|const)\s+)?[\w.$\[\]'\"]+\s*(?:\(|=)\s*(?=[\[{])", re.DOTALL
)
DECODER = json.JSONDecoder(strict=False)
LOOKS_LIKE_JSON = re.compile(r"\{\s*\"|\[\s*[{\[]")
MOST_BROKEN = 50  # objects that cannot be read, after which a document is given up


def json_of(text: str, *, strict: bool = True) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(_mended(text), strict=strict)


def read_json(text: str) -> Any:
    """Return the value of a JSON or JSONP document, None when it is neither."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start.startswith(("{", "[")):
        match = WRAPPING.match(start)
        start = start[match.end() :] if match else ""
    if not start:
        return None
    start = _mended(start)
    try:
        return DECODER.raw_decode(start)[0]
    except RecursionError:
        return None
    except ValueError:
        return _objects(start) if LOOKS_LIKE_JSON.match(start) else None


def _mended(text: str) -> str:
    """Return a JSON text in which half of a pair that stands alone is U+FFFD, for nothing can keep it."""
    if HALF.search(text):  # most documents have none
        text = ESCAPE.sub(lambda one: r"\ufffd" if one["half"] else one[0], text)
    return whole_characters(text)


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
