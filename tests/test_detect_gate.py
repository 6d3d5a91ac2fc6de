"""The cheap gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import article_of
from crawler.detect import assess, mentions
from crawler.detect.lexicon import load_lexicon
from crawler.detect.prefix_search import Beginnings
from storage.records import Facts

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    "text",
    [
        "培育未来产业",
        "培育未來產業",
        "培育未來産業",
        "未 来 产 业",
        "未来\n产业",
        "未\u200b来产业",
        "未·来·产·业",
        "未來產(chǎn)業(yè)",
        "未来产（chan）业",
        "６Ｇ",
        "6G",
        "EVTOL",
        "腦機接口",
    ],
)
def test_open_however_written(text: str) -> None:
    """A term opens the gate in every script and through every kind of damage."""
    assert mentions(f"近日，{text}加快布局。", LEXICON)


@pytest.mark.parametrize("text", ["", "未来三天有雨", "未来/产业", "展望未来，产业升级", "服务业发展规划印发"])
def test_closed_without_a_term(text: str) -> None:
    """Weather, empty texts and policies on other topics stop at the gate."""
    assert not mentions(text, LEXICON)


PIECES = st.sampled_from(
    ["未来产业", "未來", "產業", "印发", "《", "》", "量子", "\n", " ", "·", "(chǎn)", "（yè）", "省政府", "。", "方案"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_nothing_assessed_is_stopped(text: str) -> None:
    """What has a hit for the topic passed the gate: the gate loses nothing that would be scored."""
    found = assess(article_of("", text), Facts(), LEXICON)
    assert mentions(text, LEXICON) or not found.hits


LETTERS = st.text(alphabet="未来产业6Gg", max_size=6)


@given(st.lists(LETTERS, max_size=6), LETTERS)
def test_beginnings_find_what_is_there(words: list[str], text: str) -> None:
    """A word is found exactly where the text has it; words of one character too, empty ones never."""
    assert Beginnings(words).is_in(text) == any(word in text for word in words if word)
