"""Shorten issuers and goals to what fits into a column: 省政府办公厅, 2030 规模 657亿元. Pure but for jieba."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from crawler.detect.boundaries import words_in
from crawler.detect.facts.quantities import ARABIC, YEAR
from storage.records import Fact, Target

SHORTER = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        ("人民政府", "政府"), ("人民代表大会", "人大"), ("常务委员会", "常委会"), ("发展和改革委员会", "发展改革委"),
        ("工业和信息化", "工信"), ("经济和信息化", "经信"), ("科学技术", "科技"), ("委员会$", "委"),
    )
)  # fmt: skip
PLACE = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?P<kind>省|自治区|市|自治州|区|县)(?=[\u4e00-\u9fff]{2})")
# How goals begin, and what is done with them: the year stands before them, the number behind.
BEGINNING = re.compile(
    r"^(?:(?:力争|确保|预计|计划)?(?:到|至)?(?:20\d\d|二[〇零][一二三四五六七八九〇零]{2})年(?:年?底|末|前)*[，,、]?"
    r"|全[省市区国]|我[省市区])"
)
VERBS = re.compile(
    r"(?:力争|预计)?(?:突破|达到?|超过|建成|培育|打造|形成|实现|创建|集聚|布局|建设|引进|攻克)(?:约|近|超)?"
)
EDGES = " ，。；、"


def short_issuer(name: str) -> str:
    """Return an issuer without the name of its place: 四川省人民政府办公厅 is 省政府办公厅."""
    place = PLACE.match(name)
    said = name[place.start("kind") :] if place else name
    for pattern, short in SHORTER:
        said = pattern.sub(short, said)
    return said


def main_target(targets: Iterable[Target]) -> str:
    """Return the goal that says most, short: one in money before other numbers before words; empty without any."""
    best = min(targets, key=_rank, default=None)
    return _short(best.text, best.year) if best else ""


def goal(fact: Fact) -> str:
    """Return a goal without its year and quantity, which stand in columns of their own; whole where nothing is left."""
    noun, _ = _divided(fact.value)
    return noun or fact.value


def goal_in_short(text: str) -> str:
    """Return a goal without its year, its quantity behind what it is about: 低空经济产业规模 807亿元."""
    return " ".join(filter(None, _divided(text))) or text


@lru_cache(maxsize=2048)
def _short(text: str, year: int | None) -> str:
    noun, quantity = _divided(text)
    last = words_in(noun)[-1] if noun and quantity else noun
    return " ".join(filter(None, (str(year or ""), last, quantity)))


def _divided(text: str) -> tuple[str, str]:
    """Return what a goal is about and how much of it."""
    said = text
    while (shorter := BEGINNING.sub("", said, count=1)) != said:
        said = shorter
    found = _quantity(said)
    around = said[: found.start()] + said[found.end() :] if found else said
    return VERBS.sub("", around).strip(EDGES), found[0].replace(" ", "") if found else ""


def _quantity(text: str) -> re.Match[str] | None:
    masked = YEAR.sub(lambda match: "年" * len(match[0]), text)
    return ARABIC.search(masked)


def _rank(target: Target) -> int:
    found = _quantity(target.text)
    return 2 if found is None else 0 if "亿" in found[0] else 1
