"""Tell of which place a paper or account is by its name. No I/O, no clock."""

from __future__ import annotations

import re
from functools import cache

from crawler.text.region_words import LONGER, NICKNAMES, SHARED_SHORT
from crawler.text.regions import (
    CITY_SUFFIX,
    COUNTY_SUFFIX,
    PROVINCE_SUFFIX,
    cities_by_code,
    counties_by_code,
    is_county,
    region,
    short_counties,
)
from storage.records import Region

# Papers and accounts that are named after their place; 早报 and 快报 are named after many things (东方早报).
PAPER = re.compile(
    r"^(?P<place>[\u4e00-\u9fff]{2,4}?)市?"
    r"(?:日报|晚报|晨报|晨刊|早刊|晨光报|商报|经济报|都市报|新闻|电视|广播|发布|融媒|政务|在线|热线|生活圈)"
)


def region_of_paper(publisher: str, said: str) -> Region | None:
    """Return the place that a paper or account is named after (延边晚报, 德清发布), None where it is named otherwise.

    A county of that place that `said` names first is meant: 珲春 in a paper of 延边.
    """
    named = PAPER.search(publisher)
    place = short_names().get(named["place"]) if named else None
    if place is None:
        return None
    if is_county(region(place)):
        return region(place)
    inner = [one for rows in short_counties().get(place, {}).values() for one in rows]
    starts = ((said.find(one.text), one) for one in inner)
    named_first = min(
        (
            (start, one.codes[0])
            for start, one in starts
            if start >= 0 and not said.startswith(LONGER, start + len(one.text))
        ),
        default=None,
    )
    return region(named_first[1] if named_first else place)


def place_that_opens(clause: str) -> str | None:
    """Return the short name, which no other place has, that a clause begins with: 崂山 of 崂山跟进; not of 崂山区."""
    beginnings = (clause[:characters] for characters in (4, 3, 2))
    return next((one for one in beginnings if one in short_names() and not clause.startswith(LONGER, len(one))), None)


@cache
def short_names() -> dict[str, str]:
    """Return the codes of regions by the names that papers have of them; of a name that several have, none."""
    owners: dict[str, set[str]] = {}
    for code, name in counties_by_code().items():
        owners.setdefault(COUNTY_SUFFIX.sub("", name), set()).add(code)
    for place in sorted(cities_by_code().values(), key=lambda one: one.code.endswith("0000")):
        suffix = PROVINCE_SUFFIX if place.code.endswith("0000") else CITY_SUFFIX
        owners[suffix.sub("", place.name)] = {place.code}
    own = {
        name: next(iter(codes))
        for name, codes in owners.items()
        if len(codes) == 1 and len(name) > 1 and name not in SHARED_SHORT
    }
    return own | NICKNAMES
