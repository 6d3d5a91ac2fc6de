"""Content identity: on normalised text, never on bytes, which change with every token and timestamp of a page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from crawler.text import fold

# 贷款市场报价利率(LPR): some papers print a short Latin gloss and others leave it out.
GLOSS = re.compile(r"(?<=[\u3400-\u9fff])\([a-zɡà-ǜ]{1,7}\)")
TEXTS_IN_USE = 4  # that are asked for again while one article is compared: its text, with and without its title
NOT_SAID = re.compile(r"[\W_]+")  # everything but letters, digits and 汉字


@lru_cache(maxsize=TEXTS_IN_USE)
def simple(text: str) -> str:
    """Return a text line by line in one width, lower case and simplified script, nothing inside words, no glosses.

    Signs that stand for several characters are written out (㎡, ⅓): two papers print either.
    """
    folded = fold.plain(text, pauses=fold.PAUSES_OF_LINES).text
    return GLOSS.sub("", unicodedata.normalize("NFKC", folded).lower())


@lru_cache(maxsize=TEXTS_IN_USE)
def plain(text: str) -> str:
    """Return only the letters, digits and 汉字 of a text, in one width, lower case and simplified script."""
    return NOT_SAID.sub("", simple(text))


def identity(title: str, text: str) -> str:
    """Return the SHA-256 of what a page says; the title counts only where the text is empty."""
    return hashlib.sha256((plain(text) or plain(title)).encode("utf-8", "surrogatepass")).hexdigest()
