"""The archive is scored again from its texts, and two lexicons are compared over it; nobody is told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from builders import page_of, plain_rules
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.sift import kept_out
from scheduler.tuning.reassess import compare, reassess
from scheduler.tuning.tune import with_values
from storage.archive import Archive
from storage.records import Article, Facts, Judged

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)
LEXICON = load_lexicon()
PLAN = "白鹭省未来产业培育行动计划（2026—2028年）"
ARTICLES = {
    "plan": (f"白鹭省政府印发《{PLAN}》", f"近日，白鹭省人民政府办公厅印发《{PLAN}》，提出到2028年建成3个先导区。"),
    "talk": ("未来产业怎么看", "多位受访者说，未来产业离不开耐心资本。"),
    "other": ("春耕备耕有序推进", "各地抓紧农时，春耕备耕有序推进。"),
}


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive whose articles were taken in by a lexicon that knew nothing."""
    with Archive.in_memory() as opened:
        for name, (title, text) in ARTICLES.items():
            url = f"https://example.org/{name}.html"
            page = page_of(b"", url, source="gov", at=NOW)
            article = Article(url=url, title=title, text=text, published_at=date(2026, 5, 18))
            judged = Judged(article=article, facts=Facts(), assessment=kept_out(LEXICON))
            opened.articles.keep(page, judged, key=url, identity=name)
        yield opened


def labels(archive: Archive) -> dict[str, str]:
    """Return the kept label of each article."""
    return {stored.article.title: stored.label for stored in archive.assessments.each()}


def other_terms(*terms: str) -> Lexicon:
    """Return the shipped lexicon with other core terms."""
    table = LEXICON.model_dump()
    return Lexicon.model_validate(table | {"core": table["core"] | {"terms": terms}, "version": "other"})


def test_reassess_keeps_the_new_scores(archive: Archive) -> None:
    """Scores, labels and facts are those of today's lexicon afterwards, and the report names what changed."""
    ticks: list[int] = []
    done = reassess(archive, LEXICON, since=None, now=NOW, tick=ticks.append)
    assert list(labels(archive).values()) == ["announcement", "related", "irrelevant"]
    assert [(change.article_id, change.label_before, change.label) for change in done.changes] == [
        (1, "irrelevant", "announcement"), (2, "irrelevant", "related"),
    ]  # fmt: skip
    assert (done.articles, done.rescored, sum(ticks)) == (3, 2, 3)
    assert archive.db.execute("SELECT value FROM facts WHERE kind = 'policy_title'").fetchall() == [(PLAN,)]


def test_reassess_tells_nobody(archive: Archive) -> None:
    """No announcement is opened and no message written."""
    reassess(archive, LEXICON, since=None, now=NOW, tick=lambda _: None)
    assert archive.announcements.list(limit=5) == []
    assert archive.outbox.list() == []


def test_reassess_again_changes_nothing(archive: Archive) -> None:
    """The same texts and lexicon give the same scores."""
    reassess(archive, LEXICON, since=None, now=NOW, tick=lambda _: None)
    again = reassess(archive, LEXICON, since=None, now=NOW, tick=lambda _: None)
    assert (again.rescored, again.changes) == (0, ())


def test_reassess_since(archive: Archive) -> None:
    """Older articles keep what they have."""
    done = reassess(archive, LEXICON, since="2026-05-19", now=NOW, tick=lambda _: None)
    assert done.articles == 0
    assert set(labels(archive).values()) == {"irrelevant"}


def test_version_is_renewed_where_nothing_else_changes(archive: Archive) -> None:
    """An article that the gate keeps out says which lexicon kept it out last."""
    reassess(archive, other_terms("未来产业"), since=None, now=NOW, tick=lambda _: None)
    assert {stored.lexicon_version for stored in archive.assessments.each()} == {"other"}


def test_diff_of_points(archive: Archive) -> None:
    """A lexicon that gives less for a named document loses the alert; the other way round it is gained."""
    rules = plain_rules()
    poorer = with_values(rules, {("points", "named_core"): 4.0})
    (lost,) = compare(archive, rules, poorer, since=None, tick=lambda _: None)
    assert (lost.article_id, lost.label_before) == (1, "announcement")
    assert lost.before - lost.after == LEXICON.points.named_core - 4
    (gained,) = compare(archive, poorer, rules, since=None, tick=lambda _: None)
    assert gained.label == "announcement"
    assert set(labels(archive).values()) == {"irrelevant"}, "a comparison keeps nothing"


def test_diff_of_words(archive: Archive) -> None:
    """Lexicons with other words have other gates, and each article passes its own."""
    changes = compare(archive, LEXICON, other_terms("春耕备耕"), since=None, tick=lambda _: None)
    assert {(change.article_id, change.label) for change in changes} == {
        (1, "irrelevant"), (2, "irrelevant"), (3, "related"),
    }  # fmt: skip
