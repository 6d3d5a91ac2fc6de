"""One article at several addresses of its host is kept once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from builders import page_of
from crawler.detect.lexicon import load_lexicon
from crawler.intake import Taken, settle
from crawler.reading import judge_article
from invented_acts import DAY, PLAN, Said, nobody, noon
from storage.archive import Archive

LEXICON = load_lexicon()
ARTICLE = Said(title="盐湖提锂项目投产", url="http://news.example.org/a/1.html")


def take(archive: Archive, said: Said) -> Taken:
    url = said.article.url
    page = page_of(b"", url, at=noon(DAY))
    return settle(page, judge_article(page, said.article, LEXICON), archive=archive, lexicon=LEXICON, notify=nobody)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.news.example.org/a/1.html?utm_source=x",
        "http://news.example.org/m/a/1.html",
        "http://news.example.org/other/column/771.html",
    ],
)
def test_other_address_of_the_host(url: str) -> None:
    """Variants of the address, and the same page in another column, add no article."""
    with Archive.in_memory() as archive:
        first, again = take(archive, ARTICLE), take(archive, replace(ARTICLE, url=url))
        assert again.kept.article_id == first.kept.article_id
        assert again.kept.change == "same"


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://other.example.org/a/1.html"},
        {"url": "http://news.example.org/a/2.html", "title": "另一个标题"},
        {"url": "http://news.example.org/a/2.html", "text": f"{PLAN}\n补充一段。"},
        {"url": "http://news.example.org/a/2.html", "day": date(2026, 4, 8)},
    ],
)
def test_what_is_another_article(change: dict[str, object]) -> None:
    """Another host, title, text or day is another article."""
    with Archive.in_memory() as archive:
        first = take(archive, ARTICLE)
        second = take(archive, replace(ARTICLE, **change))  # type: ignore[arg-type]  # fields of Said
        assert second.kept.article_id != first.kept.article_id


def test_edit_is_found_at_either_address() -> None:
    """A text that changes at its other address is a revision of the one article."""
    with Archive.in_memory() as archive:
        first = take(archive, ARTICLE)
        other = replace(ARTICLE, url="http://news.example.org/other/771.html")
        take(archive, other)
        edited = take(archive, replace(other, text=PLAN.replace("37", "44")))
        assert edited.kept.article_id == first.kept.article_id
        assert edited.kept.change == "revised"
