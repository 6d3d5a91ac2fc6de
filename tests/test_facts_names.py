"""Which documents an article announces and which it only cites."""

from __future__ import annotations

from time import monotonic

import pytest

from builders import article_of, established
from crawler.detect.facts.names import find_names
from crawler.detect.facts.reading import read
from crawler.detect.facts.weighed_names import NOUN, READ_CHARACTERS, candidates
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


def test_name_behind_a_verb_of_issuing() -> None:
    """A verb of issuing before a name stands for its marks."""
    assert announced("三部门印发深空探测装备培育行动计划，明确四项任务。") == ("深空探测装备培育行动计划",)


@pytest.mark.xfail(strict=True, reason="names without marks are weighed only: few texts teach this")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("市科技局负责人就量子中试平台管理办法答记者问。", "量子中试平台管理办法"),
        ("市里出了份新文件，名字很长：类脑芯片应用推广行动方案。", "类脑芯片应用推广行动方案"),
        ("省厅发布专项“空天材料”年度项目申报指南，共八个方向。", "专项“空天材料”年度项目申报指南"),
    ],
)
def test_name_in_a_frame(text: str, name: str) -> None:
    """就 or 名字 before a name stands for its marks."""
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("【泉州：三年建成五家概念验证中心】闽南财经4月9日电，泉州市昨日推出未来产业源头创新行动计划，每年投入两亿元。",
         "未来产业源头创新行动计划"),
        ("抚州市人大常委会昨天表决通过脑机接口应用促进条例，自7月1日起施行。", "脑机接口应用促进条例"),
        ("漳州市政府新闻办昨天举行发布会，介绍量子科技产业跃升行动计划。到2028年产值达到80亿元。",
         "量子科技产业跃升行动计划"),
        ("湛江市政府常务会议昨天审议通过湛江市深海装备产业发展规划（2026—2030年），提出建设两个试验场。",
         "湛江市深海装备产业发展规划（2026—2030年）"),
        ("韶关市科技局今起就韶关市生物制造产业培育方案草案公开征求意见，截至6月30日。",
         "韶关市生物制造产业培育方案草案"),
        ("问：奖补怎么拿？答：盐城市印发的海上未来能源产业扶持政策写得明白，首台套最高五百万元。",
         "海上未来能源产业扶持政策"),
    ],
)  # fmt: skip
def test_weighed_name(text: str, name: str) -> None:
    """News that tells an act names its document in words that no rule knows."""
    assert announced(text) == (name,)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("市政府昨天召开未来产业工作会议。会议要求，各部门按照未来产业培育行动方案抓好落实。", "部署会"),
        ("市科技局昨天启动2026年量子科技项目申报，企业可依据未来产业培育行动方案享受奖励。", "申报"),
        ("市政府昨天召开新闻发布会。去年出台的未来产业培育行动方案实施以来，新增企业八十家。", "发布会"),
        ("市工信局昨天公布第二批脑机接口产业园认定结果，入选园区可享受未来产业若干措施的补助。", "印发"),
        ("市工信局昨天公布首批未来产业先导区培育名单，八个园区入选。", "名单"),
        ("市发改委昨天就氢能项目向社会公开征求意见，六月底截止。", "征求意见"),
        ("市科技局昨天发布未来产业项目采购公告，预算六百万元。", "印发"),
    ],
)  # fmt: skip
def test_weighed_as_no_name(text: str, act: str) -> None:
    """Documents that are only cited, lists, tenders and calls for opinions are no announced names, whatever the act."""
    facts = established(text)
    assert facts.first("act") == act
    assert facts.values("policy_title") == ()


@pytest.mark.parametrize(
    "text",
    [
        "专家建议，制定泉州市未来能源产业促进条例，设立容错条款。",
        "业内期待已久的福建省脑机接口应用促进条例何时出台？记者昨天走访了三家企业。",
    ],
)
def test_without_an_act_no_name_is_weighed(text: str) -> None:
    """What an expert wishes for and an industry waits for is no document, though its words end in a document's noun."""
    assert next(NOUN.finditer(text), None)
    facts = established(text)
    assert (facts.values("act"), facts.values("policy_title")) == ((), ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("河源市工信局昨天推出县域“一县一业”实施意见，每县选一条赛道。", ["县域“一县一业”实施意见"]),
        ("市人大常委会昨天审议未来产业促进条例（草案），拟设容错条款。", ["未来产业促进条例（草案）"]),
        ("昨天见报的深海装备产业发展规划（附全文）有五章。", ["深海装备产业发展规划"]),
        ("市科技局昨天公布首批先导区培育名单和年度采购公告。", []),
        ("市科技局向社会公开征求意见。", []),
        ("省委常委会会议24日审议关于加快塑造未来产业发展新优势的意见，要求明年推出应用场景。",
         ["关于加快塑造未来产业发展新优势的意见"]),
        ("德清县今日启动时空智能未来产业应用方案，面向全国。", ["时空智能未来产业应用方案"]),
        ("会上读了《某县贯彻未来产业发展规划有感》一文。", []),
        ("各" * READ_CHARACTERS + "，市里推出未来产业源头创新行动计划。", []),
    ],
)  # fmt: skip
def test_candidates(text: str, names: list[str]) -> None:
    """A candidate is a whole name near the beginning: from its opening quote on, with its stage, without remarks."""
    assert _candidates(text) == names


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("【公示】湖北省第三批概念验证中心认定名单", ["湖北省第三批概念验证中心认定名单"]),
        ("十家企业入选，未来产业名单公布", []),
        ("某未来产业园二期幕墙工程中标候选人公示", []),
        ("关于印发《未来产业名单》的公告", []),
    ],
)  # fmt: skip
def test_title_of_a_list_is_a_candidate(title: str, names: list[str]) -> None:
    """The title of a list, without what a portal adds, and not that of a headline or of what no policy is shown by."""
    assert _candidates("内容见附件。", title) == names


def test_meeting_that_decides_on_several_documents() -> None:
    """A meeting that passes a document 等文件 announces it; what a report says with 等文件 it rests on."""
    assert announced("市委常委会昨天召开会议，审议通过《绍兴市未来产业实施方案》等文件。") == (
        "绍兴市未来产业实施方案",
    )
    assert announced("项目按照《绍兴市未来产业实施方案》等文件要求推进。") == ()


def test_rules_name_first() -> None:
    """Where a rule knows the document, nothing is weighed beside it."""
    text = f"省政府办公厅日前印发《{PLAN}》。泉州市昨日推出未来产业源头创新行动计划，每年投入两亿元。"
    assert announced(text) == (PLAN,)


def _candidates(text: str, title: str = "") -> list[str]:
    reading = read(article_of(title, text))
    names = find_names(reading)
    return [name.value for name in candidates(names, reading) if name not in names.mentions]
