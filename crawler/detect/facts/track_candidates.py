"""Collect what may be an article's tracks: groups of words by their form, document names, known tracks. No I/O."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.detect.directions import direction_of_name
from crawler.detect.facts.instruments import instrument_of
from crawler.detect.facts.names import Names
from crawler.detect.facts.reading import ArticleViews
from crawler.detect.facts.track_cuts import WordSpan, cut
from crawler.detect.facts.track_groups import READ_CHARACTERS, TrackGroup, find_groups, marked_text
from crawler.detect.facts.track_words import Words

BEFORE, BEHIND = 22, 16  # characters around a group that are read
# Words near a group without which it is asked about only where its members look like tracks.
DIRECTED = re.compile("方向|领域|赛道|聚焦|主攻|布局|围绕|路线|[二三四五六七八九十][个大类条项样件张块]|重点")
OFFICES = frozenset("局厅委部省市区县镇会府司")  # how members end that are authorities and places
AIM_PART = re.compile("[^、和与及]+")
NAMED, KNOWN = "name", "known"  # forms of groups: the words of a document's name, a track of the lexicon by itself
EVEN_LIKENESS = 3  # above it, words are rather a direction than none
NO_TOPIC = frozenset(("未来", "产业", "发展"))


@dataclass(frozen=True)
class Candidates:
    """The groups of words that an article's tracks are chosen from, and the reading that their signs come from."""

    groups: Sequence[TrackGroup]
    texts: Mapping[str, str]
    known: Mapping[str, Sequence[WordSpan]]
    names: Names
    words: Words

    def words_of(self, group: TrackGroup, span: WordSpan) -> str:
        """Return the words of a span of a group."""
        return self.texts[group.view.place][span[0] : span[1]]

    @cached_property
    def whole(self) -> str:
        """All that is read."""
        return "\n".join(self.texts.values())

    @cached_property
    def likeliest(self) -> list[tuple[str, ...]]:
        """The words of each group's members, of the likeliest span of each."""
        found = []
        for group in self.groups:
            text = self.texts[group.view.place]
            found.append(tuple(text[spans[0][0] : spans[0][1]] for spans in group.members))
        return found

    @cached_property
    def likeness(self) -> list[tuple[int, ...]]:
        """How much each member of each group looks like known tracks."""
        return [tuple(map(self.words.likeness, words)) for words in self.likeliest]

    @cached_property
    def has_known(self) -> list[tuple[bool, ...]]:
        """Whether each member of each group holds a part of a track that the lexicon knows."""
        return [tuple(bool(lying_over(spans[0], self.known[group.view.place])) for spans in group.members)
                for group in self.groups]  # fmt: skip

    @cached_property
    def name(self) -> str:
        """The names of the announced documents."""
        return "|".join(name.value for name in self.names.announced)

    @cached_property
    def topic(self) -> frozenset[str]:
        """The pairs of characters of the tracks in these names."""
        own = [word for group, words in zip(self.groups, self.likeliest, strict=True) if group.form == NAMED
               for word in words]  # fmt: skip
        for name in self.names.announced:
            known = self.known[name.view.place]
            own += [name.view.text[start:end] for start, end in known if name.start <= start < name.end]
        return frozenset(word[n : n + 2] for word in own for n in range(len(word) - 1)) - NO_TOPIC

    @cached_property
    def theme(self) -> str:
        """`none` where these names tell no track of the lexicon, `wide` for a theme (未来材料), else `own`."""
        return self.words.theme_of(self.name)

    @cached_property
    def lists(self) -> int:
        """The number of groups of three members and more."""
        return sum(len(group.members) > 2 for group in self.groups)


def lying_over(span: WordSpan, others: Sequence[WordSpan]) -> Sequence[WordSpan]:
    """Return which of others, in order and apart, a span lies over."""
    first = last = bisect_left(others, (span[1], 0))
    while first > 0 and span[0] < others[first - 1][1]:
        first -= 1
    return others[first:last]


def candidates(reading: ArticleViews, names: Names, words: Words) -> Candidates:
    """Return the groups of words that may be tracks: those of a likely form, names of documents, and known tracks."""
    texts: dict[str, str] = {view.place: marked_text(view) for view in reading.views}
    known: dict[str, list[WordSpan]] = {}
    groups = list(_of_names(names))
    for view in reading.views:
        text = texts[view.place]
        found = [(track.start, track.end) for track in words.find(view, 0, READ_CHARACTERS)]
        known[view.place] = found
        groups += [group for group in find_groups(view, text) if _is_likely(group, text, found, words)]
        once = {text[start:end]: (start, end) for start, end in reversed(found)}
        groups += [TrackGroup(KNOWN, view, start, (((start, end),),)) for start, end in reversed(once.values())]
    return Candidates(groups, texts, known, names, words)


def _is_likely(group: TrackGroup, text: str, known: Sequence[WordSpan], words: Words) -> bool:
    """True for a group that may be tracks: no authorities, and something known, alike or directed about it."""
    spans = [spans[0] for spans in group.members]
    if 2 * sum(text[end - 1] in OFFICES for _, end in spans) >= len(spans):
        return False
    if any(lying_over(span, known) for span in spans):
        return True
    if 2 * sum(words.likeness(text[start:end]) > EVEN_LIKENESS for start, end in spans) >= len(spans):
        return True
    return DIRECTED.search(text, max(0, group.start - BEFORE), spans[-1][1] + BEHIND) is not None


def _of_names(names: Names) -> Iterator[TrackGroup]:
    """Yield what each announced document is for, by its name: several directions where it joins them."""
    for name in names.announced:
        text, noun = name.view.text, instrument_of(name.key)
        start = name.start + text.startswith("《", name.start)
        at = text.rfind(noun, start, name.end) if noun else -1
        span = direction_of_name(text, start, [(at, at + len(noun))]) if noun and at > start else None
        members = [cut(text, part.span(), begins=True, ends=True) for part in AIM_PART.finditer(text, *span or (0, 0))]
        if any(members):
            yield TrackGroup(NAMED, name.view, name.start, tuple(member for member in members if member))
