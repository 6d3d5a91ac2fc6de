"""What the values of filters may be: region names, tracks, sources. Storage knows none of them."""

from __future__ import annotations

from collections.abc import Collection

from crawler.text.regions import by_code, find_regions
from storage.records import NATION
from storage.search.query import Vocabulary

NATIONAL = frozenset({"国家", "全国", "中央", "国家级"})


def vocabulary(*, sources: Collection[str] = ()) -> Vocabulary:
    """Return the vocabulary of the filter language; without `sources` any name of a source will do."""
    names = [place.name for place in by_code().values()]
    return Vocabulary(region_of=region_code, regions=names, sources=sources)


def region_code(name: str) -> str | None:
    """Return the code of a region's name (广东, 广东省, 羊城) or of a code that is known, None of any other."""
    if name in NATIONAL:
        return NATION.code
    if name in by_code():
        return name
    named = next((place.code for place in by_code().values() if place.name == name), None)  # 杭州市萧山区
    found = find_regions(name)
    is_whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(name))
    return found[0].region.code if is_whole else named
