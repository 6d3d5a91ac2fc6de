"""The words that names of authorities are made of, and their full forms. No I/O, no clock."""

from __future__ import annotations

import re

from crawler.detect.facts import zones
from crawler.detect.facts.patterns import either

COUNT = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
SESSION = r"(?:第?[一二三四五六七八九十]{1,3}届)?"
# Characters of an office's subject: no verbs, particles or marks. 和 and 与 stand inside (住房和城乡建设, 海洋与渔业).
SUBJECT = (
    r"(?:(?!会同|召开|列入|(?<!国)有|[的了在将于对从为把被由等是到其近日印布该各请以让使拟就并已])[\u4e00-\u9fff])"
)
COUNCIL = r"委(?![员托派任屈以]|会(?!同))"  # 省委, 发展改革委会同…; not 委员会, 委托
BUREAU = r"(?<![布格结大全开破变僵定])局(?![长面势部限域])"  # not 布局, 格局, 局长
HALL = r"厅(?![长级])"
GOVERNMENT_IS_PART = either("网(?!站) 工作报告 投资 采购 引导 性 债 购买 主要 领导 副 新闻 部门 有关 与 和")
PARTY_OFFICE = either(
    "办公[厅室] 组织部 宣传部 统战部 政法委(?:员会)? 政策研究室 网信办 编办 军民融合办 社会工作部 金融办 科技办",
    rf"{SUBJECT}{{2,10}}?委员会(?:办公室)?",
)
BODY = either("产业促进中心 领导小组 指挥部 专班 (?:科学技术)?协会 联合会 学会")
# Behind a region or level: what makes it an authority.
OFFICE = re.compile(
    either(
        rf"(?:人民)?政府(?!{GOVERNMENT_IS_PART})(?:办公[厅室]|办(?![理好事学]))?",
        rf"府办(?:公[厅室])?(?![理好事学]) [党工]?{COUNCIL}(?:常委会)?{PARTY_OFFICE}?",
        rf"{SESSION}(?:人民代表大会|人大)(?:(?:常务委员会|常委会)?(?:法制工作委员会|法工委)|常务委员会|常委会"
        rf"|{SUBJECT}{{2,10}}?委(?:员会)?)?(?!代表|网)",
        "委员会(?!会议) 两办 政协(?!委员|会议) 总工会 妇联 科协 残联",
        "[文侨工]联 工商联 团委 高级人民法院 人民检察院 高院 检察院",
        rf"{SUBJECT}{{1,16}}?(?:{HALL}|{BUREAU}|委员会(?!会议)|{COUNCIL}|{BODY})(?:办公[厅室])?",
        rf"(?:{SUBJECT}{{1,16}}?)?{zones.OFFICE}(?:办公[厅室])?",
        rf"{SUBJECT}{{2,10}}?办公室",
        rf"{SUBJECT}{{2,4}}(?<![举主承协申开创兴新领])办(?![公理法好事学结])",
    )
)
JOINED_OFFICE = re.compile(rf"{SUBJECT}{{2,12}}?(?:{HALL}|{BUREAU}|委员会|{COUNCIL}|办公室|总[局署])")
PRESS_OFFICE = re.compile(r"新闻办公室$|新闻办$")  # it convenes press conferences and issues nothing
NO_LEVEL = "(?<![各全外本我邻多两三几跨]"  # behind the level: a pattern that begins with it is three times as slow
LEVEL = re.compile(  # 省工信厅; not 全省, 各市
    rf"(?:自治区{NO_LEVEL}自治区)|自治州{NO_LEVEL}自治州)|{zones.KIND}|[省市州区县]{NO_LEVEL}.))(?=[\u4e00-\u9fff])"
)
# A county or district behind its city: 某市某某区人民政府.
INNER = re.compile(r"[省市区州县]?(?:[\u4e00-\u9fff]{2,5}?[区县市](?=人民|政府|委))?")

STATE_COUNCIL_IS_PART = either(
    "总理 副 新闻 国有 国资 发展 办公厅 令 关税 各 有关 领导 同意 批(?!复) 参事 任命 台湾 港澳"
)
# A body of the State Council by its form, whatever the next reform calls it: 国家数据局, 国家卫生健康委.
STATE_OFFICE = rf"(?:(?![级区]){SUBJECT}){{2,10}}?(?:总?{BUREAU}|委员会(?!会议)|{COUNCIL}|办公室|网信办|机构)"
MINISTRIES = either(
    "工业和信息化 工信 科学技术 科技 教育 财政 人力资源和?社会保障 人社 自然资源 生态环境 住房和城乡建设 住建",
    "交通运输 水利",
    "农业农村 商务 文化和旅游 文旅 应急管理 公安 民政 司法 外交",
)
# What the names below begin with: looking for these first takes a third of the time.
FIRST = "(?=[中央国金共市税体广海证银全最新工科教财人自生住交水农商文应公民司外航能数药铁邮])"
NATIONAL = re.compile(
    FIRST
    + either(
        "国常会 共青团中央 中共中央(?:办公厅|组织部|宣传部)? 中央(?:科技办|网信办|财办|编办|军委) 中办 国办",
        "中央(?:科技|金融|网络安全和信息化|全面深化改革|财经)委员会(?:办公室)?",
        rf"国务院(?!{STATE_COUNCIL_IS_PART}) 国务院办公厅 国务院国资委 国务院国有资产监督管理委员会",
        rf"国家{STATE_OFFICE}(?:办公厅|[\u4e00-\u9fff]{{2,6}}?司)? 国资委",
        r"(?<![省市区县州])(?:民航|航天|能源|数据|药监|铁路|邮政)局(?:[\u4e00-\u9fff]{2,4}司)?",
        "(?:金融监管|市场监管|市场监督管理|税务|体育|广电|海关)总(?:局|署)",
        r"(?:证监|银保监)会",
        r"(?:中国人民银行|人民银行|国家税务总局)[\u4e00-\u9fff]{2,8}?(?:[分支]行|税务局)",
        "中国(?:科学院|工程院|人民银行|民用航空局|民航局|气象局|证监会|科协|科学技术协会) 中科院 人民银行 央行",
        rf"{MINISTRIES}部(?![门分队署长委])(?:办公厅|[\u4e00-\u9fff]{{2,8}}?司)?",
        "全国(?:总工会|妇联|工商联) 中国(?:残联|科协)",
        "全国人大常委会 全国人民代表大会常务委员会 全国人大 最高人民法院 新疆生产建设兵团",
    )
)
GROUP = re.compile(rf"(?:省直|市直|中央|国家)?{COUNT}[个大]?(?:部门|部委|单位|厅局|委办局)")
# What may close a row of authorities.
OTHERS = (
    r"(?:(?:会同|联合)[^，。；《]{2,40}?等?(?=部门|单位)|等|会同|联合)?"
    rf"(?:{GROUP.pattern}|{COUNT}家(?:单位)?|(?:有关|相关)?(?:部门|单位|方面))?"
)
# An official behind an authority: 省科技厅副厅长某某、省财政厅….
OFFICIAL = either(
    "党组(?:书记|成员)、副?[厅局主][长任] 副?(?:部长|厅长|局长|主任|秘书长|[省市区县]长) 总[工经规][^，、]{1,3}师",
    "[一二三四]级[巡调主][^，、]{2,4}",
)
SEPARATOR = re.compile(
    r"[、，和及与同并 ]|以及|牵头，|，?会同|联同|联合|携手|（[^（）]{0,12}）|\n"
    rf"|{OFFICIAL}[\u4e00-\u9fff]{{2,3}}(?=[、，和及])"
)

# Short forms and what they stand for (2018 and 2023 reforms of the State Council; the provinces follow).
FULL_FORMS = tuple(
    (re.compile(short), full)
    for short, full in (
        (r"工信(?=[部厅局委])", "工业和信息化"),
        (r"经信(?=[厅局委])", "经济和信息化"),
        (r"科技(?=[部厅局])", "科学技术"),
        (r"(?:发改|发展改革)(?=委)", "发展和改革"),
        (r"人社(?=[部厅局])", "人力资源和社会保障"),
        (r"卫健(?=委)", "卫生健康"),
        (r"住建(?=[部厅局])", "住房和城乡建设"),
        (r"国资委$", "国有资产监督管理委员会"),
        (r"药监局$", "药品监督管理局"),
        (r"人大常委会", "人民代表大会常务委员会"),
        (r"(?<!政)府办", "人民政府办"),
        (r"(?<!人民)政府", "人民政府"),
        (r"(信息化|发展和改革|卫生健康)委(?!员)", r"\1委员会"),
        (r"^((?:省|自治区).*政府办)$", r"\1公厅"),
        (r"(政府办)$", r"\1公室"),
    )
)
