"""Words are found where they stand, whatever stands around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detect.lexicon import load_lexicon

FIND = load_lexicon().matcher.find


@pytest.mark.parametrize("before", ["", "青海", "𠮷林", "🚀", "A", "\ud800"])
def test_offsets_behind_any_character(before: str) -> None:
    """Characters beyond the basic plane, emoji and broken ones do not move what is found behind them."""
    (term,) = FIND(f"{before}培育未来产业")["core"]
    assert (term.start, term.word) == (len(before) + 2, "未来产业")


def test_nothing_is_found_between_characters() -> None:
    """Half of one character and half of the next make no word: only whole ones count."""
    text = "𠮷".join("未来产业脑机接口")
    assert not FIND(text)["core"]
    assert not FIND(text)["track"]


@given(st.text(alphabet="未来产业链印发方案𠮷🚀 a", max_size=30))
def test_every_term_is_in_the_text(text: str) -> None:
    """What is found stands at its offset."""
    for terms in FIND(text).values():
        assert all(text[term.start : term.end] == term.word for term in terms)
