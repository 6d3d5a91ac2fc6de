"""Fold a text character by character: simplified script, half width, lower case, one form of each sign. Pure.

The one table of characters that are read as another. The search index folds by it, and `crawler.text.fold` builds on
it; it stands here because the crawler may import the storage, never the storage the crawler. Offsets stay.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Different ones: replacing each is faster than translating all; traditional pages have more.
FEW_FOREIGN_CHARACTERS = 24
SHORT_TEXT_CHARACTERS = 100  # a query: to make the pattern, 20 ms, takes longer than to look up each of them
VARIANTS = {"産": "产", "髙": "高", "凈": "净"}
QUOTES = dict(zip("〈〉«»‹›⟨⟩〈〉", "《》" * 5, strict=True)) | dict(zip("「」『』〝〞﹁﹂﹃﹄", "“”" * 5, strict=True))
INTERPUNCTS = dict.fromkeys("•・‧∙⋅･", "·")
BLANKS = dict.fromkeys("\t\r\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " ")
# The radicals that PDF files have in place of characters and that Unicode's NFKC leaves alone (U+2E80 to U+2EF3), with
# the characters they look like, by Unicode's EquivalentUnifiedIdeograph.txt. Those beyond the basic plane are left out.
RADICALS = dict(
    zip(
        "⺁⺄⺅⺈⺉⺊⺌⺍⺎⺏⺐⺒⺓⺖⺘⺙⺛⺜⺝⺞⺠⺡⺣⺤⺥⺦⺧⺨⺩⺫⺬⺭⺮⺯⺰⺱⺲⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂乙亻刀刂卜小小兀尣尢巳幺忄扌攵旡日月歺民氵灬爫爫丬牛犭王目示礻竹糹纟罓罒羊羊羋耂肀聿肉臼艹艹艹虎衤覀西见角讠贝足车辶辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
LOOK_ALIKE_BLOCKS = ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0x2F800, 0x2FA20))  # radicals, compatibility ideographs

FIRST_ASTRAL_CHARACTER = "\U00010000"  # the first character outside the basic plane


class Table:
    """Characters that become one other each. A text has few of them, so these are replaced one by one."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self.pairs = dict(pairs)
        self._pattern: re.Pattern[str] | None = None

    def apply(self, text: str) -> str:
        """Return a text as long as it was."""
        foreign = self._foreign_in(text)
        if len(foreign) > FEW_FOREIGN_CHARACTERS:
            return text.translate({ord(one): self.pairs[one] for one in foreign})
        for one in foreign:
            text = text.replace(one, self.pairs[one])
        return text

    def _foreign_in(self, text: str) -> set[str]:
        """Return the characters of a text that become others. A pattern finds them quickest, once it is made."""
        if self._pattern is None:
            if len(text) <= SHORT_TEXT_CHARACTERS:
                return {one for one in text if one in self.pairs}
            near = [
                one for one in self.pairs if one < FIRST_ASTRAL_CHARACTER
            ]  # one beyond makes the pattern a hundred times slower
            self._pattern = re.compile(f"[{re.escape(''.join(near))}]")
        foreign = set(self._pattern.findall(text))
        if len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):
            foreign |= set(text) & self.pairs.keys()
        return foreign


def whole_characters(text: str) -> str:
    """Return a text with U+FFFD for each half of a pair that stands alone: UTF-8 and SQLite have none."""
    return LONE_SURROGATES.sub("\ufffd", text)


def fold(text: str) -> str:
    """Return a text simplified, in half width and lower case, character by character: offsets stay."""
    return folds().apply(text)


def variants_of(characters: Iterable[str]) -> str:
    """Return the characters that fold into one of these, but for capital letters."""
    wanted = set(characters)
    return "".join(one for one, other in folds().pairs.items() if other in wanted and not one.isascii())


@cache
def folds() -> Table:
    """Return what each character becomes, built once (20 ms)."""
    full = {chr(code): unicodedata.normalize("NFKC", chr(code)).lower() for code in range(0xFF01, 0xFF5F)}
    lower = {letter: letter.lower() for letter in string.ascii_uppercase}
    return Table(full | lower | characters())


@cache
def characters() -> dict[str, str]:
    """Return what the characters become that are no letters, digits or marks of full width."""
    import opencc  # here, so that a command that folds nothing starts without it

    han = [chr(code) for code in range(0x3400, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {one: other for one, other in zip(han, simple, strict=True) if one != other and len(other) == 1} | VARIANTS
    seen = {one: table.get(other, other) for one, other in look_alikes().items()}
    return table | seen | QUOTES | INTERPUNCTS | BLANKS


@cache
def look_alikes() -> dict[str, str]:
    """Return the radicals and compatibility ideographs with the characters that people see in them."""
    codes = (chr(code) for first, after in LOOK_ALIKE_BLOCKS for code in range(first, after))
    pairs = {one: unicodedata.normalize("NFKC", one) for one in codes} | RADICALS
    return {one: other for one, other in pairs.items() if one != other and len(other) == 1}
