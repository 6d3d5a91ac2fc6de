"""The words by which a sentence tells what a row of authorities does. No I/O, no clock."""

from __future__ import annotations

import re

from crawler.detect.facts.deeds import HANDED
from crawler.detect.facts.instruments import NOUNS
from crawler.detect.facts.offices import COUNT, OFFICIAL, OTHERS
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS

DAY = r"(?:20\d\d年)?(?:\d{1,2}月)?\d{1,2}日"
FILLER = either(
    rf"{DAY} 近日 日前 今[日天] 昨[日天] 当[日天] 同[日天] 本[周月] 近期 最近 最新",
    r"新近 刚刚? 正在?式? 联合 联手 共同 集中 对外 公开 牵头 首次",
    r"上[周月] [^，。；《]{1,4}[后初底] 制定并? 研究 并 已 又 还 也 再次 发文",
    r"在?官方?网站? 网站 门户网站 官微 通过[^，。]{2,12} 在[^，。《]{2,12} 召开[^，。]{2,12}， 向社会 于",
    r"以[^，。《]{1,8}名义 ， 、 \s",
    "随即 [发来复]函， 同步 专门 组织 现场",
    "名义 再度 率先 就 面?向[^，。；《]{2,8}(?=征|发|公|招|听|遴) 第[^，。；]{1,8}次会议 会议",
)
VERB = either(
    "印发 发布 出台 公布 下发 推出 制定 制订 颁布 公开 发出 审议通过 表决通过 转发 批转 通过 制发 签发 起草 编制",
    "新发 更新 挂出 贴出 晒出 亮出 给出 端出 拿出 放出 抛出 打出 开出 递出 会签",
    "揭盖 敲定 定下 宣布 发[文函] 揭晓 发了?(?=[一个份]) (?<=[日天])公告 通告",
)
ACTS = either(
    "启动 组织 开展 批复 批准 同意 公示 征集 招募 认定 确定 评定 评选 评出 授予 命名 揭晓 公布 遴选 受理 部署 审议",
    "征求 听取 发起 废止 修订 发榜 张榜 挂榜",
)
MEETING = either(r"发布会 通气会 吹风会 [\u4e00-\u9fff]{1,8}会议? 会议")
DOCUMENT = either(*NOUNS, r"消息(?=：) 文件 新政 新规 专法 首批 第[一二三四五六七八九十]批 \d+条")
WORK = either(
    "申报 揭榜 试点 专项 行动 名单 项目 任务 意见 草案 征集 遴选 先导区 方案 计划 措施 政策 条例 办法 建设 试验[园区]",
    "应用 供需 攻关 工程 企业 产品 场景 案例 单位 平台 基地 园区 实验室 联合体 需求 课题 清单 榜单 规定 决定",
)
PERSON = rf"(?:[^，。；]{{0,6}}(?:负责(?:人|同志)|{OFFICIAL})[^，。；]{{0,4}})"

ISSUES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?(?P<verb>{VERB}|(?={HANDED}))")
PERFORMS = re.compile(
    rf"{OTHERS}{FILLER}{{0,6}}?(?:{ACTS}[^，。；《]{{0,30}}?{WORK}|(?:作出|下达)?批复|[就对][^，。；《]{{2,40}}(?:公示|征求意见))"
)
PASSES = re.compile(r"[^，。；]{0,60}?(?:审议通过|表决通过|通过|审议|一审|初审|二审|三审)")
MEETS = re.compile(r"(?:常委会|党组)?(?:（扩大）)?(?:第[^，。；]{1,8}次)?(?:常务|全体|专题)?会议")
CONSULTS = re.compile(rf"{OTHERS}{FILLER}{{0,3}}?(?:[就对]《[^》]+》[^。；]{{0,16}}?(?:征求|征集|听取|咨询)|征求对?《)")
CONVENES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?[^，。；]{{0,10}}?(?:召开|举行|举办|开)了?[^，。；]{{0,30}}?{MEETING}")
HOLDS = re.compile(rf"{FILLER}{{0,6}}?(?:召开|举行|举办)了?[^，。；]{{0,30}}?{MEETING}")
CONVENED_BY = re.compile(r"(?:会议?|活动)由$")
ORGANISES = re.compile(rf"{OTHERS}{FILLER}{{0,2}}?(?:主办|组织|召开|举办)")
PRESENTS = re.compile(
    rf"{OTHERS}(?:{PERSON}|{FILLER}{{1,4}}?)[^。；]{{0,40}}?(?:介绍|解读|发布|通报|宣读|就)[^。；]{{0,20}}《"
    rf"|{OTHERS}{PERSON}(?:到场|出席|答问|回答)"
    rf"|{OTHERS}{PERSON}?{FILLER}{{0,2}}?就[^，。；]{{2,40}}(?:说明|解读|回应|答记者问)"
    rf"|{OTHERS}{PERSON}对《[^》]*》"
)
LAWS = ("条例", "规定", "条例（草案）", "规定（草案）")
GENERAL = re.compile("人民政府$|新闻办")  # whose site prints what all its offices issue
LAWMAKER = re.compile("(?:人民代表大会|人大)(?:常务委员会|常委会)?$")  # not its committees: 人大法制委员会
TAKES_PART = re.compile(
    r"(?:参与(?:发文|制定|印发)|联合(?:发文|印发|制定)|会签|发文)的?(?:部门|单位|机构|机关)?还?(?:有|包括|为|是)$"
)
PUBLISHED_BY = re.compile(r"(?:日|前)(?:公布|印发|发布|出台)的$")
OWN = re.compile(rf"《|这[份部项]{DOCUMENT}")
PRESS_OFFICE = re.compile(r"(?:自治区|[省市州区县旗])政府新闻办(?:公室)?")  # when nobody else is named
HOST = re.compile(r"(?P<level>[省市县区州旗])长[^，。；]{0,12}(?:主持召开|主持会议)")  # 市长某某主持召开…会
BESIDES = re.compile(r"外，(?:参与|联合)")
AT_CONFERENCE = re.compile(r"(?:发布会|通气会|吹风会|见面会)上，?$")
SAYS = re.compile(rf"{OTHERS}{PERSON}(?:表示|介绍|透露|宣布)")
SOURCE = re.compile(r"(?:记者|据|从)[^，。]{0,6}$")
EARLIER = re.compile(r"(?:此前|早前|不久前|去年|前年)[^，。；]{0,4}，?[^，。；]{0,6}$")  # 去年春天，某市
ONCE = re.compile(r"(?:[今去前]年|此前|早前)?曾")
PLANS = re.compile(r"的(?:部署|设想|安排|规划|要求|文件|计划)")
OBJECT = re.compile(rf"《|{COUNT}[份个项]|{DOCUMENT}")
TOLD_BEFORE = re.compile(rf"《|{DOCUMENT}是?$|文件|方案|计划")
TASKS = re.compile(r"(?:责任|牵头|配合|联系|受理|参加|主管|实施|承办|主办)(?:单位|部门)")
SENTENCE_REACH = 200  # characters on each side of a row that tell what it does
NAME_REACH = 40  # characters behind a verb in which the name of its document begins
OBJECT_REACH = 32  # characters
REACH = 2 * LEAD_CHARACTERS  # characters
ABOUT = re.compile(rf"{OTHERS}\s*(?:印发)?关于")
COUNTED_ANY = re.compile(rf"{COUNT}[个大]?(?:部门|部委|单位|厅局|委办局)")  # quicker than GROUP, which has all of these
COUNTED_ISSUE = re.compile(rf"{FILLER}{{0,4}}?(?:{VERB}|推动|部署)")
