"""Compare what a listing page shows with what it showed before: it moves on, stands, goes back, or is another list.

A page can answer 200 with rows and be ill all the same: a cache that serves last month's list, a navigation that is all
that is left of the page, the home page in place of a closed column. No I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from crawler.text.canonical import canonical_url
from storage.records import Link

ListingChange = Literal["moved", "same", "old", "other"]
LOST_OF_UNDATED = 3  # without days a list may be in any order: the first rows of a curated one come and go
FEW_ROWS = 3  # rows are soon replaced by as many others: below that nothing follows from it
MOSTLY_SHARE = 0.8  # of the rows must have a day, so that they can be put in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a listing changed. `fresh` are the rows that it did not show before, `lost` the first ones that are gone."""

    change: ListingChange
    fresh: tuple[Link, ...] = ()
    lost: tuple[Link, ...] = ()


def compare(before: Sequence[Link], now: Sequence[Link]) -> Comparison:
    """Return how a listing changed since it last had something new.

    `old`: its newest rows are gone and nothing newer took their place. `other`: no row in common and no newer day
    either; whether its source is quick enough to have replaced all rows since, the caller must know.
    """
    is_dated = _is_dated(before) and _is_dated(now)
    earlier, later = _newest_first(before, is_dated=is_dated), _newest_first(now, is_dated=is_dated)
    known, shown = _marks(earlier), _marks(later)
    fresh = tuple(link for link in later if not _is_in(link, known))
    if not before or not now:
        return Comparison(change="moved" if now else "other", fresh=fresh)
    if len(fresh) == len(later):
        return Comparison(change=_turned(earlier, later), fresh=fresh, lost=tuple(earlier[:1]))
    lost = tuple(takewhile(lambda link: not _is_in(link, shown), earlier))
    if len(lost) >= (1 if is_dated else LOST_OF_UNDATED) and _is_in(later[0], known):
        return Comparison(change="old", fresh=fresh, lost=lost)
    last_known = max(number for number, link in enumerate(later) if _is_in(link, known))
    above = tuple(link for link in later[:last_known] if not _is_in(link, known))  # below it stands what is older
    return Comparison(change="moved" if above else "same", fresh=above)


def _turned(before: Sequence[Link], now: Sequence[Link]) -> ListingChange:
    """Return what a list without a row in common is.

    A row with a later day than the oldest ones before would have stood there already: so it came since, whatever its
    day. A fifth of the oldest ones do not count: what is pinned to the top may be years old.
    """
    days = sorted(link.date for link in before if link.date)
    newest_now = max((link.date for link in now if link.date), default=None)
    if days and newest_now:
        return "moved" if newest_now > days[len(days) // 5] or len(before) < FEW_ROWS else "old"
    return "moved" if len(before) < FEW_ROWS else "other"


def _is_dated(links: Sequence[Link]) -> bool:
    return sum(link.date is not None for link in links) >= MOSTLY_SHARE * len(links)


def _newest_first(links: Sequence[Link], *, is_dated: bool) -> list[Link]:
    """Return rows by their days, so that one that is pinned to the top falls to its place; one without goes last."""
    if not is_dated:
        return list(links)
    return sorted(links, key=lambda link: link.date.toordinal() if link.date else 0, reverse=True)


def _marks(links: Iterable[Link]) -> frozenset[str]:
    """Return what tells that a row was there: its address, and its title for a portal that renames all its pages."""
    return frozenset(mark for link in links for mark in (canonical_url(link.url), link.title) if mark)


def _is_in(link: Link, marks: frozenset[str]) -> bool:
    return canonical_url(link.url) in marks or link.title in marks
