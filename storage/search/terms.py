"""Write the facts of an article as terms of the search index, and filters as expressions over these terms. Pure.

A term is a kind with its value, in one token: `act印发`. A text's tokens have one or two characters and a term four or
more, so that neither is ever found for the other. Titles are terms too, pair by pair: FTS5 finds what stands in one
column by going through all that stands in any, 0.1 s for a frequent word at a million articles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from storage.folding import fold
from storage.search.filters import FILTERS, prefix_of
from storage.search.selection import Selection
from storage.search.text import WORD_RUN, phrase, tokens

FACT_FILTERS = tuple(key for key, row in FILTERS.items() if row.is_fact)
PART_FILTERS = tuple(key for key, row in FILTERS.items() if row.match == "part")
# Characters that the tokenizer folds, or does not take for part of a word: of ASCII all but a-w, y, z and digits.
# A set of ASCII is compiled at once; one of all other characters takes 4 ms of each command.
ODD_CHARACTERS = re.compile(r"[\x00-/:-`x{-\x7f]")
ODD_CHARACTERS_OF_TOKENS = re.compile(r"[\x00-\x1f!-/:-`x{-\x7f]")  # of several, with blanks between them
# Scores are found by steps of 10 points, of one and of a tenth: a range within 0 to 100 is some sixty terms at most.
SCORE_LEVELS = {"tens": 100, "ones": 10, "tenths": 1}  # tenths in a step
FACET_POINTS, FACET_STEPS = 20, 5  # points of a facet's ranges, and the number of the one that has no end
NAME_SEPARATOR = "\x1f"  # stands in no name
TENTHS_OF_SCALE = 1000  # scores of 100 and more have a term in common, and those below 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The values that filters compare: `facts` are pairs of kind and value.

    Label and score are None before it is assessed; `state` is the verdict that stands, `new` without one.
    """

    source: str
    label: str | None
    score: float | None
    state: str
    facts: tuple[tuple[str, str], ...]

    @property
    def counted(self) -> str:
        """The values that facets count, each once: a JSON list of kind and value with a colon between."""
        own = [("source", self.source), ("state", self.state)]
        if self.label is not None and self.score is not None:
            own += [("label", self.label), ("score", str(step_of_score(self.score)))]
        return json.dumps([f"{kind}:{value}" for kind, value in (*own, *self.facts)], ensure_ascii=False)

    @property
    def issuers(self) -> str:
        """The names of its issuers, each behind `NAME_SEPARATOR`: what a part of a name is looked for in."""
        return "".join(f"{NAME_SEPARATOR}{value}" for kind, value in self.facts if kind == "issuer")


def step_of_score(score: float) -> int:
    """Return the range of a facet that a score lies in, counted from 0."""
    return min(int(max(score, 0) // FACET_POINTS), FACET_STEPS)


def terms_of(known: Known) -> str:
    """Return the terms of an article, separated by blanks."""
    return " ".join(_terms(known))


def expressions_of(selection: Selection) -> Iterator[str]:
    """Yield the FTS5 expressions that the articles of a selection match, and hardly others. Days are none."""
    for key, values in selection.given():
        match = FILTERS[key].match
        if match == "part":
            parts = [_part(key, value) for value in values]
            if all(parts):
                yield _any(parts)
        else:
            yield _any(term(key, prefix_of(value) if match == "region" else value) for value in values)
    if selection.scores != (None, None):
        terms = list(_terms_of_range(*selection.scores))
        yield _any(terms or [term("score", "none")])


def is_exact_range(min_score: float | None, max_score: float | None) -> bool:
    """Whether the index alone decides on a range of scores: its ends are tenths between 0 and 100."""
    ends = ((min_score, TENTHS_OF_SCALE), (max_score, TENTHS_OF_SCALE - 1))
    return all(end is None or (0 <= _tenths(end) <= most and _tenths(end) / 10 == end) for end, most in ends)


def titled(title: str) -> str:
    """Return the terms of a folded title, separated by blanks."""
    return " ".join(_terms_of_tokens("title", title))


def title_token(token: str) -> str:
    """Return the term that a title has for a token of its text."""
    return term("title", token)


def term(kind: str, value: str) -> str:
    """Return the one token of a value."""
    return ODD_CHARACTERS.sub(_spelt_out, kind + value)


def _spelt_out(odd: re.Match[str]) -> str:
    return f"x{ord(odd[0]):x}"


def _terms_of_tokens(kind: str, folded: str) -> list[str]:
    """Return the terms that a folded text has by its tokens, each as `term` gives it."""
    own = term(kind, "")
    return [own + token for token in ODD_CHARACTERS_OF_TOKENS.sub(_spelt_out, tokens(folded)).split()]


def _terms(known: Known) -> Iterator[str]:
    yield term("source", known.source)
    yield term("state", known.state)
    if known.label is not None and known.score is not None:
        yield term("label", known.label)
        yield from _terms_of_score(known.score)
    for kind, value in known.facts:
        if FILTERS[kind].match == "region":
            yield from (term(kind, value[:digits]) for digits in (2, 4, 6))  # the region and those that it lies in
        elif FILTERS[kind].match == "equal":
            yield term(kind, value)
    for key in PART_FILTERS:
        names = "\n".join(value for kind, value in known.facts if kind == key)
        yield from _terms_of_tokens(key, fold(names))


def _part(key: str, value: str) -> str:
    """Return what a part of a name matches; empty where it has no letter and no digit."""
    runs = WORD_RUN.findall(fold(value))
    return f"({' AND '.join(phrase(run, as_token=partial(term, key)) for run in runs)})" if runs else ""


def _any(terms: Iterable[str]) -> str:
    return f"({' OR '.join(terms)})"


def _tenths(score: float) -> int:
    """Return how many whole tenths of a point a score has: the most whose decimal number is not above it."""
    tenths = round(score * 10)
    return tenths if tenths / 10 <= score else tenths - 1


def _terms_of_score(score: float) -> Iterator[str]:
    """Yield the terms of a score, one a level; one between two tenths says so."""
    tenths = _tenths(score)
    if not 0 <= tenths < TENTHS_OF_SCALE:
        yield term("score", "low" if tenths < 0 else "high")
        return
    between = "" if tenths / 10 == score else "more"
    yield from (term("score", f"{name}{tenths // size}") for name, size in SCORE_LEVELS.items() if size > 1)
    yield term("score", f"tenths{tenths}{between}")


def _terms_of_range(min_score: float | None, max_score: float | None) -> Iterator[str]:
    """Yield the terms that scores in a range have; beyond the scale, and between tenths, others have them too."""
    first = 0 if min_score is None else _tenths(min_score)
    last = TENTHS_OF_SCALE - 1 if max_score is None else _tenths(max_score)
    if min_score is None or first < 0:
        yield term("score", "low")
    if max_score is None or last >= TENTHS_OF_SCALE:
        yield term("score", "high")
    at, end = max(first, 0), min(last, TENTHS_OF_SCALE - 1)
    is_apart = max_score is not None and last / 10 == max_score  # the last tenth: a score just above it is out
    while at <= end:
        name, size = next(
            (name, size) for name, size in SCORE_LEVELS.items()
            if at % size == 0 and (size == 1 or at + size - 1 <= end - is_apart)
        )  # fmt: skip
        yield term("score", f"{name}{at // size}")
        if size == 1 and not (is_apart and at == end):
            yield term("score", f"tenths{at}more")
        at += size
