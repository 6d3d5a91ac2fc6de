"""Find authorities (机关) in a text: where a name of one begins and ends, and its full form. No I/O, no clock.

A name is a region or a level (省, 市, 自治区) with an office behind it, or a national body. The parts are general; no
list of offices could hold 海洋经济发展厅 and 住房保障和房地产管理局 and what the next reform makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crawler.detect.facts import zones
from crawler.detect.facts.offices import (
    FULL_FORMS,
    INNER,
    JOINED_OFFICE,
    LEVEL,
    NATIONAL,
    OFFICE,
    PRESS_OFFICE,
    SEPARATOR,
)
from crawler.detect.facts.reading import View
from crawler.text.regions import RegionName, find_regions, province_of
from storage.records import NATION, Region

VIEWS_REMEMBERED = 8  # those of an article: claims, signs and wording ask for the same one after the other
ROW_GAP = 20  # characters: the longest separator between two authorities of one row, with an official's post and name
PROVINCIAL = ("省", "自治区")
WHOLE_NAME = re.compile(rf"[\u4e00-\u9fff]{{0,8}}{zones.KIND}|海关")
OWN_LEVEL = re.compile(r"(?:中共)?(自治区|自治州|省|市|州|区|县|旗)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A name of an authority, the characters from `start` to before `end`; `text` in simplified script.

    `is_joined` is true for an office that stands in a row without its region: 科技厅 in 省工信厅、科技厅.
    """

    text: str
    start: int
    end: int
    is_national: bool = False
    is_joined: bool = False

    @property
    def is_provincial(self) -> bool:
        """True for an office of a province that is named by its level only: 省工信厅."""
        return self.text.removeprefix("中共").startswith(PROVINCIAL) or (self.is_joined and self.text.endswith("厅"))


@lru_cache(maxsize=VIEWS_REMEMBERED)
def find_authorities(view: View) -> tuple[Authority, ...]:
    """Return the authorities named in a text in order, none inside another."""
    found: list[Authority] = []
    for start, end, is_national in sorted(_candidates(view), key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1].end:
            found.append(Authority(text=view.text[start:end], start=start, end=end, is_national=is_national))
    return tuple(found)


def rows(view: View, authorities: tuple[Authority, ...]) -> Iterator[tuple[Authority, ...]]:
    """Yield the authorities that stand in one row (甲、乙和丙); an office without its region may close a row."""
    row: list[Authority] = []
    for authority in authorities:
        if row and not _is_separator(view.text[row[-1].end : authority.start]):
            yield _extended(view, row)
            row = []
        row.append(authority)
    if row:
        yield _extended(view, row)


def full_form(authority: Authority, region: Region | None) -> str:
    """Return an authority's full name, with its region where it was named by level only: 省工信厅 of 广东省.

    `region` is the province, city or prefecture it belongs to, None when unknown: then the level stays as printed.
    """
    name = _spelt_out(authority.text)
    if region is not None and authority.is_provincial:
        region = province_of(region)
    place = place_named(name)
    if place is not None:
        return place.region.name if name[place.start :] in place.region.name else name
    named = next((place for place in find_regions(name) if place.form != "nickname"), None)
    if named is not None and named.start <= len("中共"):
        return _with_full_region(name, named.start, named.end, named.region)
    if region is None or region == NATION or authority.is_national:
        return name
    return region.name + name if authority.is_joined else _with_level_named(name, region)


@lru_cache(maxsize=4096)
def _spelt_out(name: str) -> str:
    """Return a name with its short forms spelt out: 科技厅 is 科学技术厅."""
    for short, full in FULL_FORMS:
        name = short.sub(full, name)
    return name


@lru_cache(maxsize=4096)
def place_named(name: str) -> RegionName | None:
    """Return the place that a name is and nothing else: 某市, 某省某市 (the city); None for an office's name."""
    place = next(reversed(find_regions(name)), None)
    return place if place is not None and place.end == len(name) else None


def _with_full_region(name: str, start: int, end: int, region: Region) -> str:
    """Return 广东工信厅 as 广东省工信厅; what has its level keeps it."""
    has_level = name[end - 1] in "省市区州盟县" or name[end : end + 1] in {"省", "市", "州", "盟"}
    if WHOLE_NAME.match(name, end):  # 北京经济技术开发区 is its whole name
        return name
    is_short = region.name.startswith(name[start:end]) and not has_level
    return f"{name[:start]}{region.name}{name[end:]}" if is_short else name


def _with_level_named(name: str, region: Region) -> str:
    level = OWN_LEVEL.match(name)
    if level is None or not region.name.endswith(level[1].removeprefix("自治") if level[1] == "自治州" else level[1]):
        return name
    return name[: level.start(1)] + region.name + name[level.end() :]


def _candidates(view: View) -> Iterator[tuple[int, int, bool]]:
    for match in NATIONAL.finditer(view.text):
        yield match.start(), match.end(), True
    for start, end in _starts(view):
        office = OFFICE.match(view.text, end)
        if office and not PRESS_OFFICE.search(office[0]):
            party = 2 if view.text[max(0, start - 2) : start] == "中共" else 0
            yield start - party, office.end(), False


def _starts(view: View) -> Iterator[tuple[int, int]]:
    """Yield where a name of an authority may begin and where its region or level ends."""
    taken: set[int] = set()
    for place in view.regions:
        if place.form != "nickname":
            inner = INNER.match(view.text, place.end)
            end = inner.end() if inner else place.end
            taken.update(range(place.start, end + 1))
            yield from ((place.start, last) for last in {place.end, end})
    has_zones = any(office in view.text for office in zones.OFFICES)
    for level in (*LEVEL.finditer(view.text), *(zones.BY_ITSELF.finditer(view.text) if has_zones else ())):
        if level.start() not in taken:
            yield level.start(), level.end()


def _is_separator(between: str) -> bool:
    return len(between) <= ROW_GAP and not SEPARATOR.sub("", between)


def _extended(view: View, row: list[Authority]) -> tuple[Authority, ...]:
    """Return a row with the offices that follow without their region: 省工信厅、科技厅."""
    end = row[-1].end
    while view.text[end : end + 1] in {"、", "和"} and (office := JOINED_OFFICE.match(view.text, end + 1)):
        row.append(Authority(text=office[0], start=office.start(), end=office.end(), is_joined=True))
        end = office.end()
    return tuple(row)
