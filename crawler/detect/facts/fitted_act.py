"""Tell the act of an article by its wording, where that is sure: fitted to labelled texts, like the second opinion.

The rules of `act.py` know the words by which acts are told; these weights know how texts of an act are worded.
`acts.tsv` has a line for each group of characters (crawler/detect/wording.py) and a column for each act: what the group
adds to the logarithm of the act's odds. docs/points.md says how it is fitted. No I/O.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from crawler.detect.wording import BASE, Masked, wording_of
from storage.records import Act, Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.detect.facts.reading import ArticleViews, View
    from crawler.detect.lexicon import Lexicon

AnyAct = TypeVar("AnyAct", bound=str)
FITTED = Path(__file__).with_name("acts.tsv")
SURE = 0.6  # of 1: a probability from which on the wording has the last word ...
SURE_ALONE = 0.35  # ... and the only one, where the rules know no act
TOLD_BY_RULES = frozenset(("失效",))  # acts of which there were too few to fit
CLAUSE_MARK = re.compile(r"[，。；：！？,;:!?\s]")
LONGEST_CLAUSE = 40  # characters


def act_of_wording(reading: ArticleViews, lexicon: Lexicon, ruled: Fact | None) -> Fact | None:
    """Return the act that the wording tells surely, with the clause that tells it most; else the one of the rules."""
    if ruled and ruled.value in TOLD_BY_RULES:
        return ruled
    fitted = _fitted()
    wording = wording_of(reading.title.shown, reading.text.shown, lexicon)
    known = fitted.keys() & wording.keys()
    odds = [sum(column) for column in zip(fitted[BASE], *(fitted[group] for group in known), strict=True)]
    act, probability = likeliest(_acts(), odds)
    if not known or probability < (SURE if ruled else SURE_ALONE) or (ruled and ruled.value == act):
        return ruled
    own = _acts().index(act)
    telling = max(known, key=lambda group: (fitted[group][own], group))
    return _told(act, wording[telling], telling, reading)


def likeliest(acts: Sequence[AnyAct], odds: Sequence[float]) -> tuple[AnyAct, float]:
    """Return the act with the highest log-odds, and its probability among all."""
    best = max(range(len(odds)), key=odds.__getitem__)
    return acts[best], 1 / sum(exp(other - odds[best]) for other in odds)


def _told(act: Act, masked: Masked, group: str, reading: ArticleViews) -> Fact:
    """Return an act with the clause around a group of characters."""
    start, end = masked.span(group)
    text = masked.part.plain.text
    first = max((mark.end() for mark in CLAUSE_MARK.finditer(text, max(0, start - LONGEST_CLAUSE), start)), default=0)
    first = max(first, start - LONGEST_CLAUSE)
    stop = CLAUSE_MARK.search(text, end, end + LONGEST_CLAUSE)
    last = stop.start() if stop else min(len(text), end + LONGEST_CLAUSE)
    view: View = reading.title if masked.part.name == "title" else reading.text
    at = masked.part.plain.at(first)
    return Fact(
        kind="act", value=act, quote=masked.part.plain.quote(first, last), start=at,
        place=masked.part.place(at) if view.place == "body" else view.place,
    )  # fmt: skip


def _rows() -> list[list[str]]:
    return [line.split("\t") for line in FITTED.read_text(encoding="utf-8").splitlines()]


@cache
def _acts() -> tuple[Act, ...]:
    return cast("tuple[Act, ...]", tuple(_rows()[0][1:]))


@cache
def _fitted() -> Mapping[str, tuple[float, ...]]:
    """Return what each group adds to the odds of each act."""
    return {group: tuple(map(float, odds)) for group, *odds in _rows()[1:]}
