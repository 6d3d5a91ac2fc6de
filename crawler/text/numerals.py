"""Read numbers that are written in Chinese or in digits: 七, 三十一, 一百二十, 两千, 二〇二六. Pure."""

from __future__ import annotations

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○OＯ", 0) | {"两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}


def numeral_of(words: str) -> int:
    """Return a number below ten thousand: 十五 is 15, 一百二十 is 120, 37 is 37, of 三五 (three to five) the 5."""
    if words.isdecimal():
        return int(words)
    total, digit = 0, 0
    for sign in words:
        if sign in SCALES:
            total, digit = total + (digit or 1) * SCALES[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


def year_of(words: str) -> int:
    """Return a year whose digits are written one by one: 二〇二六, 2026."""
    return int("".join(sign if sign.isdecimal() else str(DIGITS[sign]) for sign in words))
