"""Numbers in Chinese are read by one table, whoever asks."""

from __future__ import annotations

import pytest

from crawler.text.numerals import numeral_of, year_of


@pytest.mark.parametrize(
    ("words", "number"),
    [("七", 7), ("十", 10), ("十五", 15), ("三十一", 31), ("两", 2), ("一百零五", 105), ("两千三百", 2300), ("37", 37)],
)
def test_number(words: str, number: int) -> None:
    """A number below ten thousand is read, in Chinese or in digits."""
    assert numeral_of(words) == number


def test_range_counts_as_its_end() -> None:
    """两三个 is three: a goal of some is read as what it may become."""
    assert numeral_of("两三") == 3


@pytest.mark.parametrize("words", ["二〇二六", "二零二六", "二○二六", "二O二六", "2026"])
def test_year(words: str) -> None:
    """A year written sign by sign is read, whichever sign stands for its nought."""
    assert year_of(words) == 2026
