"""Look up the lexicon's tracks in a text and name list members by them. No I/O, no clock."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick

from crawler.detect.directions import FITTED, signs_of
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View, simplified
from crawler.detect.lexicon import Lexicon
from crawler.detect.lexicon import Track as LexiconTrack
from crawler.text.odds import log_odds
from crawler.text.weights import weights_in

FIRM = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:（[\u4e00-\u9fff]{2,6}）)?[\u4e00-\u9fff]{0,6}?(?:有限公司|股份公司|有限责任)|等\d{1,3}家"
)  # 某量子科技有限公司, 某量子等26家
# What is no track, whatever stands around it: 2028年力争…, 专题二, 其他产业, 某某政策.
NO_TRACK = re.compile(
    r"^(?:年内|今年|拟|共|其他|其它|其余|怎么|什么|如何|谁|相关|各类|有关|若干|一批|专题|方向|名单|某)|[了着过《》]|\d[年月日万亿%]|公告|主持|召开|股份"
    rf"|{either('企业 政策 机制 平台 基金 园区 人才 项目 技术攻关 大学 政府 地区 部门 公司 省 市')}$"
    rf"|^{either('未来 产业 技术 领域 赛道 国家 经济 特区')}+$"
)
LIKENESS = (-4.0, -2.0, -0.5, 0.5, 2.0, 4.0)  # logarithms of the odds that words are a direction
# A list member that is one track with its qualifiers: 商业航天数据应用, 光子芯片与光器件.
LONGEST_TRACK_CHARACTERS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTrack:
    """A track as it is named: `name` the lexicon's, or the printed one where the lexicon has none."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The lexicon's tracks, ready to be looked up; `bare` are the 未来 tracks without 未来."""

    names: frozenset[str]
    bare: frozenset[str]
    automaton: ahocorasick.Automaton
    directions: Mapping[str, float]

    def likeness(self, words: str) -> int:
        """Return how much words look like a direction of the future, from 0 to 6 (crawler/detect/directions.py)."""
        return _likeness(self, words)

    def find(self, view: View, start: int = 0, end: int | None = None) -> Iterator[NamedTrack]:
        """Yield the tracks named from `start` to before `end`, the longest of overlapping names."""
        for last, (name, length) in self.automaton.iter_long(view.text[start:end].lower()):
            first = start + last + 1 - length
            if FIRM.match(view.text, first + length):
                continue
            yield NamedTrack(name=name, start=first, end=first + length)

    def theme_of(self, names: str) -> str:
        """Return `none` where names tell no track, `wide` for the theme of several (未来材料), else `own`."""
        found = {name for _, (name, _) in self.automaton.iter_long(simplified(names).lower())}
        return "own" if any(not name.startswith("未来") for name in found) else "wide" if found else "none"

    def excludes(self, view: View, start: int, end: int) -> bool:
        """True for words that are no track whatever stands around them: a place, a time, what is too general."""
        words = view.text[start:end]
        if NO_TRACK.search(words) and next(self.find(view, start, end), None) is None:
            return True
        return any(region.start <= start and region.end >= end for region in view.regions)

    def named(self, view: View, start: int, end: int) -> list[NamedTrack]:
        """Return the track that some words name, several where they join what the lexicon knows."""
        text = view.text[start:end]
        known = list(self.find(view, start, end))
        if len(known) == 1 and len(text) <= LONGEST_TRACK_CHARACTERS:
            return [NamedTrack(name=known[0].name, start=start, end=end)]
        if known:
            return known
        name = f"未来{text}" if f"未来{text}" in self.names else text
        return [NamedTrack(name=name, start=start, end=end)]


@lru_cache(maxsize=4096)  # each member of a list is asked about twice, and texts list the same words again and again
def _likeness(known: Words, words: str) -> int:
    return bisect_right(LIKENESS, log_odds(signs_of(words), known.directions))


def words_of(lexicon: Lexicon) -> Words:
    """Return a lexicon's tracks, ready to be looked up; built once for each lexicon object."""
    known, words = _built.get(id(lexicon), (None, None))
    if known is not lexicon or words is None:
        words = words_from(lexicon.tracks, weights_in(FITTED))
        _built.clear()  # one lexicon is in use; to hash its 90 tracks on each call takes as long as to find them
        _built[id(lexicon)] = (lexicon, words)
    return words


_built: dict[int, tuple[Lexicon, Words]] = {}


def words_from(tracks: Sequence[LexiconTrack], directions: Mapping[str, float]) -> Words:
    """Return tracks, ready to be looked up, and by which signs others are known."""
    automaton = ahocorasick.Automaton()
    for track in tracks:
        for word in track.words:
            automaton.add_word(simplified(word).lower(), (track.name, len(word)))
    automaton.make_automaton()
    names = frozenset(track.name for track in tracks)
    bare = frozenset(name.removeprefix("未来") for name in names if name.startswith("未来"))
    return Words(names=names, bare=bare, automaton=automaton, directions=directions)
