"""Fold a text character by character: simplified script, half width, lower case. Pure; offsets stay."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from functools import cache

FEW = 24  # different characters: replacing them one by one is quicker than translating all; traditional pages have more
VARIANTS = {"産": "产", "髙": "高", "凈": "净", "〈": "《", "〉": "》", "«": "《", "»": "》"}
VARIANTS |= {"「": "“", "」": "”", "『": "“", "』": "”"}


def fold(text: str) -> str:
    """Return a text simplified, in half width and lower case, character by character: offsets stay."""
    table = _folds()
    foreign = set(_foreign().findall(text))
    if len(foreign) > FEW:
        return text.translate({ord(one): table[one] for one in foreign})
    for one in foreign:
        text = text.replace(one, table[one])
    return text


def variants_of(characters: Iterable[str]) -> str:
    """Return the characters that fold into one of these, but for capital letters."""
    wanted = set(characters)
    return "".join(one for one, other in _folds().items() if other in wanted and not one.isascii())


@cache
def _foreign() -> re.Pattern[str]:
    """Return the pattern of the characters that become another: quicker than a set of all characters of a text."""
    return re.compile(f"[{re.escape(''.join(_folds()))}]")


@cache
def _folds() -> dict[str, str]:
    """Return what each character becomes, built once (20 ms)."""
    import opencc  # here, so that a command that folds nothing starts without it

    table = {chr(code): unicodedata.normalize("NFKC", chr(code)).lower() for code in range(0xFF01, 0xFF5F)}
    table |= {letter: letter.lower() for letter in string.ascii_uppercase}
    table |= {"\u3000": " ", "\r": " "}
    han = [chr(code) for code in range(0x3400, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    table |= {one: other for one, other in zip(han, simple, strict=True) if one != other and len(other) == 1}
    return table | VARIANTS
