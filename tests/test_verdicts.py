"""What nearly alerted is listed, and what reviewers say of it is kept, undoable, and can be exported."""

from datetime import UTC, date, datetime

import pytest

from builders import page_of
from storage.archive import Archive
from storage.records import Article, Assessment, Facts, Hit, Judged, Label
from storage.verdicts import VerdictError

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)


def keep(archive: Archive, name: str, score: float, *, label: Label = "related", on: date = date(2026, 5, 19)) -> int:
    """Keep an article with a score of 56 that are needed, and return its id."""
    url = f"https://example.org/{name}.html"
    page = page_of(name, url, source="gov", at=NOW)
    hit = Hit(term="未来产业", place="title", start=0, points=score)
    said = Assessment(score=score, threshold=56.0, label=label, hits=(hit,), lexicon_version="1")
    article = Article(url=url, title=name, text=name, published_at=on)
    judged = Judged(article=article, facts=Facts(), assessment=said)
    return archive.articles.keep(page, judged, key=url, identity=name).article_id


def titles(archive: Archive, *, since: str | None = None) -> list[str]:
    """Return the titles of the near misses."""
    return [row["title"] for row in archive.verdicts.near_misses(since=since, limit=10)]


def test_near_misses(archive: Archive) -> None:
    """What has 80 to 100 % of the threshold is listed, the highest first; alerts and all below are not."""
    for name, score in (("near", 45.0), ("nearest", 55.9), ("far", 44.0)):
        keep(archive, name, score)
    keep(archive, "alert", 60.0, label="announcement")
    assert titles(archive) == ["nearest", "near"]


def test_near_misses_since(archive: Archive) -> None:
    """Only articles published since a day are listed when one is given."""
    keep(archive, "old", 50.0, on=date(2026, 1, 1))
    keep(archive, "new", 50.0)
    assert titles(archive, since="2026-05-01") == ["new"]


def test_decided_ones_leave_the_queue(archive: Archive) -> None:
    """A confirmed or rejected article waits no longer, a watched one does."""
    one, two, three = (keep(archive, name, 50.0) for name in ("one", "two", "three"))
    for article, verdict in ((one, "confirmed"), (two, "rejected"), (three, "watch")):
        archive.verdicts.give(article, verdict, who="li", reason="读过", now=NOW)  # type: ignore[arg-type]
    assert titles(archive) == ["three"]


def test_last_verdict_stands_until_it_is_undone(archive: Archive) -> None:
    """A second verdict overrules the first; undone, the first stands again; undone too, none does."""
    article = keep(archive, "one", 50.0)
    first = archive.verdicts.give(article, "rejected", who="li", reason="旧闻", now=NOW)
    second = archive.verdicts.give(article, "confirmed", who="wang", reason="新文件", now=NOW)
    assert archive.verdicts.of(article) == second
    archive.verdicts.undo(second.id, now=NOW)
    assert archive.verdicts.of(article) == first
    archive.verdicts.undo(first.id, now=NOW)
    assert archive.verdicts.of(article) is None
    assert titles(archive) == ["one"]
    assert [verdict.undone_at for verdict in archive.verdicts.all()] == [NOW, NOW]


def test_verdict_remembers_the_score(archive: Archive) -> None:
    """A verdict keeps who gave it, why, and what the article scored then."""
    given = archive.verdicts.give(keep(archive, "one", 50.0), "watch", who="li", reason="等正文", now=NOW)
    assert (given.who, given.reason, given.score, given.lexicon_version) == ("li", "等正文", 50.0, "1")
    assert given.given_at == NOW


def test_what_cannot_be_said(archive: Archive) -> None:
    """An article or verdict that is not known, or was undone, is refused."""
    given = archive.verdicts.give(keep(archive, "one", 50.0), "watch", who="li", reason="", now=NOW)
    archive.verdicts.undo(given.id, now=NOW)
    with pytest.raises(VerdictError, match="no article 99"):
        archive.verdicts.give(99, "watch", who="li", reason="", now=NOW)
    for verdict_id in (given.id, 99):
        with pytest.raises(VerdictError, match="no verdict"):
            archive.verdicts.undo(verdict_id, now=NOW)


def test_export(archive: Archive) -> None:
    """Confirmed and rejected articles become labelled lines, the verdict that stands; watched ones are left out."""
    one, two, three = (keep(archive, name, 50.0) for name in ("one", "two", "three"))
    archive.verdicts.give(one, "rejected", who="li", reason="", now=NOW)
    archive.verdicts.give(one, "confirmed", who="li", reason="", now=NOW)
    archive.verdicts.give(two, "rejected", who="li", reason="", now=NOW)
    archive.verdicts.give(three, "watch", who="li", reason="", now=NOW)
    assert [(row["id"], row["label"], row["text"]) for row in archive.verdicts.labelled()] == [
        (one, "announcement", "one"), (two, "other", "two"),
    ]  # fmt: skip
