"""Look up the lexicon's tracks in a text and name list members by them. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick

from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View, simplified
from crawler.detect.lexicon import Lexicon
from crawler.detect.lexicon import Track as LexiconTrack

# 未来 and a field (未来新能源); not the places, times and buildings that are called so.
NOT_A_FIELD = either("产业 社区 乡村 城市 科技城 发展 学院 学校 技术 趋势 大会 [一二三四五十几0-9]")
FUTURE = re.compile(rf"未来(?!{NOT_A_FIELD})[\u4e00-\u9fff]{{2,6}}")
NO_TRACK = re.compile(
    r"^(?:年内|今年|拟|共|其他|其它|其余|怎么|什么|如何|谁|相关|各类|有关|若干|一批)|[的了着过]"
    rf"|{either('企业 政策 机制 平台 基金 园区 人才 项目 技术攻关 大学 政府 地区 部门 公司 省 市')}$"
)
PLACE_TAIL = re.compile(r"(?:市|县|区|州|高新(?:技术产业开发)?区|经开区|经济技术开发区|开发区|新区|科技城|科学城)*")
FIRM = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:（[\u4e00-\u9fff]{2,6}）)?[\u4e00-\u9fff]{0,6}?(?:有限公司|股份公司|有限责任)|等\d{1,3}家"
)  # 某量子科技有限公司, 某量子等26家
COUNTED_END = re.compile(r"(?:各|共|有|以)?\d{1,3}[家项个款单户所件名席]$")  # 低空通信3单
JOINT = re.compile(r"以及|及|和|与|或")
# A list member that is one track with its qualifiers: 商业航天数据应用, 光子芯片与光器件.
LONGEST_TRACK_CHARACTERS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTrack:
    """A track as it is named: `name` the lexicon's, or the printed one where the lexicon has none."""

    name: str
    start: int
    end: int
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """The lexicon's tracks, ready to be looked up; `bare` are the 未来 tracks without 未来."""

    names: frozenset[str]
    bare: frozenset[str]
    automaton: ahocorasick.Automaton

    def find(self, view: View, start: int = 0, end: int | None = None) -> Iterator[NamedTrack]:
        """Yield the tracks named from `start` to before `end`, the longest of overlapping names."""
        for last, (name, length) in self.automaton.iter_long(view.text[start:end].lower()):
            first = start + last + 1 - length
            if FIRM.match(view.text, first + length):
                continue
            yield NamedTrack(name=name, start=first, end=first + length)

    def member(self, view: View, start: int, end: int) -> list[NamedTrack]:
        """Return the track that a list member or heading names, several where it joins them; may be none."""
        start, end = _bare(view, start, end)
        start = _after_place(view, start, end)
        text = view.text[start:end]
        known = list(self.find(view, start, end))
        if len(known) == 1 and len(text) <= LONGEST_TRACK_CHARACTERS:
            return [NamedTrack(name=known[0].name, start=start, end=end)]
        if known:
            return known
        if any(region.start == start and region.end >= end for region in view.regions):
            return []
        return self._unlisted(text, start, end)

    def _unlisted(self, text: str, start: int, end: int) -> list[NamedTrack]:
        if FUTURE.fullmatch(text):
            return [NamedTrack(name=text, start=start, end=end)]
        if f"未来{text}" in self.names:
            return [NamedTrack(name=f"未来{text}", start=start, end=end)]
        if not 2 <= len(text) <= 12 or NO_TRACK.search(text):
            return []
        parts = [part for part in JOINT.split(text) if part]
        if len(parts) == 2 and all(f"未来{part}" in self.names for part in parts):
            places = [start + text.find(part) for part in parts]
            return [NamedTrack(name=f"未来{p}", start=n, end=n + len(p)) for p, n in zip(parts, places, strict=True)]
        return [NamedTrack(name=text, start=start, end=end, is_known=False)]


def words_of(lexicon: Lexicon) -> Words:
    """Return a lexicon's tracks, ready to be looked up; built once for each lexicon object."""
    known, words = _built.get(id(lexicon), (None, None))
    if known is not lexicon or words is None:
        words = _words(lexicon.tracks)
        _built.clear()  # one lexicon is in use; to hash its 90 tracks on each call takes as long as to find them
        _built[id(lexicon)] = (lexicon, words)
    return words


_built: dict[int, tuple[Lexicon, Words]] = {}


def _words(tracks: tuple[LexiconTrack, ...]) -> Words:
    automaton = ahocorasick.Automaton()
    for track in tracks:
        for word in track.words:
            automaton.add_word(simplified(word).lower(), (track.name, len(word)))
    automaton.make_automaton()
    names = frozenset(track.name for track in tracks)
    bare = frozenset(name.removeprefix("未来") for name in names if name.startswith("未来"))
    return Words(names=names, bare=bare, automaton=automaton)


def _after_place(view: View, start: int, end: int) -> int:
    """Return where a member goes on behind the place it begins with: 新材料 in 某某新区新材料."""
    place = next((region for region in view.regions if region.start == start and region.end < end - 1), None)
    if place is None:
        return start
    zone = PLACE_TAIL.match(view.text, place.end, end)
    return zone.end() if zone else place.end


def _bare(view: View, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a member without quotation marks and spaces around it."""
    text = view.text[start:end]
    bare = text.strip('“”" 　')
    start += text.find(bare)
    counted = COUNTED_END.search(bare)
    return start, start + (counted.start() if counted and counted.start() > 1 else len(bare))
