"""Texts that fool a keyword counter, both ways. Every sentence is invented; the traps were seen in real text."""

from datetime import date

from builders import judged, plain_rules
from storage.records import Article, Assessment

LEXICON = plain_rules()  # each text holds one of them

NOTICE = """甘政办发〔2026〕19号
各市、自治州人民政府，兰州新区管委会，省政府各部门：
《甘肃省未来产业培育行动计划（2026—2028年）》已经省政府同意，现印发给你们，请结合实际认真贯彻落实。
甘肃省人民政府办公厅
2026年4月3日
（此件公开发布）
甘肃省未来产业培育行动计划（2026—2028年）
为加快布局未来产业，结合我省实际，制定本行动计划。
一、总体要求
到2028年，全省未来产业规模达到400亿元，建成3个未来产业先导区。
二、重点方向
前瞻布局核聚变、商业航天、氢能、生物制造四个方向。"""
NOTICE_TITLE = "甘肃省人民政府办公厅关于印发甘肃省未来产业培育行动计划（2026—2028年）的通知"


def judge(title: str, text: str, *, publisher: str | None = None, on: date = date(2026, 5, 20)) -> Assessment:
    """Return the assessment of an article as the program makes it."""
    article = Article(url="https://example.org/a.html", title=title, text=text, publisher=publisher, published_at=on)
    return judged(article, LEXICON)


def spread(text: str, separator: str) -> str:
    """Return a text with a separator between all characters."""
    return separator.join(text)


# --- announcements in the four genres ---------------------------------------------------------------------------------


def test_official_notice() -> None:
    """A notice that prints a plan is an announcement."""
    assert judge(NOTICE_TITLE, NOTICE).label == "announcement"


def test_notice_without_title() -> None:
    """A copy that lost its title and starts at the document number is one still."""
    assert judge("", NOTICE).label == "announcement"


def test_notice_with_title_over_four_lines() -> None:
    """Line breaks inside the title do not hide the document name."""
    title = "甘肃省人民政府办公厅关于\n印发《甘肃省未来\n产业培育行动计划\n（2026—2028年）》的通知"
    assert judge(title, NOTICE).label == "announcement"


def test_report_whose_title_says_nothing() -> None:
    """A headline without any term, the name in the lead: announcement."""
    text = (
        "记者5月18日从省政府办公厅获悉，《贵州省前瞻布局未来产业实施方案（2026—2030年）》日前印发，提出到2030年"
        "建成5个以上未来产业先导区，产业规模突破600亿元。\n方案确定了量子信息、空天信息和具身智能三个优先方向，"
        "每个方向由一位省领导牵头。\n省发展改革委有关负责人表示，下一步将制定年度清单，逐项抓好落实。"
    )
    assert judge("黔岭大地又有新动作：六百亿目标写进文件", text).label == "announcement"


def test_flash() -> None:
    """A flash of one sentence is enough when it names the document and who issues it."""
    text = (
        "【江西：到2028年培育80家未来产业重点企业】财讯社5月19日电，江西省工业和信息化厅等九部门联合印发"
        "《江西省未来产业发展三年行动方案（2026—2028年）》，其中提出，到2028年培育未来产业重点企业80家。"
    )
    assert judge("江西：到2028年培育80家未来产业重点企业", text).label == "announcement"


def test_flash_on_one_track() -> None:
    """A plan on a single track counts even without the word 未来产业."""
    text = (
        "【海南：2028年商业航天产业规模力争达到500亿元】财讯社5月12日电，海南省人民政府办公厅印发"
        "《海南省商业航天产业高质量发展行动计划（2026—2028年）》，提出到2028年产业规模力争达到500亿元，年发射能力60次以上。"
    )
    assert judge("海南：2028年商业航天产业规模力争达到500亿元", text).label == "announcement"


def test_press_conference_on_the_plan() -> None:
    """A press conference that presents the plan is an act."""
    text = (
        "5月11日上午，山西省人民政府新闻办公室举行新闻发布会，省发展改革委负责人介绍《山西省加快未来产业发展行动方案》"
        "有关情况并答记者问。\n据介绍，《行动方案》围绕未来能源、未来材料、未来信息三大领域部署22项任务，到2030年"
        "培育未来产业骨干企业150家。\n针对资金问题，省财政厅有关负责人说，省级专项资金将向概念验证平台倾斜。"
    )
    assert judge("山西举行新闻发布会介绍加快未来产业发展行动方案", text).label == "announcement"


def test_interpretation() -> None:
    """解读 by the authority that issued it is an act of the policy."""
    text = (
        "近日，市政府印发《青岛市未来产业创新发展若干措施》（以下简称《若干措施》）。现解读如下：\n一、起草背景\n"
        "未来产业由前沿技术驱动，是新质生产力的重要来源。\n二、主要内容\n《若干措施》共16条，对首次认定的未来产业"
        "先导区给予最高2000万元支持。\n三、适用范围\n本措施自2026年6月1日起施行。"
    )
    assert judge("《青岛市未来产业创新发展若干措施》政策解读", text, publisher="青岛市人民政府").label == "announcement"


def test_call_for_comments() -> None:
    """A draft for comment is an announcement."""
    text = (
        "为抢抓新一轮产业变革机遇，我局起草了《厦门市未来产业促进办法（征求意见稿）》，现向社会公开征求意见。"
        "公众可于2026年6月10日前将意见发送至电子邮箱。\n厦门市工业和信息化局\n2026年5月9日"
    )
    assert judge("关于公开征求《厦门市未来产业促进办法（征求意见稿）》意见的通告", text).label == "announcement"


def test_list_of_pilot_zones() -> None:
    """公示 of pilot zones is an announcement without a plan."""
    text = (
        "根据《关于开展省级未来产业先导区培育的通知》，经自愿申报、专家评审，拟将沈阳高新区等4家单位列入首批省级"
        "未来产业先导区培育名单，现予公示。公示期为5月13日至5月19日。\n1. 沈阳高新区 具身智能\n2. 大连金普新区 氢能\n"
        "辽宁省工业和信息化厅\n2026年5月13日"
    )
    title = "辽宁省工业和信息化厅关于首批省级未来产业先导区培育名单的公示"
    assert judge(title, text, publisher="辽宁省工业和信息化厅").label == "announcement"


def test_call_for_applications() -> None:
    """A 申报 notice of an authority is an announcement."""
    text = (
        "各设区市科技局，有关单位：\n为落实省委、省政府关于发展未来产业的部署，现将2026年度未来产业关键技术攻关项目申报"
        "有关事项通知如下：\n一、支持方向\n聚焦量子信息、脑机接口、合成生物三个未来产业方向。\n二、申报条件\n"
        "申报单位应当为在本省注册的独立法人。\n三、支持强度\n单个项目最高500万元。\n福建省科学技术厅\n2026年5月6日"
    )
    title = "福建省科学技术厅关于组织申报2026年度未来产业关键技术攻关项目的通知"
    assert judge(title, text, publisher="福建省科学技术厅").label == "announcement"


def test_regulation_passed() -> None:
    """A regulation adopted by a people's congress is an announcement."""
    text = (
        "5月15日，合肥市第十七届人民代表大会常务委员会第三十次会议表决通过《合肥市未来产业促进条例》，自2026年9月1日"
        "起施行。条例共六章三十八条，对未来产业的投入增长、场景开放、容错免责作出规定。"
    )
    assert judge("合肥为未来产业立法 条例9月起施行", text).label == "announcement"


def test_five_documents_at_once() -> None:
    """Several documents of one press conference make one announcement."""
    text = (
        "5月8日，湖南省工业和信息化厅会同省科技厅召开新闻发布会，集中发布《湖南省未来制造产业行动计划》《湖南省未来"
        "能源产业行动计划》《湖南省未来空间产业行动计划》三份文件。到2030年，三大未来产业规模合计达到900亿元。"
    )
    assert judge("三份计划齐发 湖南锁定新赛道", text).label == "announcement"


# --- damage -----------------------------------------------------------------------------------------------------------


def test_traditional_script() -> None:
    """A mirror in traditional script is read like the original."""
    text = (
        "日前，福建省人民政府辦公廳印發《福建省培育發展未來產業實施方案》，提出到2030年未來產業規模突破一千億元，"
        "重點發展量子信息、腦機接口和氫能。"
    )
    assert judge("福建印發未來產業實施方案", text).label == "announcement"


def test_japanese_form_of_chan() -> None:
    """産 is 产 too."""
    text = "近日，寧夏回族自治區人民政府辦公廳印發《寧夏未來産業培育行動方案》，到2028年建成兩個未來産業先導區。"
    assert judge("寧夏出臺未來産業培育行動方案", text).label == "announcement"


def test_letters_apart() -> None:
    """Spaces between all characters, as OCR leaves them, hide nothing."""
    text = (
        spread("近日青海省人民政府办公厅印发", " ")
        + "《"
        + spread("青海省未来产业发展行动计划", " ")
        + "》，到2030年建设4个先导区。"
    )
    found = judge(spread("青海印发未来产业发展行动计划", " "), text)
    assert found.label == "announcement"


def test_dots_between_letters() -> None:
    """Separators against copying hide nothing."""
    assert judge("", "关于" + spread("未来产业", "·")).hits


def test_zero_width_characters() -> None:
    """Zero-width characters inside words hide nothing, and offsets lead to the text as shown."""
    text = "省里发文，未\u200b来\u200b产\u200b业由此提速。"
    hit = judge("", text).hits[0]
    assert text[hit.start] == "未"


def test_phonetics_injected() -> None:
    """Pronunciation in brackets behind characters hides nothing."""
    text = "近日，海南省人民政府辦公廳印發《海南省未來產(chǎn)業(yè)發(fā)展行動計劃》，到2030年建成三個先導區。"
    assert judge("海南：未來產(chǎn)業(yè)行動計劃來了", text).label == "announcement"


def test_line_break_in_the_word() -> None:
    """A line break inside the word is damage."""
    assert judge("", "围绕未来\n产业布局作出安排，加快未\n来产业发展。").hits


def test_full_width_latin() -> None:
    """６Ｇ is 6G."""
    text = "北京市通信管理局等部门近日联合印发《北京市６Ｇ产业创新发展行动计划》，提出到2030年形成完整产业链。"
    assert judge("北京：６Ｇ产业行动计划印发", text).label == "announcement"


def test_16gb_is_not_6g() -> None:
    """A Latin term is a whole word."""
    assert not judge("新机发布：16GB内存售价2999元", "手机配备16GB内存和6GB显存。").hits


# --- the word is there, the meaning is not ----------------------------------------------------------------------------


def test_chain_to_come() -> None:
    """未来产业链 is a chain in the future."""
    assert not judge("公司答问", "公司未来产业链将向上游延伸，暂无其他计划。").hits


def test_chain_leader_of_a_future_industry() -> None:
    """未来产业链主企业 is a chain leader of future industries."""
    assert judge("", "支持未来产业链主企业牵头组建联合体。").hits


def test_industrialisation_to_come() -> None:
    """未来产业化 is industrialisation in the future."""
    assert not judge("", "该技术未来产业化前景仍待观察。").hits


def test_workers_to_come() -> None:
    """未来产业工人 are workers of the future."""
    assert not judge("", "学校要培养合格的未来产业工人。").hits


def test_pause_in_a_headline() -> None:
    """A space in a headline is a pause: 展望未来 产业升级 is not the topic."""
    assert not judge("展望未来 产业升级步伐加快", "今年以来，全市工业增加值稳步增长。").hits


def test_slash_between_words() -> None:
    """未来/产业 are two words."""
    assert not judge("未来/产业/趋势", "一份关于行业走向的讨论。").hits


def test_fund_of_that_name() -> None:
    """A fund named after the topic announces nothing."""
    text = "天津未来产业基金5月15日发布公示，拟出资2只子基金，存续期不超过12年，公示期五个工作日。"
    assert judge("天津未来产业基金拟投2只子基金", text).label != "announcement"


def test_segment_of_a_company() -> None:
    """A business segment of that name is not about future industries."""
    text = (
        "某工程集团股份有限公司5月22日公告，前4个月新签合同额310亿元，其中新兴业务与未来产业58亿元。公司表示，"
        "上述数据未经审计，提请投资者注意风险。"
    )
    assert judge("某工程公司前4个月新签合同310亿元", text).label == "irrelevant"


def test_place_of_that_name() -> None:
    """A plot named after the topic announces nothing."""
    text = (
        "5月20日，投资30亿元的轴承工厂在滨江未来产业创新核心区动工。未来产业创新核心区规划面积3平方公里，配套已经建成。"
    )
    assert judge("30亿元轴承项目落户滨江未来产业创新核心区", text).label != "announcement"


def test_colleges_of_future_technology() -> None:
    """A list of 未来技术学院 has the grammar of a pilot-zone list, and another topic."""
    text = "教育部办公厅近日公布首批未来技术学院名单，12所高校入选。通知要求，建设高校要创新人才培养模式。"
    assert judge("教育部公布首批未来技术学院名单", text).label == "irrelevant"


def test_future_communities() -> None:
    """未来社区 are housing."""
    text = "根据《未来社区建设指导意见》，拟将31个项目列入第八批未来社区创建名单，现予公示。"
    assert judge("关于第八批未来社区创建名单的公示", text).label == "irrelevant"


def test_weather() -> None:
    """未来三天 is weather."""
    assert judge("未来三天全省有雨", "省气象台发布预报，未来三天全省大部有小到中雨，请注意防范。").label == "irrelevant"


# --- policies on another topic ----------------------------------------------------------------------------------------


def test_other_policy_mentions_it_once() -> None:
    """A policy on power supply that names future industries once, even in the headline, is another policy."""
    text = (
        "国家能源局5月19日印发《关于完善绿色电力交易机制的通知》，提出到2030年绿电交易规模翻一番。通知明确，"
        "优先保障新兴产业和未来产业项目的绿电需求，并对跨省交易、偏差结算作出规定。"
    )
    assert judge("绿电交易新规：优先保障未来产业用电", text).label == "irrelevant"


def test_government_fund_rules() -> None:
    """Rules for government funds with a half-sentence on the topic are rules for funds."""
    text = (
        "湖北省财政厅近日印发《湖北省政府投资基金管理办法》，明确基金分为产业投资类和创业投资类，支持传统产业改造、"
        "新兴产业壮大和未来产业培育，并对管理费、退出、绩效评价作出规定。"
    )
    assert judge("湖北出台政府投资基金管理办法", text).label == "irrelevant"


def test_employment_plan() -> None:
    """An employment plan with a line on the topic is an employment plan."""
    text = (
        "吉林省人民政府近日印发《吉林省“十五五”就业促进规划》，提出到2030年城镇新增就业110万人。规划提出，支持"
        "未来产业拓展就业空间，开展职业技能培训50万人次，完善灵活就业人员社保政策。"
    )
    assert judge("吉林：到2030年城镇新增就业110万人", text).label != "announcement"


def test_materials_plan_is_not_frontier_materials() -> None:
    """新材料 alone is an ordinary industry."""
    text = (
        "《宁波市磁性新材料产业高质量发展实施方案（2026—2030年）》近日由市经信局等5部门印发，到2030年产业规模达到"
        "900亿元。"
    )
    assert judge("宁波五部门印发方案 磁材产业再上台阶", text).label == "irrelevant"


def test_farming_plan_with_drones() -> None:
    """低空经济 in the headline of a farming plan is not a plan on it."""
    text = (
        "农业农村部近日印发《全国设施农业现代化提升行动方案》，围绕种植、畜牧、渔业部署五项任务，到2030年设施蔬菜"
        "产量占比达到40%。方案提出推动低空经济与植保作业融合。"
    )
    assert judge("设施农业提升方案印发 低空经济走进田间", text).label == "irrelevant"


def test_five_year_plan_with_a_section() -> None:
    """A section of a general plan is no announcement as shipped."""
    text = (
        "《陕西省国民经济和社会发展第十五个五年规划纲要》近日公布，全文共18篇。在产业方面，规划纲要提出改造提升传统"
        "产业，培育壮大新兴产业，前瞻布局未来产业。规划纲要还对教育、医疗、养老、交通作出部署。"
    )
    assert judge("陕西“十五五”规划纲要全文公布", text).label == "related"


# --- the topic, but no act --------------------------------------------------------------------------------------------


def test_visit() -> None:
    """A governor who visits factories announces nothing."""
    text = (
        "5月17日至18日，省长到武汉、襄阳调研未来产业发展。他来到一家人形机器人企业，详细了解研发进展，强调要把未来产业"
        "作为发展新质生产力的重要抓手，抓紧谋划实施方案，加大政策支持。省直有关部门负责同志参加调研。"
    )
    assert judge("省长在武汉襄阳调研未来产业发展", text).label == "related"


def test_article_in_a_journal() -> None:
    """An article whose 《title》 carries the topic is no document."""
    text = "5月16日出版的第10期《求是》杂志发表署名文章《加快培育和发展未来产业》，阐述了发展未来产业的意义。"
    assert judge("《求是》杂志发表文章《加快培育和发展未来产业》", text).label == "related"


def test_minister_writes() -> None:
    """A signed article full of policy words announces nothing."""
    text = (
        "工业和信息化部负责人在人民日报发表署名文章指出，要前瞻布局未来产业，实施未来产业培育行动，建设一批未来产业"
        "先导区，抓紧出台配套政策措施。"
    )
    assert judge("工信部负责人撰文：建设一批未来产业先导区", text).label == "related"


def test_collective_study() -> None:
    """A study session announces nothing."""
    text = (
        "市政府党组昨日举行理论学习中心组专题学习会，围绕培育发展未来产业邀请专家作辅导报告。会议要求，要制定行动方案，"
        "推动未来产业加快成势。"
    )
    assert judge("市政府党组集中学习未来产业知识", text).label == "related"


def test_forum_with_a_report() -> None:
    """发布 and 《…未来产业…报告》 at a forum are no act."""
    text = (
        "5月21日，2026未来产业创新论坛在成都举行。论坛上，某研究院发布《中国未来产业发展报告（2026）》，报告认为，"
        "到2030年我国未来产业规模将突破10万亿元。多位专家就制定行动计划提出建议。"
    )
    assert judge("《中国未来产业发展报告（2026）》在成都发布", text).label == "related"


def test_speech() -> None:
    """A speech with targets announces nothing."""
    text = (
        "尊敬的各位来宾，女士们、先生们：\n很高兴出席本届未来产业大会。我们出台了未来产业行动计划，设立了100亿元基金，"
        "到2030年未来产业规模要达到1000亿元。\n谢谢大家！"
    )
    assert judge("在未来产业大会上的致辞", text).label == "related"


def test_commentary_with_policy_numbers() -> None:
    """A commentary that quotes documents announces nothing."""
    text = (
        "今年以来，多个省份印发未来产业实施方案，“新赛道”成为热词。《关于推动未来产业创新发展的实施意见》提出六大方向，"
        "为各地指明了路径。培育未来产业，既要有时不我待的紧迫感，也要有功成不必在我的定力。不能一哄而上，更不能刻舟求剑。"
    )
    assert judge("时评：发展未来产业不能一哄而上", text).label == "related"


def test_paper_on_policies() -> None:
    """A paper that analyses plans announces nothing."""
    text = (
        "摘要：以31个省份印发的未来产业行动计划为样本，运用文本分析方法比较政策工具。研究发现，供给型工具占比最高。"
        "本文建议优化工具组合。\n关键词：未来产业；政策工具；量化分析\n中图分类号：F276"
    )
    assert judge("省级未来产业政策工具量化研究", text).label == "related"


def test_deputy_proposes_a_regulation() -> None:
    """A regulation that a deputy proposes does not exist."""
    text = (
        "在省两会上，多位政协委员提交提案，建议省人大尽快制定《河南省未来产业促进条例》，设立未来产业引导基金，明确"
        "容错机制。"
    )
    assert judge("委员建议为未来产业立法", text, on=date(2026, 1, 20)).label == "related"


def test_answer_to_a_proposal() -> None:
    """An authority that answers a proposal, with a document number, is still drafting."""
    text = (
        "湘发改函〔2026〕88号\n委员您好：\n您提出的《关于加快制定我省未来产业行动计划的提案》收悉，现答复如下：我委正在"
        "会同有关部门起草《湖南省未来产业行动计划》，拟按程序报批后印发。感谢您对我们工作的支持。\n湖南省发展和改革委员会"
    )
    assert judge("湖南省发展改革委对省政协第0355号提案的答复", text).label == "related"


def test_drafting() -> None:
    """正在研究起草 is no announcement."""
    text = (
        "省科技厅有关负责人昨日透露，目前正会同有关部门研究起草《广西未来产业发展规划》，计划年底前出台。届时将明确"
        "未来产业的主攻方向和支持政策。"
    )
    assert judge("广西正研究起草未来产业发展规划", text).label == "related"


def test_anniversary_report() -> None:
    """A report on results one year on is not a new announcement."""
    text = (
        "去年5月，省政府印发《四川省未来产业发展行动方案》。一年来，全省新增未来产业企业210家，3个先导区挂牌运行。记者"
        "走访发现，企业最看重的是场景开放。"
    )
    assert judge("行动方案印发一年来：未来产业怎么样了", text).label == "related"


def test_digest() -> None:
    """A digest with one true item among twenty is no announcement."""
    items = [
        "央行开展逆回购操作1500亿元。", "国家统计局：4月份工业增加值同比增长5.8%。",
        "浙江省政府办公厅印发《浙江省未来产业先导区建设方案》，到2028年建成20个先导区。", "某新能源车企发布新车型。",
        "国际油价小幅回落。", "今日1只新股申购。", "中央气象台发布暴雨蓝色预警。",
    ]  # fmt: skip
    text = "\n".join(f"{n}、{item}" for n, item in enumerate(items, 1))
    assert judge("财讯社5月20日晚间要闻", text).label != "announcement"


def test_policy_roundup_of_a_week() -> None:
    """A weekly list of policies supplies nothing of its own."""
    text = (
        "1.财政部：印发专项债券管理办法。\n2.云南：出台未来产业行动计划，明确六个方向。\n3.河南：发布养老服务条例。\n"
        "4.重庆：调整公积金贷款额度。\n5.西藏：印发冬季旅游奖励办法。"
    )
    assert judge("一周政策汇编（5月11日至17日）", text).label != "announcement"


def test_market_close() -> None:
    """A market report with track names is not about policy."""
    text = (
        "5月20日，三大股指集体收涨，沪指涨0.8%，两市成交额1.5万亿元。盘面上，人形机器人、商业航天概念股掀涨停潮。"
        "消息面上，某市召开会议部署未来产业。"
    )
    assert judge("收评：沪指涨0.8% 人形机器人概念掀涨停潮", text).label == "irrelevant"


def test_company_raises_money() -> None:
    """A financing round in a park of that name announces nothing."""
    text = "近日，脑机接口企业某某科技宣布完成亿元级B轮融资，由多家机构领投，新总部落户未来产业科技园。"
    assert judge("某某科技完成亿元级B轮融资", text).label != "announcement"


def test_foreign_government() -> None:
    """Another country's plan is not a policy here."""
    text = "韩国政府近日发布《未来产业培育战略》，计划到2030年投入10万亿韩元支持量子、生物等未来产业发展。"
    assert judge("韩国发布未来产业培育战略", text).label != "announcement"


def test_standard_on_a_track() -> None:
    """A group standard on robots is no policy."""
    text = "某标准化协会近日发布通知，征集《人形机器人 关节模组技术规范》团体标准起草单位，报名截止6月15日。"
    assert judge("《人形机器人 关节模组技术规范》征集起草单位", text).label != "announcement"


def test_report_of_an_institute_on_a_track() -> None:
    """《…产业发展报告》 is no document of an authority."""
    text = "某信息通信研究院近日发布《脑机接口产业发展白皮书（2026）》，预计2030年市场规模达到800亿元。"
    assert judge("《脑机接口产业发展白皮书》发布", text).label != "announcement"


def test_fiction() -> None:
    """A novel with a plan, a committee and targets is a novel."""
    text = (
        "周明远把《江陵省未来产业发展行动计划》轻轻放在桌上，目光扫过众人，嘴角浮起一丝冷笑。\n“印发？”省长沉默片刻，"
        "“到2030年，产值五千亿，钱从哪来？”\n会议室里一片寂静。周明远点了点头，站起身，走到窗外的阳光里。\n（未完待续）"
    )
    assert judge("第四十二章 暗流", text).label == "irrelevant"


def test_new_students() -> None:
    """A university that sends new places to future industries recruits."""
    text = "5月18日，某大学公布2026年招生计划，新增200个本科名额全部投向与未来产业相关的专业，考生可登录招生网查询。"
    assert judge("某大学扩招200人 投向未来产业专业", text).label == "irrelevant"


def test_general_press_conference_of_a_five_year_plan() -> None:
    """A press conference on the whole five-year plan with one sentence on the topic is no announcement."""
    text = (
        "5月14日，“开局起步‘十五五’”安徽专场新闻发布会举行。省长介绍，“十五五”时期，安徽将建设现代化产业体系，"
        "巩固传统产业，壮大新兴产业，布局未来产业；坚持就业优先，提高居民收入；推进江淮大水网建设。"
    )
    assert judge("“开局起步‘十五五’”安徽专场新闻发布会举行", text).label != "announcement"


def test_pilot_zone_unveiled() -> None:
    """A nameplate is no policy."""
    text = "5月19日，无锡未来产业先导区揭牌仪式举行，首批12个项目现场签约，总投资60亿元，涵盖氢能、量子等未来产业。"
    assert judge("无锡未来产业先导区揭牌", text).label == "related"


def test_statistics() -> None:
    """Statistics on future industries are no policy."""
    text = "市场监管总局数据显示，今年一季度全国未来产业新设企业12.1万户，同比增长13.5%，其中人形机器人领域增幅居前。"
    assert judge("一季度未来产业新设企业12.1万户", text).label == "related"


# --- other acts than 印发 ---------------------------------------------------------------------------------------------


def test_cabinet_decides_on_the_topic() -> None:
    """A 常务会议 that met for the topic is an act, whatever else it passed."""
    text = (
        "省政府5月15日召开常务会议，研究未来产业投入增长机制有关举措，审议通过《粮食流通管理办法（修订草案）》。会议指出，"
        "要稳步扩大投入规模，完善容错机制。"
    )
    assert judge("省政府常务会议研究未来产业投入增长机制", text).label == "announcement"


def test_cabinet_mentions_the_topic() -> None:
    """A 常务会议 on employment that also heard a report on the topic is not."""
    text = "省政府5月15日召开常务会议，研究稳就业举措，听取新兴产业和未来产业发展情况汇报，部署城市更新工作。"
    assert judge("省政府常务会议部署稳就业工作", text).label != "announcement"


def test_meeting_sets_a_plan_to_work() -> None:
    """A 推进会 that deploys the plan with its goals is an act of the policy."""
    text = (
        "5月12日，全省未来产业发展推进会在福州召开，对《福建省未来产业发展三年行动计划》作出部署，提出到2028年建成12个"
        "省级未来产业先导区，并明确各市任务分工。"
    )
    assert judge("福建召开未来产业发展推进会 部署三年行动", text).label == "announcement"


def test_investment_promotion_meeting() -> None:
    """A 推进会 that attracts investors sets no policy."""
    text = "5月12日，某市召开未来产业招商推进会，市长要求各区狠抓项目落地，通报了一季度招商情况。"
    assert judge("某市召开未来产业招商推进会", text).label == "related"


def test_notice_without_a_name() -> None:
    """印发通知，组织开展… says what is done without naming a document."""
    text = (
        "工业和信息化部办公厅近日印发通知，组织开展未来产业标志性产品征集工作，面向人形机器人、脑机接口等六个方向，"
        "各地推荐数量不超过5项。"
    )
    assert judge("工信部组织开展未来产业标志性产品征集", text).label == "announcement"


def test_measures_without_marks() -> None:
    """A report may tell of 若干措施 without 《》."""
    text = (
        "日前，海南省政府办公厅印发了关于支持未来产业加快发展的若干措施，从资金、人才、场景、用地等方面提出16条举措，"
        "有效期三年。"
    )
    assert judge("海南出台16条举措支持未来产业", text).label == "announcement"


def test_title_that_is_the_name() -> None:
    """A page titled with the bare name of its document is that document."""
    text = (
        "为贯彻落实市委、市政府决策部署，推动我市低空经济发展，制定本实施方案。\n一、总体要求\n坚持市场主导、安全发展。\n"
        "二、重点任务\n（一）完善基础设施。（二）拓展应用场景。"
    )
    assert judge("襄阳市低空经济高质量发展实施方案（2026—2028年）", text).label == "announcement"


def test_interpretation_without_marks() -> None:
    """一图读懂 pages often consist of a title and a picture."""
    title = "一图读懂《嘉兴市未来产业培育行动计划（2026—2028年）》"
    assert judge(title, "", publisher="嘉兴市人民政府").label == "announcement"


# --- more that only looks like it -------------------------------------------------------------------------------------


def test_measures_on_another_topic_without_marks() -> None:
    """The noun of another clause does not belong to the topic: 数字经济若干措施，提出布局未来产业."""
    text = (
        "长沙市政府近日印发关于促进数字经济高质量发展的若干措施，提出布局未来产业，支持大数据企业发展，到2028年数字经济"
        "核心产业增加值占比达到15%。"
    )
    assert judge("长沙出台数字经济新措施", text).label != "announcement"


def test_one_of_several_beneficiaries() -> None:
    """A tax rule that names future industries among others is a tax rule."""
    text = "财政部等三部门近日联合发文，明确税收优惠政策，支持企业投向集成电路、未来产业等领域，政策执行至2027年底。"
    assert judge("三部门发文支持企业创新", text).label != "announcement"


def test_with_the_implementation_of() -> None:
    """随着《…》深入实施 cites."""
    text = (
        "展望下半年，随着《关于促进未来产业健康发展的实施意见》深入实施，各地配套政策陆续落地，行业将迎来快速发展期。"
    )
    assert judge("下半年行业怎么走", text).label != "announcement"


def test_bank_product() -> None:
    """A bank that offers loans to the topic is no authority."""
    text = "某银行近日发布“未来产业贷”产品方案，面向量子、人形机器人企业提供最高5000万元信用贷款。"
    assert judge("某银行推出未来产业贷", text).label != "announcement"


def test_interview_on_progress() -> None:
    """An interview on how last year's plan is doing announces nothing."""
    text = (
        "记者：我省去年印发未来产业行动方案，目前进展如何？\n负责人：一年来，各项任务扎实推进，已建成未来产业先导区4个，"
        "培育企业130家。"
    )
    assert judge("专访省发改委负责人：未来产业布局进展如何", text).label == "related"


def test_university_plan() -> None:
    """A plan of a university is none of an authority."""
    text = "某大学近日印发《未来产业学院建设实施方案》，计划到2028年建成6个现代产业学院，培养复合型人才。"
    assert judge("某大学印发未来产业学院建设方案", text).label != "announcement"


def test_technical_scheme() -> None:
    """技术方案 is engineering, not policy."""
    text = "记者从工业和信息化部了解到，我国有序开展6G技术试验，并发布了6G网络架构技术方案，预计2030年前后商用。"
    assert judge("我国6G技术试验取得进展", text).label != "announcement"


def test_national_standards() -> None:
    """A batch of standards on tracks is no policy."""
    text = "市场监管总局近日批准发布《人形机器人 通用技术要求》等86项国家标准，涵盖脑机接口、量子信息、低空经济等领域。"
    assert judge("一批国家标准批准发布", text).label != "announcement"


def test_official_walks_the_process() -> None:
    """An official who explains measures in a factory announces nothing."""
    text = "5月9日，省工信厅厅长深入未来产业企业走流程，宣讲《关于支持未来产业发展的若干措施》，现场解决问题12个。"
    assert judge("厅长走流程 问需未来产业企业", text).label == "related"


def test_weekly_of_an_industry() -> None:
    """A weekly of the trade repeats what others announced."""
    text = "本周，工信部等七部门联合印发《关于推动未来产业集聚发展的实施意见》；苏州发布脑机接口行动方案；融资23起。"
    assert judge("未来产业周报｜七部门印发实施意见，多地跟进", text).label != "announcement"


# --- words of the genres inside true announcements --------------------------------------------------------------------


def test_official_words_are_no_cues() -> None:
    """学习贯彻, 重要讲话, 委员会, 概念验证, 上市 and 摘要 belong to official language and cost nothing."""
    text = (
        "摘要：为学习贯彻重要讲话精神制定\n关键词：未来产业\n（本文有删减）\n各市发展和改革委员会：\n"
        "《吉林省未来产业培育方案（2026—2030年）》已经省政府同意，现印发给你们，请认真组织实施。\n"
        "到2030年，建成概念验证中心20个，板块营业收入突破500亿元，新增上市企业10家，打造三大未来产业板块。\n"
        "吉林省发展和改革委员会\n2026年5月6日"
    )
    title = "吉林省发展和改革委员会关于印发吉林省未来产业培育方案（2026—2030年）的通知"
    found = judge(title, text)
    assert found.label == "announcement"
    assert not [hit for hit in found.hits if hit.points < 0]


def test_site_name_behind_the_title() -> None:
    """A column and a newspaper's name behind the title make no digest."""
    text = "近日，江苏省人民政府办公厅印发《江苏省未来产业集聚区建设方案》，提出到2030年建成10个未来产业集聚区。"
    assert judge("江苏将建10个未来产业集聚区-要闻-某某晚报", text).label == "announcement"


def test_report_with_the_market_behind_it() -> None:
    """A report of an act may say what companies make of it."""
    text = (
        "5月16日，湖北省人民政府办公厅印发《湖北省人形机器人产业发展行动方案（2026—2028年）》，提出到2028年产业规模突破"
        "300亿元。\n一家企业的负责人说，方案对场景开放的承诺让他看到了订单。公司计划扩建产线。"
    )
    assert judge("湖北：三年打造三百亿人形机器人产业", text).label == "announcement"


def test_commentary_on_a_cabinet_meeting() -> None:
    """A commentary that starts from a 常务会议 on the topic is no report of it."""
    text = (
        "国务院本周开会讨论未来产业的投入机制，一句“容忍失败”说到了许多创业者心里。\n未来产业充满不确定性，光靠财政"
        "出钱不够。好的机制要让敢冒险的人也能分到收益。"
    )
    assert judge("给未来产业多一点耐心", text).label == "related"
