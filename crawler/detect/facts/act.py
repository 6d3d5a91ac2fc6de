"""Tell which act of a policy an article reports or performs. No I/O, no clock.

The title's own words come first, because a text names the other acts too: an interpretation says who issued the
document, an issued one that opinions had been asked for.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from crawler.detect.facts.instruments import instrument_of
from crawler.detect.facts.names import Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD, Reading, View
from crawler.document_number import find_numbers
from storage.records import Act, Fact

Cues: TypeAlias = tuple[tuple[Act, re.Pattern[str]], ...]
Found: TypeAlias = tuple[Act, View, re.Match[str]]

RESULT = either("名单 认定结果 评选结果 遴选结果 (?<!揭)榜单")
CALL = either("申报 揭榜(?:挂帅)? 征集 推荐 遴选 申请")
CONFERENCE = either("新闻发布会 发布会 通气会 吹风会")
MEETING = either("部署会 推进会 动员会 推进大会 动员大会 工作会议 工作推进会")
# Meetings that decide: what their reports name is what they dealt with.
DECIDING = r"(?:常务会议|(?<!人大)常委会(?:扩大)?会议|(?:深改委|全面深化改革委员会)(?:第?[^，。]{0,8}次)?会议)"
PASSING = either("表决通过 审议通过 会议通过 通过 批准")
# In this order: what comes first wins where a title says two things (条例征求意见, 名单公示, 发布会解读).
TITLE_ACTS: Cues = (
    ("解读", re.compile(either("解读 读懂 图解 答记者问 问答 政策简读 划重点 解析 明白卡"))),
    (
        "名单",
        re.compile(rf"{RESULT}的?{either('公示 通知 公告 公布 揭晓 出炉 $')}|公布.{{0,30}}名单|入选.{{0,12}}名单"),
    ),
    ("名单", re.compile(r"拟(?:认定|入选|入围|支持|推荐)|公示$")),
    ("申报", re.compile(rf"{CALL}(?:工作)?.{{0,10}}{either('通知 公告 指南 启动 开始 启事')}|申报指南|开始申报")),
    ("申报", re.compile(rf"(?:组织|启动)(?:开展)?.{{0,40}}{CALL}")),
    ("征求意见", re.compile(r"(?:征求|征集).{0,60}意见|意见建议|公开征求|征求意见稿|听取意见|求意见|征言")),
    ("立法", re.compile(rf"条例.{{0,12}}(?:{PASSING}|施行|实施|审议|出台|草案|表决|获批)|条例$")),
    ("立法", re.compile(rf"{PASSING}.{{0,30}}条例|立法|地方性法规")),
    ("发布会", re.compile(CONFERENCE)),
    ("部署会", re.compile(rf"{MEETING}|{DECIDING}|(?:部署|推进|动员)大?会议?(?:召开|举行|强调|在|$)")),
)
TEXT_ACTS: Cues = (
    (
        "征求意见",
        re.compile(
            r"(?:公开|向社会|面向社会)[^。；]{0,16}(?:征求|征集|听取)[^。；]{0,40}?意见|现[^。；]{0,12}征求意见"
        ),
    ),
    ("立法", re.compile(rf"{PASSING}[^。；]{{0,30}}条例|条例[^。；]{{0,40}}(?:{PASSING}|起施行)")),
    (
        "发布会",
        re.compile(
            rf"(?:召开|举行|举办|开)了?[^。，；]{{0,60}}{CONFERENCE}|{CONFERENCE}”?[^。，；]{{0,10}}(?:举行|召开)"
        ),
    ),
    ("发布会", re.compile(rf"{CONFERENCE}上?，?[^。；]{{0,10}}(?:介绍|获悉|发布)")),
    ("名单", re.compile(r"公布[^。；]{0,40}名单|名单[^。；]{0,10}公示|拟认定|现予公示")),
    ("申报", re.compile(rf"(?:组织|启动|开展)[^。；]{{0,40}}{CALL}工作|申报(?:工作)?(?:正式)?启动")),
    ("部署会", re.compile(rf"(?:召开|举行)[^。；]{{0,30}}{MEETING}|常务会议[^。；]{{0,40}}(?:审议|研究|部署|听取)")),
)
REACH = 2 * LEAD  # characters: an act is told in the first paragraphs
DRAFT = re.compile(r"(?:公开|社会|现)[^。；]{0,20}(?:征求|征集|听取)|征求意见稿")
ISSUES = re.compile(either("印发 下发 出台 发布 公布 推出 颁布 施行 发文"))
NEWS = re.compile(
    r"(?:近日|日前|今日|昨日|\d日)(?![^。；]{0,20}(?:将|拟))[^。；]{0,24}"
    r"(?:印发|出台|下发|公布|新发|发布(?!会|的|消息|数据|报告))[^。；]{0,20}(?:方案|计划|意见|措施|规划|政策|条例|办法|文件)"
)
ISSUED_THAT_DAY = re.compile(r"\d{1,2}月\d{1,2}日[^，。；]{0,6}(?:印发|下发)")
EARLIER = re.compile(r"此前|曾|先后|去年|今年\d|(?<!\d月)\d{1,2}月(?!\d)|个月前")
NOW = re.compile(r"近日|日前|今日|现")
# Published by the notice itself; every other kind is a policy, whose headline may say 名单公布 figuratively.
NOTICES = frozenset(("名单", "公示", "通知", "公告", "通告", "榜单", "指南", "目录", "清单"))
KEPT = re.compile(r"(?:条例(?:（[^（）]*）)?|（[^（）]*征求意见稿）|名单)$")


def find_act(reading: Reading, names: Names) -> Fact | None:
    """Return the act an article reports with the words that say so; None for an article without one."""
    found = _of_title(reading, names) or _of_text(reading, names) or _issued(reading, names)
    if found is None:
        return None
    act, view, match = found
    return view.fact("act", act, match.start(), match.end())


def _of_title(reading: Reading, names: Names) -> Found | None:
    title = re.sub(r"《([^《》]*)》", lambda match: _blank(match[1]), reading.title.text)
    for act, cue in TITLE_ACTS:
        match = cue.search(title)
        if match and _stands((act, reading.title, match), reading, names):
            return act, reading.title, match
    return None


def _blank(name: str) -> str:
    """Return a document's name, as long as it was, with nothing but 条例, 名单 or 征求意见稿 left to read."""
    kept = KEPT.search(name)
    tail = kept[0] if kept else ""
    return "《" + " " * (len(name) - len(tail)) + tail + "》"


def _of_text(reading: Reading, names: Names) -> Found | None:
    view = reading.text
    is_draft = any("征求意见" in name.value for name in names.announced)
    if is_draft and (match := DRAFT.search(view.text)):
        return "征求意见", view, match
    for act, cue in TEXT_ACTS:
        match = cue.search(view.text, 0, REACH)
        if match and _stands((act, view, match), reading, names):
            return act, view, match
    return None


def _issued(reading: Reading, names: Names) -> Found | None:
    """Return 印发 for an article that announces a document, told by a verb or by being the document itself.

    A document that is not named counts where the lead tells of it as news.
    """
    if not names.announced:
        match = NEWS.search(reading.text.text, 0, LEAD)
        return ("印发", reading.text, match) if match else None
    for view in (reading.text, reading.title):
        if match := ISSUES.search(view.text):
            return "印发", view, match
    name = names.announced[0]
    own = re.compile(".+", re.DOTALL).match(name.view.text, name.start, name.end)
    return ("印发", name.view, own) if own else None


def _stands(found: Found, reading: Reading, names: Names) -> bool:
    """True when an act's words mean the act of the announced document, not an earlier or another one."""
    act, view, match = found
    kinds = {instrument_of(name.key) for name in names.announced}
    if act == "部署会":
        return not kinds or (view.place == "title" and re.search(DECIDING, match[0]) is not None)
    if act == "立法":
        return kinds <= {"条例", "促进条例"}
    if act == "发布会":
        return not _is_issued(reading)
    if act in {"名单", "申报"}:
        return not kinds or bool(kinds & NOTICES)
    return act != "征求意见" or view.place == "title" or _is_current(view, match)


def _is_issued(reading: Reading) -> bool:
    """True when a press conference's report gives day and number of the issue: then it reports the issue itself."""
    text = reading.text.text
    stated = ISSUED_THAT_DAY.search(text)
    return stated is not None and bool(find_numbers(text[stated.start() : stated.end() + 60]))


def _is_current(view: View, match: re.Match[str]) -> bool:
    """False when opinions were asked for earlier: 今年3月曾公开征求意见."""
    before = view.text[view.sentence_start(match.start()) : match.start()]
    return NOW.search(before) is not None or EARLIER.search(before) is None
