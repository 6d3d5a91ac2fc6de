"""Tell which provinces an act gives reason to look at: its own, or those that a national document names. Pure."""

from __future__ import annotations

from crawler.text.fold import plain
from crawler.text.regions import find_regions, province_of
from storage.records import NATION, Judged

MOST_NAMED = 10  # of 31 provinces: a text that names more is a table of the country, and says of none that it acts


def provinces_of(judged: Judged) -> frozenset[str]:
    """Return the codes of the provinces that an act is of, or that a national one names; none where it names many."""
    region = judged.facts.region
    if region is not None and region != NATION:
        return frozenset({province_of(region).code})
    article = judged.article
    named = (place for text in (article.title, article.text) for place in find_regions(plain(text).text))
    codes = {province_of(place.region).code for place in named if place.form != "nickname"} - {NATION.code}
    return frozenset(codes) if len(codes) <= MOST_NAMED else frozenset()
