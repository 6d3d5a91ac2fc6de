"""Whole invented listing pages, one for each system and case: `pages/listing/NAME.*` beside what they hold.

The pages copy the way in which systems write rows, days and pagers, with navigation, footers and hot lists around them.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from builders import page_of
from crawler.listing import read_listing
from storage.records import Listing, Page

PAGES = Path(__file__).parent / "pages" / "listing"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in PAGES.glob("*.expected.json"))


def expected(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((PAGES / f"{name}.expected.json").read_text(encoding="utf-8"))
    return value


def saved(name: str) -> Page:
    """Return the saved page of a case."""
    body = next(path for path in PAGES.glob(f"{name}.*") if not path.name.endswith(".expected.json")).read_bytes()
    told = expected(name)
    fetched_at = datetime.fromisoformat(told["fetched_at"])
    return page_of(body, told["url"], source=name, at=fetched_at)


def read(name: str) -> Listing:
    return read_listing(saved(name))


@pytest.mark.parametrize("name", NAMES)
def test_rows(name: str) -> None:
    """Every row is found with its address, whole title and day, in the page's order, and nothing else."""
    found = [[link.url, link.title, link.date and link.date.isoformat()] for link in read(name).links]
    assert found == expected(name)["links"]


@pytest.mark.parametrize("name", NAMES)
def test_next_page(name: str) -> None:
    """The next page is the one that the page itself leads to; the last page has none."""
    assert read(name).next == expected(name)["next"]


@pytest.mark.parametrize("name", NAMES)
def test_state(name: str) -> None:
    """A page without rows is empty, blocked or a script's list, with a reason; one with rows is ok, without one."""
    listing = read(name)
    assert listing.state == expected(name)["state"]
    assert (listing.reason is None) == (listing.state == "ok")


def test_every_page_has_its_expectation() -> None:
    """No saved page is without a test."""
    pages = {path.name.split(".")[0] for path in PAGES.iterdir()}
    assert pages == set(NAMES)


def test_interpretation_names_the_row_that_it_explains() -> None:
    """The 相关解读 under a row are links of their own that say which row they stand under; rows say nothing."""
    links = read("interpretation_nested").links
    assert [link.explains for link in links if link.explains] == [links[0].url]
    assert links[1].explains == links[0].url
