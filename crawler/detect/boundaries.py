"""Tell 未来产业/链主企业 from 未来/产业链: where words end. No I/O but jieba's own dictionary, read at first use.

Only the surroundings of a hit are segmented: jieba needs 4 ms for 2,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from crawler.detect.dictionary import Dictionary

if TYPE_CHECKING:
    import jieba

CHARACTERS_BEFORE = 4  # characters: the verb before the term (培育, 面向), which may take 未来 with it
# The longest word that may begin inside the term (产业链条) and what could claim its end.
CHARACTERS_AFTER = 5
# Words of this field that jieba does not know; without 链主 it reads 未来产业链主企业 as 产业链/主.
WORDS = ("链主", "链长", "先导区")
OURS = tuple(f"{word} ".encode() for word in WORDS)  # as their lines in the dictionary begin
WORD_FREQUENCY = 3000  # above 产业链 (1,500 in jieba's dictionary): two whole words are the likelier reading


def words_across(text: str, start: int, end: int) -> frozenset[str]:
    """Return the words that begin inside `text[start:end]` and reach beyond it."""
    left = max(0, start - CHARACTERS_BEFORE)
    return _across(text[left : end + CHARACTERS_AFTER], start - left, end - left)


@lru_cache(maxsize=8192)  # the same few surroundings come again and again
def _across(snippet: str, start: int, end: int) -> frozenset[str]:
    return frozenset(word for first, last, word in _cut(snippet) if start <= first < end < last)


def words_in(sentence: str) -> list[str]:
    """Return the words of a sentence, new ones too, as jieba divides it."""
    return [str(word) for word in _tokenizer().lcut(sentence)]


def kinds_of(words: Iterable[str]) -> dict[str, str]:
    """Return the part of speech of each word that jieba's dictionary has: n a noun, v a verb, nr a person."""
    return {word: kind for word in words if (kind := _dictionary().kind(word))}


def _cut(snippet: str) -> Iterable[tuple[int, int, str]]:
    offset = 0
    for word in _tokenizer().lcut(snippet, HMM=False):
        yield offset, offset + len(word), word
        offset += len(word)


@cache
def _dictionary() -> Dictionary:
    import jieba  # 10 MB that a command without a hit need not load

    with jieba.Tokenizer().get_dict_file() as file:
        theirs = (line for line in file if not line.startswith(OURS))
        return Dictionary(chain(theirs, (b"%s%d n\n" % (word, WORD_FREQUENCY) for word in OURS)))


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Return jieba over our form of its dictionary.

    `initialize()` would read and write a marshal file in the common temporary folder: it gains nothing, fails in a
    read-only service and lets others on the machine plant a dictionary.
    """
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = _dictionary(), _dictionary().total, True
    return tokenizer
