"""Content identity: on normalised text, never on bytes, which change with every token and timestamp of a page."""

from __future__ import annotations

import hashlib
import unicodedata


def plain(text: str) -> str:
    """Return only letters, digits and 汉字, in one width and in lower case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def identity(title: str, text: str) -> str:
    """Return the SHA-256 of what a page says; the title counts only where the text is empty."""
    return hashlib.sha256((plain(text) or plain(title)).encode()).hexdigest()
