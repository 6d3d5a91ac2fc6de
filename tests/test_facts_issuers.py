"""Who issues the document, and for which territory."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.detect.facts import establish
from crawler.detect.lexicon import load_lexicon
from storage.records import Article, Facts

LEXICON = load_lexicon()
PLAN = "《关于加快培育未来产业的实施意见》"


def facts_of(text: str, title: str = "") -> Facts:
    return establish(Article(url="", title=title, text=text, published_at=date(2026, 3, 2)), LEXICON)


def issuers(text: str, title: str = "") -> tuple[str, ...]:
    return facts_of(text, title).values("issuer")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"四川省科学技术厅近日印发{PLAN}。", ("四川省科学技术厅",)),
        (f"{PLAN}日前由绵阳市人民政府办公室印发。", ("绵阳市人民政府办公室",)),
        (f"四川省海洋经济发展局会同省发展改革委联合出台{PLAN}。", ("四川省海洋经济发展局", "四川省发展和改革委员会")),
        (f"四川省委办公厅、省政府办公厅印发{PLAN}。", ("四川省委办公厅", "四川省人民政府办公厅")),
        (f"教育部、科技部等五部门联合印发{PLAN}。", ("教育部", "科学技术部")),
        (f"除教育部外，参与发文的还有科技部、财政部。部门公布{PLAN}。", ("教育部", "科学技术部", "财政部")),
        (f"四川省经信厅、科技厅日前印发{PLAN}。", ("四川省经济和信息化厅", "四川省科学技术厅")),
        (f"绵阳市12个部门联合印发{PLAN}。", ("绵阳市12个部门",)),
        (f"成都高新区管委会、绵阳市住房保障局发布{PLAN}。", ("成都高新区管委会", "绵阳市住房保障局")),
    ],
)  # fmt: skip
def test_issuers_of_news(text: str, names: tuple[str, ...]) -> None:
    """Joint issuers are all named, short forms become full with their province or city."""
    assert issuers(text) == names


@pytest.mark.parametrize(
    "text",
    [
        f"经四川省人民政府同意，{PLAN}公布。",
        "责任单位：四川省科学技术厅、四川省财政厅。",
        "四川省人民政府新闻办公室举行新闻发布会，介绍" + PLAN + "。",
        "工业和信息化部今年曾下发《关于促进量子产业发展的若干意见》，各地正在落实。",
        "全省布局未来产业，各市加快行动。",
        "政府投资基金将扩大规模。",
    ],
)
def test_no_issuer(text: str) -> None:
    """Approving, carrying out, convening a press conference and issuing a cited document is not issuing this one."""
    assert issuers(text) == ()


def test_paragraph_of_another_news_item_adds_nothing() -> None:
    """A page that ends in another province's news states the first document and its issuer only."""
    facts = facts_of(
        "四川省科学技术厅近日印发《四川省未来产业行动方案》。\n湖南省科学技术厅近日印发《湖南省低空经济行动方案》。"
    )
    assert facts.values("issuer") == ("四川省科学技术厅",)
    assert facts.values("policy_title") == ("四川省未来产业行动方案",)


def test_signature_counts_not_the_task_table() -> None:
    """The issuers of a notice are its signatories, however many offices its annex names."""
    text = (
        f"各市：\n现将{PLAN}印发给你们。\n四川省科学技术厅 四川省财政厅\n四川省教育厅\n2026年2月1日\n"
        "附件 任务分工\n1.先导区建设。责任单位：省自然资源厅、省通信管理局。"
    )
    assert issuers(text) == ("四川省科学技术厅", "四川省财政厅", "四川省教育厅")


def test_metadata_line_counts_without_signature() -> None:
    """The page's metadata names the issuer where nothing else does."""
    assert issuers("发文机关：四川省科学技术厅\n各市：加快落实。", "关于加快未来产业发展的通知") == (
        "四川省科学技术厅",
    )


def test_lawmaker() -> None:
    """A law is the lawmaker's, not that of the one that approves it."""
    text = "《绵阳市未来产业促进条例》经绵阳市人民代表大会常务委员会会议通过，并报四川省人民代表大会常务委员会批准。"
    facts = facts_of(text)
    assert facts.values("issuer") == ("绵阳市人民代表大会常务委员会",)
    assert facts.region
    assert facts.region.code == "510700"


@pytest.mark.parametrize(
    ("text", "title", "code"),
    [
        (f"成都市人民政府近日印发{PLAN}。", "", "510100"),
        (f"市政府近日印发{PLAN}。", "绵阳：未来产业有了路线图", "510700"),
        (f"省政府办公厅近日印发{PLAN}。", "成都、绵阳领跑 四川布局未来产业", "510000"),
        (f"国家发展改革委近日印发{PLAN}，支持上海、深圳先行先试。", "", "000000"),
        ("近日印发《绵阳市未来产业行动方案》，列出五个方向。", "", "510700"),
        ("川办发〔2026〕9号\n各市：加快落实。", "", "510000"),
        (f"省科技厅近日印发{PLAN}。", "燕赵大地竞逐新赛道", "130000"),
        (f"七部门近日联合印发{PLAN}。", "", "000000"),
    ],
)
def test_region(text: str, title: str, code: str) -> None:
    """The issuer decides, then the name, the number, the places of title and lead."""
    region = facts_of(text, title).region
    assert region is not None
    assert region.code == code


def test_publisher_is_no_region() -> None:
    """A page of a Guangdong site about nothing local has no region."""
    article = Article(
        url="https://www.gd.gov.cn/a", title="量子计算入门", text="什么是量子计算？", publisher="广东省人民政府"
    )
    assert establish(article, LEXICON).region is None
