"""Give back articles with how they were assessed, to be assessed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.articles import assessed
from storage.connection import transaction
from storage.database import Database
from storage.near_duplicates import article_of
from storage.records import Article, Assessment, Label
from storage.search.index import SearchIndex

ARTICLES_IN_CHUNK = 500  # articles: what is written between two chunks is not held up by one long reading
PUBLISHED_SINCE_SQL = "(:since IS NULL OR date(coalesce(a.published_at, a.first_seen_at), '+8 hours') >= :since)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedArticle:
    """An article of the archive and how it was assessed last."""

    article_id: int
    article: Article
    label: Label
    score: float
    lexicon_version: str


class Assessments:
    """The assessments of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index = SearchIndex(db)

    def count(self, *, since: str | None = None) -> int:
        """Return how many articles were assessed that were published since a day, None for all."""
        row = self._db.execute(
            f"""SELECT count(*) FROM assessments AS s JOIN articles AS a ON a.id = s.article_id
                WHERE {PUBLISHED_SINCE_SQL}""",  # noqa: S608  fixed text
            {"since": since},
        ).fetchone()
        return int(row[0])

    def each(self, *, since: str | None = None) -> Iterator[AssessedArticle]:
        """Yield the articles that were published since a day (None for all), in the order in which they came.

        Assessments may be written while this goes on.
        """
        last = 0
        while rows := list(self._db.query(
            f"""SELECT a.*, s.label, s.score, s.lexicon_version FROM articles AS a
                JOIN assessments AS s ON s.article_id = a.id
                WHERE a.id > :last AND {PUBLISHED_SINCE_SQL} ORDER BY a.id LIMIT :chunk""",  # noqa: S608  fixed text
            {"since": since, "last": last, "chunk": ARTICLES_IN_CHUNK},
        )):  # fmt: skip
            for row in rows:
                yield AssessedArticle(
                    article_id=row["id"], article=article_of(row), label=row["label"], score=row["score"],
                    lexicon_version=row["lexicon_version"],
                )  # fmt: skip
            last = rows[-1]["id"]

    def keep(self, article_id: int, assessment: Assessment, now: datetime) -> None:
        """Keep how an article was assessed; its facts stay as they are."""
        with transaction(self._db), self._index.changing(article_id):
            self._db.insert("assessments", assessed(article_id, assessment, now), replaces=True)
