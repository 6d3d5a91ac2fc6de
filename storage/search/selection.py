"""Describe which articles are wanted, for search, export, rules and feeds. It writes SQL conditions and runs none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from storage.search.filters import FILTERS

DAY_KEY_BITS = 22  # bits: four million articles in a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The wanted articles; a condition that is empty or None wants all.

    Days are inclusive, written 2026-01-31, and are days of publication in China (of first sight where that is
    unknown). `named` holds the values of each of the `FILTERS` by its key; several mean any of them. A province stands
    for its cities, the nation (000000) for itself. An issuer is part of a name.
    """

    since: str | None = None
    until: str | None = None
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_score: float | None = None
    max_score: float | None = None

    @property
    def keys(self) -> tuple[int | None, int | None]:
        """The least search key that is wanted, and the least one that is not any more; None without a day."""
        return (
            first_key(date.fromisoformat(self.since)) if self.since else None,
            first_key(date.fromisoformat(self.until)) + (1 << DAY_KEY_BITS) if self.until else None,
        )

    @property
    def scores(self) -> tuple[float | None, float | None]:
        """The least and the highest score that are wanted; None for any."""
        return self.min_score, self.max_score

    def clauses(self) -> list[str]:
        """Return SQL conditions over `articles AS a JOIN assessments AS s`."""
        return [*self.days("a.search_key"), *self.filters().values()]

    def days(self, key: str) -> list[str]:
        """Return SQL conditions that hold a search key in the days that are wanted."""
        first, last = self.keys
        return [f"{key} {sign} {bound}" for sign, bound in ((">=", first), ("<", last)) if bound is not None]

    def filters(self) -> dict[str, str]:
        """Return the SQL condition of each kind of filter that is set, but for the days."""
        found = {key: FILTERS[key].condition(FILTERS[key].article, values) for key, values in self.given()}
        if self.min_score is not None:
            found["min_score"] = "s.score >= :min_score"
        if self.max_score is not None:
            found["max_score"] = "s.score <= :max_score"
        return found

    def parameters(self) -> dict[str, Any]:
        """Return the values that the conditions name."""
        found: dict[str, Any] = {"min_score": self.min_score, "max_score": self.max_score}
        for key, values in self.given():
            found |= FILTERS[key].parameters(values)
        return found

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values that are wanted of a filter; empty: any."""
        return self.named.get(key, ())

    def given(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the filters that have values, with these."""
        return ((key, values) for key, values in self.named.items() if values)


def first_key(day: date) -> int:
    """Return the search key of a day's first article: keys grow with the days, so the highest is the newest.

    A key is the number of the day and a number within it, which grows with the time where that is known. Days of 40
    bits, room for any article's id, made the index a sixth larger: what is stored is the distance between keys.
    """
    return day.toordinal() << DAY_KEY_BITS


def month_of(key: int) -> str:
    """Return the month of a search key: 2026-01."""
    return date.fromordinal(key >> DAY_KEY_BITS).isoformat()[:7]
