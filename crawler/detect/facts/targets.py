"""Find dated goals: clauses that say what is to be reached by a year. No I/O, no clock.

Which of the years that an article names (years.py) date a goal is weighed (weighed_targets.py). A year holds for its
own clause and for the following ones of its sentence that carry a number or a state to be reached. Tables of years are
read row by row. A goal of no year counts only where none has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from crawler.detect.facts.quantities import has_quantity
from crawler.detect.facts.reading import ArticleViews, View
from crawler.detect.facts.weighed_targets import STATE, probabilities
from crawler.detect.facts.years import YearMention, find_years
from storage.records import Fact

LEAST_PROBABILITY = 0.5  # on files that the fit has not seen, precision .96 and recall .94
YEARLY = re.compile(r"每年[^，。；]{0,10}?(?:不少于|不低于|至少)\d[\d.]*[亿万]元[^，。；]{0,12}")
CLAUSE = re.compile(r"(?:[^，；。！？【】\n,;]|,(?=\d)){1,200}")
COMPARED = re.compile("(?:比|较|相较于?|较于)$")  # 较2025年翻一番 is part of another year's goal
CLAUSE_BEFORE = 40  # characters before a year in which its clause begins
MARK = re.compile(r"[，；。！？：\n【】 ;:]|,(?!\d)")
BETWEEN = frozenset(("，", "， ", "：", "，“", ","))  # a year and its clause, quoted as one
YEAR_IN_ROW = re.compile(r"(?:^|[\s|])20[2-9]\d年?[\s|]")
YEAR_CELL = re.compile(r"(20[2-9]\d)年?")
CELL = re.compile(r"[^\s|]+")
NUMBER_CELL = re.compile(r"\d[\d,.]*%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One clause of a goal, the characters from `start` to before `end`; a year of None is not known."""

    view: View
    year: int | None
    start: int
    end: int


def find_targets(reading: ArticleViews) -> list[Fact]:
    """Return the dated goals of the text, and of the title for years that the text leaves out, clause by clause.

    Goals of no year count where there is none with one.
    """
    found = find_years(reading)
    return targets_by(probabilities(found, reading), found, reading)


def targets_by(likely: Sequence[float], found: Sequence[YearMention], reading: ArticleViews) -> list[Fact]:
    """Return the goals of a text when each year that it names is so likely to date one, from 0 to 1."""
    weighed = zip(found, likely, strict=True)
    chosen = {id(mention) for mention, probability in weighed if probability >= LEAST_PROBABILITY}
    goals = [*_goals(found, chosen), *_of_rows(reading.text)]
    told = {goal.year for goal in goals if goal.view is not reading.title}
    goals = [goal for goal in goals if goal.view is not reading.title or goal.year not in told]
    dated = [goal for goal in goals if goal.year is not None]
    facts = [
        goal.view.fact("target", goal.view.quote(goal.start, goal.end), goal.start, goal.end, year=goal.year)
        for goal in dated or goals or _of_every_year(reading.text)
    ]
    return list({(fact.value, fact.year): fact for fact in facts}.values())


def _goals(found: Sequence[YearMention], chosen: set[int]) -> Iterator[Goal]:
    """Yield the clauses of the chosen years; a clause of another year ends them."""
    apart = [one for one in found if id(one) in chosen or not _is_compared(one)]
    for mention, following in zip_longest(apart, apart[1:]):
        if id(mention) in chosen:
            is_near = following is not None and following.view is mention.view
            yield from _clauses(mention, following.start if is_near else len(mention.view.text))


def _is_compared(mention: YearMention) -> bool:
    return COMPARED.search(mention.view.text, max(0, mention.start - len("相较于")), mention.start) is not None


def _clauses(mention: YearMention, following: int) -> Iterator[Goal]:
    """Yield the clauses from a year to the end of its sentence or to the next year; at least the first of substance.

    到2030年，综合实力位居前列 has neither a number nor a usual state.
    """
    view = mention.view
    near = max(0, mention.start - CLAUSE_BEFORE)
    first = mention.start - len(MARK.split(view.text[near : mention.start])[-1])
    last = max(min(view.sentence_end(mention.end), following), mention.end)
    clauses = [_bare(view, *clause.span()) for clause in CLAUSE.finditer(view.text, first, last)]
    held = [clause for clause in clauses if _holds_goal(view, clause, mention.end)]
    chosen = held or [clause for clause in clauses if clause[1] > mention.end][:1] or clauses[:1]
    for number, (start, end) in enumerate(chosen):
        if number == 0 and view.text[mention.end : start] in BETWEEN:
            start = _bare(view, first, mention.end)[0]  # noqa: PLW2901  its year belongs to it
        yield Goal(view=view, year=mention.year, start=start, end=end)


def _holds_goal(view: View, clause: tuple[int, int], said: int) -> bool:
    """True for a clause with a number or a state to be reached; what stands before `said` tells its year."""
    text = view.text[max(clause[0], said) if clause[0] <= said else clause[0] : clause[1]]
    return has_quantity(text) or STATE.search(text) is not None


def _of_rows(view: View) -> Iterator[Goal]:
    """Yield the rows of a table whose columns are years, once for each year, and rows that begin with a year."""
    start, years = 0, dict[int, int]()
    for line in view.text.split("\n") if YEAR_IN_ROW.search(view.text) else ():
        cells = CELL.findall(line)
        heads = {n: int(m[1]) for n, cell in enumerate(cells) if (m := YEAR_CELL.fullmatch(cell))}
        if len(heads) > 1:
            years = heads
        elif years and max(years) < len(cells) and all(NUMBER_CELL.fullmatch(cells[n]) for n in years):
            yield from (Goal(view=view, year=year, start=start, end=start + len(line)) for year in years.values())
        else:
            years = {}
            if 0 in heads and (has_quantity(line) or STATE.search(line)):
                yield Goal(view=view, year=heads[0], start=start, end=start + len(line))
        start += len(line) + 1


def _of_every_year(view: View) -> Iterator[Goal]:
    """Yield what is to be reached each year: 每年不少于….."""
    return (Goal(view=view, year=None, start=m.start(), end=m.end()) for m in YEARLY.finditer(view.text))


def _bare(view: View, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a clause without spaces, dashes and half a pair of quotation marks around it."""
    text = view.text[start:end]
    bare = text.strip(" 　—")
    if bare.count("“") != bare.count("”"):
        bare = bare.strip("“”")
    start += text.find(bare)
    return start, start + len(bare)
