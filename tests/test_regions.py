"""Regions by name: GB/T 2260 codes for the ways that texts name a place."""

from __future__ import annotations

import pytest

from crawler.text.papers import region_of_paper
from crawler.text.regions import (
    by_code,
    find_regions,
    is_county,
    is_province,
    province_of,
    region,
    region_in,
    region_of_number,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("广东省", "440000"), ("广东", "440000"), ("内蒙古自治区", "150000"), ("内蒙古", "150000"), ("广西", "450000"),
        ("新疆维吾尔自治区", "650000"), ("新疆", "650000"), ("北京", "110000"), ("台湾省", "710000"),
        ("杭州", "330100"),
        ("杭州市", "330100"), ("恩施州", "422800"), ("恩施土家族苗族自治州", "422800"),
        ("锡林郭勒盟", "152500"),
        ("喀什地区", "653100"), ("雄安新区", "130000"), ("横琴", "440400"), ("昆山", "320583"),
        ("新疆生产建设兵团", "650000"),
    ],
)  # fmt: skip
def test_name_has_its_code(name: str, code: str) -> None:
    """Full names, short forms, prefectures and state-level new areas have their code."""
    assert [place.region.code for place in find_regions(name)] == [code]


def test_longest_name_wins() -> None:
    """A name that contains another region's name is one region."""
    found = find_regions("海南藏族自治州和海南省，吉林省吉林市")
    assert [place.region.code for place in found] == ["632500", "460000", "220000", "220200"]


@pytest.mark.parametrize(
    "text",
    ["中山大学的研究", "宁德时代公告", "在巴中方人员", "黄河南岸", "东方甄选", "安康的生活", "孙中山故居", "上海路口"],
)
def test_word_is_no_region(text: str) -> None:
    """Words and names that only look like a region name none."""
    assert find_regions(text) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("湖北省武汉市东湖高新区管委会", "420100"), ("中共广东省委办公厅", "440000"),
        ("上海市浦东新区人民政府", "310115"),
        ("海淀区人民政府", "110108"),
        ("余杭区人民政府", "330110"), ("重庆两江新区管委会", "500000"),
    ],
)  # fmt: skip
def test_office_begins_with_its_region(name: str, code: str) -> None:
    """A city comes before its province, a district before its city; a zone is filed under its city."""
    found = region_in(name)
    assert found is not None
    assert found.code == code


def test_office_without_region() -> None:
    """National bodies and offices named by level only begin with no region."""
    assert region_in("国家发展改革委") is None
    assert region_in("省工业和信息化厅") is None


def test_shared_county_name_is_no_region() -> None:
    """A district's name that several cities have says nothing alone."""
    assert region_in("鼓楼区人民政府") is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("粤府〔2024〕67号", "440000"),
        ("桂政办发〔2025〕1号", "450000"),
        ("穗科字〔2025〕4号", "440100"),
        ("吉政办发〔2025〕11号", "220000"),
    ],
)
def test_document_number_begins_with_its_region(number: str, code: str) -> None:
    """The agency's sign names the province or city."""
    found = region_of_number(number)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("number", ["宁政发〔2025〕3号", "国办发〔2025〕30号", "工信部联科〔2024〕12号"])
def test_shared_sign_tells_nothing(number: str) -> None:
    """宁 is Ningxia's and Nanjing's, national numbers are nobody's."""
    assert region_of_number(number) is None


def test_levels() -> None:
    """Cities lie in provinces; the nation is neither."""
    shenzhen = region("440300")
    assert province_of(shenzhen).name == "广东省"
    assert is_province(province_of(shenzhen))
    assert not is_province(shenzhen)
    assert not is_province(region("000000"))


def test_every_code_has_six_digits() -> None:
    """Codes are six digits, whatever the package's own form is."""
    assert all(len(code) == 6 and code.isdigit() for code in by_code())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("南京市鼓楼区", "320106"), ("鼓楼区的企业，南京市", "320106"), ("北京海淀出台", "110108"),
        ("安徽省和县", "340523"),
        ("渝北区", "500112"),
    ],
)  # fmt: skip
def test_district_is_known_by_its_city(text: str, code: str) -> None:
    """A district's name that several cities have, a word or a short form count where their city tells which."""
    assert code in [place.region.code for place in find_regions(text)]


@pytest.mark.parametrize("text", ["鼓楼区的企业", "南京、福州的鼓楼区", "和县里的企业", "新城区建设", "北京大兴机场"])
def test_district_without_its_city_is_none(text: str) -> None:
    """What could be several districts, or is a word, names no district."""
    assert not [place for place in find_regions(text) if is_county(place.region)]


def test_district_is_named_with_its_city() -> None:
    """A district's name begins with its city, for many cities have one of that name; a county-level city's does not."""
    assert [region(code).name for code in ("330109", "320583", "110108")] == ["杭州市萧山区", "昆山市", "北京市海淀区"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("云南大理州", "532900"), ("海西州召开调度会", "632800"), ("三亚崖州湾科技城", "460200"),
        ("成都平原这座城", None),
        ("新疆生产建设兵团第八师石河子市专班", "659001"), ("会同县数据局", None),
    ],
)  # fmt: skip
def test_region_that_a_name_begins_with(text: str, code: str | None) -> None:
    """A prefecture by its short form, a bay that is no district, a plain that is no city, a city of a division."""
    found = region_in(text)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("publisher", "said", "code"),
    [
        ("中卫日报", "", "640500"), ("德清发布", "", "330521"), ("延边晚报", "边城珲春，图们江边", "222404"),
        ("海南日报", "", "460000"), ("三湘晨刊", "", "430000"), ("东方早报", "", None), ("经济日报", "", None),
    ],
)  # fmt: skip
def test_region_of_a_paper(publisher: str, said: str, code: str | None) -> None:
    """A paper is of the place that it is named after, or of the county there that a page names first."""
    found = region_of_paper(publisher, said)
    assert (found and found.code) == code
