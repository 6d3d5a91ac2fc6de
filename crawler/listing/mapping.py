"""Read a JSON list by the paths that its source declares."""

from __future__ import annotations

from typing import Any

from crawler.listing.badges import without_badges
from crawler.listing.found import Found, each, found_in
from crawler.listing.patterns import filled
from crawler.listing.row_days import day_of_value, settle_years
from crawler.listing.titles import plain
from crawler.sources.rules import ListingRules
from crawler.text.address_days import day_in_address
from crawler.text.addresses import resolve
from crawler.text.dates import Today
from storage.records import Link


def read_mapped(data: Any, rules: ListingRules, url: str, today: Today) -> Found:
    """Return the rows at `rules.rows`; one without an address or a title counts as unusable."""
    rows = at(data, rules.rows)
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    urls = [_address(row, rules.link, url) for row in rows]
    days = list(each(rows, lambda row: day_of_value(at(row, rules.date), today)))
    settled = settle_years(days, [day_in_address(address) if address else None for address in urls], today)
    titles = [without_badges(plain(_text(row, rules.title)))[0] for row in rows]
    return found_in(
        Link(url=address, title=title, date=day) if address and title else None
        for address, title, day in zip(urls, titles, settled, strict=True)
    )


def _address(row: dict[str, Any], link: str, base: str) -> str | None:
    return filled(link, row, base) if "{" in link else resolve(_text(row, link), base)


def at(data: Any, path: str) -> Any:
    """Return what stands at a path of keys separated by dots (numbers index lists), None where it leads nowhere."""
    for key in filter(None, path.split(".")):
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict):
            data = data.get(key)
        else:
            return None
    return data


def _text(row: Any, path: str) -> str:
    value = at(row, path)
    return value if isinstance(value, str) else ""
