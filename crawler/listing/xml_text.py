"""Read XML of feeds and sitemaps. Pure."""

from __future__ import annotations

import re

DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
HEAD_CHARACTERS = 2000  # in which the root element stands, comments and style sheets before it included


def undeclared(text: str) -> str:
    """Return XML without its declaration, which may name an encoding that the bytes never had."""
    return DECLARATION.sub("", text.lstrip("\ufeff"))
