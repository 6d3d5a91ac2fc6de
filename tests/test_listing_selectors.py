"""Selectors of one source, and the proposals for a source that lost its list."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from builders import page_of
from crawler.listing import ListingRules, proposals, read_listing
from storage.records import Page

TITLES = ["海州港集装箱吞吐量创新高", "海州市出台夜间经济新举措", "海州北站综合枢纽启用", "海州湾湿地修复工程完工"]


def page(body: str) -> Page:
    url = "https://www.haizhou.example/app/"
    fetched_at = datetime(2025, 3, 9, tzinfo=UTC)
    return page_of(body, url, at=fetched_at)


def odd_list(row: str) -> Page:
    """Return a page whose addresses and class names tell nothing."""
    rows = "".join(row.format(n=n, title=title) for n, title in enumerate(TITLES, 1))
    nav = "".join(f'<a href="/n{n}">频道{n}号</a>' for n in range(6))
    after = '<p><a class="z" href="more2">往下看</a></p>'
    return page(f'<body><div class="q1">{nav}</div><div class="q2">{rows}</div>{after}</body>')


def test_selectors_decide() -> None:
    """Where a source names selectors, they alone tell links, titles, days and the next page."""
    fetched = odd_list('<section><b>{title}</b><u>2025-03-0{n}</u><a href="x{n}">看</a><a href="y{n}">评</a></section>')
    rules = ListingRules(link=".q2 a:last-of-type", title="b", date="u", next="a.z")
    listing = read_listing(fetched, rules)
    assert [link.url.rpartition("/")[2] for link in listing.links] == ["y1", "y2", "y3", "y4"]
    assert listing.next == "https://www.haizhou.example/app/more2"


def test_title_and_day_are_looked_up_in_the_row() -> None:
    """Title and day come from the row around the link."""
    fetched = odd_list('<section><b>{title}</b><u>2025-03-0{n}</u><a href="x{n}">看看</a></section>')
    listing = read_listing(fetched, ListingRules(link=".q2 a", title="b", date="u"))
    assert [link.title for link in listing.links] == TITLES
    assert listing.links[1].date == date(2025, 3, 2)


def test_selector_that_finds_nothing() -> None:
    """A selector that no longer finds anything leaves the page empty, never quietly read some other way."""
    fetched = odd_list('<section><a href="/a/t2025030{n}_1.html">{title}</a></section>')
    assert read_listing(fetched).state == "ok"
    assert read_listing(fetched, ListingRules(link=".gone a")).state == "empty"


def test_wrong_selector_is_told() -> None:
    """A selector that is no CSS is an error that shows it."""
    with pytest.raises(ValueError, match="a>>>>b"):
        read_listing(odd_list("<p>{title}</p>"), ListingRules(link="a>>>>b"))


@pytest.mark.parametrize(
    "row",
    [
        '<section><a href="x{n}">{title}</a><u>2025-03-0{n}</u></section>',
        '<div class="c{n}"><a href="k"><i>图</i></a><a href="x{n}">{title}</a></div>',
        '<p><a href="x{n}"><strong>{title}</strong></a></p>',
    ],
)
def test_proposals_hold_the_list(row: str) -> None:
    """For a page that the rules cannot read, one of three proposals finds exactly the list, and works as a rule."""
    fetched = odd_list(row)
    found = [p for p in proposals(fetched) if [link.title for link in p.links] == TITLES]
    assert found
    assert read_listing(fetched, found[0].rules).links == found[0].links


def test_proposals_are_few_and_different() -> None:
    """No more are proposed than asked for, and none twice."""
    found = proposals(odd_list('<section><a href="x{n}">{title}</a></section>'), 2)
    assert 1 <= len(found) <= 2
    assert len({p.rules.link for p in found}) == len(found)
