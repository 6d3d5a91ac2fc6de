"""Find words that stand beside 未来产业 more than they did, and that the lexicon lacks. No I/O, no clock.

Words and pairs of words are counted once for each article, in the sentences that hold the core term.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TypeAlias

from crawler.detect.boundaries import kinds_of, words_in
from crawler.detect.lexicon import Lexicon
from crawler.text.fold import HAN
from crawler.text.fold import plain as folded
from crawler.text.regions import find_regions

RisingTerm: TypeAlias = tuple[str, ...]
NEW = ""  # the part of speech of a word that no dictionary has
ENDS = frozenset((NEW, "n", "nz"))
BEGINS = ENDS | {"b", "a", "vn", "j"}  # 具身+智能, 低轨+卫星
SENTENCE = re.compile(r"[^。！？!?；;\n]+")
WORD = re.compile(rf"[{HAN}a-z]*[{HAN}][{HAN}a-z0-9]*")  # not numbers, not marks
LONGEST_TERM_CHARACTERS = 8  # characters of a pair that is still one term: 通用人工智能 has 6
SURE_LIKELIHOOD_RATIO = 3.84  # the log-likelihood ratio that chance reaches once in twenty
LEAST_ARTICLES = 3  # articles: fewer are one desk's style
NOT_A_TERM = re.compile(  # numbers with their measure, days, and the verbs and particles of official language
    r"^[一二三四五六七八九十百千万两多几]|[年月日]$|^(?:推动|推进|加快|培育|发展|布局|前瞻|建设|打造|支持|提出|实施|围绕|聚焦"
    r"|开展|加强|提升|促进|形成|重点|积极|进一步|以及|一批|领域|方向|产业|工作|相关|我省|我市|全省|全市|全国|国家|中国|政府)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A word or pair of words, in how many articles it stands now and before, and its weight: how surely it rises."""

    word: str
    now: int
    before: int
    weight: float


def find_rising(now: Iterable[str], before: Iterable[str], lexicon: Lexicon, *, limit: int) -> list[Rising]:
    """Return the words that stand beside the core term in more of the texts of now than of before, surest first.

    The weight is the log-likelihood ratio of both counts (Dunning 1993), against how many texts hold the core term.
    """
    known = _known(lexicon)
    counts_now, texts_now = _counts(now, lexicon)
    counts_before, texts_before = _counts(before, lexicon)
    found = []
    for term, number in counts_now.items():
        word, weight = "".join(term), _weight(number, texts_now, counts_before[term], texts_before)
        if number >= LEAST_ARTICLES and weight >= SURE_LIKELIHOOD_RATIO and not _is_known(word, known):
            found.append((term, Rising(word=word, now=number, before=counts_before[term], weight=round(weight, 1))))
    kinds = kinds_of(word for term, _ in found for word in term)
    named = [one for term, one in found if _is_name(term, kinds)]
    named.sort(key=lambda one: (-one.weight, -one.now, one.word))
    return _without_parts(named)[:limit]


def _counts(texts: Iterable[str], lexicon: Lexicon) -> tuple[Counter[RisingTerm], int]:
    """Return in how many texts each word stands beside the core term, and how many texts hold it."""
    counts: Counter[RisingTerm] = Counter()
    number = 0
    for text in texts:
        if words := set(_beside(folded(text).text, lexicon)):
            counts.update(words)
            number += 1
    return counts, number


def _beside(plain: str, lexicon: Lexicon) -> Iterator[RisingTerm]:
    """Yield the words, and the pairs of words, of the sentences with a core term."""
    for sentence in SENTENCE.finditer(plain):
        if not any(term in sentence[0] for term in lexicon.core.terms):
            continue
        words = words_in(sentence[0])
        for one, other in pairwise(words):
            if _is_term(one) and _is_term(other) and len(one + other) <= LONGEST_TERM_CHARACTERS:
                yield one, other
        yield from ((word,) for word in words if _is_term(word))


def _is_term(word: str) -> bool:
    return len(word) > 1 and bool(WORD.fullmatch(word)) and not NOT_A_TERM.search(word) and not find_regions(word)


def _is_name(term: RisingTerm, kinds: dict[str, str]) -> bool:
    """Whether words can be the name of a thing: a noun, or a word that the dictionary does not know, at the end."""
    *before, last = (kinds.get(word, NEW) for word in term)
    return last in ENDS and all(kind in BEGINS for kind in before)


def _known(lexicon: Lexicon) -> frozenset[str]:
    tracks = (word for track in lexicon.tracks for word in track.words)
    cues = (word for cue in lexicon.cues for word in (*cue.words, *cue.title_words))
    rest = (lexicon.core.terms, lexicon.core.names, lexicon.documents, lexicon.announcing, lexicon.issuers)
    general = (lexicon.general, lexicon.notices, lexicon.formulas, lexicon.meetings, lexicon.cabinets)
    return frozenset({*tracks, *cues, *(word for words in (*rest, *general) for word in words)})


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Whether the lexicon has a word, or it is part of one, or has one in it."""
    return any(word in own or own in word for own in known)


def _weight(now: int, texts_now: int, before: int, texts_before: int) -> float:
    """Return how surely a word rises, 0 when it does not."""
    if not texts_now or now * max(texts_before, 1) <= before * texts_now:
        return 0.0
    share = (now + before) / (texts_now + texts_before)
    return 2 * (_part(now, texts_now * share) + _part(before, texts_before * share))


def _part(seen: int, expected: float) -> float:
    return seen * log(seen / expected) if seen and expected else 0.0


def _without_parts(found: list[Rising]) -> list[Rising]:
    """Return the words without those that only stand in a longer one that rises as much."""
    return [
        one
        for one in found
        if not any(one.word != other.word and one.word in other.word and other.now >= one.now for other in found)
    ]
