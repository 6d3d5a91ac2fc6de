"""The cheap gate before everything else: may a text be about future industries at all? No I/O."""

from __future__ import annotations

import re

from crawler.detect.lexicon import Lexicon
from crawler.detect.normalise import HAN, INVISIBLE, PHONETIC, fold, normalise

# What only the full normalisation undoes; the gate looks again after it.
DAMAGE = re.compile(rf"[{INVISIBLE}]|[{HAN}]{PHONETIC}|[{HAN}]([·•・_|*~^/.-])[{HAN}]\1[{HAN}]")


def mentions(text: str, lexicon: Lexicon) -> bool:
    """Whether a text has a core term or a track, however it is written.

    True for everything that `assess` can call an announcement.
    """
    closed = "".join(fold(text).split())  # a space or a line break inside a word must not hide it
    if lexicon.matcher.is_mentioned(closed):
        return True
    return DAMAGE.search(closed) is not None and lexicon.matcher.is_mentioned(normalise(text).text)
