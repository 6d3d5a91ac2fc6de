"""Read a JSON list by the paths that its source declares."""

from __future__ import annotations

from typing import Any

from crawler.listing.anchors import resolve
from crawler.listing.row_days import day_of_value, settle_years
from crawler.listing.shapes import day_in_url
from crawler.listing.titles import plain
from crawler.sources.rules import ListingRules
from crawler.text.dates import Today
from storage.records import Link


def read_mapped(data: Any, rules: ListingRules, url: str, today: Today) -> tuple[Link, ...]:
    """Return the rows at `rules.rows`; a row without an address or a title is left out."""
    rows = at(data, rules.rows)
    read = [
        (address, title, day_of_value(at(row, rules.date), today))
        for row in (rows if isinstance(rows, list) else [])
        if (address := resolve(_text(row, rules.link), url)) and (title := plain(_text(row, rules.title)))
    ]
    days = settle_years([day for _, _, day in read], [day_in_url(address) for address, _, _ in read], today)
    return tuple(Link(url=address, title=title, date=day) for (address, title, _), day in zip(read, days, strict=True))


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
