"""Which articles are wanted: one selection for search, export, rules and feeds. It writes conditions and runs none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

KEYS_OF_A_DAY = 22  # bits: four million articles in a day
STATE = """coalesce((SELECT v.verdict FROM verdicts AS v WHERE v.article_id = a.id AND v.undone_at IS NULL
                     ORDER BY v.id DESC LIMIT 1), 'new')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are wanted; what is empty or None wants all. Several values of one kind mean any of them.

    Days are inclusive, written 2026-01-31, and are days of publication in China (of first sight where that is
    unknown). A province stands for its cities, the nation (000000) for itself. An issuer is part of a name. States are
    those of the review: `new` (nobody said anything), `confirmed`, `rejected`, `watch`.
    """

    since: str | None = None
    until: str | None = None
    regions: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    min_score: float | None = None
    max_score: float | None = None

    @property
    def keys(self) -> tuple[int | None, int | None]:
        """The least search key that is wanted, and the least one that is not any more; None without a day."""
        return (
            first_key(date.fromisoformat(self.since)) if self.since else None,
            first_key(date.fromisoformat(self.until)) + (1 << KEYS_OF_A_DAY) if self.until else None,
        )

    def clauses(self) -> list[str]:
        """Return SQL conditions over `articles AS a JOIN assessments AS s`."""
        return [*self.days("a.search_key"), *self.filters().values()]

    def days(self, key: str) -> list[str]:
        """Return SQL conditions that hold a search key in the days that are wanted."""
        first, last = self.keys
        return [f"{key} {sign} {bound}" for sign, bound in ((">=", first), ("<", last)) if bound is not None]

    def filters(self) -> dict[str, str]:
        """Return the SQL condition of each kind of filter that is set, but for the days."""
        found = {}
        if self.regions:
            found["region"] = _fact("region", " OR ".join(f"{{}} GLOB :region{n}" for n in range(len(self.regions))))
        if self.issuers:
            found["issuer"] = _fact("issuer", " OR ".join(f"instr({{}}, :issuer{n})" for n in range(len(self.issuers))))
        for kind in ("act", "instrument", "track"):
            if values := self.values(kind):
                found[kind] = _fact(kind, f"{{}} IN ({_names(kind, values)})")
        for kind, column in (("source", "a.source"), ("label", "s.label"), ("state", STATE)):
            if values := self.values(kind):
                found[kind] = f"{column} IN ({_names(kind, values)})"
        if self.min_score is not None:
            found["min_score"] = "s.score >= :min_score"
        if self.max_score is not None:
            found["max_score"] = "s.score <= :max_score"
        return found

    def parameters(self) -> dict[str, Any]:
        """Return the values that the conditions name."""
        kinds = ("issuer", "act", "instrument", "track", "source", "label", "state")
        found: dict[str, Any] = {f"{kind}{n}": value for kind in kinds for n, value in enumerate(self.values(kind))}
        found |= {f"region{n}": f"{prefix_of(code)}*" for n, code in enumerate(self.regions)}
        return found | {"min_score": self.min_score, "max_score": self.max_score}

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of a kind that are wanted."""
        found: tuple[str, ...] = getattr(self, f"{kind}s")
        return found


def first_key(day: date) -> int:
    """Return the search key of a day's first article: keys grow with the days, so the highest is the newest.

    A key is the number of the day and a number within it, which grows with the time where that is known. Days of 40
    bits, room for any article's id, made the index a sixth larger: what is stored is the distance between keys.
    """
    return day.toordinal() << KEYS_OF_A_DAY


def month_of(key: int) -> str:
    """Return the month of a search key: 2026-01."""
    return date.fromordinal(key >> KEYS_OF_A_DAY).isoformat()[:7]


def prefix_of(code: str) -> str:
    """Return the digits that a region's code shares with the codes of what lies in it."""
    return code if code == "000000" else code.removesuffix("00").removesuffix("00")


def _fact(kind: str, condition: str) -> str:
    """Return the condition on a kind of fact; it has {} where the value stands."""
    # A plus keeps the planner from looking all facts of that value through for each article.
    facts = f"FROM facts AS f WHERE f.kind = '{kind}' AND f.article_id = a.id"
    return f"EXISTS (SELECT 1 {facts} AND ({condition.replace('{}', '+f.value')}))"


def _names(kind: str, values: tuple[str, ...]) -> str:
    return ", ".join(f":{kind}{n}" for n in range(len(values)))
