"""Write the SQL of a query. The index leads: it gives the newest first, and most filters are terms of it.

To ask each row that the words find for its filters took 7 µs a row: frequent words with a rare filter went through half
the archive, 0.6 s at a million articles. Only names are compared afterwards, in what the index leaves, and scores where
an end of their range is no tenth of a point between 0 and 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from storage.search.expression import expression_of, without_exclusions
from storage.search.filters import FILTERS, FilterColumn
from storage.search.query import Query
from storage.search.terms import NAME_SEPARATOR, PART_FILTERS, expressions_of, is_exact_range, title_token

ISSUER_COLUMN = FilterColumn(value="e.issuers")
RowsPart = Literal["all", "title", "other"]
SCORE_CONDITIONS = ("min_score", "max_score")


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows that a query finds, only those below a search key where one is given."""

    query: Query
    below: int | None = None

    def select(self, columns: str, part: RowsPart = "all") -> tuple[str, dict[str, Any]]:
        """Return SQL and its values for columns of `articles AS a` of a part of the rows, the newest first.

        Parts are all rows, those with all words in the title, and the others.
        """
        selection, match = self.query.selection, self._match(part)
        clauses = list(self._compared())
        source, key = "articles AS a", "a.search_key"
        if match:
            source, key = "search_index AS i CROSS JOIN articles AS a ON a.search_key = i.rowid", "i.rowid"
        if any("s." in clause for clause in clauses):
            source += " CROSS JOIN assessments AS s ON s.article_id = a.id"
        if any("e." in clause for clause in clauses):
            source += " CROSS JOIN search_entries AS e ON e.key = a.search_key"
        looked_up = "search_index MATCH :match" if match else "a.search_key IS NOT NULL"
        bound = [] if self.below is None else [f"{key} < {self.below}"]
        where = " AND ".join([looked_up, *selection.days(key), *bound, *clauses])
        values = selection.parameters() | {"match": match}
        return f"SELECT {columns} FROM {source} WHERE {where} ORDER BY {key} DESC", values  # noqa: S608  fixed clauses

    def _compared(self) -> Iterator[str]:
        """Yield the SQL conditions of what the index knows a little less of than is asked."""
        selection = self.query.selection
        for key, clause in selection.filters().items():
            if key == "issuer" and NAME_SEPARATOR not in "".join(selection.values(key)):
                yield FILTERS[key].condition(ISSUER_COLUMN, selection.values(key))
            elif key in PART_FILTERS or (key in SCORE_CONDITIONS and not is_exact_range(*selection.scores)):
                yield clause

    @cached_property
    def _words(self) -> str:
        return expression_of(self.query.wanted) if self.query.wanted else ""

    @cached_property
    def _in_title(self) -> str:
        """All words in the title; the words that must not be there are looked for in the whole."""
        wanted = self.query.wanted and without_exclusions(self.query.wanted)
        titled = expression_of(wanted, as_token=title_token) if wanted else ""
        return titled if wanted == self.query.wanted else " AND ".join(filter(None, (self._words, titled)))

    def _match(self, part: RowsPart) -> str:
        """Return the FTS5 expression of a part of the rows; empty when there is nothing to look for."""
        words = self._in_title if part == "title" else self._words
        match = " AND ".join(filter(None, (words, *expressions_of(self.query.selection))))
        return f"({match}) NOT ({self._in_title})" if part == "other" else match
