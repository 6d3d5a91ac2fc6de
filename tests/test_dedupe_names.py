"""Names of documents: what is the same name, what is another round, what is no name."""

from __future__ import annotations

import pytest

from crawler.dedupe.names import read_name, resembles


@pytest.mark.parametrize(
    "variant",
    [
        "海南省深海装备产业发展行动方案（2025—2027年）",
        "海南省深海装备产业发展行动方案(2025-2027年)",
        "关于印发海南省深海装备产业发展行动方案（2025～2027年）",
        "海南省加快推进深海装备产业发展行动方案（2025—2027年）（征求意见稿）",
        "深海装备产业发展行动方案（试行）",
        "海南省深海装备产业发展的行动方案",
        "海南深海裝備產業發展行動方案",
        "省深海装备产业发展行动方案",
    ],
)
def test_one_document_under_many_names(variant: str) -> None:
    """Region, years, stage, opening words, 的, width and script make no other document."""
    assert read_name(variant).text == "深海装备产业发展行动方案"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深海装备产业发展行动方案", "深海装备产业发展若干措施"),
        ("第一批未来产业先导区名单", "第二批未来产业先导区名单"),
        ("“十四五”未来产业发展规划", "“十五五”未来产业发展规划"),
        ("量子产业行动方案2.0", "量子产业行动方案3.0"),
        ("类脑智能条例（2024年修订）", "类脑智能条例"),
    ],
)
def test_other_documents(one: str, other: str) -> None:
    """Another noun, batch, plan period, edition or revision is another document."""
    assert read_name(one).text != read_name(other).text


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("某某行动计划（2025—2027年）", (2025, 2027)),
        ("某某行动计划(2026-2030)", (2026, 2030)),
        ("关于组织申报2026年某某项目的通知", (2026,)),
        ("某某规划", ()),
    ],
)
def test_years_of_a_name(title: str, years: tuple[int, ...]) -> None:
    """The years that a name prints, first and last."""
    assert read_name(title).years == years


@pytest.mark.parametrize("title", ["行动计划", "《若干措施》", "五份行动计划", "系列政策措施文件", "该实施方案文本"])
def test_what_names_no_document(title: str) -> None:
    """A document noun, or what stands for several documents, does not tell which."""
    assert not read_name(title).is_telling


def test_short_form_of_a_name() -> None:
    """A name that leaves out words resembles the full one; another noun does not."""
    full = read_name("关于促进低空经济高质量发展的实施意见")
    assert resembles(read_name("低空经济发展实施意见"), full)
    assert not resembles(read_name("低空经济发展行动方案"), full)
    assert resembles(read_name("未来产业三年行动方案"), read_name("未来产业培育行动方案"))
    assert resembles(read_name("“十五五”工业化与智造规划"), read_name("工业化与智造建设“十五五”规划"))
    assert not resembles(read_name("未来产业三年行动方案"), read_name("未来能源培育行动方案"))


def test_draft_is_told_by_its_name() -> None:
    """征求意见稿 and 草案 make a draft."""
    assert read_name("某某条例（草案）").is_draft
    assert not read_name("某某条例").is_draft
