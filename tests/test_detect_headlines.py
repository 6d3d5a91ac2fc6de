"""Headlines and short texts that tell a policy without naming it, and those that only look like it. All invented."""

from datetime import date

import pytest

from builders import article_of, judged, plain_rules
from crawler.detect import establish
from crawler.detect.headline import find_subject
from crawler.detect.lexicon import Lexicon
from storage.records import Assessment

LEXICON = plain_rules()  # each text holds one of them


def judge(title: str, text: str = "", publisher: str | None = None, *, lexicon: Lexicon = LEXICON) -> Assessment:
    """Return the assessment of an article, whose points must sum to its score."""
    article = article_of(title, text, publisher=publisher, on=date(2026, 5, 30))
    said = judged(article, lexicon)
    assert abs(sum(hit.points for hit in said.hits) - said.score) < 0.05
    return said


@pytest.mark.parametrize(
    ("title", "subject", "has_colon"),
    [
        ("云南：到2030年建成6个先导区", "云南", True),
        ("雲南：到2030年建成6個先導區", "雲南", True),
        ("脑机接口迎利好！五部门发文", "五部门", False),
        ("不再观望 西藏要做低空枢纽", "西藏", False),
        ("古城换新颜", None, False),
        ("北滨高新区：未来产业这样扶", "北滨高新区", True),
        ("云南交控集团：布局低空", None, False),
        ("人形机器人走进云南", None, False),
    ],
)
def test_subject(title: str, subject: str | None, has_colon: bool) -> None:
    """A headline speaks of the place or authority that begins one of its clauses, not of a company named after one."""
    found = find_subject(article_of(title))
    assert (found.text if found else None) == subject
    assert bool(found and found.has_colon) == has_colon


@pytest.mark.parametrize(
    "title",
    [
        "云南：到2030年建成6个未来产业先导区",
        "云南六部门：推动脑机接口进社区",
        "云南：21条举措支持低空经济发展",
        "云南发布氢能政策，最高奖励900万元",
        "云南出台商业航天三年行动方案",
        "低空经济迎利好！三部门联合发文",
        "云南具身智能行动方案：建两个训练场",
        "云南召开未来产业推进会",
        "曲靖市合成生物产业促进条例二审 设专章管数据",
        "云南启动首批未来产业先导区申报",
        "云南立法促进量子科技",
    ],
)
def test_told_by_the_headline(title: str) -> None:
    """A headline alone tells a policy where a place or authority sets a goal, issues, calls, meets or makes a law."""
    assert judge(title).label == "announcement"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("云南：首个人形机器人训练场2027年4月启用", "记者从园区获悉，训练场将启用。"),
        ("云南：人形机器人马拉松2027年3月开跑", "报名将于近日启动。"),
        ("云南交控集团召开低空经济推进会", "集团近日召开低空经济推进会。"),
        ("全球未来产业发展大会在滇举办", "嘉宾畅谈。"),
        ("研究机构：2030年人形机器人销量达百万台", "该机构发布报告。"),
        ("云南低空经济产业园开园", "首批20家企业入驻，园区将落实低空经济政策。"),
        ("云南今年将出台低空经济发展规划", "负责人说，规划今年将编制出台。"),
        ("国务院印发乡村振兴规划 低空经济也要下田", "国务院日前印发《乡村全面振兴规划》，提到低空经济。"),
        ("多地发布未来产业举措", "多地近期发布未来产业举措，竞逐新赛道。"),
        ("三地未来产业政策效果比较", "以三地出台的未来产业专项政策为样本。"),
    ],
)
def test_only_looks_told(title: str, text: str) -> None:
    """A date, a place or a policy word in a headline announces nothing by itself."""
    assert judge(title, text).label != "announcement"


def test_text_without_a_document() -> None:
    """A long text that holds no document takes half of what its headline tells."""
    long = "训练场边，工程师反复调试关节，孩子们围着看热闹，教练笑着摆手。" * 8
    assert judge("云南：到2030年建成6个未来产业先导区", long).label != "announcement"


def test_name_cut_off() -> None:
    """A feed that ends within the marks of an issued name tells the issue; within a cited one it tells nothing."""
    title = "【省里有新动作】财讯5月20日电"
    assert judge(title, "云南省人民政府办公厅印发《云南省未来产业培育行动").label == "announcement"
    assert judge(title, "座谈会上，大家根据《云南省未来产业培育行动").label != "announcement"


def test_snippet_that_speaks() -> None:
    """The middle of a notice, under a headline of its authority, is enough; what an official says is not."""
    title = "工信部：面向低空经济等场景开展6G应用培育"
    assert judge(title, "通知还提出，面向低空经济、具身智能等场景，开展6G应用培育。").label == "announcement"
    said = "工信部副部长在发布会上表示，将面向低空经济开展6G应用培育。"
    assert judge(title, said).label != "announcement"


def test_name_alone_from_an_authority() -> None:
    """A page that is only its document's name is an announcement when an authority publishes it."""
    name = "曲靖市量子科技设施高质量建设方案（2026—2028年）"
    assert judge(name, name, "qj.gov.cn").label == "announcement"
    assert establish(article_of(name, name), LEXICON).values("policy_title") == (name,)


def test_deep_in_a_feature() -> None:
    """A plan named once, deep in a long story, is background; the same plan in the second paragraph is the news."""
    story = "车间里，工程师反复调试雷达，企业从三个人走到三百人，订单排到明年。" * 4
    plan = "曲靖市印发的《曲靖市低空经济产业发展规划（2025—2030年）》提出，到2030年建成示范城市。"
    assert judge("一家曲靖企业的低空路", story + "\n" + plan).label == "announcement"
    said = judge("一家曲靖企业的低空路", 6 * story + "\n" + plan)
    assert said.label == "irrelevant"
    assert next(hit for hit in said.hits if hit.term.startswith("《")).points == LEXICON.points.named_track / 2


def test_background_behind_the_document() -> None:
    """Words of finance, study or review that stand behind the announced name are what the document says."""
    text = (
        "曲靖市政府办公室印发《曲靖市未来产业培育行动计划》，招聘会每年办两场，领投机构给予奖励，出台以来的旧政策并入。"
    )
    assert judge("曲靖：未来产业有了新计划", text).label == "announcement"


def test_tracks_switched_off() -> None:
    """Without track policies a headline about one track alone tells nothing, however it is told."""
    core_only = LEXICON.model_copy(update={"track_policies": False})
    for title in ("云南：到2030年建成6个商业航天基地", "云南召开商业航天推进会", "云南立法促进量子科技"):
        assert judge(title, lexicon=core_only).label != "announcement"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("低空：看好三条主线", "滇池证券认为，《曲靖市低空经济发展规划》近日印发，建议关注整机环节。"),
        ("滇池控股：布局低空谋新篇", "曲靖市印发《曲靖市低空经济发展规划》，公司将新增3条航线。"),
        ("第四十章　新区风云", "近日，“《云江市未来产业行动计划》由市政府印发了！”副市长放下杯子。"),
        ("关于制定《曲靖市核聚变产业促进条例》的议案", "案由：建议尽快制定条例。"),
        ("曲靖市空天产业行动计划要点分析", "近日，市发展改革委印发《曲靖市空天产业发展行动计划》。"),
        ("网友问：未来产业补贴怎么申请", "您好，看到《曲靖市未来产业培育行动计划》，请问怎么申请？"),
    ],
)
def test_others_quote_it(title: str, text: str) -> None:
    """Broker notes, company news, novels, motions, analyses and questions quote a policy and announce none."""
    assert judge(title, text).label != "announcement"


@pytest.mark.parametrize(
    ("title", "act", "issuer"),
    [
        ("曲靖推出脑机接口16条", "印发", "曲靖市"),
        ("云南亮出氢能产业路线图", "印发", "云南省"),
        ("昆明发布未来产业培育“施工图” 锁定五条赛道", "印发", "昆明市"),
        ("贵州公布第三批省级未来产业试验区名单", "名单", "贵州省"),
        ("西宁认定首批22家脑机接口场景开放单位", "名单", "西宁市"),
        ("甘肃面向全省征集低空经济应用场景", "申报", "甘肃省"),
        ("宁夏就未来产业促进条例听取社会意见", "征求意见", "宁夏回族自治区"),
        ("银川废止氢能产业扶持办法", "失效", "银川市"),
    ],
)
def test_deed(title: str, act: str, issuer: str) -> None:
    """A place, a verb of an act and a noun that the verb takes, in one clause with the topic, tell the act alone."""
    article = article_of(title, on=date(2026, 5, 30))
    facts = establish(article, LEXICON)
    assert (facts.first("act"), list(facts.values("issuer"))) == (act, [issuer])
    assert judge(title).label == "announcement"


@pytest.mark.parametrize(
    "title",
    [
        "昆明推出氢能公交专线3条",
        "西宁开通低空物流航线14条",
        "贵州发布脑机接口新品3款",
        "昆明征集低空摄影作品",
        "宁夏公布低空飞行违规处罚案例",
        "证监会同意某量子公司注册批复 募资十亿元",
        "银川出台人才购房新政 机器人企业受益",
        "药监局发布两项脑机接口医疗器械产品标准",
    ],
)
def test_no_deed(title: str) -> None:
    """Lines of buses, products, contests and approvals of one company are done by places, too, and are no policy."""
    assert judge(title).label != "announcement"


@pytest.mark.parametrize(
    "text",
    [
        "4月2日，云南省政府召开全省未来产业工作推进会，要求各州市六月底前拿出清单。",
        "国务院常务会议9日部署加快未来产业创新发展，要求完善风险分担机制。",
        "昆明市科技局当天公布了首批量子产业中试平台，8家入列。",
        "一份由教育部、科技部等六家单位新发的意见，给脑机接口进校园立了规矩。",
        "昆明市发展和改革委员会启动2026年氢能专项资金申报，受理到6月底。",
        "云南省科技厅挂出一份人形机器人扶持办法的征求意见稿，听意见到7月1日。",
    ],
)
def test_told_in_text(text: str) -> None:
    """Under a headline that names nothing, the sentence that tells who does what about the topic announces."""
    assert judge("这件事终于来了", text).label == "announcement"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("量子公司迎来春天", "云南省政府召开全省量子产业推进会，要求加快应用。公司股价应声而动。"),
        ("配送更快了", "3月，云南省交通运输厅印发了《低空产业链重点工作任务》，提到拓展低空配送。"),
        ("三项人形机器人国家标准征求意见", "标准化技术委员会就三项人形机器人国家标准公开征求意见。"),
        ("量子材料重大研究计划项目指南发布", "基金委发布量子材料重大研究计划年度项目指南，拟资助12项。"),
        (
            "关于签署氢能项目框架协议的公告",
            "本公司及董事会全体成员保证内容真实。公司与某区政府签署框架协议，建设绿氢项目。",
        ),
    ],
)
def test_told_as_background(title: str, text: str) -> None:
    """What a company, a standards committee or a research fund tells, or tells of others, is no policy."""
    assert judge(title, text).label != "announcement"
