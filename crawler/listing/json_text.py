"""Read JSON and JSONP wherever they stand, also where a part is broken. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

# jQuery171_1({…}), var news = {…};  the wrapping of JSON that a script tag loads
WRAPPING = re.compile(
    r"^\s*(?:/\*.*?\*/|//[^\n]*\n|;)*\s*(?:(?:var|let|const)\s+)?[\w.$\[\]'\"]+\s*(?:\(|=)\s*(?=[\[{])", re.DOTALL
)
DECODER = json.JSONDecoder(strict=False)
LOOKS_LIKE_JSON = re.compile(r"\{\s*\"|\[\s*[{\[]")
MOST_BROKEN = 50  # objects that cannot be read, after which a document is given up


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
