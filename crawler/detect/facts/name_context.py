"""Tell by the words around a document's name whether it is announced or only cited. No I/O, no clock."""

from __future__ import annotations

import re
from datetime import date

from crawler.detect.facts.patterns import either

ISSUING = either(
    "印发 发布 出台 公布 下发 推出 颁布 制定 编制 起草 审议 通过 施行 实施 亮相 出炉 公开 转发 发出 征求 征集"
)
ANNOUNCING_BEFORE = re.compile(
    rf"(?:{ISSUING}|{either('解读 介绍 讲解 名为 全称[为是]? 叫什么？ 叫做 题为 分别是 包括 就 现将 —— 文件')})"
    r"(?:了|的|实施|执行|关于|由[^，。；]{2,20}制定的)*[^，。；《》]{0,10}$"
)
ANNOUNCING_AFTER = re.compile(
    r"[^。；《》]{0,16}?"
    + either(
        rf"{ISSUING}(?!以来) 已经 业经 经[^，。]{{2,30}}(?:同意|通过|审议) 现印发 现予 由[^。；《》]{{2,80}}?{ISSUING}",
        "提出 明确 要求 部署 列出 规定 （?以下简称 （?简称 有关(?:情况|内容) 的?(?:政策)?解读 主要内容 全文",
        "完整 答记者问 有哪些",
        "共[^，。]{1,6}[章条部] 把 将",
    )
)
CITING_BEFORE = re.compile(
    either(
        "根据 依据 依照 遵照 按照 按(?=《) 按(?:国家|省|市|照) 贯彻 落实 对照 参照 对标 衔接 响应 结合 违反",
        "符合 纳入 写入 列入",
        "承接 配合 适用 有别于 不同于 相较于? 相比",
    )
    + r"[^，。；：！？]*$|(?<![共会联])[与同较]$"
)
NEWLY = re.compile(
    either("近日 日前 今[日天年]? 昨[日天] 当天 最新 新近 刚刚 正式 新印发 新一轮 现(?:将|印发|公布|予)")
)
EARLIER = re.compile(
    either("不久前 此前 早前 早在 曾经? 先后 去年 前年 上一轮 上轮 往年 首轮 继 [多一二两三四五]年多?前 年初 上半年")
)
DATED = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?")
STALE_DAYS = 183  # half a year: a document named with an older date is background, not news
WILL = either("将 拟 正(?!式) 计划 准备 抓紧 尽快 适时 建议 呼吁 启动 陆续 加快 研究 推动 提请 应当? 要")
PLANNED = re.compile(
    rf"{WILL}[^，。；《》了]{{0,12}}(?:出台|制定|印发|编制|起草|发布|推出|修订|立法)(?!了)[^，。；《》]*$"
    r"|(?:(?<!意见)建议|呼吁|提请)[^。；]{0,24}$"
)
FRESHLY = re.compile(rf"(?:今[日天]|昨[日天]|当[日天]|近日|日前|刚刚){ISSUING}了?的$")
URGED = re.compile("(?:推动|推进|加快|争取|力争|抓紧|建议|呼吁|促成)(?:尽快|早日|年内)?$")
TO_BE_ISSUED = re.compile(r"[^，。；《》了]{0,6}?(?:出台|制定|印发|编制|起草|发布|立法)(?!了)")
TO_BE_MADE = re.compile("(?:制定|制订|出台|修订)$")  # 关于制定《…》的议案
MOTION = re.compile("的?(?:议案|提案|建议)")
CITING_AFTER = re.compile(
    r"(?:（[^（）]*）)?(?:中|里|在|即)?(?:此前|早已|曾|已于(?!近日|日前|今[日天年]|昨[日天]|本[周月]|上周|当日|[^，。；]{2,12}日(?:经|由))|去年|之后|以后|后[，。出])|[^。；《》]{0,6}?"
    + either(
        "精神 有关(?:要求|规定|精神) 等(?:文件|法律|有关|规定|要求) 任务分工 (?:印发|实施|出台|发布|施行)以来",
        "同时废止 即行废止",
        "相(?:衔接|一致|配套|比) 到期 届满 执行期 的?(?:立法|制定|起草|编制)(?:调研|工作|进程)",
        "第[一二三四五六七八九十百\\d]+[条章]",
    )
)


DECIDED = re.compile("审议(?:并)?(?:通过|原则通过)?了?$")
AMONG_OTHERS = re.compile("等[^，。；]{0,6}(?:文件|法律|法规|条例|草案|议案)")


def weight_of(before: str, after: str, published: date | None, *, is_title: bool) -> int:
    """Return how surely a name is announced (above zero) or cited (below zero) by the words around it."""
    if is_cited(before, after, published):
        return -1
    announcing = bool(ANNOUNCING_BEFORE.search(before)) + bool(ANNOUNCING_AFTER.match(after))
    return announcing + 2 * is_title


def is_cited(before: str, after: str, published: date | None) -> bool:
    """Return whether the words before and after a name cite it: 根据, 此前, an older date, a plan to make it."""
    if FRESHLY.search(before):  # 当天公布的《…》第十四条
        return False
    if DECIDED.search(before) and AMONG_OTHERS.match(after):  # a meeting decides on it, and on other documents
        return False
    if TO_BE_MADE.search(before) and MOTION.match(after):
        return True
    if CITING_BEFORE.search(before) or CITING_AFTER.match(after) or PLANNED.search(before):
        return True
    if URGED.search(before) and TO_BE_ISSUED.match(after):  # 推动《…条例》出台
        return True
    recent = max((match.end() for match in NEWLY.finditer(before)), default=-1)
    old = max((match.end() for match in EARLIER.finditer(before)), default=-1)
    return old > recent or _is_stale(before, published)


def _is_stale(before: str, published: date | None) -> bool:
    dates = DATED.findall(before.rpartition("。")[2])
    if not dates or published is None:
        return False
    year, month = int(dates[-1][0]), int(dates[-1][1] or 12)
    return (published - date(year, min(max(month, 1), 12), 28)).days > STALE_DAYS
