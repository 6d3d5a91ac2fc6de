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
ANNOUNCING_AFTER = re.compile(rf"[^。；《》]{{0,16}}?(?:{ISSUING}(?!以来)|提出|明确)")
CITING_AFTER = re.compile(rf"[^。；《》]{{0,6}}?{ISSUING}以来|此前|早已|曾|已于20")
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
URGED = re.compile("(?:推动|推进|加快|争取|力争|抓紧|建议|呼吁|促成)(?:尽快|早日|年内)?$")
MOTION = re.compile("的?(?:议案|提案|建议)")
TO_BE_MADE = re.compile("(?:制定|制订|出台|修订)$")  # 关于制定《…》的议案
TO_BE_ISSUED = re.compile(r"[^，。；《》了]{0,6}?(?:出台|制定|印发|编制|起草|发布|立法)(?!了)")


def weight_of(before: str, after: str, published: date | None, *, is_title: bool) -> int:
    """Return how surely a name is announced (above zero) or cited (below zero) by the words around it."""
    if is_cited(before, after, published):
        return -1
    announcing = bool(ANNOUNCING_BEFORE.search(before)) + bool(ANNOUNCING_AFTER.match(after))
    return announcing + 2 * is_title


def is_cited(before: str, after: str, published: date | None) -> bool:
    """Return whether the words before and after a name cite it: 根据, 此前, an older date, a plan to make it."""
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
