"""Bring a text into the form that it is read in, and find the way back to the text as shown. No I/O, no clock.

The one normaliser of the crawler: detection, facts and dedupe read through it. Characters become others by the table
of `storage.folding`, which the search index folds by as well. What stands inside words is left out: blanks, line
breaks, zero-width characters, injected phonetics (產(chǎn)業(yè)), separators between all characters (未·来·产·业).
Other quotation marks around a document's name become 《》.

Raw 未来产业 is found in 51 of 89 announcement pages of the open web, after this in 73.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from storage.folding import Table, characters, fold, look_alikes

HAN = "\u3400-\u9fff\uf900-\ufaff"
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
VOWEL = "aāáǎàeēéěèiīíǐìoōóǒòuūúǔùüǖǘǚǜv"
# One syllable, tone marks or not: no (eVTOL), no (BCI).
PHONETIC = rf"\((?:[zcs]h|[b-df-hj-np-tw-zɡ])?[{VOWEL}]{{1,3}}(?:[nńňǹ][gɡ]?|r)?\)"
NOISE = re.compile(rf"[{INVISIBLE}]+|(?<=[{HAN}]){PHONETIC}")
SEPARATORS = "·_|*~^/.-"
# One separator between single characters, three times or more: nobody writes 北·上·广 for anything but damage or a list
# of single characters, where removing it does no harm. 未来/产业 is a choice of words and stays.
SPREAD = re.compile(rf"[{HAN}]([ {SEPARATORS}])[{HAN}](?:\1[{HAN}]){{2,}}")
SPACED = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")
SPACED_SHARE = 0.2  # a fifth of all characters followed by a blank is damage, not typesetting
# What shows in a few microseconds that a text has any of these at all; most have not.
HAS_INVISIBLE, HAS_PHONETIC = re.compile(f"[{INVISIBLE}]"), re.compile(PHONETIC)  # one pattern of both is slow
HAS_SPREAD = re.compile(rf"([ {SEPARATORS}]).\1.\1")

PAUSES_OF_TITLES = " "  # 展望未来 产业升级: a lone blank in a title separates words
PAUSES_OF_LINES = " \n"  # in rows of names, signatures and headings so does the end of a line
GAP = re.compile(r"[ \n]+")
JOINED_AFTER = re.compile(rf"[{HAN}《》“”、,:]")
JOINED_BEFORE = re.compile(rf"[{HAN}《》“”]")
MARKED = re.compile(r"《[^《》]{2,120}》")
WORD = re.compile(r"[a-z0-9]")
# A name in other quotation marks: it ends like a document's, and nothing in it is said rather than named.
QUOTED = re.compile(r"[“\"]([^“”\"《》,。;!?]{6,80})[”\"]")
NAMED = re.compile(
    r".{3,}(?:(?:行动|工作|实施|发展|培育|建设|总体|试点|专项|中长期)(?:计划|方案|规划)|(?:实施|指导|若干|工作)意见|条例"
    r"|(?:若干|扶持|支持)(?:政策|措施|举措)+|(?:实施|管理|暂行|促进)(?:办法|细则|规定)|规划纲要|路线图)(?:\([^()]{2,16}\))?"
)
SPEAKS = ("说", "道", ":")
SAID = re.compile(r"制定|出台|印发|编制|起草|将|我们|必须|要(?![点素求])")
COMMA = re.compile(rf"(?<=[{HAN}》”）]),|,(?=[{HAN}《“])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the form that it is read in, and as it is shown.

    `starts` are the offsets in `text` after which characters are missing, `shifts` how many up to there.
    """

    text: str
    shown: str
    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def at(self, offset: int) -> int:
        """Return the offset in the text as shown of an offset in the text as read."""
        index = bisect_right(self.starts, offset)
        return offset + (self.shifts[index - 1] if index else 0)

    def quote(self, start: int, end: int) -> str:
        """Return what is shown for a part of the text as read."""
        return self.shown[self.at(start) : self.at(end - 1) + 1] if end > start else ""


def plain(shown: str, *, pauses: str = "") -> Folded:
    """Return a text as terms are matched in it: simplified, half width, lower case, nothing inside words.

    `pauses` are the characters of a gap that separate words here, where they do not stand inside 《》.
    """
    folded = _marked(fold(shown))
    return _without(_damage(folded, pauses), folded, shown)


def printed(shown: str) -> Folded:
    """Return a text as facts are read in it: simplified, in capitals and punctuation as they are printed.

    Brackets, colons and the commas between Chinese characters have full width; lines and blanks stay.
    """
    folded = _marked(fold(shown))
    kept = _prints().apply(shown)
    if folded.count("《") != kept.count("《"):
        kept = "".join(one if one in "《》" else other for one, other in zip(folded, kept, strict=True))
    found = _without(_damage(folded, PAUSES_OF_LINES), kept, shown)
    return Folded(COMMA.sub("，", found.text), shown, found.starts, found.shifts) if "," in found.text else found


def readable(shown: str) -> str:
    """Return a name as people write it: no look-alikes, no blanks or line breaks inside words; its script stays."""
    whole = _sights().apply(shown)
    folded = fold(whole)
    return _without(_damage(folded, ""), whole, whole).text.strip()


def has_noise(folded: str) -> bool:
    """Whether a text in half width has invisible characters or injected phonetics."""
    return bool(HAS_PHONETIC.search(folded) or HAS_INVISIBLE.search(folded))


def _marked(folded: str) -> str:
    """Return a folded text with 《》 around the documents' names that stand in other quotation marks."""
    return QUOTED.sub(_renamed, folded) if "“" in folded or '"' in folded else folded


def _renamed(quoted: re.Match[str]) -> str:
    """Return a quotation with the marks of a document's name if it is one."""
    is_speech = quoted.string.startswith(SPEAKS, max(0, quoted.start() - 1)) or SAID.search(quoted[1])
    is_name = NAMED.fullmatch(quoted[1]) and not is_speech
    return f"《{quoted[1]}》" if is_name else quoted[0]


def _damage(folded: str, pauses: str) -> list[tuple[int, int]]:
    """Return the spans that stand inside words, in order, none touching another."""
    found = [match.span() for match in NOISE.finditer(folded)] if has_noise(folded) else []
    for run in SPREAD.finditer(folded) if HAS_SPREAD.search(folded) else ():
        found += [(n, n + 1) for n in range(run.start() + 1, run.end(), 2)]
    if not found:
        return _joined(_gaps(folded, pauses))
    found = _joined(found)
    masked = _without(found, folded, folded)  # what stood between two characters may hide a gap: 产(chan) 业
    gaps = _gaps(masked.text, pauses)
    return _joined([*found, *((masked.at(start), masked.at(end - 1) + 1) for start, end in gaps)])


def _gaps(text: str, pauses: str) -> Iterator[tuple[int, int]]:
    """Yield the blanks and line breaks that separate nothing."""
    most = SPACED_SHARE * len(text)
    if pauses and text.count(" ") > most and len(SPACED.findall(text)) > most:
        pauses = pauses.replace(" ", "")
    for gap in GAP.finditer(text) if pauses != PAUSES_OF_LINES else ():
        start, end = gap.span()
        is_pause = bool(pauses) and not gap[0].strip(pauses)
        if not is_pause and JOINED_AFTER.match(text, start - 1) and JOINED_BEFORE.match(text, end):
            yield start, end
    for name in MARKED.finditer(text):
        for gap in GAP.finditer(text, *name.span()):
            if not (WORD.match(text, gap.start() - 1) and WORD.match(text, gap.end())):  # AI for Science
                yield gap.span()


def _without(spans: list[tuple[int, int]], folded: str, shown: str) -> Folded:
    if not spans:
        return Folded(folded, shown)
    pieces, starts, shifts, kept, end = [], [], [], 0, 0
    for start, stop in spans:
        pieces.append(folded[end:start])
        kept += start - end
        end = stop
        starts.append(kept)
        shifts.append(end - kept)
    return Folded("".join([*pieces, folded[end:]]), shown, tuple(starts), tuple(shifts))


def _joined(spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


@cache
def _prints() -> Table:
    """Return what characters become in print: letters and digits of full width plain, brackets and colons full."""
    width = {chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
    marks = dict(zip("():;﹙﹚﹝﹞○\r", "（）：；（）〔〕〇\n", strict=True))
    return Table(characters() | width | marks)


@cache
def _sights() -> Table:
    """Return the look-alikes and the blanks of other widths."""
    return Table(look_alikes() | {one: other for one, other in characters().items() if other == " "})
