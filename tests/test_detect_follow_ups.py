"""Who speaks of a document: its authority announces it, others follow it up. Every text is invented."""

from datetime import date

import pytest

from builders import article_of, judged, plain_rules
from storage.records import Assessment

LEXICON = plain_rules()  # each text holds one of them
PLAN = "青海省未来产业培育行动方案（2026—2028年）"
ISSUED = f"近日，青海省人民政府办公厅印发《{PLAN}》，提出到2028年建成4个未来产业先导区。"


def judge(title: str, text: str, publisher: str | None = None) -> Assessment:
    """Return the assessment of an article."""
    article = article_of(title, text, publisher=publisher, on=date(2026, 5, 20))
    return judged(article, LEXICON)


def terms(said: Assessment) -> str:
    """Return the terms of all hits."""
    return " ".join(hit.term for hit in said.hits)


# --- an authority interprets its own document: an act ----------------------------------------


@pytest.mark.parametrize(
    ("title", "more", "publisher"),
    [
        ("《青海省未来产业培育行动方案》政策解读", "现就起草背景和主要内容解读如下。", "青海省工业和信息化厅"),
        ("省工信厅负责人就未来产业培育行动方案答记者问", "问：有哪些目标？答：建成4个先导区。", None),
        ("一图读懂青海省未来产业培育行动方案", "", "青海省发展和改革委员会"),
        ("图解：青海未来产业怎么干", "", "青海发布"),
    ],
)
def test_official_interpretation(title: str, more: str, publisher: str | None) -> None:
    """政策解读, 答记者问, 一图读懂 and 图解 of the authority are announcements."""
    assert judge(title, ISSUED + more, publisher).label == "announcement"


def test_expert_at_the_end_of_a_report() -> None:
    """A press report of the issue stays one when a professor has the last word."""
    text = f"{ISSUED}\n方案明确了绿氢等方向。\n西部大学教授赵某认为，这意味着高原有了自己的路径。"
    assert judge("青海印发方案：四个先导区瞄准未来产业", text).label == "announcement"


# --- somebody else interprets it: related ----------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "专家解读｜青海未来产业行动方案为什么先抓盐湖",
        "【专家解读】把未来产业种在高原上",
        "律师解读《青海省未来产业培育行动方案》",
        "业内人士解读未来产业行动方案三大看点",
        "券商解读青海未来产业行动方案：关注三条主线",
        "专家：解读《青海省未来产业培育行动方案》",
        "智库点评青海未来产业行动方案",
    ],
)
def test_interpretation_by_others_is_said_in_the_title(title: str) -> None:
    """An expert's, a lawyer's or a broker's interpretation is related, whoever prints it."""
    said = judge(title, ISSUED, "青海省人民政府")
    assert said.label == "related"
    assert "规则:专家解读" in terms(said)


def test_interpretation_by_others_is_said_in_the_lead() -> None:
    """A headline that names no expert: the lead says who interprets."""
    text = f"西部大学教授赵某日前对《{PLAN}》进行了解读。他认为，未来产业的第一层逻辑是资源。"
    said = judge("读懂《青海省未来产业培育行动方案》的三层逻辑", text)
    assert said.label == "related"
    assert "规则:他人解读" in terms(said)


# --- commentaries that open with the issue ----------------------------------------


def test_commentary_in_the_first_person() -> None:
    """Documents and reports never say 我以为."""
    text = f"{ISSUED}读到这份方案，我以为，未来产业要早、要实。"
    assert judge("写在未来产业行动方案印发之际", text).label == "related"


def test_commentary_of_turns_of_phrase() -> None:
    """Three turns of phrase of commentators make one, five make it surer."""
    few = f"{ISSUED}培育未来产业既要敢闯，又要善为，切忌盲目。"
    many = f"{few}与其空谈，不如实干；唯有如此，方能致远。"
    assert judge("未来产业要多一点耐心", few).label == "related"
    assert judge("未来产业要多一点耐心", many).score < judge("未来产业要多一点耐心", few).score - 20


def test_two_turns_of_phrase_are_anybodys_style() -> None:
    """A report with two of them stays an announcement."""
    text = f"{ISSUED}\n这意味着全省有了时间表。方案强调既要抓创新，也要抓转化。"
    assert judge("青海印发未来产业培育行动方案", text).label == "announcement"


# --- documents on one track that are named sparsely ----------------------------------------


def test_track_document_without_issuer() -> None:
    """A plan that is only said to be issued is its region's: its name begins with it."""
    said = judge("通江出台低空经济方案", "《通化市低空经济发展实施方案（2026—2028年）》日前印发。")
    assert said.label == "announcement"
    assert "属地:通化市低空经济发展实施方案" in terms(said)


def test_region_in_a_name_beside_an_issuer_counts_once() -> None:
    """Where an issuer is named, the region in the document's name adds nothing."""
    assert "属地" not in terms(judge("青海印发未来产业培育行动方案", ISSUED))


def test_track_document_without_name() -> None:
    """Measures on a track that stand in no marks count when an authority brings them out."""
    text = "青海省科技厅等5部门近日出台支持脑机接口产业发展若干措施，对首台套产品给予补助。"
    assert judge("青海出台支持脑机接口产业发展若干措施", text).label == "announcement"


@pytest.mark.parametrize(
    "name", ["新型储能高质量发展实施方案", "增材制造产业发展扶持办法", "区块链产业创新发展行动计划"]
)
def test_tracks_of_today_are_no_announcement(name: str) -> None:
    """Storage, additive manufacturing and the like have policies of their own field: `policy = false`."""
    text = f"西宁市人民政府办公室印发《西宁市{name}》，对设备投入给予补助。"
    assert judge(f"西宁市印发{name}", text).label != "announcement"


def test_service_notice_about_a_track() -> None:
    """A toll waiver for hydrogen trucks is no policy on the industry."""
    text = "青海省交通运输厅发布通知，自5月20日起对氢燃料电池货车减免高速公路通行费。"
    assert judge("氢能车辆通行费减免明起执行", text).label != "announcement"


# --- notices that are no policies, and words that only look like them ----------------------------------------


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "关于未来产业发展规划编制服务项目的采购公告",
            "我厅拟采购未来产业发展规划编制服务，预算90万元，欢迎供应商参加。",
        ),
        (
            "未来产业发展规划编制服务项目中标公告",
            "一、项目名称：未来产业发展规划编制服务项目 二、中标供应商：某咨询公司",
        ),
        ("青海：未来产业母基金管理人遴选公告", "青海省未来产业母基金现公开遴选基金管理人，现将有关事项公告如下。"),
        ("关于举办2026未来产业创新创业大赛的通知", "为发掘未来产业优质项目，决定举办大赛，现将有关事项通知如下。"),
        ("青海大学印发脑机接口微专业培养方案", "青海大学近日印发《脑机接口微专业培养方案》，面向大三学生。"),
    ],
)
def test_notices_that_are_no_policies(title: str, text: str) -> None:
    """Buying a study, hiring a fund manager, inviting to a contest and a curriculum announce nothing."""
    assert judge(title, text, "青海省工业和信息化厅").label != "announcement"


def test_call_is_no_ranking() -> None:
    """征集揭榜单位 holds 榜单 only across two words."""
    text = (
        "工业和信息化部办公厅近日印发通知，组织开展2026年未来产业创新任务揭榜挂帅工作，面向元宇宙等方向征集揭榜单位。"
    )
    said = judge("工信部：征集2026年未来产业创新任务揭榜单位", text)
    assert said.label == "announcement"
    assert "榜单" not in terms(said)
    assert "规则:榜单" in terms(judge("未来产业百强榜单揭晓", "未来产业百强榜单5月18日揭晓。"))
