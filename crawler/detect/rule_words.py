"""The words of the operator's rules: plain ones, and regular expressions between slashes. No I/O, no points."""

from __future__ import annotations

import re
from functools import lru_cache

from storage.folding import fold

SLASHES = re.compile(r"/(?P<pattern>.+)/[a-z]*")  # flags behind the second slash change nothing: case never counts


@lru_cache(maxsize=4096)  # more words than an operator keeps
def compiled(word: str) -> re.Pattern[str]:
    """Return the pattern that finds a word in a plain text; one between slashes is a regular expression.

    A Latin word is not found inside a longer one: AI is not in 5AI or CHAIN.

    Raises:
        re.error: what stands between the slashes is no regular expression.
    """
    if expression := expression_of(word):
        return re.compile("".join(map(_plain, expression)), re.IGNORECASE)
    plain = fold(word.strip())
    escaped = re.escape(plain)
    return re.compile(rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if plain.isascii() else escaped)


def expression_of(word: str) -> str | None:
    """Return the regular expression between slashes, None for a plain word."""
    match = SLASHES.fullmatch(word.strip())
    return match["pattern"] if match else None


def _plain(character: str) -> str:
    r"""Return a character of an expression as it stands in a plain text, where 。 stays and ， is a comma.

    ASCII is left alone: there \D is not \d.
    """
    return character if character.isascii() else re.escape(fold(character))
