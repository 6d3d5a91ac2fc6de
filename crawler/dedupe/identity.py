"""Content identity: on normalised text, never on bytes, which change with every token and timestamp of a page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

import opencc

NOT_SAID = re.compile(r"[\W_]+")  # everything but letters, digits and 汉字
PHONETIC = re.compile(r"(?<=[\u3400-\u9fff])\([a-zɡà-ǜ]{1,7}\)")  # 產(chǎn)業(yè): injected into copies of the open web


def simple(text: str) -> str:
    """Return a text in one width, lower case and simplified script, injected phonetics removed."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_simplified())
    return PHONETIC.sub("", folded)


def plain(text: str) -> str:
    """Return only the letters, digits and 汉字 of a text, in one width, lower case and simplified script."""
    return NOT_SAID.sub("", simple(text))


def identity(title: str, text: str) -> str:
    """Return the SHA-256 of what a page says; the title counts only where the text is empty."""
    return hashlib.sha256((plain(text) or plain(title)).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _simplified() -> dict[int, str]:
    """Return the simplified form of each traditional character, built once (20 ms)."""
    han = [chr(code) for code in range(0x3400, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    pairs = zip(han, converted, strict=True)
    return {ord(one): other for one, other in pairs if one != other and len(other) == 1} | {ord("産"): "产"}
