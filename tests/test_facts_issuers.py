"""Who issues the document, and for which territory."""

from __future__ import annotations

import pytest

from builders import established
from crawler.detect.facts import establish
from crawler.detect.lexicon import load_lexicon
from storage.records import Article

LEXICON = load_lexicon()
PLAN = "《关于加快培育未来产业的实施意见》"


def issuers(text: str, title: str = "") -> tuple[str, ...]:
    return established(text, title).values("issuer")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"四川省科学技术厅近日印发{PLAN}。", ("四川省科学技术厅",)),
        (f"{PLAN}日前由绵阳市人民政府办公室印发。", ("绵阳市人民政府办公室",)),
        (f"四川省海洋经济发展局会同省发展改革委联合出台{PLAN}。", ("四川省海洋经济发展局", "四川省发展和改革委员会")),
        (f"四川省委办公厅、省政府办公厅印发{PLAN}。", ("四川省委办公厅", "四川省人民政府办公厅")),
        (f"教育部、科技部等五部门联合印发{PLAN}。", ("教育部", "科学技术部")),
        (f"除教育部外，参与发文的还有科技部、财政部。部门公布{PLAN}。", ("教育部", "科学技术部", "财政部")),
        (f"绵阳市科学技术局、德阳市科学技术局印发{PLAN}。", ("绵阳市科学技术局", "德阳市科学技术局")),
        (f"国家发展改革委会同国家疾控局印发{PLAN}。", ("国家发展和改革委员会", "国家疾控局")),
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
    facts = established(text)
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
    region = established(text, title).region
    assert region is not None
    assert region.code == code


def test_publisher_is_no_region() -> None:
    """A page of a Guangdong site about nothing local has no region."""
    article = Article(
        url="https://www.gd.gov.cn/a", title="量子计算入门", text="什么是量子计算？", publisher="广东省人民政府"
    )
    assert establish(article, LEXICON).region is None


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        (f"云南省出台{PLAN}", "推进会将择日召开。", ("云南省",)),
        ("余杭区：16条举措培育未来产业", f"余杭区今日召开发布会，推出{PLAN}。", ("杭州市余杭区",)),
        ("工信部组织开展卫星互联网专项行动", "面向海洋渔业、应急通信等场景。", ("工业和信息化部",)),
        ("两部门批复深地试验园", "科技部、自然资源部日前批复同意深地试验园建设。", ("科学技术部", "自然资源部")),
        ("未来产业工作要点", f"绵阳市未来产业领导小组会议审议通过{PLAN}。", ("绵阳市未来产业领导小组",)),
        ("未来产业方案过会", f"3月1日，绵阳市委常委会召开会议，审议{PLAN}。", ("绵阳市委常委会",)),
        ("高新区出台方案", f"西安高新区企业周知：{PLAN}5月4日由高新区管委会印发。", ("西安高新区管委会",)),
        (
            "园区出台方案", f"苏州工业园区管委会、园区科创委近日联合印发{PLAN}。", ("苏州工业园区管委会", "园区科创委"),
        ),
        (
            "江苏省市场监管局关于印发未来产业行动方案的通知", f"现将{PLAN}印发给你们。\n江苏省市场监督管理局",
            ("江苏省市场监督管理局",),
        ),
        ("未来科学城发布方案", f"未来科学城管委会近日发布{PLAN}。", ("未来科学城管委会",)),
        (
            "六部门发文",
            f"由绵阳市科技局牵头，会同市财政局、人民银行绵阳市分行、市残联联合印发{PLAN}。",
            ("绵阳市科学技术局", "绵阳市财政局", "人民银行绵阳市分行", "绵阳市残联"),
        ),
        (
            "方案发布会实录",
            f"今天邀请到省工信厅副厅长王小明、省科技厅二级巡视员李晓，介绍{PLAN}。四川",
            ("四川省工业和信息化厅", "四川省科学技术厅"),
        ),
    ],
)  # fmt: skip
def test_who_acts_issues(title: str, text: str, names: tuple[str, ...]) -> None:
    """Who starts, approves, convenes, adopts or presents issues too; a place does where no authority is named."""
    assert issuers(text, title) == names


def test_signature_knows_names_by_their_form() -> None:
    """A joint notice is signed by offices that no table has, side by side and over many lines."""
    text = (
        f"现将{PLAN}印发给你们。\n绵阳市科学技术局 绵阳市数据和营商环境局\n绵阳市人民政府国有资产监督管理委员会\n"
        "绵阳市总工会、绵阳市科学技术协会\n国家税务总局绵阳市税务局\n绵阳海关\n2026年2月1日\n（此件公开发布）"
    )
    assert issuers(text, "绵阳市科技局等七部门关于印发实施意见的通知") == (
        "绵阳市科学技术局", "绵阳市数据和营商环境局", "绵阳市人民政府国有资产监督管理委员会", "绵阳市总工会",
        "绵阳市科学技术协会", "国家税务总局绵阳市税务局", "绵阳海关",
    )  # fmt: skip


@pytest.mark.parametrize("label", ["发布机构：", "[发文机构] ", "发布机构\n"])
def test_metadata_row_has_many_forms(label: str) -> None:
    """A metadata row is read with a colon, in brackets, and with its value on the next line."""
    assert issuers(f"{label}绵阳市科学技术局\n现就有关事项通知如下。", "未来产业工作通知") == ("绵阳市科学技术局",)


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        (f"昆山市出台{PLAN}", "苏州市另有安排。", "320583"),
        ("区政府印发未来产业方案", f"区政府近日印发{PLAN}。余杭区、杭州市。", "330110"),
        ("市政府印发未来产业方案", f"市政府近日印发{PLAN}。余杭区、西湖区和杭州市的企业受益。", "330100"),
        ("雄安出台方案", f"雄安新区管委会近日印发{PLAN}。", "130000"),
        ("西咸新区出台方案", f"西咸新区管委会近日印发{PLAN}，西安市参与。", "610000"),
        ("管委会出台方案", f"管委会近日印发{PLAN}，余杭区的企业受益，杭州市支持。", "330100"),
        ("科技部发文", f"各省、自治区、直辖市、新疆生产建设兵团：现将{PLAN}印发。\n科技部\n2026年2月1日", "000000"),
    ],
)  # fmt: skip
def test_level_that_acts(title: str, text: str, code: str) -> None:
    """A district and a county-level city are regions of their own, a zone has its city's; addressees have no say."""
    region = established(text, title).region
    assert region is not None
    assert region.code == code
