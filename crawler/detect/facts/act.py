"""Tell which act of a policy an article reports or performs. No I/O, no clock.

The title's own words come first, because a text names the other acts too: an interpretation says who issued the
document, an issued one that opinions had been asked for.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from crawler.detect.facts.deeds import HANDED, MARK, NAMED, OPENED, ROLL, SOUGHT, Deed, find_deed
from crawler.detect.facts.instruments import instrument_of
from crawler.detect.facts.names import Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View, simplified
from crawler.text.document_number import find_numbers
from storage.records import Act, Fact

Cues: TypeAlias = tuple[tuple[Act, re.Pattern[str]], ...]
FoundAct: TypeAlias = tuple[Act, View, re.Match[str]]

RESULT = either("名单 (?:认定|评选|遴选|评审|中榜|揭榜|评估|入库|入选)结果 (?<!揭)(?<!挂帅)榜单")
CALL = either("申报 揭榜(?:挂帅)?(?!结果|人) 征集(?![^，。；]{0,12}(?:意见|建议)) 推荐 遴选 申请")
CONFERENCE = either("新闻发布会 发布会 通气会 吹风会 见面会")
MEETING = either(
    "部署会 推进会 动员会 调度会 推进大会 动员大会 工作会议 工作推进会 现场会 启动会 攻坚会 联席会议 誓师大会",
    "(?:全?[省市区县州旗]|召开)[^，。；]{0,16}发展大会",
)
# Meetings that decide: what their reports name is what they dealt with.
DECIDING = (
    r"(?:常务会议?|国常会|党组(?:（扩大）|扩大)?会议|专题会议?|(?<!人大)常委会(?:（扩大）|扩大)?(?:(?:召开|举行)?会议|开会)"
    r"|(?:领导小组(?:全体)?|(?<!大)(?<!常务)(?<!届)委员会|深改委)(?:召开|举行)?(?:第?[^，。]{0,8}次)?(?:全体|扩大|专题)?会议)"
)
DECIDES = either("审议 研究 部署 听取 强调 指出 原则 通过 获 上")
LAWMAKERS = r"(?:人大常委会|人民代表大会(?:常务委员会)?|人大(?=[^，。；]{0,6}会议))"
PASSING = either("过会 过关 表决通过 审议通过 会议通过 通过 批准")
READING = either("审议 表决 通过 批准 初审 [一二三]审")
WITHDRAWN = either("废止 失效 停止执行 停止施行 不再执行 终止执行 作废 不再施行")
PILOT = either("试点 示范 试验 先导区 先行区 集聚区 园区? 基地")
TRIED = either("专项行动 应用示范 示范应用 试点(?:工作|行动|示范)?")


def _cues(*rows: tuple[Act, *tuple[str, ...]]) -> Cues:
    """Return acts with the patterns of what tells them: each row is an act and the alternatives."""
    return tuple((act, re.compile("|".join(told), re.MULTILINE)) for act, *told in rows)


# In this order: what comes first wins where a title says two things (条例征求意见, 名单公示, 发布会解读).
TITLE_ACTS = _cues(
    ("失效", f"(?<!同时){WITHDRAWN}(?:的?(?:通知|决定|公告|通告))?$"),
    ("发布会", f"(?:举行|召开).{{0,40}}{CONFERENCE}"),
    (
        "解读",
        "解读",
        "读懂",
        "图解",
        "答记者问",
        "问答",
        "(?<![府部委厅局办])划重点",
        "访谈[｜|丨]",
        "干货",
        "带[您你](?:看|读|学|了解)",
        "起草人",
        r"[一二三四五六七八九十\d]+问[一二三四五六七八九十\d]*答",
    ),
    ("名单", f"{RESULT}的?{either('公示 通知 公告 公布 揭晓 出炉 $')}"),
    ("名单", "公示$"),
    ("申报", f"{CALL}(?:工作)?.{{0,10}}{either('通知 公告 指南 启动 开始 启事')}", "可预约"),
    ("申报", f"(?:组织|启动)(?:开展)?.{{0,40}}(?:{CALL}|{TRIED}|认定|评选)", f"关于(?:做好)?{CALL}.*通知$"),
    (
        "征求意见",
        "(?:征求|征集).{0,60}意见",
        "提(?:意见|建议)",
        "修改意见",
        "(?:草案|[审问]稿)[^。；]{0,12}[请邀等][您你]",
    ),
    ("立法", f"条例.{{0,12}}(?:{PASSING}|施行|实施|审议|[一二三]审|出台|草案|表决|获批)"),
    ("立法", "立法(?!会)"),
    ("名单", "批复", f"同意.{{0,40}}{PILOT}", f"获批.{{0,20}}{PILOT}", f"{PILOT}.{{0,6}}(?:获批|花落|落户)"),
    ("发布会", CONFERENCE),
    ("部署会", MEETING, DECIDING),
)
TEXT_ACTS = _cues(
    (
        "征求意见",
        "(?:公开|向社会|面向社会)[^。；]{0,16}(?:征求|征集|听取)[^。；]{0,40}?意见",
        "意见征集",
        "听取?[^，。；]{0,6}意见",
    ),
    (
        "解读",
        "答记者问",
        "逐[条一](?:解[释读答]|回应|说明)",
        r"^[问一二]问?：[^\n]+\n答：",
        "就[^。；]{0,40}(?:作如下|进行|作出)(?:说明|解读)",
    ),
    ("失效", f"(?:决定|宣布|予以|现|日起|不再适用|》)[^。；《]{{0,30}}(?<!同时)(?:{WITHDRAWN}|不再作数)"),
    ("立法", f"{PASSING}[^。；]{{0,30}}条例", f"条例[^。；]{{0,40}}(?:{PASSING}|(?:起|今[日天]|正式)施行)"),
    ("立法", f"{LAWMAKERS}[^。；]{{0,40}}{READING}"),
    ("发布会", f"(?:召开|举行|举办|开)了?[^。，；]{{0,60}}{CONFERENCE}"),
    ("发布会", f"{CONFERENCE}上?，?[^。；]{{0,14}}(?:介绍|获悉|发布|解读|表示|透露|给出|回应|答|说)"),
    (
        "部署会",
        f"(?:召开|举行|开了?)[^。；]{{0,40}}{MEETING}",
        "召开(?:第?[^，。；]{0,8}次)?(?:全体|专题|扩大)?会议",
        f"(?:{MEETING}|{DECIDING})[^。；，]{{0,20}}(?:召开|举行|开场)",
        f"{DECIDING}[^。；]{{0,40}}{DECIDES}",
    ),
    ("名单", "批复同意", "现批复如下", "将《[^》]*目录[^》]*》[^。；]{0,10}公[布告]"),
    ("名单", f"{NAMED}[^，。；]{{0,40}}{ROLL}", f"{ROLL}[^，。；]{{0,8}}{OPENED}"),
    ("名单", f"同意[^。；]{{2,60}}(?:作为|建设|开展|创建|设立|列为)[^。；]{{0,20}}{PILOT}"),
    (
        "申报",
        f"(?:组织|启动|开展|开放|开始)[^。；]{{0,40}}(?:{CALL}(?:工作|[，。；])|{TRIED}的?通知)",
        "开始(?:收件|接件|受理)",
        "张榜",
        f"组织{CALL}",
        f"(?:公开|诚邀|面向[^，。；]{{2,8}}){CALL}[^。；]{{0,30}}(?:{SOUGHT}|[，。；])",
    ),
)
REACH = 2 * LEAD_CHARACTERS  # characters: an act is told in the first paragraphs
DRAFT = re.compile(r"(?:公开|社会|现)[^。；]{0,20}(?:征求|征集|听取)|征求意见稿|公众[咨谘]询")
READ = re.compile(rf"{LAWMAKERS}[^。；]{{0,40}}{READING}")
RESTS_ON = re.compile(  # what stands before a meeting on which something else rests: 经…会议同意, 落实…会议部署
    r"经[^，。；]{0,20}$|已(?:经)?[^，。；]{0,6}$|根据[^。；]*$|按照[^。；]*$|贯彻[^。；]*$|落实[^。；]*$"
)
ISSUES = re.compile(either("印发 下发 出台 发布(?!消息) 公布 推出 颁布 施行 发文"))
NEWS = re.compile(
    r"(?:近日|日前|今日|昨日|\d日)(?![^。；]{0,20}(?:将|拟))[^。；]{0,24}"
    r"(?:(?:印发|出台|下发|公布|新发|会签|[端拿放抛开递]出|发布(?!会|的|消息|数据|报告))[^。；]{0,24}"
    r"(?:方案|计划|意见|措施|举措|规划|政策|条例|办法|文件|通知|细则|清单|指引|规定)|" + HANDED + ")"
)
DISPATCHED = re.compile(r"[部门省市区县厅局委办](?:最新|联合|正式)*(?:发文|印发|出台|下发)")
GOAL_SET = re.compile(r"[^：，]{2,16}：(?:力争|到|计划)*20\d\d年")  # 某市：到2030年…: what a flash makes of a plan
ISSUED_THAT_DAY = re.compile(r"\d{1,2}月\d{1,2}日[^，。；]{0,6}(?:印发|下发)")
EARLIER = re.compile(r"此前|曾|先后|去年|今年\d|(?<!\d月)\d{1,2}月(?!\d)|个月前")
NOW = re.compile(r"近日|日前|今日|现")
# Published by the notice itself; every other kind is a policy, whose headline may say 名单公布 figuratively.
NOTICES = frozenset(
    ("推荐目录", "指导目录", "名单", "公示", "通知", "公告", "通告", "榜单", "指南", "目录", "清单", "批复")
)
LAWS = frozenset(("条例", "促进条例", "决定", "规定", "若干规定", "公告"))  # what people's congresses pass
KEPT = re.compile(r"(?:条例(?:（[^（）]*）)?|（[^（）]*征求意见稿）|名单)$")


def find_act(reading: ArticleViews, names: Names) -> Fact | None:
    """Return the act an article reports with the words that say so; None for an article without one."""
    found = _of_title(reading, names) or _of_text(reading, names) or _issued(reading, names)
    if found is None:
        return None
    act, view, match = found
    return view.fact("act", act, match.start(), match.end())


def _of_title(reading: ArticleViews, names: Names) -> FoundAct | None:
    title = re.sub(r"《([^《》]*)》", lambda match: _blank(match[1]), reading.title.text)
    for act, cue in TITLE_ACTS:
        match = cue.search(title)
        if match and _stands((act, reading.title, match), reading, names):
            return act, reading.title, match
    deed = _told(title)
    found: FoundAct | None = (deed.act, reading.title, deed.match) if deed and deed.act != "印发" else None
    return found if found and _stands(found, reading, names) else None


def _told(title: str) -> Deed | None:
    """Return the first deed that a clause of a headline tells."""
    starts = (0, *(mark.end() for mark in MARK.finditer(title)))
    return next(filter(None, (find_deed(title, start) for start in starts)), None)


def _blank(name: str) -> str:
    """Return a document's name, as long as it was, with nothing but 条例, 名单 or 征求意见稿 left to read."""
    kept = KEPT.search(name)
    tail = kept[0] if kept else ""
    return "《" + " " * (len(name) - len(tail)) + tail + "》"


def _of_text(reading: ArticleViews, names: Names) -> FoundAct | None:
    view = reading.text
    is_draft = any("征求意见" in simplified(name.value) for name in names.announced)
    if is_draft and (match := DRAFT.search(view.text)):
        return "征求意见", view, match
    for act, cue in TEXT_ACTS:
        match = cue.search(view.text, 0, REACH)
        if match and _stands((act, view, match), reading, names):
            return act, view, match
    return None


def _issued(reading: ArticleViews, names: Names) -> FoundAct | None:
    """Return 印发 for an article that announces a document, told by a verb or by being the document itself.

    A document that is not named counts where the lead tells of it as news.
    """
    if not names.announced:
        if match := NEWS.search(reading.text.text, 0, LEAD_CHARACTERS):
            return "印发", reading.text, match
        title, deed = reading.title.text, _told(reading.title.text)
        match = deed.match if deed else DISPATCHED.search(title) or GOAL_SET.match(title)
        return ("印发", reading.title, match) if match else None
    for view in (reading.text, reading.title):
        if match := ISSUES.search(view.text):
            return "印发", view, match
    name = names.announced[0]
    own = re.compile(".+", re.DOTALL).match(name.view.text, name.start, name.end)
    return ("印发", name.view, own) if own else None


def _stands(found: FoundAct, reading: ArticleViews, names: Names) -> bool:
    """True when an act's words mean the act of the announced document, not an earlier or another one."""
    act, view, match = found
    kinds = {instrument_of(name.key) for name in names.announced}
    if act == "部署会":
        return view.place == "title" or _is_of_meeting(view, match, names)
    if act == "立法":
        return _is_lawmaking(reading, kinds)
    if act == "发布会":
        return not _is_issued(reading)
    if act in {"名单", "申报"}:
        return not kinds or bool(kinds & NOTICES) or "批复" in match[0]
    return act != "征求意见" or view.place == "title" or _is_current(view, match)


def _is_lawmaking(reading: ArticleViews, kinds: set[str | None]) -> bool:
    """True for regulations, and for decisions that a people's congress passes; not where the public is consulted."""
    if kinds <= {"条例", "促进条例"}:
        lead = reading.text.text[:REACH]
        return not DRAFT.search(lead) or bool(READ.search(reading.title.text + lead))
    return kinds <= LAWS and READ.search(reading.title.text + reading.text.text[:REACH]) is not None


def _is_of_meeting(view: View, match: re.Match[str], names: Names) -> bool:
    """True where the first thing a text tells is that the meeting was held: 经常务会议同意，印发 tells of the issue."""
    before = view.text[view.sentence_start(match.start()) : match.start()]
    if RESTS_ON.search(before) or ISSUES.search(view.text, 0, match.start()):
        return False
    return not names.announced or match.start() < LEAD_CHARACTERS


def _is_issued(reading: ArticleViews) -> bool:
    """True when a press conference's report gives day and number of the issue: then it reports the issue itself."""
    text = reading.text.text
    stated = ISSUED_THAT_DAY.search(text)
    return stated is not None and bool(find_numbers(text[stated.start() : stated.end() + 60]))


def _is_current(view: View, match: re.Match[str]) -> bool:
    """False when opinions were asked for earlier: 今年3月曾公开征求意见."""
    before = view.text[view.sentence_start(match.start()) : match.start()]
    return NOW.search(before) is not None or EARLIER.search(before) is None
