"""Which dated goals a text sets."""

from __future__ import annotations

from datetime import date

import pytest

from builders import article_of
from crawler.detect.facts import establish
from crawler.detect.lexicon import load_lexicon
from growth_judge import grows_linearly

LEXICON = load_lexicon()


def targets(text: str, title: str = "", *, on: date | None = date(2026, 3, 2)) -> list[tuple[int | None, str]]:
    article = article_of(title, text, on=on)
    return [(fact.year, fact.quote) for fact in establish(article, LEXICON).of("target")]


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("到2028年，建成先导区5个，集聚企业240家。", [(2028, "到2028年，建成先导区5个"), (2028, "集聚企业240家")]),
        ("到2028年，达100家；到2030年，产值翻番。", [(2028, "到2028年，达100家"), (2030, "到2030年，产值翻番")]),
        ("提出2027年前骨干企业达到10家以上。", [(2027, "提出2027年前骨干企业达到10家以上")]),
        ("2030年，产业集群初步形成。", [(2030, "2030年，产业集群初步形成")]),
        ("二〇三五年，规模突破一万亿元。", [(2035, "二〇三五年，规模突破一万亿元")]),
        ("到2030年，综合实力位居全国前列。", [(2030, "到2030年，综合实力位居全国前列")]),
        ("第一个是2027年：全国形成3个集聚区。", [(2027, "第一个是2027年：全国形成3个集聚区")]),
    ],
)  # fmt: skip
def test_goals(text: str, goals: list[tuple[int, str]]) -> None:
    """Each clause of a goal is quoted verbatim and inherits the year of its sentence."""
    assert targets(text) == goals


@pytest.mark.parametrize(
    "text",
    [
        "2025年，全省产值达到800亿元，同比增长12%。",
        "本条例自2027年1月1日起施行。",
        "规划期为2026至2030年。",
        "有效期至2028年6月30日。",
        "请于2026年5月30日前报送申报材料。",
        "省政府办公厅印发《四川省未来产业行动方案（2026—2028年）》。",
        "完成时限：2026年12月。",
    ],
)
def test_no_goal(text: str) -> None:
    """Past output, entry into force, periods, deadlines and names set no goal."""
    assert targets(text) == []


def test_task_dates_give_way_to_goals() -> None:
    """Where a document has goals, 2026年底前 in its tasks is no further goal."""
    text = "一、目标\n到2030年，建成先导区5个。\n二、任务\n" + "加快推进各项工作。" * 80 + "2026年底前建成加氢站15座。"
    assert [year for year, _ in targets(text)] == [2030]


def test_headline_goal_counts_where_the_text_has_none() -> None:
    """A year that only the headline gives is stated from the headline."""
    assert targets("省政府办公厅近日印发方案。", "四川：到2030年培育企业300家") == [(2030, "到2030年培育企业300家")]


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("今年要建成中试平台10个，明年底达到20个。", [(2026, "今年要建成中试平台10个"), (2027, "明年底达到20个")]),
        ("两年后，企业要有400家以上。", [(2028, "两年后，企业要有400家以上")]),
        ("到“十五五”末，营业收入突破2000亿元。", [(2030, "到“十五五”末，营业收入突破2000亿元")]),
        ("产业规模2028年要突破3000亿元。", [(2028, "产业规模2028年要突破3000亿元")]),
        ("到2028年，产值较2025年翻两番。", [(2028, "到2028年，产值较2025年翻两番")]),
        ("2027—2030年，新增企业100家。", [(2030, "2027—2030年，新增企业100家")]),
        ("三年后有100个场景运行，有效期三年（2026—2028年）。", [(2028, "三年后有100个场景运行")]),
        ("力争三年内引育企业30家以上。", [(2029, "力争三年内引育企业30家以上")]),
        ("——到2027年，建成先导区5个。", [(2027, "到2027年，建成先导区5个")]),
    ],
)
def test_years_in_words(text: str, goals: list[tuple[int | None, str]]) -> None:
    """A year may be counted from the publication's or named by its plan."""
    assert targets(text) == goals


def test_goal_of_an_unknown_year_gives_way() -> None:
    """Where the day of publication is not known, 三年内 has no year, and counts only beside no dated goal."""
    assert targets("力争三年内引育企业30家以上。", on=None) == [(None, "力争三年内引育企业30家以上")]
    assert targets("到2027年，建成先导区5个。力争三年内引育企业30家。", on=None) == [(2027, "到2027年，建成先导区5个")]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2028年、2030年、2035年产值分别达60亿元、100亿元、300亿元。", {2028, 2030, 2035}),
        ("会议要求，年底前建成中试平台3个。", {2026}),
        ("年内新引育企业40家以上，到2028年达到100家。", {2026, 2028}),
        ("到2028年,产业规模达到1,200亿元,培育企业50家。", {2028}),
        ("产值目标分两步走：两年后400亿元，四年后900亿元。", {2028, 2030}),
        ("截至2026年，全市已有企业120家。", set()),
        ("日前印发的《某市氢能产业行动计划（2026—2029年）》共十二条。", set()),
    ],
)
def test_years_that_date_goals(text: str, years: set[int]) -> None:
    """Each year of a row of years dates a goal, a task's year too; a stocktaking and a document's period do not."""
    assert {year for year, _ in targets(text)} == years


def test_numbers_are_read_through_half_width_marks() -> None:
    """A comma in a number ends no clause, one between clauses does."""
    goals = targets("到2028年,产业规模达到1,200亿元,培育企业50家。")
    assert goals == [(2028, "到2028年,产业规模达到1,200亿元"), (2028, "培育企业50家")]


def test_table_of_years() -> None:
    """A table whose columns are years sets a goal for each of them."""
    text = "指标 2026年 2027年\n总产值（亿元） 500 650\n先导区（个） 2 4"
    assert {(year, quote) for year, quote in targets(text)} == {
        (year, row) for year in (2026, 2027) for row in ("总产值（亿元） 500 650", "先导区（个） 2 4")
    }


@pytest.mark.parametrize(
    "text",
    ["今年以来，已新增企业50家。", "今年聚焦脑机接口等四个领域。", "今年3月，建成平台5个。", "用五年时间打通堵点。"],
)
def test_year_in_words_opens_no_goal(text: str) -> None:
    """What was done this year, and what it is about, is no goal."""
    assert targets(text) == []


@pytest.mark.parametrize(
    "unit", ["2026年", "今年", "三年内", "最高500万元", "山东省科技厅", "南京市鼓楼区", "量子科技、"]
)
def test_one_endless_sentence_takes_linear_time(unit: str) -> None:
    """A sentence that goes on and on is read in time that grows with its length, not with its square."""

    def read(length: int) -> None:
        establish(article_of("", unit * (length // len(unit)), on=date(2026, 3, 2)), LEXICON)

    assert grows_linearly(read, 8_000)
