"""The dictionary that stands in for jieba's own table: it gives the same frequencies and the same words."""

import jieba
import pytest

from crawler.detect.boundaries import WORDS, kinds_of, words_in
from crawler.detect.dictionary import BLOCK_LINES, Dictionary

SENTENCES = (
    "加快培育未来产业链主企业，前瞻布局未来产业先导区，推动产业链条延伸。",
    "面向未来产业工人开展培训，Java和C++工程师、B超机、AT&T除外，共300.5万人。",
    "他来到了网易杭研大厦，结婚的和尚未结婚的，工信处女干事每月经过下属科室",
    "6G、eVTOL与低轨卫星互联网；𠮷野家，龘靐，ｶﾅ，한국어，émigré。",
)


@pytest.fixture(scope="module")
def theirs() -> jieba.Tokenizer:
    """Return jieba with its own table, and our words in it."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in WORDS:
        tokenizer.add_word(word, 3000)
    return tokenizer


@pytest.mark.parametrize("sentence", SENTENCES)
def test_same_words(theirs: jieba.Tokenizer, sentence: str) -> None:
    """A sentence is divided as jieba divides it."""
    assert words_in(sentence) == theirs.lcut(sentence)


def test_same_entries(theirs: jieba.Tokenizer) -> None:
    """Of every hundredth entry the frequency is the same; what begins a word is in it, with 0."""
    with jieba.Tokenizer().get_dict_file() as file:
        ours = Dictionary(line for line in file if not line.startswith("链长 ".encode()))
    entries = sorted(theirs.FREQ.items())[::100]
    assert len(entries) > 4_000
    assert [(word, ours[word]) for word, _ in entries if word in ours] == entries
    assert ours.get("没有的词", 1) == 1
    assert "没有的词" not in ours


@pytest.mark.parametrize("size", [0, 1, BLOCK_LINES - 1, BLOCK_LINES, BLOCK_LINES + 1, 3 * BLOCK_LINES])
def test_edges_of_blocks(size: int) -> None:
    """First and last words of blocks are found, in whatever order they come; before and after them nothing is."""
    words = [f"词{number:04}" for number in range(size)]
    found = Dictionary(f"{word} {number} n\n".encode() for number, word in reversed(list(enumerate(words, 1))))
    assert [found[word] for word in words] == list(range(1, size + 1))
    assert found.total == size * (size + 1) // 2
    assert ("词" in found) == (size > 0)
    assert not any(word in found for word in ("一", "鿿", "词00000", "词9"))


def test_parts_of_speech() -> None:
    """What is in no dictionary has no part of speech."""
    assert kinds_of(["产业", "推动", "脑机接口"]) == {"产业": "n", "推动": "v"}
