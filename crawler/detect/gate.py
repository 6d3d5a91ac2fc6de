"""The cheap gate before everything else: may a text be about future industries at all? No I/O."""

from __future__ import annotations

from crawler.detect.directions import LEAD_CHARACTERS
from crawler.detect.lexicon import Lexicon
from crawler.detect.reading import part
from crawler.text.fold import HAS_SPREAD, has_noise, plain
from storage.folding import fold


def mentions(text: str, lexicon: Lexicon) -> bool:
    """Whether a text has a core term, a track, what a rule asks for, or a document for an unlisted direction.

    True for everything that `assess` can call an announcement. Regular expressions of rules cost more.
    """
    closed, matcher = "".join(text.split()), lexicon.matcher  # a gap inside a word must not hide it
    if matcher.is_mentioned(closed):
        return True
    if matcher.may_hide(closed) and matcher.is_mentioned(fold(closed)):
        return True
    if lexicon.unlisted_directions and _has_direction(text, lexicon):
        return True
    is_damaged = has_noise(fold_brackets(closed)) or HAS_SPREAD.search(closed)
    if not is_damaged and not matcher.has_expressions:
        return False
    said = plain(text).text
    return matcher.is_mentioned(said) or matcher.is_expressed(said)


def _has_direction(text: str, lexicon: Lexicon) -> bool:
    """Whether the first line, the title, or what follows names a document for a direction without a word."""
    title, _, following = text.partition("\n")
    return bool(
        part("title", title, lexicon).terms["track"]
        or part("body", following[:LEAD_CHARACTERS], lexicon).terms["track"]
    )


def fold_brackets(text: str) -> str:
    """Return a text with its brackets in half width, as injected phonetics are looked for."""
    return text.replace("（", "(").replace("）", ")")
