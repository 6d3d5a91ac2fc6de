"""How lists and titles are worded: issuers and goals in short, titles that break between words and never in years."""

from __future__ import annotations

import pytest

from scheduler.review.reasons import in_chinese
from scheduler.review.short_words import goal, goal_in_short, main_target, short_issuer
from scheduler.review.tiles import short_name
from scheduler.review.typeset import unbroken, without_years, words
from storage.records import Fact, Target


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("四川省人民政府办公厅", "省政府办公厅"),
        ("深圳市发展和改革委员会", "市发展改革委"),
        ("广东省工业和信息化厅", "省工信厅"),
        ("国务院办公厅", "国务院办公厅"),
        ("工业和信息化部", "工信部"),
        ("海南省", "海南省"),
    ],
)
def test_issuer_in_short(name: str, short: str) -> None:
    """An issuer's place stands in the column beside it, and its office has the name that people say."""
    assert short_issuer(name) == short


@pytest.mark.parametrize(
    ("said", "short", "noun"),
    [
        ("到2030年，未来产业规模达到1.5万亿元", "2030 规模 1.5万亿元", "未来产业规模"),
        ("到2028年，全省建成10个未来产业先导区", "2028 先导区 10个", "未来产业先导区"),
        ("到2030年，6G产业规模突破953亿元", "2030 规模 953亿元", "6G产业规模"),
        ("培育领军企业60家", "2030 企业 60家", "领军企业"),
    ],
)
def test_goal_in_short(said: str, short: str, noun: str) -> None:
    """A goal is its year, the last word of what it is about, and the quantity, whatever stands first."""
    year = int(short[:4])
    assert main_target([Target(year=year, text=said)]) == short
    assert goal(Fact(kind="target", value=said, quote=said, place="body", start=0)) == noun


def test_goal_in_money_says_most() -> None:
    """Of several goals the one in money is shown; without any there is nothing."""
    targets = [Target(year=2028, text="建成10个先导区"), Target(year=2030, text="产业规模突破800亿元")]
    assert main_target(targets) == "2030 规模 800亿元"
    assert main_target([]) == ""


def test_title_breaks_between_words() -> None:
    """Between words there is a place to break, never before what closes a bracket, nor inside bracketed years."""
    made = words("四川省低空智联基础设施三年行动计划（2026—2028年）")
    assert str(made).endswith('<wbr><span class="nb">（2026—2028年）</span>')
    assert "行动<wbr>计划" in made or "行动计划" in made
    assert "基<wbr>础" not in made
    assert "<wbr>》" not in words("关于印发《行动计划》的通知")


def test_title_is_escaped() -> None:
    """A title that is markup is shown as text."""
    assert "<script>" not in words("<script>alert(1)</script>关于印发")
    assert "<b>" not in unbroken("〔2026〕3号<b>")


def test_years_fall_off_first() -> None:
    """The years at the end of a title stand apart; other brackets and titles of years alone stay whole."""
    assert without_years("湖北省发展规划（2026—2030年）") == ("湖北省发展规划", "（2026—2030年）")
    assert without_years("浙江省实施方案（征求意见稿）") == ("浙江省实施方案（征求意见稿）", "")


@pytest.mark.parametrize(
    ("code", "name"),
    [("440000", "广东"), ("650000", "新疆"), ("440300", "深圳"), ("330109", "萧山区"), ("000000", "国家")],
)
def test_region_in_short(code: str, name: str) -> None:
    """Provinces and cities go without their kind."""
    assert short_name(code).endswith(name)


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("到2030年，低空经济产业规模突破807亿元", "低空经济产业规模 807亿元"), ("培育领军企业60家", "领军企业 60家"),
        ("到2027年，形成完整的产业体系", "完整的产业体系"), ("到2030年", "到2030年"),
    ],
)  # fmt: skip
def test_goals_beside_each_other_are_short(said: str, short: str) -> None:
    """The year stands in the head of the row, the quantity behind; what has nothing else stays whole."""
    assert goal_in_short(said) == short


def test_reasons_write_numbers_as_documents_do() -> None:
    """A key has no brackets, a reader sees them; other numbers stay."""
    assert in_chinese("same document number: 粤府办202617号") == "发文字号相同：粤府办〔2026〕17号"
    assert in_chinese("same numbers: 2030, 500") == "数字相同：2030, 500"
