"""Tell whose territory an article's document is for. No I/O, no clock.

The issuer decides, then the document's name, then the document number, then the places named in title and lead; never
the site that prints the article. A city comes before its province where the issuer is the
city's; a national body means the nation.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from crawler.detect.boundaries import kinds_of
from crawler.detect.facts.act import MEETING
from crawler.detect.facts.issuers import Issuer, approves_law
from crawler.detect.facts.names import Names
from crawler.detect.facts.offices import PRESS_OFFICE
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View
from crawler.detect.facts.signatures import is_governing
from crawler.detect.facts.zones import OF_ZONE
from crawler.text.papers import place_that_opens, region_of_paper, short_names
from crawler.text.regions import (
    RegionName,
    city_of,
    is_county,
    is_province,
    province_of,
    region_in,
    region_of_number,
)
from crawler.text.regions import region as region_of
from storage.records import NATION, Fact, Region

MUNICIPAL = re.compile(r"^(?:中共)?(?:市|州|自治州)")
OF_COUNTY = re.compile(r"^(?:中共)?(?:区|县|旗)")
NATIONWIDE = re.compile(either("国务院 国常会 中央 工信部 工业和信息化部 国家发展改革委 部委 国家层面"))
COUNTRY_DEPARTMENTS = re.compile(r"^(?:\d+|[一二两三四五六七八九十]+)(?:个)?(?:部门|部委)")
WHOLE_MEETING = re.compile(  # not 贯彻全省某某大会精神
    rf"(?<!贯彻)(?<!学习)(?<!落实)(?<!传达)全(?P<level>[省市])[^，。；：！？\n“”]{{0,14}}?{MEETING}"
)
LOCAL = re.compile(r"[全我][省市区县州盟旗]|[省市区县州盟旗](?:委|政府|长)")
REACH = 3 * LEAD_CHARACTERS  # characters
CLAUSES = re.compile(r"[^，。；：！？、“”\s]+")
WEIGHTS = {"title": 6, "lead": 3, "body": 1}  # a place in the title is worth six in the body


def find_region(
    reading: ArticleViews, names: Names, issuers: list[Issuer], number: str | None
) -> tuple[Region | None, Fact | None]:
    """Return the region of an article's document and the fact that says so; None where nothing tells.

    A meeting of the whole province is the province's, whichever city's paper tells what that city said there.
    """
    region, fact = _found(reading, names, issuers, number)
    own = _at_level(region, _level_of_meeting(reading)) if region is not None else None
    return own, replace(fact, value=own.code) if fact is not None and own is not None else fact


def _found(
    reading: ArticleViews, names: Names, issuers: list[Issuer], number: str | None
) -> tuple[Region | None, Fact | None]:
    """Return the region that issuers, the document's name, its number or the places named tell."""
    issuers = _without_zones([one for one in issuers if not approves_law(one)])
    told = _of_issuers(issuers, names)
    if told is not None:
        return told
    hosted = _in_title_of_hosted(reading, issuers)
    if hosted is not None:
        return hosted, None
    level = _level(issuers)
    for name in names.announced:
        found = region_in(name.key)
        if found is not None and _fits(found, level):
            own = _at_level(found, level)
            return own, name.view.fact("region", own.code, name.start, name.end)
    of_number = region_of_number(number) if number else None
    if of_number is not None:
        return of_number, None
    return _of_places(reading, level, is_counted=any(COUNTRY_DEPARTMENTS.match(i.authority.text) for i in issuers))


def _of_issuers(issuers: list[Issuer], names: Names) -> tuple[Region, Fact] | None:
    """Return the region of those who issue, None where none tells it.

    The first one counts: what a province's office (省工信厅) does together with a city is of the province. What
    authorities of several cities or districts do together is of what they lie in.
    """
    level = _level(issuers[:1])
    for issuer in issuers:
        found = region_in(issuer.authority.text)
        if found is None and issuer.authority.is_national and level is None:
            return NATION, _said_by(issuer, NATION)
        if found is not None:
            found = province_of(found) if level == "province" else _around(_named_by(issuers)) or found
            found = _above(found, names) or found
            return found, _said_by(issuer, found)
    return None


def _without_zones(issuers: list[Issuer]) -> list[Issuer]:
    """Return who issues but for zones of cities whose districts do so with them: 黄埔区、广州开发区."""
    cities = {city_of(found) for one in issuers if (found := region_in(one.authority.text)) and is_county(found)}
    offices = [one.authority.text for one in issuers if not OF_ZONE.search(one.authority.text)]
    is_of_county = cities or any(map(OF_COUNTY.match, offices))
    return [one for one in issuers if not (is_of_county and _is_zone_in(one, cities))]


def _is_zone_in(issuer: Issuer, cities: set[Region]) -> bool:
    """Return whether an issuer is a zone of one of some cities, or of a place that is not told where none is."""
    place = region_in(issuer.authority.text)
    return OF_ZONE.search(issuer.authority.text) is not None and (not cities or place is None or place in cities)


def _above(region: Region, names: Names) -> Region | None:
    """Return the place that a region lies in and that a document is named after: no city issues its province's."""
    name = names.announced[0].key if names.announced else ""
    place = region_in(name)
    is_above = place in {city_of(region), province_of(region)} - {region}
    return place if place and is_above and name.startswith(place.name) else None


def _named_by(issuers: list[Issuer]) -> set[Region]:
    return {found for one in issuers if (found := region_in(one.authority.text)) is not None}


def _around(regions: set[Region]) -> Region | None:
    """Return what several regions of one level lie in: 泰州、镇江两市 in 江苏省; None for one, and for others."""
    above = {city_of(one) if is_county(one) else province_of(one) for one in regions}
    is_of_one_level = len({is_county(one) for one in regions}) == 1 and not any(map(is_province, regions))
    return next(iter(above)) if len(regions) > 1 and is_of_one_level and len(above) == 1 else None


def _in_title_of_hosted(reading: ArticleViews, issuers: list[Issuer]) -> Region | None:
    """Return the one city that a title names where only a province's press office presents: 荆门专场."""
    named = {place.region for place in reading.title.regions}
    return next(iter(named)) if _is_hosted(issuers) and len(named) == 1 and not any(map(is_province, named)) else None


def _is_hosted(issuers: list[Issuer]) -> bool:
    """True when nobody but press offices is named: they present what others issue."""
    return bool(issuers) and all(PRESS_OFFICE.search(one.authority.text) for one in issuers)


def _said_by(issuer: Issuer, region: Region) -> Fact:
    return issuer.view.fact("region", region.code, issuer.authority.start, issuer.authority.end)


def _level(issuers: list[Issuer]) -> str | None:
    """Return the level that issuers name without their region: 省工信厅, 市政府, 区政府. None when they name none.

    A zone belongs to its city.
    """
    for issuer in (one for one in issuers if not one.authority.is_national):
        if issuer.authority.is_provincial:
            return "province"
        if OF_COUNTY.match(issuer.authority.text):
            return "county"
        if OF_ZONE.search(issuer.authority.text):
            return "zone"
        if MUNICIPAL.search(issuer.authority.text):
            return "city"
    return None


def _level_of_meeting(reading: ArticleViews) -> str | None:
    """Return the level of the meeting that title or lead tell of: 全省某产业推进会; None without one."""
    met = WHOLE_MEETING.search(reading.title.text + "\n" + reading.lead)
    return {"省": "province", "市": "city"}[met["level"]] if met else None


def _fits(region: Region, level: str | None) -> bool:
    """True for a region that may have an issuer of a level; a county-level city's issuers call it 市."""
    if level == "province":
        return is_province(region)
    return level != "county" or (is_county(region) and not region.name.endswith("市"))


def _may_be_of(region: Region, level: str | None) -> bool:
    """True for a region that issuers of a level may mean where a page names several: beside a city, its province."""
    return _fits(region, level) and not (level == "city" and is_province(region) and not region.name.endswith("市"))


def _at_level(region: Region, level: str | None) -> Region:
    """Return the region of a level that a place lies in."""
    if level == "province":
        return province_of(region)
    return city_of(region) if level in {"city", "zone"} and not region.name.endswith("市") else region


def _of_places(reading: ArticleViews, level: str | None, *, is_counted: bool) -> tuple[Region | None, Fact | None]:
    """Return the region named most in title and first paragraphs, at the level of the issuer where that is known."""
    scores: Counter[str] = Counter()
    first: dict[str, tuple[View, int, int]] = {}
    for view in reading.views:
        for place in view.regions:
            own = _at_level(place.region, level)
            scores[own.code] += _weight(view, place)
            first.setdefault(own.code, (view, place.start, place.end))
    fitting = Counter({code: score for code, score in scores.items() if _may_be_of(region_of(code), level)})
    scores = fitting if any(fitting.values()) else scores
    strongest = max(scores, key=lambda code: scores[code], default=None)
    if _is_national(reading, scores[strongest] if strongest else 0, is_counted=is_counted):
        return NATION, None
    if strongest is None or not scores[strongest]:
        return _of_publisher(reading) or _of_paper(reading, level) or _of_opening(reading, level), None
    alike = {region_of(code) for code, score in scores.items() if score == scores[strongest]}
    own = _around(alike) or region_of(strongest)
    view, start, end = first[strongest]
    return own, view.fact("region", own.code, start, end)


def _of_publisher(reading: ArticleViews) -> Region | None:
    """Return the region of the authority whose page it is, where a page only says 全市; a paper's place is none."""
    publisher = reading.article.publisher or ""
    is_local = is_governing(publisher) and LOCAL.search(reading.title.text + reading.lead)
    return region_in(publisher) if is_local else None


def _of_paper(reading: ArticleViews, level: str | None) -> Region | None:
    """Return the place of a paper that names authorities by their level only (市科技局): it means its own."""
    place = region_of_paper(reading.article.publisher or "", reading.title.text + reading.lead) if level else None
    if place is None or (level == "county" and not is_county(place)):
        return None
    return _at_level(place, level)


def _of_opening(reading: ArticleViews, level: str | None) -> Region | None:
    """Return the place that a clause of the title or the lead begins with by a short name that no other place has.

    Where nobody names a level, only the title's first clause counts: 崂山跟进…. Names that are words do not: 平安.
    """
    clauses = CLAUSES.findall(reading.title.text) + (CLAUSES.findall(reading.lead) if level else [])
    opening = [name for clause in clauses[: None if level else 1] if (name := place_that_opens(clause))]
    kinds = kinds_of(opening)
    places = (
        region_of(short_names()[name]) for name in opening if kinds.get(name, "nr").startswith(("nr", "ns", "nz"))
    )
    return next((one for one in places if _fits(one, level) and _at_level(one, level) == one), None)


def _weight(view: View, place: RegionName) -> int:
    """Return what a place counts; beyond the first paragraphs, places are scenery."""
    if view.place != "title" and place.start > REACH:
        return 0
    where = "title" if view.place == "title" else "lead" if place.start < LEAD_CHARACTERS else "body"
    return WEIGHTS[where]


def _is_national(reading: ArticleViews, strongest: int, *, is_counted: bool) -> bool:
    """True for 七部门 without a place in the title, and for a national body without any place."""
    if is_counted and strongest < WEIGHTS["title"]:
        return True
    return not strongest and bool(NATIONWIDE.search(reading.title.text + reading.lead))
