"""Read JSON that a stranger wrote. Pure."""

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


def json_of(text: str, *, strict: bool = True) -> Any:
    """Return what a JSON text says; half of a pair that stands alone becomes U+FFFD, for nothing can keep it.

    Raises:
        ValueError: it is no JSON.
    """
    if HALF.search(text):  # most documents have none
        text = ESCAPE.sub(lambda one: r"\ufffd" if one["half"] else one[0], text)
    return json.loads(whole_characters(text), strict=strict)
