"""Pages, articles, sources and visits for tests: a test names the fields it is about, the rest is plain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.sources.source import Source
from crawler.toml import validate
from local_portal import article_page
from scheduler.demo.samples import Sample
from scheduler.tuning.tune import with_values
from storage.records import Article, Assessment, Facts, Outcome, Page, Run

NEVER = datetime.fromtimestamp(0, UTC)  # pages of the filters were never fetched
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page_of(
    body: str | bytes = b"",
    url: str = "https://www.example.gov.cn/zwgk/",
    *,
    source: str = "",
    at: datetime = NEVER,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """Return a page as it was fetched, without redirects."""
    raw = body.encode() if isinstance(body, str) else body
    return Page(
        source=source, url=url, final_url=url, fetched_at=at, status=status, headers=dict(headers or {}), body=raw
    )


def html_page(title: str, body: str, head: str = "") -> str:
    """Return the markup of a page."""
    return f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def sample_page(sample: Sample, url: str, **more: Any) -> Page:
    """Return the page on which a portal shows a sample."""
    markup = article_page(sample.title, sample.paragraphs, day=sample.day, publisher=sample.publisher)
    return page_of(markup, url, **more)


def article_of(title: str = "", text: str = "", *, url: str = "", on: date | None = None, **more: Any) -> Article:
    """Return an article, published `on` a day."""
    return Article(url=url, title=title, text=text, published_at=on, **more)


@cache
def shipped_lexicon() -> Lexicon:
    """Return the lexicon of the program, read once."""
    return load_lexicon()


@cache
def plain_rules() -> Lexicon:
    """Return the lexicon of the program without the second opinion."""
    return with_values(load_lexicon(), {("points", "opinion"): 0.0})


def established(text: str, title: str = "", **more: Any) -> Facts:
    """Return what an article of this text establishes."""
    return establish(article_of(title, text, **{"on": date(2026, 3, 2)} | more), shipped_lexicon())


def judged(article: Article, lexicon: Lexicon) -> Assessment:
    """Return the assessment of an article by what it establishes."""
    return assess(article, establish(article, lexicon), lexicon)


def source_of(id: str = "x", *listings: str, host: str = "", **keys: object) -> Source:
    """Return a province's source; without listings it has one, on a host named after it unless one is given."""
    needed = {"name": id, "region": "460000", "level": "province", "kind": "government"}
    addresses = listings or (f"https://{host or id}.example.org/{id}/",)
    return validate(Source, {"id": id, "listings": addresses} | needed | keys, file="a test")


def run_of(at: datetime, *, source: str = "hi-gov", outcome: Outcome = "ok", **more: Any) -> Run:
    """Return a visit that began and ended at one moment."""
    return Run(source=source, started_at=at, finished_at=at, outcome=outcome, **more)
