"""Which documents an article announces and which it only cites."""

from __future__ import annotations

from time import monotonic

import pytest

from builders import established
from crawler.detect.lexicon import load_lexicon

LEXICON = load_lexicon()


def announced(text: str, title: str = "") -> tuple[str, ...]:
    return established(text, title).values("policy_title")


PLAN = "四川省未来产业培育行动方案"


@pytest.mark.parametrize(
    "text",
    [
        f"省政府办公厅日前印发《{PLAN}》，明确五个方向。",
        f"《{PLAN}》近日由省政府办公厅印发。",
        f"3月1日公布的《{PLAN}》，列出五个方向。",
        f"这份文件全称为《{PLAN}》，由省政府办公厅下发。",
        f"《{PLAN}》（以下简称《方案》）共六章。",
        f"发布会介绍《{PLAN}》的主要内容。",
        f"省科技厅研究制定了《{PLAN}》，现印发给你们。",
        f"官网挂出一份三部门联合发布的文件——《{PLAN}》，共五章。",
    ],
)
def test_announced(text: str) -> None:
    """The ways in which news and notices announce a document."""
    assert announced(text) == (PLAN,)


@pytest.mark.parametrize(
    "text",
    [
        f"根据《{PLAN}》要求，现组织开展申报工作。",
        f"为贯彻落实《国家意见》《{PLAN}》精神，召开推进会。",
        f"此前，省里印发过《{PLAN}》。",
        f"2023年，省政府印发《{PLAN}》，两年来成效明显。",
        f"省发展改革委正在研究起草《{PLAN}》，将按程序报批。",
        f"委员建议尽快启动《{PLAN}》的制定。",
        f"《{PLAN}》实施以来，园区新增企业83家。",
        f"一年前，园区按照《{PLAN}》挂牌。",
    ],
)
def test_cited(text: str) -> None:
    """Background, plans for later and wishes announce nothing; the name is kept as cited."""
    facts = established(text)
    assert facts.values("policy_title") == ()
    assert PLAN in facts.values("cited_title")


@pytest.mark.parametrize(
    "name",
    [
        "四川省未来产业发展报告",
        "未来产业白皮书",
        "人形机器人安全分级技术规范",
        "商业航天合作备忘录",
        "前瞻布局和发展未来产业",
        "中华人民共和国科学技术进步法",
    ],
)
def test_no_policy(name: str) -> None:
    """Reports, standards, agreements, articles and laws in marks are no policy documents."""
    assert announced(f"某研究院近日发布《{name}》。") == ()


def test_five_documents_on_one_page() -> None:
    """Names in one row share the verb before the row."""
    fields = ("材料", "能源", "健康", "空间", "信息")
    row = "".join(f"《四川省未来{field}产业集群行动计划》" for field in fields[:-1])
    text = f"省工业和信息化厅集中发布五份文件，分别是{row}和《四川省未来信息产业集群行动计划》。"
    assert announced(text) == tuple(f"四川省未来{field}产业集群行动计划" for field in fields)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("四川省人民政府办公厅关于印发四川省未来产业规划（2026—2030年）的通知", "四川省未来产业规划（2026—2030年）"),
        ("关于公开征求《四川省低空条例（征求意见稿）》意见的公告", "四川省低空条例（征求意见稿）"),
        ("关于第二批省级未来产业先导区拟认定名单的公示", "关于第二批省级未来产业先导区拟认定名单的公示"),
        ("四川省科学技术厅关于组织申报2026年未来产业专项的通知", "关于组织申报2026年未来产业专项的通知"),
        ("转载｜四川省人民政府关于加快发展未来产业的意见（附全文）", "关于加快发展未来产业的意见"),
        ("四川省人民政府办公厅\n关于印发《四川省未来产业\n培育行动方案》的通知", "四川省未来产业培育行动方案"),
    ],
)  # fmt: skip
def test_title_gives_the_name(title: str, name: str) -> None:
    """A notice's title gives the inner document, a public notice or call names itself, portals' additions are cut."""
    assert announced("各市（州）人民政府：\n现将有关事项通知如下。", title) == (name,)


def test_law_page_announces_itself() -> None:
    """The page of a law is the law."""
    assert announced("第一章 总则\n第一条 为了促进未来产业发展，制定本条例。", "绵阳市未来产业促进条例") == (
        "绵阳市未来产业促进条例",
    )


def test_name_with_region_and_years_is_stated_once() -> None:
    """The fullest form stands for the shorter ones."""
    text = "各市：\n《四川省未来产业培育行动方案（2026—2028年）》已经省政府同意，现印发给你们。"
    title = "四川省人民政府办公厅关于印发未来产业培育行动方案的通知"
    assert announced(text, title) == ("四川省未来产业培育行动方案（2026—2028年）",)


def test_name_without_marks() -> None:
    """A name that begins with its region is found in running text without marks."""
    text = "四川省脑机接口产业协同发展行动计划提出，相关服务纳入医保。该计划由省科技厅印发。"
    assert announced(text) == ("四川省脑机接口产业协同发展行动计划",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("三部门印发深空探测装备培育行动计划，明确四项任务。", "深空探测装备培育行动计划"),
        ("市科技局负责人就量子中试平台管理办法答记者问。", "量子中试平台管理办法"),
        ("市里出了份新文件，名字很长：类脑芯片应用推广行动方案。", "类脑芯片应用推广行动方案"),
        ("省厅发布专项“空天材料”年度项目申报指南，共八个方向。", "专项“空天材料”年度项目申报指南"),
    ],
)
def test_name_in_a_frame(text: str, name: str) -> None:
    """A verb of issuing, 就 or 名字 before a name stands for its marks."""
    assert announced(text) == (name,)


def test_count_of_plans_is_no_name() -> None:
    """发布三大新兴产业集群行动计划 names no document."""
    assert announced("省工信厅今日召开发布会，发布三大新兴产业集群行动计划。") == ()


def test_nested_marks() -> None:
    """A name inside a name belongs to it."""
    text = "省科技厅日前印发《关于贯彻落实〈四川省未来产业规划〉的实施意见》。"
    assert announced(text) == ("关于贯彻落实〈四川省未来产业规划〉的实施意见",)


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("四川省未来产业培育行动方案（2026—2028年）", "行动方案"), ("关于促进脑机接口发展的若干措施", "若干措施"),
        ("四川省低空条例（草案）", "条例"),
        ("支持未来产业发展的措施清单", "措施清单"), ("四川省未来产业2026年行动计划", "行动计划"),
        ("四川省未来产业发展中长期规划", "中长期规划"), ("成都市未来产业成长计划2.0", "成长计划"),
    ],
)  # fmt: skip
def test_instrument(name: str, noun: str) -> None:
    """The kind of a document is the longest noun its name ends in, before brackets, years and versions."""
    assert established(f"省政府办公厅日前印发《{name}》。").first("instrument") == noun


def test_many_names_in_one_sentence() -> None:
    """A page with 1,600 names in a row is read in moments: names are compared by their endings, not each with each."""
    row = "、".join(f"《某某第{number}号未来产业行动计划》" for number in range(1600))
    began = monotonic()
    assert len(announced(f"近日，{row}印发。")) == 1600
    assert monotonic() - began < 3


def test_published_the_other_day() -> None:
    """已于近日印发 is news, 已于2022年印发 is not."""
    assert announced(f"《{PLAN}》已于近日印发，明确五个方向。《成都市氢能规划》已于2022年印发。") == (PLAN,)
