"""Find articles by their words and by filters: exactly, the newest first, on any connection.

No fuzzy matching and no ranking by frequency: what is found is what a scan of the folded texts would find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from storage.database import Database
from storage.search.expression import holds, is_exact, without_exclusions
from storage.search.facets import Facet, facets_of
from storage.search.filters import VERDICT_STATE_SQL
from storage.search.query import Query
from storage.search.snippets import MarkedSnippet, marked, snippet
from storage.search.sql import Rows, RowsPart
from storage.search.text import Searched, searched, wording_of

Order = Literal["newest", "title"]
MOST_COUNTED_HITS = 10_000  # hits that are counted
MOST_FACETED_HITS = 5_000  # hits that facets are of: 10 µs each
FEED_ANNOUNCEMENTS = 500  # announcements that a feed is made of: with 100 entries, a narrow search has its own too
HIT_COLUMNS_SQL = """a.id, a.search_key, a.url, a.title, a.text, a.attachments, a.publisher, a.published_at,
    a.published_precision, a.source, a.first_seen_at, s.label, s.score, s.threshold,
    m.announcement_id AS announcement"""
HIT_COLUMNS = (
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
    title: MarkedSnippet
    snippet: MarkedSnippet
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
class SearchResult:
    """One page of what was found. `total` counts all of it, up to `MOST_COUNTED_HITS`: beyond, `is_exact` is false."""

    articles: tuple[FoundArticle, ...]
    total: int
    is_exact: bool


class Search:
    """The search of an archive; a read-only connection will do."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, query: Query, *, order: Order = "newest", limit: int = 20, offset: int = 0) -> SearchResult:
        """Return the articles that a query finds: the newest first, or those first that hold all words in the title."""
        rows = Rows(query=query)
        keys = list(islice(self._keys(rows, order), offset, offset + limit))
        is_last = len(keys) < limit and (keys or not offset)  # then all were met: rare words are not looked for twice
        total = offset + len(keys) if is_last else self._count(rows)
        return SearchResult(
            articles=tuple(self._articles(keys, query)),
            total=min(total, MOST_COUNTED_HITS),
            is_exact=total <= MOST_COUNTED_HITS,
        )

    def part(self, query: Query, *, below: int | None, limit: int) -> tuple[tuple[FoundArticle, ...], int | None]:
        """Return the newest articles below a search key (None: of all), and the key to go on below, None at the end."""
        keys = list(islice(self._keys(Rows(query=query, below=below), "newest"), limit + 1))
        following = keys[limit - 1] if len(keys) > limit else None
        return tuple(self._articles(keys[:limit], query)), following

    def count(self, query: Query) -> int:
        """Return how many articles a query finds; `MOST_COUNTED_HITS` + 1 stands for any greater number."""
        return self._count(Rows(query=query))

    def facets(self, query: Query) -> tuple[Facet, ...]:
        """Return how what is found divides by what is known of it, of the newest `MOST_FACETED_HITS` articles."""
        keys = list(islice(self._keys(Rows(query=query), "newest"), MOST_FACETED_HITS))
        return tuple(facets_of(self._db, keys))

    def ids(self, query: Query, *, limit: int = MOST_COUNTED_HITS) -> list[int]:
        """Return the articles that a query finds, the newest first."""
        keys = list(islice(self._keys(Rows(query=query), "newest"), limit))
        rows = self._db.execute(
            "SELECT id FROM articles WHERE search_key IN (SELECT value FROM json_each(?)) ORDER BY search_key DESC",
            [json.dumps(keys)],
        ).fetchall()
        return [int(row[0]) for row in rows]

    def among(self, query: Query, article_ids: Iterable[int]) -> set[int]:
        """Return those of some articles that a query finds. Their texts are read; the index is for all articles."""
        ids = json.dumps(list(article_ids))
        where = " AND ".join(query.selection.clauses()) or "TRUE"
        rows = self._db.execute(
            f"""SELECT a.id, a.title, a.text, a.attachments
                FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                WHERE a.id IN (SELECT value FROM json_each(:ids)) AND {where}""",  # noqa: S608  fixed clauses
            query.selection.parameters() | {"ids": ids},
        )
        return {int(id) for id, *columns in rows if _holds(query, searched(*columns))}

    def announcements(self, query: Query, *, latest: int = FEED_ANNOUNCEMENTS) -> list[int]:
        """Return those of the latest announcements that have an article which a query finds, the newest first."""
        rows = self._db.execute(
            "SELECT id FROM announcements WHERE merged_into IS NULL ORDER BY id DESC LIMIT ?", [latest]
        )
        return self.announcements_among(query, [int(row[0]) for row in rows])

    def announcements_among(self, query: Query, ids: Sequence[int]) -> list[int]:
        """Return those of some announcements that have an article which a query finds, the newest first."""
        members = self._db.execute(
            """SELECT article_id, announcement_id FROM mentions
               WHERE announcement_id IN (SELECT value FROM json_each(?))""",
            [json.dumps(ids)],
        ).fetchall()
        found = self.among(query, (row[0] for row in members))
        return sorted({int(row[1]) for row in members if row[0] in found}, reverse=True)

    def _count(self, rows: Rows) -> int:
        if _needs_texts(rows.query):
            return sum(1 for _ in islice(self._select(rows, "all"), MOST_COUNTED_HITS + 1))
        found, values = rows.select("a.search_key")
        counted = f"SELECT count(*) FROM ({found} LIMIT {MOST_COUNTED_HITS + 1})"  # noqa: S608  fixed clauses
        return int(self._db.execute(counted, values).fetchone()[0])

    def _keys(self, rows: Rows, order: Order) -> Iterator[int]:
        """Yield the search keys of what is found, in order, as they are asked for."""
        if order == "newest" or not rows.query.words:
            return self._select(rows, "all")
        return chain(self._select(rows, "title"), self._select(rows, "other"))

    def _select(self, rows: Rows, part: RowsPart) -> Iterator[int]:
        """Yield the keys of a part of what is found: all, words in the title, or words elsewhere too."""
        query = rows.query
        if not _needs_texts(query):
            found = self._db.execute(*rows.select("a.search_key", part))
            yield from (int(row[0]) for row in found)
            return
        base: RowsPart = (
            "title" if part == "title" else "all"
        )  # the index cannot say what punctuation keeps out of a title
        found = self._db.execute(*rows.select("a.search_key, a.title, a.text, a.attachments", base))
        for key, *columns in found:
            said = searched(*columns)
            if _holds(query, said) and (part == "all" or _is_titled(query, said) == (part == "title")):
                yield int(key)

    def _articles(self, keys: Sequence[int], query: Query) -> Iterator[FoundArticle]:
        rows = self._db.query(
            f"""SELECT {HIT_COLUMNS_SQL}, {VERDICT_STATE_SQL} AS state,
                       (SELECT json_group_array(json_array(f.kind, f.value)) FROM facts AS f
                        WHERE f.article_id = a.id AND f.kind IN ('region', 'act', 'track', 'issuer')) AS facts
                FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                LEFT JOIN mentions AS m ON m.article_id = a.id
                WHERE a.search_key IN (SELECT value FROM json_each(?))""",  # noqa: S608  fixed text
            [json.dumps(keys)],
        )
        found = {row["search_key"]: row for row in rows}
        return (_found(found[key], query) for key in keys if key in found)


def _needs_texts(query: Query) -> bool:
    """Whether the texts have to be looked at, because the index does not know punctuation, nor all distances."""
    return query.wanted is not None and not is_exact(query.wanted)


def _holds(query: Query, said: Searched) -> bool:
    return query.wanted is None or holds(query.wanted, said.all)


def _is_titled(query: Query, said: Searched) -> bool:
    wanted = query.wanted and without_exclusions(query.wanted)
    return wanted is None or holds(wanted, (said.title,))


def _found(row: Mapping[str, Any], query: Query) -> FoundArticle:
    known: dict[str, list[str]] = {"region": [], "act": [], "track": [], "issuer": []}
    for kind, value in json.loads(row["facts"]):
        known[kind].append(value)
    text = snippet(row["text"], query.words)
    attachments = wording_of(row["attachments"]) if query.words and not text.marks else ""
    further = snippet(attachments, query.words)
    return FoundArticle(
        **{name: row[name] for name in HIT_COLUMNS},
        region=next(iter(known["region"]), None),
        title=marked(row["title"], query.words),
        snippet=further if further.marks else text,
        acts=_each_once(known["act"]),
        tracks=_each_once(known["track"]),
        issuers=_each_once(known["issuer"]),
    )


def _each_once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
