"""Tell whether equal names are those of one document: its place, its years, its round. No I/O, no clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from crawler.dedupe.copies import is_copy
from crawler.dedupe.names import DocumentName
from crawler.dedupe.places import city_of
from crawler.dedupe.profile import Profile

# Signature to press conference took up to 112 days, a reprint without a new date comes within weeks;
# the same name a year on is the next round of it.
SAME_ROUND = timedelta(days=200)


def common_names(new: Profile, old: Profile) -> tuple[str, ...]:
    """Return the telling names that both give, of the same years."""
    return tuple(
        one.text for one, other in product(new.names, old.names)
        if one.text == other.text and is_same_round(one, other, new, old)
        and _is_one_place(one, other, new, old)
    )  # fmt: skip


def is_same_round(one: DocumentName, other: DocumentName, new: Profile, old: Profile) -> bool:
    """True when two equal names can be one document: by the years in them, else by when they were published.

    A text that is a copy is of the same round whatever its stamp says: content farms forge dates. What is repealed may
    be of any age.
    """
    if one.years and other.years:
        return one.years == other.years or one.years[:1] == other.years[:1]
    if one.years or other.years:
        dated, profile = (one, old) if one.years else (other, new)
        return abs(dated.years[0] - (profile.signed or profile.day).year) <= 1
    if (new.stage == "repeal") != (old.stage == "repeal"):
        return True
    return abs((new.signed or new.day) - (old.signed or old.day)) <= SAME_ROUND or is_copy(new, old)


def _is_one_place(one: DocumentName, other: DocumentName, new: Profile, old: Profile) -> bool:
    """True when two equal names can be of one place; where only one says its district, the guards have decided."""
    if one.region and other.region:
        return one.region == other.region
    return city_of(one.region or new.region or "") == city_of(other.region or old.region or "")
