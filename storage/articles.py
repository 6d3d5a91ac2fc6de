"""Keep pages, articles, assessments and facts, index their words, and give them back for export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from storage.connection import text_of, transaction
from storage.database import Database
from storage.pages import Pages
from storage.records import Article, Assessment, Facts, Judged, KeptArticle, Page
from storage.revisions import Revisions
from storage.search.index import SearchIndex
from storage.search.selection import Selection

EXPORTED_COLUMNS = "url, title, text, publisher, published_at, published_precision, source, label, score, announcement"


class Articles:
    """The articles of an archive, with the pages that prove them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pages = Pages(db)
        self._revisions = Revisions(db)
        self._index = SearchIndex(db)

    def keep(self, page: Page, judged: Judged, *, key: str, identity: str) -> KeptArticle:
        """Keep a page and what it says, once: a known key with the same text, or without any, changes no word.

        Words that are replaced become a revision. The address that is shown is the one that gave the words.
        """
        with transaction(self._db):
            known = self._db.execute("SELECT id, text_sha256, text FROM articles WHERE key = ?", [key]).fetchone()
            if known and (known[1] == identity or (known[2] and not judged.article.text)):
                return KeptArticle(article_id=known[0], change="same")
            row = _row(judged.article) | {
                "key": key, "page_id": self._pages.keep(page), "source": page.source, "text_sha256": identity
            }  # fmt: skip
            if known is None:
                article_id = self._db.insert("articles", row | {"first_seen_at": text_of(page.fetched_at)})
                self._judge(article_id, judged.facts, judged.assessment, page.fetched_at)
                self._index.add(article_id)
                return KeptArticle(article_id=article_id, change="new")
            article_id = int(known[0])
            with self._index.changing(article_id):
                self._revisions.keep(article_id, page.fetched_at)
                self._db.update("articles", article_id, row)
                self._forget_facts(article_id)
                self._judge(article_id, judged.facts, judged.assessment, page.fetched_at)
            return KeptArticle(article_id=article_id, change="revised")

    def moved(self, article_id: int, url: str) -> None:
        """Show another address of an article: the portal leads there from the one that is shown."""
        with transaction(self._db):
            self._db.execute("UPDATE articles SET url = ? WHERE id = ?", [url, article_id])
            self._db.forget(article_id)

    def judge(self, article_id: int, facts: Facts, assessment: Assessment, now: datetime) -> None:
        """Keep what an article establishes and how it was assessed, instead of what was kept before."""
        with self._index.changing(article_id):
            self._forget_facts(article_id)
            self._judge(article_id, facts, assessment, now)

    def _forget_facts(self, article_id: int) -> None:
        self._db.execute("DELETE FROM facts WHERE article_id = ?", [article_id])

    def _judge(self, article_id: int, facts: Facts, assessment: Assessment, now: datetime) -> None:
        self._db.forget(article_id)
        self._db.insert_all("facts", ({"article_id": article_id} | flat(fact) for fact in facts.all))
        self._db.insert("assessments", assessed(article_id, assessment, now), replaces=True)

    def page(self, article_id: int) -> Page:
        """Return the page that an article was read from. Raises `KeyError` when there is no such article."""
        row = self._db.execute("SELECT page_id FROM articles WHERE id = ?", [article_id]).fetchone()
        if row is None:
            raise KeyError(article_id)
        return self._pages.get(row[0])

    def row(self, article_id: int) -> Mapping[str, Any]:
        """Return an article as the archive keeps it. Raises `KeyError` when there is no such article."""
        row = next(self._db.query("SELECT * FROM articles WHERE id = ?", [article_id]), None)
        if row is None:
            raise KeyError(article_id)
        return row

    def export(self, selection: Selection) -> Iterator[Mapping[str, Any]]:
        """Yield the selected articles as documents of `futurewatch export`, oldest first."""
        where = " AND ".join(["TRUE", *selection.clauses()])
        yield from self._db.query(
            f"""SELECT a.url, a.title, a.text, a.publisher, a.published_at, a.published_precision, a.source, s.label,
                       s.score, m.announcement_id AS announcement
                FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                LEFT JOIN mentions AS m ON m.article_id = a.id WHERE {where} ORDER BY a.id""",  # noqa: S608  fixed clauses
            selection.parameters(),
        )


def assessed(article_id: int, assessment: Assessment, now: datetime) -> dict[str, Any]:
    """Return an assessment as a row of `assessments`."""
    return {
        "article_id": article_id, "label": assessment.label, "score": assessment.score,
        "threshold": assessment.threshold, "hits": dump(list(assessment.hits)),
        "lexicon_version": assessment.lexicon_version, "assessed_at": text_of(now),
    }  # fmt: skip


def _row(article: Article) -> dict[str, Any]:
    return {
        "url": article.url, "title": article.title, "text": article.text, "publisher": article.publisher,
        "byline": article.byline, "published_at": text_of(article.published_at),
        "published_precision": article.published_precision, "published_from": article.published_from,
        "document_number": article.document_number, "attachments": dump(list(article.attachments)),
        "agreement": article.agreement, "index_number": article.index_number,
        "document_date": text_of(article.document_date), "published_doubt": article.published_doubt,
    }  # fmt: skip


def dump(values: list[Any]) -> str:
    """Return records or strings as a JSON list, Chinese as Chinese."""
    return json.dumps([v if isinstance(v, str) else flat(v) for v in values], ensure_ascii=False)


def flat(record: Any) -> dict[str, Any]:
    """Return a record that holds no other one as a mapping: `asdict`, which copies all, takes six times as long."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
