"""Each CMS family of the catalogue: an invented listing and article page, run through the code that live pages meet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from builders import page_of
from crawler.cms.registry import FAMILIES as SYSTEMS
from crawler.cms.registry import NAMES
from crawler.extract import extract
from crawler.listing import find_endpoint, read_listing
from crawler.listing.shapes import shape_points
from crawler.sources import catalogue
from family_pages import FAMILIES, FamilyPages
from storage.records import BEIJING, Page

HOST = "https://www.haizhou.example.cn"
EACH = pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)


def page(path: str, body: bytes) -> Page:
    now = datetime(2026, 3, 19, tzinfo=UTC)
    return page_of(body, HOST + path, source="x", at=now)


def test_every_family_has_pages_and_every_family_is_used() -> None:
    """No family that portals are recognised by is without pages, no pages without an entry of the catalogue."""
    recognised = {family.name for family in SYSTEMS if family.recognised_by}
    assert set(FAMILIES) == recognised == {entry.family for entry in catalogue() if entry.family}
    assert len(set(NAMES)) == len(SYSTEMS)


@EACH
def test_listing(family: FamilyPages) -> None:
    """Every row of the family's listing is found with its address, its whole title and its day."""
    shown = page(family.listing, family.listing_body)
    if family.answer:
        endpoint = find_endpoint(shown)
        assert endpoint is not None
        assert endpoint.url.startswith(HOST + family.answer)
        shown = page(family.answer, family.answer_body)
    rows = [(link.url.removeprefix(HOST), link.title, link.date) for link in read_listing(shown).links]
    days = [date.fromisoformat(day) for day in family.dates]
    assert rows == list(zip(family.articles, family.titles, days, strict=True))


@EACH
def test_article(family: FamilyPages) -> None:
    """Title, publisher, publication time and the whole text are read from the family's article page."""
    article = extract(page(family.articles[0], family.article_body))
    assert article.title == family.titles[0]
    assert article.publisher == family.publisher
    assert _written(article.published_at) == family.published_at
    assert article.text.startswith("各区县人民政府")
    assert article.text.endswith("设立市级未来产业引导资金。")


@EACH
def test_addresses(family: FamilyPages) -> None:
    """The family's articles look like articles by their address, its listing does not."""
    assert all(shape_points(HOST + path) > 0 for path in family.articles)
    assert shape_points(HOST + family.listing) <= 0


def _written(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime):
        return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return str(moment)
