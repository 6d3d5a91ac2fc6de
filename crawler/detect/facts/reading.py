"""Read an article in one script and width, keeping the way back to its own words. No I/O, no clock.

Traditional characters become simplified and full-width letters and digits plain, one character for one character.
Texts that are damaged by spaces between all characters or by injected phonetics (產(chǎn)業(yè)) lose them here; the
offsets of what is found always point to the text as shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import accumulate

import opencc

from crawler.regions import RegionName, find_regions
from storage.records import Article, Fact, FactKind, Place

NEARLY_EMPTY = 150  # characters: a page that only points to its attachment
LEAD = 200  # characters: the lead of a Chinese news story
HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
SPACES = " \u3000\u00a0"
SPACED = re.compile(rf"(?<=[{HAN}])[{SPACES}]+(?=[{HAN}])")
SPACED_SHARE = 0.2  # a fifth of all characters followed by a space is damage, not typesetting
PHONETIC = re.compile(rf"(?<=[{HAN}])[（(][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńň]{{1,6}}[）)]")
PHONETIC_LEAST = 4  # a text with one Latin gloss is not damaged
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]+")
COMMA = re.compile(rf"(?<=[{HAN}》”）]),|,(?=[{HAN}《“])")
SENTENCE_END = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True)
class View:
    """One text of an article as it is read: `text` to search in, `shown` as the page has it.

    `cuts` are (position in `text`, characters of `shown` left out up to there), in order.
    """

    shown: str
    text: str
    place: Place
    cuts: tuple[tuple[int, int], ...] = ()

    @cached_property
    def regions(self) -> tuple[RegionName, ...]:
        """The regions named, in order."""
        return find_regions(self.text)

    @cached_property
    def sentence_ends(self) -> tuple[int, ...]:
        """Where sentences and lines end, in order."""
        return tuple(match.start() for match in SENTENCE_END.finditer(self.text))

    def shown_at(self, position: int) -> int:
        """Return the offset in `shown` of a position in `text`."""
        index = bisect_right(self.cuts, position, key=lambda cut: cut[0]) - 1
        return position + (self.cuts[index][1] if index >= 0 else 0)

    def quote(self, start: int, end: int) -> str:
        """Return the words as shown from `start` to before `end`."""
        return self.shown[self.shown_at(start) : self.shown_at(end - 1) + 1] if end > start else ""

    def sentence_start(self, position: int) -> int:
        """Return where the sentence or line of a position begins."""
        index = bisect_right(self.sentence_ends, position - 1)
        return self.sentence_ends[index - 1] + 1 if index else 0

    def sentence_end(self, position: int) -> int:
        """Return where the sentence or line of a position ends (before its mark)."""
        index = bisect_right(self.sentence_ends, position - 1)
        return self.sentence_ends[index] if index < len(self.sentence_ends) else len(self.text)

    def fact(self, kind: FactKind, value: str, start: int, end: int, *, year: int | None = None) -> Fact:
        """Return the fact that the words from `start` to before `end` say."""
        offset = self.shown_at(start)
        place: Place = "lead" if self.place == "body" and offset < LEAD else self.place
        return Fact(kind=kind, value=value, quote=self.quote(start, end), place=place, start=offset, year=year)


@dataclass(frozen=True)
class Reading:
    """An article as it is read."""

    article: Article
    title: View
    text: View

    @property
    def views(self) -> tuple[View, View]:
        """Title and text."""
        return self.title, self.text

    @property
    def lead(self) -> str:
        """The first 200 characters of the text."""
        return self.text.text[:LEAD]

    @property
    def published(self) -> date | None:
        """The day of publication, None when unknown."""
        return self.article.published_day


def read(article: Article) -> Reading:
    """Return the reading of an article."""
    return Reading(article=article, title=view(article.title, "title"), text=view(article.text, "body"))


def read_attached(article: Article) -> Reading | None:
    """Return the reading of an article by its attachment: the first one that was read; None without one."""
    attachment = next((a for a in article.attachments if a.text), None)
    if attachment is None:
        return None
    return Reading(
        article=article, title=view(article.title, "title"), text=view(attachment.wording, "attachment")
    )  # fmt: skip


def view(shown: str, place: Place) -> View:
    """Return how a title or text is read."""
    folded = simplified(shown)
    damage = _damage(folded)
    if not damage:
        return View(shown=shown, text=_commas(folded), place=place)
    kept, cuts, end, lost = [], [], 0, 0
    for start, stop in damage:
        kept.append(folded[end:start])
        lost += stop - start
        cuts.append((stop - lost, lost))
        end = stop
    kept.append(folded[end:])
    return View(shown=shown, text=_commas("".join(kept)), place=place, cuts=tuple(cuts))


def simplified(text: str) -> str:
    """Return a text in simplified script and plain width, as long as it was.

    A text has few of the characters that are read as another; to replace these takes a tenth of `str.translate`.
    """
    for one in set(_foreign().findall(text)):
        text = text.replace(one, _table()[one])
    return text


def _commas(text: str) -> str:
    """Return a text with the commas between Chinese characters in full width."""
    return COMMA.sub("，", text) if "," in text else text


def _damage(text: str) -> list[tuple[int, int]]:
    found = [match.span() for match in INVISIBLE.finditer(text)]
    if sum(map(text.count, SPACES)) > SPACED_SHARE * len(text):
        spaces = [match.span() for match in SPACED.finditer(text)]
        found += spaces if len(spaces) > SPACED_SHARE * len(text) else []
    if text.count("(") + text.count("（") >= PHONETIC_LEAST:
        phonetics = [match.span() for match in PHONETIC.finditer(text)]
        found += phonetics if len(phonetics) >= PHONETIC_LEAST else []
    return sorted(found)


@cache
def _foreign() -> re.Pattern[str]:
    """Return the pattern of the characters that are read as another."""
    return re.compile(f"[{re.escape(''.join(_table()))}]")


@cache
def _table() -> dict[str, str]:
    """Return the characters that are read as another: traditional ones (OpenCC, one by one) and full-width ones."""
    converter = opencc.OpenCC("t2s")
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    plain = converter.convert("\n".join(han)).split("\n")
    table = {one: other for one, other in zip(han, plain, strict=True) if one != other and len(other) == 1}
    table |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
    table |= dict(zip("():;〝〞﹙﹚﹝﹞「」『』產", "（）：；“”（）〔〕“”“”产", strict=True))
    return table | {"○": "〇", "\u3000": " ", "\u00a0": " ", "\r": "\n", "\t": " "}


def offsets(parts: list[str], separator: int = 1) -> list[int]:
    """Return where each part begins in the text that they were split from."""
    return [0, *accumulate(len(part) + separator for part in parts)][: len(parts)]
