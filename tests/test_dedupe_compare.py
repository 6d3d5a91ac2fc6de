"""compare: one act, another act of the policy, or apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crawler.dedupe import compare, keys_near, keys_of
from crawler.dedupe.compare import Likeness
from crawler.dedupe.profile import MOST_NAMES
from crawler.dedupe.quantities import shared, shown
from crawler.dedupe.weighing import SUFFICIENT_POINTS
from invented_acts import DAY, PLAN, REWRITE, Said, after

NAME = "海南省深海装备产业发展行动方案（2025—2028年）"
NOTICE = Said(
    title=f"海南省人民政府关于印发{NAME}的通知", names=[NAME], issuers=["海南省人民政府"], number="琼府〔2025〕19号"
)
FLASH = Said(
    title="海南：2028年建成37个加速器", tracks=["深海", "类脑智能", "细胞与基因"], issuers=["海南省人民政府"],
    text="【海南：2028年建成37个加速器】海东社4月8日电，海南省政府今日公布深海装备方面的行动方案，"
    "2028年建成37个未来产业加速器，孵化科技企业230家，设立总规模18亿元的种子基金。",
)  # fmt: skip

HARBOUR = """沿海渔港改造同步推进，冷链仓库向渔民合作社开放，夜间卸货不再另收费用。
码头照明换成太阳能灯具，值守岗亭增设急救箱，附近小学组织学生参观灯塔并绘制海图。
修船厂恢复了木船手艺班，老船匠带出的徒弟已能独自捻缝上漆，周末向游客展示工具与模型。
渔歌队排练新曲目，准备参加秋季汇演，服装由镇上的裁缝铺赶制，经费来自村集体分红。"""


def judge(new: Said, old: Said) -> Likeness:
    return compare(new.profile, old.profile)


def same(new: Said, old: Said) -> bool:
    """True when both are about one act, whichever came first."""
    verdicts = judge(new, old), judge(old, new)
    assert verdicts[0].is_same == verdicts[1].is_same
    return verdicts[0].is_same


def test_report_in_other_words_that_names_the_document() -> None:
    """A report that shares no sentence with the notice but names its document is about the same act."""
    report = Said(title="加速器要建37个", text=REWRITE, names=["海南省深海装备产业发展行动方案"], day=after(days=23))
    assert same(report, NOTICE)


def test_same_number_whatever_the_name() -> None:
    """A document number decides where a copy has damaged the name."""
    copy = replace(NOTICE, names=["深海装备产业方案"], text=REWRITE)
    assert same(copy, NOTICE)


def test_other_province_on_the_same_template() -> None:
    """The same text with another province and other numbers is another act."""
    text = PLAN.replace("37", "25").replace("520", "310").replace("230", "150").replace("64", "40")
    other = Said(
        title="广西的通知", text=text, region="450000", names=[NAME.replace("海南省", "广西壮族自治区")],
        number="桂政发〔2025〕7号",
    )  # fmt: skip
    assert not same(other, NOTICE)


def test_template_without_name_or_region() -> None:
    """Equal words with other numbers are a template even where nothing else is known."""
    one = Said(title="一", region=None)
    other = Said(title="二", region=None, text="".join(c if c not in "3560" else str(9 - int(c)) for c in PLAN))
    assert not same(one, other)
    assert same(one, replace(one, title="二"))


@pytest.mark.parametrize(
    ("earlier", "later", "years"),
    [
        ("海南省未来产业发展行动方案（2023—2025年）", "海南省未来产业发展行动方案（2026—2028年）", 0),
        ("海南省未来产业发展行动方案", "海南省未来产业发展行动方案", 2),
        ("海南省未来产业发展行动方案（2022—2024年）", "海南省未来产业发展行动方案", 0),
    ],
)
def test_same_name_of_another_year(earlier: str, later: str, years: int) -> None:
    """The next round of a plan has the name of the last one: years in the names, else dates, tell them apart."""
    old = Said(title="旧", text=REWRITE, names=[earlier])
    new = Said(title="新", names=[later], day=date(DAY.year + years, DAY.month, DAY.day))
    assert not same(new, old)


def test_page_that_looks_back_on_the_last_round() -> None:
    """A report on the new round that also names the last one is about the new round."""
    rounds = [f"海南省未来产业发展行动方案（{years}）" for years in ("2022—2024年", "2025—2027年")]
    old = Said(title="旧", text=PLAN, names=rounds[:1], day=date(2022, 4, 8))
    new = Said(title="新", text=REWRITE, names=rounds)
    assert not same(new, old)
    assert same(new, replace(old, names=rounds[1:], day=DAY))


def test_yearly_call_on_the_same_template() -> None:
    """This year's call for projects is not last year's, although only years and deadlines differ."""
    text = (
        "请各单位于{y}年3月15日前报送揭榜挂帅项目，每个方向限报2项，{y}年6月底前完成评审。企业应具有独立法人资格，经营状况良好。"
        * 3
    )
    old, new = (
        Said(title="申报通知", act="申报", names=["关于组织申报未来产业揭榜挂帅项目的通知"], text=text.format(y=y),
             day=date(y, 1, 20))
        for y in (2025, 2026)
    )  # fmt: skip
    assert not same(new, old)


def test_draft_and_document_are_two_acts_of_one_policy() -> None:
    """征求意见 and 印发 are linked, not merged, whatever share of their text is the same."""
    draft = Said(title="公开征求意见", act="征求意见", names=[f"{NAME}（征求意见稿）"], day=after(days=-60))
    assert judge(NOTICE, draft).kinship == "policy"


def test_flash_without_the_name_joins_by_circumstances() -> None:
    """Region, days, numbers, tracks and office together make up for the missing name."""
    named = replace(NOTICE, tracks=["深海", "类脑智能", "细胞与基因"])
    assert same(FLASH, named)


def test_name_without_marks_counts() -> None:
    """A flash that names the document in passing, without 《》, belongs to it; region and office must agree."""
    text = "海南省政府印发的深海装备产业发展行动方案明确，科考船舶首次出海给予保费补助。"
    passing = Said(title="海南补助科考船保费", text=text, issuers=["海南省政府"])
    assert same(passing, NOTICE)
    assert not same(replace(passing, region="440000", issuers=["广东省政府"]), NOTICE)


@pytest.mark.parametrize(
    "change", [{"region": "440000"}, {"day": after(days=40)}, {"act": "征求意见", "day": after(days=20)}]
)
def test_circumstances_need_region_days_and_act(change: dict[str, object]) -> None:
    """Another region, a month later or a draft of other days: what is not named is not the same."""
    assert not same(replace(FLASH, **change), replace(NOTICE, tracks=FLASH.tracks))  # type: ignore[arg-type]  # fields of Said


def test_two_flashes_of_one_office_on_two_things() -> None:
    """Office, region and day alone do not join two flashes."""
    other = replace(
        FLASH,
        title="海南：商业航天再添发射工位",
        tracks=["商业航天"],
        text="海南省政府今日公布，商业航天发射工位增加到6个。",
    )
    assert not same(other, FLASH)


def test_region_that_a_paper_reads_into_its_provinces_act() -> None:
    """A page that names no document may be about its province's act, whatever city is read in it: much is shared."""
    local = replace(FLASH, region="460200", issuers=[], names=[], title="三亚的加速器要来了")
    named = replace(NOTICE, tracks=FLASH.tracks)
    assert same(local, named)
    assert same(replace(local, issuers=["三亚市人民政府"]), named)
    assert not same(replace(local, issuers=["三亚市人民政府"], day=after(days=20)), named)
    assert not same(replace(local, title="转发海南的行动方案"), named)


def test_reasons_are_the_strongest_shared_things() -> None:
    """People read what was shared, with its points, what speaks against it, and the sum."""
    reasons = judge(FLASH, replace(NOTICE, tracks=FLASH.tracks)).reasons
    assert any(reason.startswith("same numbers: 18亿元、230家、37个 (") for reason in reasons)
    assert any(reason.startswith("shared words: ") for reason in reasons)
    points, needed = map(float, reasons[-1].split(" of "))
    assert points >= needed == SUFFICIENT_POINTS
    against = judge(replace(FLASH, tracks=["氢能"]), replace(NOTICE, tracks=FLASH.tracks)).reasons
    assert any(reason.startswith("against it, other tracks (-") for reason in against)


def test_list_for_objections_is_not_the_list() -> None:
    """A list that is shown for objections and the one that is published weeks later are two acts of one policy."""
    names = ["第二批未来产业先导区名单"]
    shown = Said(title="关于第二批未来产业先导区名单的公示", act="名单", names=names)
    final = Said(
        title="关于公布名单的通知", act="名单", names=names, text=f"经公示无异议。{REWRITE}", day=after(days=40)
    )
    assert judge(final, shown).kinship == "policy"
    assert same(replace(final, day=after(days=5)), shown)


def test_digest_by_its_title() -> None:
    """A page of several news is about none of their acts, whatever it shares with them."""
    named = replace(NOTICE, tracks=FLASH.tracks)
    assert not same(replace(FLASH, title="早八点｜加速器来了，椰子也来了"), named)


def test_amounts_find_what_region_and_name_do_not() -> None:
    """Two pages that give the same telling amounts within days are compared, whatever their regions."""
    one, other = replace(FLASH, region=None).profile, replace(FLASH, region="440000", day=after(days=9)).profile
    asked = {key.text for key in (*keys_of(other), *keys_near(other))}
    assert {key.text for key in keys_of(one)} & asked & {key.text for key in keys_of(one) if "amount:" in key.text}
    late = replace(FLASH, day=after(days=60)).profile
    assert not {key.text for key in keys_of(one) if "amount:" in key.text} & {
        key.text for key in (*keys_of(late), *keys_near(late))
    }


def test_flash_on_another_document_of_the_same_office() -> None:
    """Two named documents are two acts, however alike the circumstances."""
    other = replace(FLASH, names=["海南省细胞制造产业若干措施"], instrument="若干措施")
    assert not same(other, replace(NOTICE, tracks=FLASH.tracks))


def test_two_districts_with_the_same_name() -> None:
    """The region's code is the city's; the issuer tells its districts apart."""
    name = "关于支持未来产业发展的若干措施"
    one = Said(title="甲", region="440300", names=[name], issuers=["深圳市南山区人民政府"], text=REWRITE)
    other = Said(title="乙", region="440300", names=[name], issuers=["深圳市福田区人民政府"])
    assert not same(one, other)
    assert same(replace(other, issuers=["南山区政府"]), one)


CITY, DISTRICT = "浙江省杭州市未来产业培育行动计划", "杭州市萧山区未来产业培育行动计划"
OF_CITY = Said(title="市", region="330100", names=[CITY], issuers=["杭州市人民政府"], text=REWRITE)


def test_district_that_repeats_its_city() -> None:
    """A district's document of the city's name is another act, and a report that only tells the city may be either."""
    own = Said(title="区", region="330109", names=[DISTRICT], issuers=["杭州市萧山区人民政府"])
    bare = replace(OF_CITY, names=["未来产业培育行动计划"], issuers=[])
    assert not same(own, OF_CITY)
    assert not same(replace(own, names=["未来产业培育行动计划"], issuers=[]), OF_CITY)
    assert same(own, bare)
    assert same(OF_CITY, bare)


def test_zone_that_repeats_its_city() -> None:
    """A zone has its city's code; its office and its document tell it apart, in long and short forms of its name."""
    short = Said(
        title="甲", region="330100", names=["杭州经开区未来产业若干措施"], issuers=["杭州市经开区管委会"], text=REWRITE
    )
    long = Said(
        title="乙", region="330100", names=["杭州经开区未来产业若干措施"], issuers=["杭州经济技术开发区管理委员会"]
    )
    assert same(long, short)
    assert not same(
        replace(OF_CITY, names=["关于支持未来产业的若干措施"]), replace(short, names=["关于支持未来产业的若干措施"])
    )


@pytest.mark.parametrize(
    ("said", "is_joined"),
    [
        ("贵阳市算力装备产业行动方案", True),
        ("贵阳市算力装备产业若干措施", False),
        ("贵阳市量子装备产业行动方案", False),
    ],
)
def test_renamed_noun(said: str, is_joined: bool) -> None:
    """行动方案 for 行动计划 is one act in the same days and of the same office; another kind of document is not."""
    notice = Said(
        title="通知",
        names=["贵阳市算力装备产业行动计划"],
        instrument="行动计划",
        region="520100",
        issuers=["贵阳市人民政府"],
    )
    report = replace(notice, title="报道", names=[said], instrument=said[-4:], text=REWRITE, day=after(days=2))
    assert same(report, notice) is is_joined


@pytest.mark.parametrize(
    ("one", "other", "text", "is_joined"),
    [
        ("第三批未来产业先导区名单", "未来产业先导区名单（第3批）", "", True),
        ("第三批未来产业先导区名单", "第二批未来产业先导区名单", "", False),
        ("首批未来产业先导区名单", "第一批未来产业先导区名单", "", True),
        ("第三批（上半年）未来产业先导区名单", "第三批未来产业先导区名单", "今年上半年入选的有九家。", True),
        ("第三批（上半年）未来产业先导区名单", "第三批（下半年）未来产业先导区名单", "", False),
        ("第三批（上半年）未来产业先导区名单", "第三批未来产业先导区名单", "下半年再次公布。", False),
        ("第三批未来产业先导区名单", "未来产业先导区名单", "这是第二批。", False),
    ],
)
def test_batches(one: str, other: str, text: str, is_joined: bool) -> None:
    """Lists of one name are told apart by their batch, wherever in the name it stands."""
    first = Said(title="公示", names=[one], act="名单")
    assert (
        same(Said(title="报道", names=[other], act="名单", text=text + REWRITE, day=after(days=1)), first) is is_joined
    )


def test_list_rests_on_a_document() -> None:
    """A list that names the rules it rests on is not their act, and is found by its own title."""
    rules = "未来产业先导区建设管理办法"
    notice = Said(title="关于公布首批海南省未来产业先导区名单的通知", act="名单", names=[rules])
    report = Said(title="九地入选", act="名单", names=["首批海南省未来产业先导区名单"], text=REWRITE)
    assert same(report, notice)
    assert not same(notice, Said(title="印发", names=[rules], text=REWRITE))


def test_repeal_belongs_to_the_policy() -> None:
    """What is repealed years after its issue is another act of the same policy."""
    issued = replace(NOTICE, day=date(2019, 3, 1), names=["海南省深海装备产业发展行动方案"])
    repeal = Said(title="关于废止的决定", act="失效", names=issued.names, text=REWRITE)
    assert judge(repeal, issued).kinship == "policy"


def test_press_conference_meets_each_of_its_documents() -> None:
    """A page that names several documents is about the act of each."""
    names = [f"海南省{track}产业集群培育方案" for track in ("深海装备", "商业航天", "细胞制造")]
    conference = Said(title="三份方案同日发布", names=names, act="发布会", text=REWRITE)
    for name in names:
        assert same(Said(title="通知", names=[name], number="琼工信〔2025〕3号"), conference)
    assert not same(Said(title="通知", names=["海南省低空经济产业集群培育方案"]), conference)


def test_copy_without_its_beginning() -> None:
    """A copy that lost headline and lead, so that its region is a guess, is still a copy."""
    copy = Said(title="深度观察", region="440300", text="\n".join(PLAN.split("\n")[1:]))
    assert judge(copy, NOTICE).is_same
    assert judge(copy, NOTICE).relation in {"reprint", "excerpt"}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        (f"编者按：请看全文。\n{PLAN}", "reprint"),
        (PLAN.split("\n")[1] + PLAN.split("\n")[3], "excerpt"),
        (f"{PLAN}\n{HARBOUR}", "superset"),
        (REWRITE, "follow-up"),
    ],
)
def test_relations(text: str, relation: str) -> None:
    """What a text is to an older one follows from how much of each stands in the other."""
    assert judge(replace(NOTICE, title="另一页", text=text), NOTICE).relation == relation


def test_old_text_under_a_new_date() -> None:
    """A copy stamped two years later is of the same round: the text decides, not the stamp."""
    name = ["海南省未来产业发展行动方案"]
    old = Said(title="通知", names=name)
    forged = Said(title="转载", names=name, text="\n".join(PLAN.split("\n")[:4]), day=date(2027, 4, 9))
    assert same(forged, old)


def test_reasons_are_given_for_either_verdict() -> None:
    """People see why two pages were joined, or kept apart."""
    assert judge(NOTICE, NOTICE).reasons
    apart = judge(replace(NOTICE, region="440000", number="粤府〔2025〕3号", text=REWRITE), NOTICE)
    assert any("other region" in reason for reason in apart.reasons)


def test_names_without_number_are_compared_in_bounded_steps() -> None:
    """Two pages that name a thousand documents each are compared by the first of them: all pairs would take seconds."""
    many = (replace(NOTICE, names=[f"{sign}市第{n}号未来产业行动计划" for n in range(1000)]) for sign in "甲乙")
    one, other = (said.profile for said in many)
    assert len(one.names) == len(other.names) == MOST_NAMES
    assert compare(one, replace(one, article=other.article)).is_same
    assert shared(one.quantities * 5000, other.quantities * 5000) == shared(one.quantities, other.quantities)


NUMBERS = Said(
    title="海南要在海底“盖工厂”", act=None, is_announcing=False,
    text="记者了解到，今后三年海南要建37个未来产业加速器，孵化科技企业230家，种子基金总规模18亿元。",
)  # fmt: skip


def test_feature_that_gives_the_numbers_of_an_act() -> None:
    """A page that tells no act joins the one most of whose numbers it gives; one number in common proves nothing."""
    assert judge(NUMBERS, FLASH).is_same
    assert not judge(
        replace(NUMBERS, text="海南今年有37个未来产业加速器动工，码头新增9台岸桥、4座灯塔。"), FLASH
    ).is_same


def test_digest_gives_other_numbers_too() -> None:
    """A digest that holds an act's numbers among those of others is about none of them."""
    others = "广西新增公交车86辆；陕西改造老旧小区412个；青海种草95万亩；宁夏修路73公里；甘肃开工水库16座。"
    assert not judge(replace(NUMBERS, text=f"{NUMBERS.text}{others}"), FLASH).is_same


@pytest.mark.parametrize(
    ("amount", "said"), [("3e+10元", "300亿元"), ("20000台", "2万台"), ("15.5%", "15.5%"), ("37个", "37个")]
)
def test_amounts_for_people(amount: str, said: str) -> None:
    """Amounts are shown as texts print them."""
    assert shown(amount) == said


def test_batch_that_only_the_text_tells() -> None:
    """A report that gives the batch of a list in its text only is about that list."""
    listed = Said(
        title="海南省科学技术厅关于公布第二批未来产业领航企业名单的通知", act="名单", issuers=["海南省科学技术厅"],
        names=["第二批未来产业领航企业名单"], text="认定甲公司等26家企业为第二批未来产业领航企业。",
    )  # fmt: skip
    told = replace(
        listed, title="26家企业领跑", names=[], text="省科技厅公布名单，第二批领航企业出炉，26家企业榜上有名。"
    )
    assert judge(told, listed).is_same


COUNTY = Said(
    title="寿光市人民政府关于印发未来农业装备发展意见的通知", region="370783", issuers=["寿光市人民政府"],
    names=["未来农业装备发展意见"], publisher="寿光市人民政府",
)  # fmt: skip


def test_county_that_a_desk_calls_by_its_province() -> None:
    """A desk that names a county's act by its province (山东县级市) is believed less than what both pages share."""
    desk = Said(title="山东县级市投3800万", region="370000", names=["未来农业装备发展意见"], text=REWRITE)
    assert same(desk, COUNTY)
    assert not same(replace(desk, day=after(days=20)), COUNTY)
    names = ["山东省未来农业装备发展意见"], ["寿光市未来农业装备发展意见"]
    assert not same(replace(desk, names=names[0]), replace(COUNTY, names=names[1]))
    assert not same(replace(desk, region="440000"), COUNTY)


def test_two_authorities_are_never_in_doubt() -> None:
    """Pages of two authorities about documents of one name are two acts, however much they share."""
    province = replace(COUNTY, region="370000", issuers=[], publisher="山东省人民政府", title="通知", text=REWRITE)
    assert not same(province, COUNTY)
    assert same(replace(province, publisher="齐鲁晚报"), COUNTY)


def test_zone_that_the_other_page_does_not_tell() -> None:
    """A report that tells no zone, and names no document, may be about the act of a zone; of another zone it is not."""
    zone = Said(title="意见", region="410300", issuers=["洛阳国家高新技术产业开发区管理委员会"])
    report = Said(title="洛阳换旧产线", region="410300", issuers=["区管委会"], text=REWRITE)
    assert same(report, zone)
    assert not same(replace(report, issuers=["洛阳市洛龙区人民政府"]), zone)


def test_counted_offices_are_nobody() -> None:
    """三部门 names no office: two drafts of three offices each are not of one issuer for that."""
    draft = Said(title="三部门求意见", act="征求意见", issuers=["三部门"], tracks=["深海"])
    other = replace(draft, title="又一份草案", text=HARBOUR)
    assert not same(draft, other)
    assert same(replace(draft, issuers=["海南省科技厅"]), replace(other, issuers=["海南省科技厅"]))


def test_digest_is_certain_of_nothing() -> None:
    """A weekly that tells of a draft among other things is not the draft, whatever issuer and tracks it gives."""
    draft = Said(title="民航局求意见", act="征求意见", issuers=["民航局"], tracks=["飞行汽车"])
    weekly = replace(draft, title="上周民航业要闻：规定求意见、暑运首周", text=HARBOUR)
    assert not same(weekly, draft)
    assert same(replace(weekly, title="规定求意见"), draft)


def test_answer_to_opinions_is_not_the_draft() -> None:
    """What an office says of the opinions that it received is another act than the draft."""
    name = ["海南省低空经济发展条例（征求意见稿）"]
    draft = Said(title=f"关于公开征求《{name[0]}》意见的公告", names=name, act="征求意见")
    answer = replace(draft, title=f"关于《{name[0]}》公众意见采纳情况的说明", text=REWRITE, day=after(days=9))
    assert not same(answer, draft)


def test_weekly_that_names_a_document() -> None:
    """A weekly that names a document tells of other things too, and is not joined by the name."""
    weekly = replace(NOTICE, title="氢能周观点：海南出方案", text=REWRITE, number=None, issuers=[])
    assert not same(weekly, NOTICE)
