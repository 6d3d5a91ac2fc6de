"""Weigh how likely each year that an article names dates one of its goals: fitted to labelled texts. No I/O, no clock.

`targets.tsv` has a line for each sign of a mention: how it is named, when it is, what its clause holds, the words
around it, and what the sign adds to the logarithm of the odds. docs/points.md says how it is fitted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.detect.facts.context import ANCHORED, groups_in, next_to, words_around
from crawler.detect.facts.patterns import either
from crawler.detect.facts.quantities import has_quantity
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews
from crawler.detect.facts.years import NAMED, YearMention, is_open
from crawler.text.odds import probability_of
from crawler.text.weights import weights_in
from storage.folding import Table

FITTED = Path(__file__).with_name("targets.tsv")
POSITIONS = ((LEAD_CHARACTERS, "lead"), (600, "story"))  # characters, and what lies before
FAR_YEARS, MOST_COUNTED = 4, 3  # later years, and more mentions, are not told apart
CLAUSE_MARK = re.compile("[，；。！？：\n【】（）]")
FULL_WIDTH = Table(dict(zip(",;:?!()", "，；：？！（）", strict=True)))  # as the labelled texts have their marks
NEAR_BEHIND = 24  # characters
BEFORE, BEHIND = 40, 60  # characters of a mention's sentence
STATE = re.compile(
    either(
        "形成 建成 建立 成为 达到 超过 突破 实现 取得 基本 显著 跻身 迈入 进入 打造 培育 集聚 完成 投入 建设 提升 涌现",
        "带动 初步 开通 攻克 累计 新增 培养 落地 商用 翻",
    )
)
PAST = re.compile("已经?|了|曾|同比|去年|截至|以来|此前")
DATE = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<day>\d{1,2}日)?|[上下]半年|[一二三四]季度|[春夏秋冬]")
DUE = re.compile("[^，。；]{0,8}?(?:前|底|末|为限)")


def probabilities(found: Sequence[YearMention], reading: ArticleViews) -> list[float]:
    """Return how likely each mention dates a goal, from 0 to 1; 0 in a document's name."""
    weights = weights_in(FITTED)
    return [probability_of(signs, weights) if signs else 0.0 for signs in signs_of(found, reading)]


def signs_of(found: Sequence[YearMention], reading: ArticleViews) -> Iterator[set[str]]:
    """Yield the signs of each mention; none for those in a document's name."""
    numbers = Counter(mention.year for mention in found)
    published = reading.published.year if reading.published else None
    latest = max((mention.year or 0 for mention in found), default=0)
    titled = {mention.year for mention in found if mention.view.place == "title"}
    named = {mention.year for mention in found if mention.form == NAMED}
    for mention in found:
        if mention.form == NAMED:
            yield set()
            continue
        ahead = None if published is None or mention.year is None else min(mention.year - published, FAR_YEARS)
        signs = {f"form {mention.form}", f"ahead {ahead}", f"form {mention.form} ahead {ahead}"}
        signs |= {f"named {min(numbers[mention.year], MOST_COUNTED)}", f"years {min(len(numbers), FAR_YEARS)}"}
        signs.add(f"is latest {mention.year == latest}")
        if mention.year and mention.year % 5 == 0:
            signs.add("round")
        if mention.year in titled and mention.view.place != "title":
            signs.add("in title too")
        if named:
            signs.add(f"in a name too {mention.year in named}")
        signs.update(_stands(mention))
        yield signs


def _stands(mention: YearMention) -> list[str]:
    """Return where a mention stands, and what its clause and its sentence hold."""
    view, start, end = mention.view, mention.start, mention.end
    text = view.text
    place = view.place if view.place == "title" else next((name for most, name in POSITIONS if start < most), "deep")
    signs = [f"in {place}", f"form {mention.form} in {place}"]
    if is_open(text, start, "（）", BEFORE):
        signs.append("in brackets")
    said, follows = map(FULL_WIDTH.apply, words_around(view, start, end, BEFORE, BEHIND))
    signs += _groups(said, follows)
    said, follows = said.removeprefix("^"), follows.removesuffix("$")
    before, behind = CLAUSE_MARK.split(said)[-1], CLAUSE_MARK.split(follows)
    clause, sentence = behind[0], "，".join(behind)
    is_next = not clause and len(behind) > 1
    own = behind[1] if is_next else clause
    held = _held(own)
    signs += (f"holds {held}", f"form {mention.form} holds {held}", f"comma {is_next} holds {held}")
    signs += (f"sentence holds {_held(sentence)}", f"before holds {_held(before)}")
    if not before:
        signs.append("heads")
    if PAST.search(before + own):
        signs.append("past")
    date, due = DATE.match(text, end), DUE.match(text, end)
    if date:
        signs += ("date", f"date day {bool(date['day'])} due {bool(due)}")
    if due:
        signs.append("due")
    return signs


def _held(words: str) -> str:
    """Return whether words hold a number with its unit, and a state to be reached."""
    return f"{has_quantity(words)} {STATE.search(words) is not None}"


def _groups(said: str, follows: str) -> list[str]:
    """Return the groups of characters around a mention: L and R next to it, r near it, b and c in its sentence."""
    near = groups_in("r", follows[:NEAR_BEHIND], 3)
    return [*next_to(said, follows, ANCHORED), *near, *groups_in("b", said, 2), *groups_in("c", follows, 2)]
