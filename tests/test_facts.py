"""Facts of an article: verbatim quotes, damaged texts, numbers, dates, money."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import article_of
from crawler.detect.facts import establish
from crawler.detect.lexicon import Lexicon, load_lexicon
from growth_judge import grows_linearly
from storage.records import Facts

LEXICON = load_lexicon()
PLAN = "《云岭省未来产业培育行动方案（2026—2028年）》"


def facts_of(text: str, title: str = "", *, number: str | None = None, lexicon: Lexicon = LEXICON) -> Facts:
    article = article_of(title, text, on=date(2026, 3, 2), document_number=number)
    return establish(article, lexicon)


FRAGMENTS = [
    "四川省人民政府办公厅", "近日印发", PLAN, "，到2030年，", "产值突破500亿元", "聚焦量子科技、氢能、6G等方向",
    "\n", "。", "（川办发〔2026〕9号）", "产业", " ", "2026年3月1日", "省科技厅、", "產業發展", "ＡＩ", "（chǎn）",
    "《", "》", "根据", "\u200b", "到", "年", "公开征求意见", "单个项目最高300万元", "截止时间为2026年4月1日",
    "一、重点方向", "（一）未来材料。", "1 成都高新区未来产业先导区 量子",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.lists(st.sampled_from(FRAGMENTS), max_size=6))
def test_every_quote_stands_where_it_says(text: str, title: list[str]) -> None:
    """Whatever the text, each fact's quote is found verbatim at its offset in title or text."""
    article = article_of("".join(title), text)
    for fact in establish(article, LEXICON).all:
        shown = article.title if fact.place == "title" else article.text
        assert shown[fact.start : fact.start + len(fact.quote)] == fact.quote


@settings(max_examples=100)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_can_be_read(text: str, title: str) -> None:
    """No text makes the stage fail."""
    establish(article_of(title, text), LEXICON)


def test_empty_article_establishes_nothing() -> None:
    """An article without words has no facts and no region."""
    facts = facts_of("")
    assert facts.all == ()
    assert facts.region is None


def test_lead_is_told_from_body() -> None:
    """Facts of the first 200 characters are in the lead, later ones in the body."""
    early = facts_of(f"四川省人民政府印发{PLAN}。").of("policy_title")[0]
    late = facts_of("背景。" * 100 + f"四川省人民政府印发{PLAN}。").of("policy_title")[0]
    assert (early.place, late.place) == ("lead", "body")


def test_injected_phonetics_are_read_over() -> None:
    """Phonetics behind characters hide neither issuer nor goal, and the quote keeps them."""
    text = (
        "四川省人(rén)民政府日前印(yìn)發(fā)《未來(lái)產(chǎn)業(yè)規(guī)劃》，到2030年產(chǎn)值達(dá)到900億元。"
    )
    facts = facts_of(text)
    assert facts.values("issuer") == ("四川省人民政府",)
    assert facts.of("issuer")[0].quote == "四川省人(rén)民政府"
    assert [fact.year for fact in facts.of("target")] == [2030]


def test_spaced_text_is_read() -> None:
    """A text with a space between all characters is read like the text without."""
    sentence = "四川省人民政府日前印发《四川省未来产业发展规划》，到2030年建成未来产业先导区10个。"
    facts = facts_of(" ".join(sentence))
    assert facts.values("issuer") == ("四川省人民政府",)
    assert facts.region
    assert facts.region.code == "510000"


def test_traditional_name_is_kept_as_printed() -> None:
    """A name in traditional script is found and stated as the page prints it."""
    facts = facts_of("四川省人民政府辦公廳近日印發《四川省促進腦機接口產業發展行動計劃》。")
    assert facts.values("policy_title") == ("四川省促進腦機接口產業發展行動計劃",)
    assert facts.values("issuer") == ("四川省人民政府办公厅",)
    assert facts.values("track") == ("脑机接口",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("川办发〔2026〕9号\n各市（州）人民政府：", "川办发〔2026〕9号"),
        ("（来源：四川省人民政府网站）川办发〔2026〕9号\n各市（州）人民政府：", "川办发〔2026〕9号"),
        ("文号：川办发[2026]9号\n成文日期：2026年2月27日\n各市：", "川办发〔2026〕9号"),
        (f"省政府办公厅近日印发{PLAN}（川办发〔2026〕9号），提出多项举措。", "川办发〔2026〕9号"),
        ("省政府近日印发方案，文号为川府发〔2026〕5号。", "川府发〔2026〕5号"),
    ],
)
def test_own_document_number(text: str, number: str) -> None:
    """The number of the head, of a label, beside the announced name and after 文号为 is the document's own."""
    assert facts_of(text).first("document_number") == number


@pytest.mark.parametrize(
    "text",
    [
        "根据《关于加快培育未来产业的指导意见》（工信部联科〔2024〕12号）要求，现组织开展申报工作。",
        "为落实国办发〔2025〕30号文件精神，各地加快布局。",
    ],
)
def test_cited_document_number_is_not_its_own(text: str) -> None:
    """The number of a document that the text relies on is not stated."""
    assert facts_of(text).first("document_number") is None


def test_number_of_the_page_comes_first() -> None:
    """What the extract stage read from the page's metadata counts, without an offset in the text."""
    fact = facts_of("各市人民政府：", number="川府发[2026]5号").of("document_number")[0]
    assert (fact.value, fact.start) == ("川府发〔2026〕5号", -1)


@pytest.mark.parametrize("line", ["2026年2月27日", "二〇二六年二月二十七日", "成文日期：2026-02-27"])
def test_document_date(line: str) -> None:
    """The day of signing is read from the signing line or its label."""
    assert facts_of(f"各市人民政府：\n四川省人民政府\n{line}\n（此件公开发布）").first("document_date") == "2026-02-27"


def test_index_number() -> None:
    """The index number is the label's value."""
    assert facts_of("索引号：008282882/2026-00012\n各市：").first("index_number") == "008282882/2026-00012"


def test_money_is_what_is_granted() -> None:
    """Sums that a policy grants are money, output and prices are not."""
    facts = facts_of("对认定的中试平台给予最高2000万元补助。全省产值达到800亿元。产品售价3万元。")
    assert facts.values("money") == ("2000万元",)


def test_deadline() -> None:
    """The day until which opinions are taken is a deadline, the day of signing is not."""
    facts = facts_of("现公开征求意见，请于2026年4月15日前将意见反馈我厅。\n四川省科学技术厅\n2026年3月1日")
    assert facts.values("deadline") == ("2026-04-15",)


def test_deadline_of_a_period() -> None:
    """A period ends on its last day, also in the same month."""
    assert facts_of("公示期为2026年3月9日至3月13日。").values("deadline") == ("2026-03-13",)
    assert facts_of("公示期为2026年3月9日至13日。").values("deadline") == ("2026-03-13",)


@pytest.mark.parametrize("unit", ["量子、", "1", "《关于量子的意见》、", "到2030年", "省科技厅、", "（一）量子。\n"])
def test_long_page_does_not_stall(unit: str) -> None:
    """A page of one pattern is read in time that grows with its length, not with its square: some took 44 seconds."""
    assert grows_linearly(lambda length: facts_of(unit * (length // len(unit))), 6_000)


@pytest.mark.parametrize(
    ("title", "text", "publisher", "code"),
    [
        ("先用着，赚了再给钱", "市科技局新印发的未来产业专利试点管理办法说，先不收钱。", "绵阳晚报", "510700"),
        ("先用着，赚了再给钱", "市科技局新印发的未来产业专利试点管理办法说，先不收钱。", "晨光杂志", None),
        ("世界模型试点名单公布", "国家数据局、廊坊市数据局22日公布未来产业试点名单，共18座城市。", "", "000000"),
        ("未来产业专场", "省工信厅、哈尔滨新区管委会联合印发《未来产业行动方案》，2030年产值800亿元。", "", "230000"),
        (
            "永川区人民政府 璧山区人民政府关于印发未来交通走廊建设方案的通知",
            "重庆市永川区人民政府、重庆市璧山区人民政府印发《未来交通走廊建设方案》。", "", "500000",
        ),
        (
            "上海为浦东定规矩", "市人大常委会表决通过《上海市浦东新区未来产业试验区若干规定》。", "", "310000",
        ),
        (
            "海南发布商业航天计划", "文昌市政府、省工信厅印发《海南省商业航天发射行动计划》。", "", "460000",
        ),
        (
            "元宇宙十条谢幕", "黄埔区、广州开发区日前发文，《元宇宙创新发展办法》停止执行。", "", "440112",
        ),
        ("青海盐湖边选人", "海西州出题。州工信局、州科技局发布未来能源揭榜通告。", "", "632800"),
        ("崂山跟进具身智能强链方案", "机器人训练场建成。", "", "370212"),
        ("两市低空条例获批", "省人大常委会批准了泰州、镇江两市的低空法规。", "", "320000"),
        ("滁州在推进会上交卷", "全省未来产业推进会在芜湖召开，滁州市工信局发言。", "", "340000"),
        ("平安大模型跟进未来产业行动方案", "方案已经出台。", "", None),
        (
            "主题新闻发布会（荆门专场）举行",
            "8月21日，省政府新闻办举行新闻发布会，市长介绍《低空未来产业三年行动计划》。", "湖北省政府网", "420800",
        ),
    ],
)  # fmt: skip
def test_region_by_who_issues(title: str, text: str, publisher: str, code: str | None) -> None:
    """The first issuer's level counts, several districts are of their city, and a paper's 市科技局 is of its place.

    A city's congress makes a law for its district, no city issues its province's document, a zone issues with its
    district, and a short name that only one place has opens a headline; one that is a word (平安) does not.
    """
    article = article_of(title, text, on=date(2026, 3, 2), publisher=publisher)
    found = establish(article, LEXICON).region
    assert (found and found.code) == code
