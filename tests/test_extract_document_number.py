"""What finding and normalising 发文字号 promises."""

from __future__ import annotations

import pytest

from crawler.text.document_number import find_numbers, normalise

FORMS = {
    "辽政发〔2031〕7号": "辽政发〔2031〕7号",
    "辽政发[2031]7号": "辽政发〔2031〕7号",
    "辽政发(2031)7号": "辽政发〔2031〕7号",
    "辽政发【2031】第7号": "辽政发〔2031〕第7号",
    "辽政发﹝２０３１﹞７ 号": "辽政发〔2031〕7号",
    "辽 政 发 〔 2031 〕 7 号": "辽政发〔2031〕7号",
    "辽政发〔20317号": "辽政发〔2031〕7号",  # the closing bracket is lost
    "辽政发2031〕7号": "辽政发〔2031〕7号",
    "辽政发203117号": "辽政发〔2031〕17号",  # both are lost
    "[2031]44号": "〔2031〕44号",  # the short name is lost
    "辽宁省人民政府令第388号": "辽宁省人民政府令第388号",
    "2031年第12号": "2031年第12号",
}


@pytest.mark.parametrize("printed", FORMS)
def test_form_is_normalised(printed: str) -> None:
    assert normalise(printed) == FORMS[printed]


@pytest.mark.parametrize("text", ["", "无", "索引号 1234", "公交2031路6号", "试点（2031）5号线", "2031年3号楼"])
def test_other_numbers_are_none(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize(
    "sentence",
    ["根据{}要求", "按照（{}）执行", "文号为{}。", "《关于某事的通知》（{}）", "转发{}的通知", "各单位：{}"],
)
def test_words_of_the_sentence_are_no_part_of_it(sentence: str) -> None:
    """Whatever stands before it, the number begins with the agency's short name, and its offsets say so."""
    text = sentence.format("黑工信规划函〔2031〕9号")
    (found,) = find_numbers(text)
    assert found.value == text[found.start : found.end] == "黑工信规划函〔2031〕9号"


def test_several_numbers_in_order() -> None:
    found = find_numbers("吉政办发〔2031〕3号和青政〔2030〕44号")
    assert [number.value for number in found] == ["吉政办发〔2031〕3号", "青政〔2030〕44号"]


def test_number_without_a_short_name_is_incomplete() -> None:
    """A number whose agency is lost must not tell two documents to be one."""
    assert [n.is_complete for n in find_numbers("[2031]44号 辽政发〔2031〕44号")] == [False, True]
