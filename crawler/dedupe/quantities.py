"""Read the quantities of a text: same plan, other papers, same numbers. No I/O."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crawler.dedupe.identity import plain, simple
from crawler.text.numerals import SCALES as NUMERAL_SCALES
from crawler.text.numerals import numeral_of

SCALES = {**NUMERAL_SCALES, "万": 10_000, "亿": 100_000_000}
UNIT = r"个|家|项|条|名|人|种|座|类|批|次|件|台|套|所|处|支|只|架|辆|户|倍|%|吨|公里|千米|小时|平方|元|米"
# Of bounded length, for it is looked for from every character on: 999,999,999,999 is long enough, and 九千九百九十九.
NUMBER = r"\d[\d,]{0,20}(?:\.\d{1,9})?|[零〇一二两三四五六七八九十百千]{1,12}"
QUANTITY = re.compile(
    rf"(?<![第\d.年月])(?P<number>{NUMBER})"
    rf"(?P<scale>[十百千]?[万亿]{{0,2}})(?:余|多|余个)?(?P<unit>{UNIT}|(?<=[万亿]))",
    re.ASCII,  # other scripts' digits (١, ௨) are no numbers here
)
DIGIT = re.compile(r"\d")
CHARACTERS_AROUND = 12  # characters before and after that say what is counted
AMOUNT = re.compile(r"[\d.]+(?:e\+?\d+)?")
MOST_PLACES, LARGE = 3, 1000  # digits that are no end zeros, beyond the first one; an amount that is no mere count
YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20[0-4]\d)(?!\d)")
# Pairs of characters that stand beside the numbers of every plan.
_COMMON = (
    "未来 来产 产业 业的 到年 建设 建成 全省 全市 全国 发展 形成 达到"
    " 实现 培育 打造 以上 左右 力争 超过 突破 不少 少于 目标"
)
COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and the folded text before and after it."""

    amount: str
    before: str
    after: str

    @cached_property
    def about(self) -> frozenset[str]:
        """The pairs of characters around it that say what is counted: made when asked for, most are never compared."""
        pairs = {part[n : n + 2] for part in map(plain, (self.before, self.after)) for n in range(len(part) - 1)}
        return frozenset(pair for pair in pairs if not DIGIT.search(pair)) - COMMON


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; one thing (一个, 1家) tells nothing and is left out."""
    folded = simple(text)
    valued = ((match, _value(match)) for match in QUANTITY.finditer(folded))
    return tuple(_quantity(folded, match, value) for match, value in valued if value > 1)


def amounts(found: tuple[Quantity, ...]) -> frozenset[str]:
    """Return the numbers with their units, each once."""
    return frozenset(one.amount for one in found)


def shared(some: tuple[Quantity, ...], others: tuple[Quantity, ...]) -> frozenset[str]:
    """Return the amounts that both texts give for the same thing."""
    common = amounts(some)
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for other in others:
        if other.amount in common:
            beside[other.amount] |= other.about
    return frozenset(one.amount for one in some if one.amount in beside and one.about & beside[one.amount])


@lru_cache(maxsize=4096)  # 3个 and 100亿元 come again and again
def telling_of(amount: str) -> float:
    """Return how much it tells that two texts give an amount: 15.8亿元 more than 3个, from 0.5 to 2.5."""
    digits = AMOUNT.match(amount)
    assert digits is not None, amount
    places = len(f"{float(digits[0]):.10e}".partition("e")[0].replace(".", "").rstrip("0"))
    return 0.5 + 0.5 * min(MOST_PLACES, places - 1) + (0.5 if float(digits[0]) >= LARGE else 0.0)


def by_telling(amount: str) -> tuple[float, str]:
    """Return what amounts are sorted by, those first that tell most."""
    return -telling_of(amount), amount


def shown(amount: str) -> str:
    """Return an amount for people: 300亿元 for 3e+10元."""
    digits = AMOUNT.match(amount)
    assert digits is not None, amount
    value, unit = float(digits[0]), amount[digits.end() :]
    sign, scale = next(((sign, SCALES[sign]) for sign in "亿万" if value >= SCALES[sign]), ("", 1))
    return f"{value / scale:.10g}{sign}{unit}"


def years(text: str) -> frozenset[int]:
    """Return the years that a text names."""
    return frozenset(int(year) for year in YEAR.findall(simple(text)))


def _quantity(folded: str, match: re.Match[str], value: float) -> Quantity:
    start, end = match.span()
    return Quantity(
        f"{value:.10g}{match['unit'] or '元'}",
        folded[max(0, start - CHARACTERS_AROUND) : start],
        folded[end : end + CHARACTERS_AROUND],
    )


def _value(match: re.Match[str]) -> float:
    number = match["number"].replace(",", "")
    value = float(number) if number[0].isdigit() and number.isascii() else float(numeral_of(number))
    for scale in match["scale"]:
        value *= SCALES[scale]
    return value
