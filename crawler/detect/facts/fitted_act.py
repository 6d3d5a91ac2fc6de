"""Tell the act of an article by its wording, where that is sure: fitted to labelled texts, like the second opinion.

The rules of `act.py` know the words by which acts are told; these weights know how texts of an act are worded.
`acts.tsv` has a line for each group of characters (crawler/detect/wording.py), and a column for each act and one for
texts without any: what the group adds to the logarithm of its odds. docs/points.md says how it is fitted. No I/O.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.detect.wording import Masked, wording_of
from crawler.text.weights import BASE
from storage.records import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.detect.facts.reading import ArticleViews, View
    from crawler.detect.lexicon import Lexicon

FITTED = Path(__file__).with_name("acts.tsv")
SURE_PROBABILITY = 0.8  # among the acts: from here on the wording overrules the rules
ALONE_PROBABILITY = 0.2  # among the acts and none: from here on it tells an act where the rules know none
NO_ACT = "none"  # the column of texts that announce nothing
TOLD_BY_RULES = frozenset(("失效",))  # acts of which there were too few to fit
CLAUSE_MARK = re.compile(r"[，。；：！？,;:!?\s]")
LONGEST_CLAUSE = 40  # characters
PARTS_OF_ODDS = 1_000_000  # of the logarithm of odds
MOST_EXPONENT = 700.0  # beyond that a float overflows


def act_of_wording(reading: ArticleViews, lexicon: Lexicon, ruled: Fact | None) -> Fact | None:
    """Return the act that the wording tells surely, with the clause that tells it most; else the one of the rules."""
    if not lexicon.points.opinion or (ruled and ruled.value in TOLD_BY_RULES):
        return ruled
    columns, fitted = _fitted()
    wording = wording_of(reading.title.shown, reading.text.shown, lexicon)
    known = fitted.keys() & wording.keys()
    rows = map(fitted.__getitem__, known)
    odds = [sum(column) / PARTS_OF_ODDS for column in zip(fitted[BASE], *rows, strict=True)]
    act = told_by(dict(zip(columns, odds, strict=True)), ruled.value if ruled else None)
    if act is None or not known or (ruled and ruled.value == act):
        return ruled
    own = columns.index(act)
    telling = max(known, key=lambda group: (fitted[group][own], group))
    return _told(act, wording[telling], telling, reading)


def told_by(odds: Mapping[str, float], ruled: str | None) -> str | None:
    """Return the act that a wording tells, by the log-odds of the acts and of none; None where it is unsure."""
    act = max(odds.keys() - {NO_ACT}, key=lambda one: (odds[one], one))
    others = [other for other in odds if not (ruled and other == NO_ACT)]
    probability = 1 / sum(exp(min(odds[other] - odds[act], MOST_EXPONENT)) for other in others)
    return act if probability >= (SURE_PROBABILITY if ruled else ALONE_PROBABILITY) else None


def _told(act: str, masked: Masked, group: str, reading: ArticleViews) -> Fact:
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


@cache
def _fitted() -> tuple[tuple[str, ...], Mapping[str, tuple[int, ...]]]:
    """Return the columns, and what each group adds to the odds of each, in millionths.

    Whole numbers add up to the same sum in any order, four times as fast as `fsum` adds fractions.
    """
    (_, *columns), *rows = (line.split("\t") for line in FITTED.read_text(encoding="utf-8").splitlines())
    return tuple(columns), {group: tuple(round(float(one) * PARTS_OF_ODDS) for one in odds) for group, *odds in rows}
