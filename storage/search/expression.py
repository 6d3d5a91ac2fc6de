"""Combine words: all of them, any, none, two near each other. Whether texts hold it, and how FTS5 looks it up. Pure.

The index knows letters and digits only. What it cannot decide it answers too widely, and the texts are compared then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from storage.search.filters import FILTERS
from storage.search.terms import term
from storage.search.text import Word, phrase

EVERY_ARTICLE = f"({' OR '.join(term('state', value) for value in FILTERS['state'].names)})"  # each has one of these


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts must be there."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part at least must be there."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The part must not be there."""

    part: Wanted


@dataclass(frozen=True, slots=True)
class NearWords:
    """Two words with at most so many characters between them, in either order, in one title, text or attachment."""

    first: Word
    second: Word
    within: int


Wanted = Word | AllOf | AnyOf | NoneOf | NearWords


def holds(wanted: Wanted, texts: Sequence[str]) -> bool:
    """Whether folded texts, taken together, hold what is wanted."""
    match wanted:
        case Word():
            return any(wanted.text in text for text in texts)
        case AllOf():
            return all(holds(part, texts) for part in wanted.parts)
        case AnyOf():
            return any(holds(part, texts) for part in wanted.parts)
        case NoneOf():
            return not holds(wanted.part, texts)
        case NearWords():
            return any(_stand_near(wanted, text) for text in texts)


def is_exact(wanted: Wanted) -> bool:
    """Whether the index alone decides."""
    match wanted:
        case Word():
            return wanted.is_one_run
        case NoneOf():
            return is_exact(wanted.part)
        case NearWords():
            return False
        case _:
            return all(map(is_exact, wanted.parts))


def positive_words(wanted: Wanted | None) -> Iterator[Word]:
    """Yield the words that may stand in what is found."""
    match wanted:
        case Word():
            yield wanted
        case NearWords():
            yield from (wanted.first, wanted.second)
        case AllOf() | AnyOf():
            for part in wanted.parts:
                yield from positive_words(part)


def without_exclusions(wanted: Wanted) -> Wanted | None:
    """Return what is wanted without that which must not be there; None when nothing is left."""
    match wanted:
        case NoneOf():
            return None
        case AllOf() | AnyOf():
            parts = tuple(left for part in wanted.parts if (left := without_exclusions(part)))
            return type(wanted)(parts) if parts else None
        case _:
            return wanted


def expression_of(wanted: Wanted, *, as_token: Callable[[str], str] = str) -> str:
    """Return an FTS5 expression that matches all that is wanted, and more unless it `is_exact`; empty: all articles.

    `as_token` makes the index's token of a pair of characters.
    """
    match wanted:
        case Word():
            return _all_runs(wanted, as_token)
        case NearWords():
            return _near(wanted, as_token)
        case AnyOf():
            parts = [expression_of(part, as_token=as_token) for part in wanted.parts]
            return f"({' OR '.join(parts)})" if all(parts) else ""
        case NoneOf():
            return _without("", [wanted], as_token)
        case AllOf():
            found = [expression_of(one, as_token=as_token) for one in wanted.parts if not isinstance(one, NoneOf)]
            joined = " AND ".join(filter(None, found))
            return _without(joined, [one for one in wanted.parts if isinstance(one, NoneOf)], as_token)


def _without(found: str, excluded: Sequence[NoneOf], as_token: Callable[[str], str]) -> str:
    """Return an expression without those of the excluded that the index can decide."""
    exact = [expression_of(one.part, as_token=as_token) for one in excluded if is_exact(one.part)]
    if not exact:
        return f"({found})" if found else ""
    return f"(({found or EVERY_ARTICLE}) NOT ({' OR '.join(exact)}))"


def _all_runs(word: Word, as_token: Callable[[str], str]) -> str:
    found = " AND ".join(phrase(run, as_token=as_token) for run in word.runs)
    return f"({found})" if len(word.runs) > 1 else found


def _near(wanted: NearWords, as_token: Callable[[str], str]) -> str:
    """Return an expression of both words; single characters and punctuation have no sure place in the index."""
    both = (wanted.first, wanted.second)
    if all(word.is_one_run and len(word.text) > 1 for word in both):
        phrases = " ".join(phrase(word.text, as_token=as_token) for word in both)
        # One token more: the last character of a word has a token too.
        return f"NEAR({phrases}, {wanted.within + 1})"
    return f"({' AND '.join(filter(None, (_all_runs(word, as_token) for word in both)))})"


def _stand_near(wanted: NearWords, text: str) -> bool:
    first, second = wanted.first.text, wanted.second.text
    reach = wanted.within + len(second)
    return any(
        second in text[max(0, match.start() - reach) : match.start() + len(first) + reach]
        for match in re.finditer(f"(?={re.escape(first)})", text)
    )
