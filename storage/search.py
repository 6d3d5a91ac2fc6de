"""Find articles by their words and by what is known of them: exact, the newest first, on any connection.

No fuzzy matching and no ranking by frequency: what is found is what a scan of the folded texts would find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from sqlite_utils import Database

from storage.search_facets import Facet, facets_of
from storage.search_query import Query
from storage.search_snippets import Marked, marked, snippet
from storage.search_text import Searched, searched, wording_of
from storage.selection import STATE

Order = Literal["newest", "title"]
Part = Literal["all", "title", "other"]
MATCHES: dict[Part, str] = {
    "all": ":match",
    "title": "'{title} : (' || :match || ')'",
    "other": "'(' || :match || ') NOT {title} : (' || :match || ')'",
}
CAP = 10_000  # hits that are counted, and that facets are of
LATEST = 500  # announcements that a feed is made of: with 100 entries, a narrow search has its own too
FIELDS = """a.id, a.search_key, a.url, a.title, a.text, a.attachments, a.publisher, a.published_at,
    a.published_precision, a.source, a.first_seen_at, s.label, s.score, s.threshold,
    m.announcement_id AS announcement"""
SAME = (
    "id", "url", "publisher", "published_at", "published_precision", "source", "first_seen_at", "label", "score",
    "threshold", "announcement", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article that was found. Hits are marked in `title` and `snippet`, which is of its text or attachments.

    `announcement` is its announcement's id, `region` the code of its region, each None without one; `state` the
    standing verdict on it, `new` without one.
    """

    id: int
    url: str
    title: Marked
    snippet: Marked
    publisher: str | None
    published_at: str | None
    published_precision: str | None
    source: str
    first_seen_at: str
    label: str
    score: float
    threshold: float
    announcement: int | None
    state: str
    region: str | None
    acts: tuple[str, ...]
    tracks: tuple[str, ...]
    issuers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found. `total` counts all of it, up to `CAP`: beyond, `is_exact` is false."""

    articles: tuple[FoundArticle, ...]
    total: int
    is_exact: bool


class Search:
    """The search of an archive; a read-only connection will do."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, query: Query, *, order: Order = "newest", limit: int = 20, offset: int = 0) -> Found:
        """Return the articles that a query finds: the newest first, or those first that hold all words in the title."""
        keys = list(islice(self._keys(query, order), offset, offset + limit))
        total = self.count(query)
        return Found(articles=tuple(self._articles(keys, query)), total=min(total, CAP), is_exact=total <= CAP)

    def count(self, query: Query) -> int:
        """Return how many articles a query finds, one more than `CAP` if these are more than `CAP`."""
        if not _needs_texts(query):
            wanted = f"SELECT count(*) FROM (SELECT 1 {_rows(query, 'all')} LIMIT {CAP + 1})"  # noqa: S608  fixed clauses
            return int(self._db.execute(wanted, _parameters(query, query.words)).fetchone()[0])
        return sum(1 for _ in islice(self._keys(query, "newest"), CAP + 1))

    def facets(self, query: Query) -> tuple[Facet, ...]:
        """Return how what is found divides by what is known of it, of the newest `CAP` articles."""
        return tuple(facets_of(self._db, self.ids(query)))

    def ids(self, query: Query, *, limit: int = CAP) -> list[int]:
        """Return the articles that a query finds, the newest first."""
        keys = list(islice(self._keys(query, "newest"), limit))
        rows = self._db.execute(
            "SELECT id FROM articles WHERE search_key IN (SELECT value FROM json_each(?)) ORDER BY search_key DESC",
            [json.dumps(keys)],
        ).fetchall()
        return [int(row[0]) for row in rows]

    def matches(self, query: Query, article_ids: Sequence[int]) -> bool:
        """Whether a query finds one of these articles."""
        return next(self._among(query, article_ids), None) is not None

    def announcements(self, query: Query, *, latest: int = LATEST) -> list[int]:
        """Return those of the latest announcements that have an article which a query finds, the newest first."""
        known = self._db.execute(
            "SELECT id FROM announcements WHERE merged_into IS NULL ORDER BY id DESC LIMIT ?", [latest]
        ).fetchall()
        members = self._db.execute(
            """SELECT m.article_id, m.announcement_id, a.search_key FROM mentions AS m
               JOIN articles AS a ON a.id = m.article_id WHERE m.announcement_id IN (SELECT value FROM json_each(?))""",
            [json.dumps([row[0] for row in known])],
        ).fetchall()
        keys = set(self._among(query, [row[0] for row in members]))
        return sorted({int(row[1]) for row in members if row[2] in keys}, reverse=True)

    def _among(self, query: Query, article_ids: Sequence[int]) -> Iterator[int]:
        """Yield the keys of those of some articles that a query finds."""
        wanted = "SELECT search_key FROM articles WHERE id IN (SELECT value FROM json_each(:ids))"
        key = "i.rowid" if query.words else "a.search_key"
        return self._select(query, "all", f"AND {key} IN ({wanted})", {"ids": json.dumps(list(article_ids))})

    def _keys(self, query: Query, order: Order) -> Iterator[int]:
        """Yield the search keys of what is found, in order, as they are asked for."""
        if order == "newest" or not query.words:
            return self._select(query, "all")
        return chain(self._select(query, "title"), self._select(query, "other"))

    def _select(
        self, query: Query, part: Part, more: str = "", values: Mapping[str, Any] | None = None
    ) -> Iterator[int]:
        """Yield the keys of a part of what is found: all, words in the title, or words elsewhere too."""
        parameters = _parameters(query, query.words) | dict(values or {})
        ordered = "ORDER BY i.rowid DESC" if query.words else "ORDER BY a.search_key DESC"
        if not _needs_texts(query):
            rows = self._db.execute(f"SELECT a.search_key {_rows(query, part)} {more} {ordered}", parameters)
            yield from (int(row[0]) for row in rows)
            return
        base: Part = "title" if part == "title" else "all"  # the index cannot say what punctuation keeps out of a title
        rows = self._db.execute(
            f"SELECT a.search_key, a.title, a.text, a.attachments {_rows(query, base)} {more} {ordered}", parameters
        )
        for key, *columns in rows:
            said = searched(*columns)
            if _holds(query, said) and (part == "all" or _is_titled(query, said) == (part == "title")):
                yield int(key)

    def _articles(self, keys: Sequence[int], query: Query) -> Iterator[FoundArticle]:
        rows = self._db.query(
            f"""SELECT {FIELDS}, {STATE} AS state,
                       (SELECT json_group_array(json_array(f.kind, f.value)) FROM facts AS f
                        WHERE f.article_id = a.id AND f.kind IN ('region', 'act', 'track', 'issuer')) AS facts
                FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                LEFT JOIN mentions AS m ON m.article_id = a.id
                WHERE a.search_key IN (SELECT value FROM json_each(?))""",  # noqa: S608  fixed text
            [json.dumps(keys)],
        )
        found = {row["search_key"]: row for row in rows}
        return (_found(found[key], query) for key in keys)


def _rows(query: Query, part: Part) -> str:
    """Return the FROM and WHERE of a query. The index leads where there are words: it gives the newest first."""
    clauses = query.selection.clauses()
    if not query.words:
        return (
            f"FROM articles AS a JOIN assessments AS s ON s.article_id = a.id WHERE {' AND '.join(['TRUE', *clauses])}"
        )
    first, last = query.selection.keys
    clauses += [f"i.rowid {sign} {key}" for sign, key in ((">=", first), ("<", last)) if key is not None]
    where = " AND ".join([f"search_index MATCH {MATCHES[part]}", *clauses])
    return f"""FROM search_index AS i CROSS JOIN articles AS a ON a.search_key = i.rowid
               CROSS JOIN assessments AS s ON s.article_id = a.id WHERE {where}"""


def _parameters(query: Query, words: Sequence[Any]) -> dict[str, Any]:
    return query.selection.parameters() | {"match": " AND ".join(filter(None, (word.expression for word in words)))}


def _needs_texts(query: Query) -> bool:
    """Whether the texts have to be looked at, because the index does not know punctuation."""
    return not all(word.is_one_run for word in query.words)


def _holds(query: Query, said: Searched) -> bool:
    return all(said.holds(word) for word in query.words)


def _is_titled(query: Query, said: Searched) -> bool:
    return all(word.text in said.title for word in query.words)


def _found(row: Mapping[str, Any], query: Query) -> FoundArticle:
    known: dict[str, list[str]] = {"region": [], "act": [], "track": [], "issuer": []}
    for kind, value in json.loads(row["facts"]):
        known[kind].append(value)
    text = snippet(row["text"], query.words)
    attachments = wording_of(row["attachments"]) if query.words and not text.marks else ""
    further = snippet(attachments, query.words)
    return FoundArticle(
        **{name: row[name] for name in SAME},
        region=next(iter(known["region"]), None),
        title=marked(row["title"], query.words),
        snippet=further if further.marks else text,
        acts=_each_once(known["act"]),
        tracks=_each_once(known["track"]),
        issuers=_each_once(known["issuer"]),
    )


def _each_once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
