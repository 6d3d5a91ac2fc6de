"""Articles for the tests of search. All names are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

from builders import page_of
from storage.archive import Archive
from storage.records import Article, Assessment, Attachment, Fact, Facts, Judged, Label
from storage.search.query import parse_query
from storage.upkeep.integrity import check_archive

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


def keep(archive: Archive, number: int, title: str = "标题", text: str = "正文", *, day: date | datetime | None = None,
         attachments: tuple[Attachment, ...] = (), label: Label = "irrelevant", score: float = 0.0, source: str = "s",
         **facts: str) -> int:  # fmt: skip
    """Keep an article under an address made of its number; `facts` are kind and value. Return its id."""
    url = f"http://example.org/{number}.html"
    page = page_of(b"x", url, source=source, at=NOW)
    article = Article(url=url, title=title, text=text, published_at=day, attachments=attachments)
    return archive.articles.keep(
        page,
        Judged(article=article, facts=facts_of(**facts), assessment=assessment_of(label, score)),
        key=url,
        identity=f"{title}{text}{attachments}",
    ).article_id


def facts_of(**facts: str) -> Facts:
    """Return facts by their kind, one of each."""
    said = (Fact(kind=kind, value=value, quote=value, place="body", start=0) for kind, value in facts.items())
    return Facts(all=tuple(said))


def assessment_of(label: Label, score: float) -> Assessment:
    """Return an assessment without hits."""
    return Assessment(score=score, threshold=60.0, label=label, hits=(), lexicon_version="t")


def ids(archive: Archive, text: str, order: str = "newest", **more: int) -> list[int]:
    """Return the articles that a query finds, in order."""
    return [one.id for one in archive.search.find(parse_query(text), order=order, **more).articles]  # type: ignore[arg-type]


def findings(archive: Archive) -> tuple[str, ...]:
    """Return what the doctor finds wrong with the search index."""
    (check,) = (check for check in check_archive(archive.db) if check.name == "search index")
    assert not archive.db.conn.in_transaction
    return check.findings
