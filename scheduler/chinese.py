r"""Say in Chinese what was worded in English far from any reader, by tables of patterns and their words. Pure.

Words are as `re.sub` takes them: a text with `\1` for the first group, or a function of the match. Patterns are
compiled when they are asked for: every command starts with some of the tables, and few commands need one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

_compiled = cache(re.compile)  # `re` takes as long to find a pattern again as to look for it in a reason
Wordings: TypeAlias = Sequence[tuple[str, str | Callable[[re.Match[str]], str]]]


def whole_in_chinese(text: str, wordings: Wordings) -> str | None:
    """Return the words of the first pattern that fits the whole text, None when none does."""
    for pattern, words in wordings:
        if match := _compiled(pattern, re.DOTALL).fullmatch(text):
            return words(match) if callable(words) else match.expand(words)
    return None


def parts_in_chinese(text: str, wordings: Wordings) -> str:
    """Return a text with the words of each pattern in the places that it fits; the rest stays as it is."""
    for pattern, words in wordings:
        text = _compiled(pattern).sub(words, text)
    return text
