"""Write the facts of an article as terms of the search index, and filters as expressions over these terms. Pure.

A term is a kind with its value, in one token: `act印发`. A text's tokens have one or two characters and a term four or
more, so that neither is ever found for the other. Titles are terms too, pair by pair: FTS5 finds what stands in one
column by going through all that stands in any, 0.1 s for a frequent word at a million articles.
"""

from __future__ import annotations

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
# Characters that the tokenizer folds, or does not take for part of a word.
ODD_CHARACTERS = re.compile(r"[^a-wyz0-9\u0080-\U0010ffff]")
POINTS_IN_STEP = 10  # points: scores are found by their steps, and compared afterwards
HIGHEST_SCORE_STEP = 10  # all higher scores are one step


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
    if selection.min_score is not None or selection.max_score is not None:
        first = 0 if selection.min_score is None else _step(selection.min_score)
        last = HIGHEST_SCORE_STEP if selection.max_score is None else max(first, _step(selection.max_score))
        if (first, last) != (0, HIGHEST_SCORE_STEP):
            yield _any(term("score", str(step)) for step in range(first, last + 1))


def titled(title: str) -> str:
    """Return the terms of a folded title, separated by blanks."""
    return " ".join(map(title_token, tokens(title).split()))


def title_token(token: str) -> str:
    """Return the term that a title has for a token of its text."""
    return term("title", token)


def term(kind: str, value: str) -> str:
    """Return the one token of a value."""
    return ODD_CHARACTERS.sub(lambda found: f"x{ord(found[0]):x}", kind + value)


def _terms(known: Known) -> Iterator[str]:
    yield term("source", known.source)
    yield term("state", known.state)
    if known.label is not None and known.score is not None:
        yield term("label", known.label)
        yield term("score", str(_step(known.score)))
    for kind, value in known.facts:
        if FILTERS[kind].match == "region":
            yield from (term(kind, value[:digits]) for digits in (2, 4, 6))  # the region and those that it lies in
        elif FILTERS[kind].match == "equal":
            yield term(kind, value)
    for key in PART_FILTERS:
        names = "\n".join(value for kind, value in known.facts if kind == key)
        yield from (term(key, token) for token in tokens(fold(names)).split())


def _part(key: str, value: str) -> str:
    """Return what a part of a name matches; empty where it has no letter and no digit."""
    runs = WORD_RUN.findall(fold(value))
    return f"({' AND '.join(phrase(run, as_token=partial(term, key)) for run in runs)})" if runs else ""


def _any(terms: Iterable[str]) -> str:
    return f"({' OR '.join(terms)})"


def _step(score: float) -> int:
    return min(max(int(score // POINTS_IN_STEP), 0), HIGHEST_SCORE_STEP)
