"""Words that stand beside the core term more than they did, and that the lexicon lacks."""

from crawler.detect.lexicon import load_lexicon
from crawler.detect.rising import Rising, find_rising

LEXICON = load_lexicon()
OLD = ["全省把未来产业作为新的增长点。", "未来产业要耐心。", "培育未来产业，离不开金融。"] * 4


def words(now: list[str], before: list[str]) -> list[Rising]:
    """Return the rising words."""
    return find_rising(now, before, LEXICON, limit=10)


def test_new_word_beside_the_term() -> None:
    """A word that four texts use and none did before is found, with its counts."""
    found = words([f"第{n}批未来产业中，磷光显示引人注目。" for n in range(6)], OLD)
    assert [(one.now, one.before) for one in found if "磷光" in one.word] == [(6, 0)]


def test_words_of_other_sentences_are_not_counted() -> None:
    """Only the sentences that hold the core term count."""
    assert not words([f"未来产业要耐心。磷光显示引人注目{n}。" for n in range(6)], OLD)


def test_known_words_are_left_out() -> None:
    """Tracks and other words of the lexicon are known, in whole or in part."""
    found = words(["未来产业中，脑机接口和绿色氢能引人注目。"] * 6, OLD)
    assert not [one for one in found if "脑机" in one.word or "氢能" in one.word]


def test_steady_words_do_not_rise() -> None:
    """A word as frequent as before is none."""
    assert not words(OLD, OLD)


def test_few_texts_prove_nothing() -> None:
    """Two texts with a new word are one desk's style, and a text counts a word once."""
    assert not words(["未来产业看磷光显示，未来产业离不开磷光显示。"] * 2, OLD)


def test_regions_verbs_and_numbers_are_no_terms() -> None:
    """Places, verbs, numbers and days beside the term are left out."""
    assert not words(["5月20日，湖北推动未来产业加速奔跑，共三批。"] * 6, OLD)


def test_nothing_to_compare_with() -> None:
    """Without texts there is nothing; without earlier texts nothing can rise surely."""
    assert words([], OLD) == []
    assert words([], []) == []
