"""Bring a text into the one form that terms are matched in, and find the way back to the text as shown. No I/O.

What is undone was seen in real pages: full width, traditional script, spaces and line breaks inside words, injected
phonetics (產(chǎn)業(yè)), zero-width characters, separators between every two characters (未·来·产·业).
Raw 未来产业 is found in 51 of 89 announcement pages of the open web, after this in 73 (research/language.md 2.9).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from storage.folding import fold

HAN = "\u3400-\u9fff\uf900-\ufaff"
SPACE = " \t\u00a0\u2002-\u200a"  # the ideographic space becomes a space before
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
PHONETIC = r"\([a-zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\)"  # one syllable, tone marks or not
NOISE = re.compile(rf"[{INVISIBLE}]+|(?<=[{HAN}]){PHONETIC}")
SEPARATORS = "·•・_|*~^/.-"
# One separator between single characters, three times or more: nobody writes 北·上·广 for anything but damage or a list
# of single characters, where removing it does no harm. 未来/产业 is a choice of words and stays.
SPREAD = re.compile(rf"[{HAN}]([{SPACE}{SEPARATORS}])[{HAN}](?:\1[{HAN}]){{2,}}")
# What shows in a few microseconds that a text has any of these at all; most have not.
HAS_INVISIBLE, HAS_PHONETIC = re.compile(f"[{INVISIBLE}]"), re.compile(PHONETIC)  # one pattern of both is slow
HAS_SPREAD = re.compile(rf"([{SPACE}{SEPARATORS}]).\1.\1")
# A gap between Chinese characters. In a title a lone space is a pause (展望未来 产业升级), so titles keep it.
GAP = re.compile(rf"[{SPACE}\n]+")
JOINED_AFTER = re.compile(rf"[{HAN}《》“”、,:]")
JOINED_BEFORE = re.compile(rf"[{HAN}《》“”]")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in its plain form: simplified, half width, lower case, nothing inside words.

    `starts` are the offsets in `text` after which characters are missing, `shifts` how many up to there.
    """

    text: str
    shown: str
    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def at(self, offset: int) -> int:
        """Return the offset in the text as shown of an offset in the plain text."""
        index = bisect_right(self.starts, offset)
        return offset + (self.shifts[index - 1] if index else 0)

    def quote(self, start: int, end: int) -> str:
        """Return what is shown for a part of the plain text."""
        return self.shown[self.at(start) : self.at(end - 1) + 1] if end > start else ""


def normalise(shown: str, *, is_title: bool = False) -> Plain:
    """Return the plain form of a text, every offset of which leads back to the text as shown."""
    folded = fold(shown)
    return _without(_gaps(folded, is_title=is_title), folded, shown)


def has_noise(folded: str) -> bool:
    """Whether a text in half width has invisible characters or injected phonetics."""
    return bool(HAS_PHONETIC.search(folded) or HAS_INVISIBLE.search(folded))


def _gaps(folded: str, *, is_title: bool) -> list[tuple[int, int]]:
    """Return the spans that stand inside words, in order, none touching another."""
    found = [match.span() for match in NOISE.finditer(folded)] if has_noise(folded) else []
    for run in SPREAD.finditer(folded) if HAS_SPREAD.search(folded) else ():
        found += [(n, n + 1) for n in range(run.start() + 1, run.end(), 2)]
    if not found:
        return list(_blanks(folded, is_title=is_title))
    found = _joined(found)
    masked = _without(found, folded, folded)  # what stood between two characters may hide a gap: 产(chan) 业
    blanks = _blanks(masked.text, is_title=is_title)
    return _joined(found + [(masked.at(start), masked.at(end - 1) + 1) for start, end in blanks])


def _blanks(text: str, *, is_title: bool) -> Iterator[tuple[int, int]]:
    """Yield the spaces and line breaks that stand between Chinese characters."""
    for gap in GAP.finditer(text):
        start, end = gap.span()
        if is_title and "\n" not in gap[0]:
            continue
        if JOINED_AFTER.match(text, start - 1) and JOINED_BEFORE.match(text, end):
            yield start, end


def _without(spans: list[tuple[int, int]], folded: str, shown: str) -> Plain:
    if not spans:
        return Plain(folded, shown)
    pieces, starts, shifts, kept, end = [], [], [], 0, 0
    for start, stop in spans:
        pieces.append(folded[end:start])
        kept += start - end
        end = stop
        starts.append(kept)
        shifts.append(end - kept)
    return Plain("".join([*pieces, folded[end:]]), shown, tuple(starts), tuple(shifts))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
