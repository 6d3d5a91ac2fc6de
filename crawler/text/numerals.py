"""Read numbers that are written in Chinese: 七, 十二, 三十一. Pure."""

from __future__ import annotations


def numeral_of(words: str) -> int:
    """Return a number up to 99 that is written in Chinese or in digits."""
    if words.isascii():
        return int(words)
    tens, ten, ones = words.partition("十")
    if ten:
        return 10 * (numeral_of(tens) if tens else 1) + (numeral_of(ones) if ones else 0)
    return "零一二三四五六七八九".find("二" if words == "两" else words) if words not in "〇○OＯ" else 0
