"""Where an act holds: regions by code, and the zones below a city that have no code of their own. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.dedupe.identity import plain
from crawler.text.regions import find_regions
from storage.records import NATION

MUNICIPALITIES = ("11", "12", "31", "50")  # their districts lie in no city
LONG_FORMS = {
    "国家高新技术产业开发区": "高新区",
    "国家经济技术开发区": "经开区",
    "经济技术开发区": "经开区",
    "高新技术产业开发区": "高新区",
    "高新技术开发区": "高新区",
}
ZONE_NOUN = r"(?:新区|开发区|经开区|高新区|保税区|自贸区|园区|新片区|科学城|实验区)"
NO_ZONE = r"(?!支持|推动|推进|促进|加快|建设|打造|国家级|省级|各)"
# What stands right behind its city (合肥高新区), or begins by itself (经开区打造…).
ZONE = re.compile(rf"{NO_ZONE}[\u4e00-\u9fff]{{0,5}}?{ZONE_NOUN}")
# 南山区人民政府: what offices are of whose district several cities have.
DISTRICT = re.compile(r"(?:(?<=[市州省])|^)[\u4e00-\u9fff]{1,4}?(?<!自治)[区县旗](?=人民|政府|委|管|工|科|发|经|$)")


def city_of(code: str) -> str:
    """Return the code of the city or municipality that a district lies in; all others are their own."""
    if not code or code.endswith("00"):
        return code
    return f"{code[:2]}0000" if code.startswith(MUNICIPALITIES) else f"{code[:4]}00"


def is_around(one: str | None, other: str | None) -> bool:
    """True when one of two regions lies in the other; False where one is not told, or both are the same."""
    if one == other or not one or not other:
        return False
    outer, inner = sorted((one, other))
    return outer == NATION.code or city_of(inner) == outer or (outer.endswith("0000") and outer[:2] == inner[:2])


def codes_around(code: str) -> tuple[str, str]:
    """Return the first and the last code of a city with its districts; a province and the nation are their own."""
    city = city_of(code)
    if city.endswith("0000"):
        return city, f"{city[:2]}9999" if city.startswith(MUNICIPALITIES) else city
    return city, f"{city[:4]}99"


def places_of(issuer: str) -> Iterator[str]:
    """Yield the zone and the district that an office is of."""
    yield from zones_in(issuer)
    text = plain(issuer)
    yield from DISTRICT.findall(text[_end_of_city(text) :])


def _end_of_city(text: str) -> int:
    """Return where the province and city end that a name begins with: 余杭区 of 杭州余杭区 and 杭州市余杭区."""
    above = [place for place in find_regions(text) if place.region.code.endswith("00")]
    return above[-1].end if above and above[0].start == 0 else 0


def zones_in(name: str) -> Iterator[str]:
    """Yield the zone that the name of an office or document begins with, in its short form."""
    text = plain(name)
    for long, short in LONG_FORMS.items():
        text = text.replace(long, short)
    end = 0
    for place in find_regions(text):
        if place.start != end:
            break
        end = place.end
        if ZONE.fullmatch(text, place.start, end) and place.region.code.endswith("00"):  # 西咸新区 has no code
            yield text[place.start : end]
            return
    if zone := ZONE.match(text, end):
        yield zone[0]
