"""A score and its explanation."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import article_of, judged
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.titles import topic_of
from storage.records import Assessment, Attachment

LEXICON = load_lexicon()
TITLE = "云南：到2030年建成6个未来产业先导区"
TEXT = (
    "近日，云南省人民政府办公厅印发《云南省未来产业培育行动计划（2026—2030年）》，提出到2030年建成6个未来产业先导区。\n"
    + "行动计划部署了创新策源、成果转化、场景开放等任务，并对资金、人才、用地作出安排。" * 6
    + "\n在重点方向上，云南将围绕生物制造、氢能培育未来产业。"
)


def judge(
    title: str, text: str, lexicon: Lexicon = LEXICON, *, on: date | None = None, files: tuple[str, ...] = ()
) -> Assessment:
    """Return the assessment of an article as the program makes it."""
    attachments = tuple(Attachment(url=f"https://example.org/{n}", title=name) for n, name in enumerate(files))
    article = article_of(title, text, on=on, attachments=attachments)
    return judged(article, lexicon)


def test_points_sum_to_the_score() -> None:
    """Whoever adds up the hits gets the score."""
    found = judge(TITLE, TEXT)
    assert round(sum(hit.points for hit in found.hits), 1) == found.score
    assert found.is_announcement


PIECES = st.sampled_from(
    [
        "未来产业",
        "印发",
        "《江苏省未来产业行动计划》",
        "省政府办公厅",
        "论坛",
        "人形机器人",
        "。",
        "\n",
        "到2030年",
        "现印发给你们",
        "涨停",
        "沪指",
    ]
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=6).map("".join), st.lists(PIECES, max_size=25).map("".join))
def test_label_follows_the_score(title: str, text: str) -> None:
    """Whatever the text: points sum up, the label follows the threshold, offsets lie inside, and twice is the same."""
    found = judge(title, text)
    assert round(sum(hit.points for hit in found.hits), 1) == found.score
    assert (found.score >= found.threshold) == (found.label == "announcement")
    assert all(0 <= hit.start <= len(title if hit.place == "title" else text) for hit in found.hits)
    assert judge(title, text) == found


def test_offsets_lead_to_the_words() -> None:
    """A hit of a mention stands in the title or text at its offset."""
    mentions = [hit for hit in judge(TITLE, TEXT).hits if hit.term == "未来产业"]
    assert {hit.place for hit in mentions} == {"title", "lead", "body"}
    for hit in mentions:
        shown = TITLE if hit.place == "title" else TEXT
        assert shown[hit.start :].startswith("未来产业")
        assert "未来产业" in hit.sentence


def test_title_before_lead_before_body() -> None:
    """The same word is worth more the earlier it stands."""
    points = {hit.place: hit.points for hit in reversed(judge(TITLE, TEXT).hits) if hit.term == "未来产业"}
    assert points["title"] > points["lead"] > points["body"]


def test_repetition_fades() -> None:
    """Saying it a hundred times is no announcement."""
    found = judge("未来产业", "未来产业。" * 100)
    assert found.label == "related"
    assert found.score < LEXICON.threshold / 1.3


def test_named_document_is_the_strongest_cue() -> None:
    """The name of the document gets the most points, and the name is what people read."""
    best = max(judge(TITLE, TEXT).hits, key=lambda hit: hit.points)
    assert best.term == "《云南省未来产业培育行动计划（2026—2030年）》"
    assert "印发" in best.sentence


def test_attachment_counts() -> None:
    """A page that only points to its attachment has a hit there."""
    found = judge("关于公布有关文件的通知", "详见附件。", files=("未来产业发展规划.pdf",))
    assert [hit.place for hit in found.hits if hit.term == "未来产业"] == ["attachment"]


def test_nothing_said_nothing_scored() -> None:
    """An article without a term has no hits and no points."""
    found = judge("春耕备耕有序推进", "各地抢抓农时，农资供应充足。")
    assert (found.score, found.hits, found.label) == (0, (), "irrelevant")


def test_empty_article() -> None:
    """An extraction that found nothing is irrelevant, not an error."""
    assert judge("", "").label == "irrelevant"


def test_track_policies_switch() -> None:
    """Policies on one track stop counting when the lexicon says so."""
    title = "四川：2028年脑机接口产业规模达到50亿元"
    text = "四川省人民政府办公厅近日印发《四川省脑机接口产业发展行动方案（2026—2028年）》，到2028年产业规模达到50亿元。"
    assert judge(title, text).is_announcement
    assert not judge(title, text, LEXICON.model_copy(update={"track_policies": False})).is_announcement


def test_document_counts_by_its_purpose() -> None:
    """A notice says what its document serves, whatever its name; one that serves several things is a general plan."""
    name = "白山市矿泉水无人取样站建设办法"
    title, end = f"关于印发《{name}》的通知", f"，现将《{name}》印发给你们。"
    (hit, *_) = judge(title, f"各有关单位：\n为抢抓深地探测未来产业机遇{end}").hits
    assert (hit.term, hit.points) == (f"《{name}》", LEXICON.points.named_track)
    for purpose in ("为规范取样", "为培育新兴产业和未来产业", "未来产业方兴未艾"):
        hits = judge(title, f"各有关单位：\n{purpose}{end}").hits
        assert not any(hit.term == f"《{name}》" for hit in hits), purpose


def test_rules_for_a_fund_are_on_the_topic() -> None:
    """A fund is none by itself; rules for it, or a plan for chains of industries, are a document on the topic."""
    for name in ("湖南省未来产业引导基金管理办法", "湖南省未来产业链群培育方案", "未来产业促进法草案"):
        assert topic_of(name, LEXICON) == "core"
    assert topic_of("湖南省未来产业大会工作方案", LEXICON) == "other"
    assert not judge("湖南省未来产业母基金完成备案", "未来产业母基金规模30亿元，近日完成备案。").is_announcement


def test_document_that_is_still_to_come() -> None:
    """A bill on a list of bills, and a plan that is expected, are named and not announced."""
    told = "湖南省人大常委会近日公布《湖南省未来产业促进条例》"
    assert judge("湖南为未来产业立法", f"{told}，自5月1日起施行。").is_announcement
    for rest in ("列入今年立法计划的情况。", "草案的调研安排，预计三季度提请审议。"):
        assert any(hit.term.startswith("规则:尚未制定") for hit in judge("湖南为未来产业立法", told + rest).hits), rest


def test_section_policies_switch() -> None:
    """General plans with a section on the topic count, and say that they are for the digest, unless switched."""
    title = "广西：培育未来产业 打造先进制造业集群"
    text = (
        "广西壮族自治区人民政府近日印发《广西壮族自治区现代化产业体系建设行动方案》，提出前瞻布局未来产业，到2030年建成3个"
        "未来产业先导区，未来产业产值突破300亿元。"
    )
    digest, instant, off = (
        judge(title, text, LEXICON.model_copy(update={"section_policies": it})) for it in ("digest", "instant", "off")
    )
    assert (digest.label, instant.label, off.label) == ("announcement", "announcement", "related")
    assert (digest.hits[0].term[:5], instant.hits[0].term[:1]) == ("综合规划《", "《")


def test_general_plan_without_a_section() -> None:
    """A general plan that names the topic twice, without a goal for it, is no announcement; nor one without it."""
    start = "广西壮族自治区人民政府近日印发《广西壮族自治区现代化产业体系建设行动方案》，提出"
    twice = "布局未来产业，并称未来产业前景广阔。到2030年，制造业产值突破3万亿元。"
    for rest in (twice, "到2030年，人形机器人产值达到300亿元。"):
        assert not judge("广西印发建设行动方案", start + rest).is_announcement


def test_old_act_in_a_report() -> None:
    """A document that a text dates years back is no news."""
    text = "2022年9月，某市政府印发《某市未来产业发展行动方案》，提出六大方向。记者看到，园区里机器人产线开足马力。"
    assert judge("机器人产线忙", text, on=date(2026, 5, 1)).label != "announcement"


def test_plans_of_several_provinces() -> None:
    """A survey of what several provinces issued is no act of its own."""
    text = (
        "浙江出台《浙江省未来产业培育实施方案》，湖北印发《湖北省未来产业发展实施方案》，广东发布《广东省未来产业行动方案》，"
        "各有侧重。"
    )
    assert judge("抢跑新赛道", text).label != "announcement"


def test_item_of_a_numbered_list() -> None:
    """One item among news on other things is no announcement, whatever the title."""
    text = (
        "1、央行下调存款准备金率。\n2、贵州省政府办公厅印发《贵州省未来产业发展行动计划》。\n3、国际金价走高。\n"
        "4、今日有两只新股申购。\n5、中央气象台发布暴雨预警。"
    )
    assert judge("今晨要知道的五件事", text).label != "announcement"


def test_version_travels_with_the_result() -> None:
    """An assessment names the lexicon it was made with."""
    assert judge(TITLE, TEXT).lexicon_version == LEXICON.version
