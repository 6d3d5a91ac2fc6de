"""Read from a headline what an authority does, without the marks of a document's name. No I/O, no clock.

A place or an authority, a verb and what the verb is done to stand in one clause: 某市出台某产业新政, 某省公布首批…名单,
某市征集…场景. The table is the language's own: verbs of each act with the nouns they take.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.detect.facts.instruments import DOCUMENT_NOUN
from crawler.detect.facts.patterns import either
from storage.records import Act

IN_CLAUSE = r"[^，。：；！？,:;!?\s]"
MARK = re.compile(r"[，。：；！？,:;!?\s]")
NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
ENDS = r"(?=[”》’]?(?:[，。：；！？,:;!?\s]|$))"
PAPER = either(
    DOCUMENT_NOUN,
    rf"(?<![线路链带道]){NUMBER}条 新政 新规 专法 路线图 施工图 作战图 任务书 时间表 政策包 政策礼包",
    "(?:产业|扶持|管理|促进|支持|发展|培育|创新|建设)(?:政策|办法|措施|意见|方案|计划|规定|指引)",
)
GIVEN = either(
    "印发 出台 发布 公布 推出 下发 颁布 亮出 晒出 敲定 定下 发出",
    "制定 实施 会签 端出 拿出 放出 抛出 打出 开出 递出 上新 揭盖",
)
CHOSEN = either("企业 单位 项目 场景 产品 案例 平台 基地 园区 先导区 试验区 示范区 集聚区 实验室 中心 联合体")
NAMED = either("敲定 官宣 公布 公示 揭晓 发布 确定 认定 评出 评定 授予 命名")
ROLL = either(
    f"名单 榜单(?![^。]{{0,40}}[张揭]榜) 优胜 入围 入选 {CHOSEN}清单",
    rf"(?:首批|第{NUMBER}批|{NUMBER}[家个]){IN_CLAUSE}{{0,24}}(?:{CHOSEN}|试点(?!工作)|城市)",
    rf"{NUMBER}[家户个项]{CHOSEN}{IN_CLAUSE}{{0,4}}(?:入围|入选|上榜|在列)",
)
TRIED = either("试点 示范区 先导区 试验区 示范 先行区 集聚区")
COUNTED = rf"(?:认定|评出|评定|授予|命名){IN_CLAUSE}{{0,12}}{NUMBER}[家个项批]{IN_CLAUSE}{{0,24}}{CHOSEN}"
SOUGHT = either("“ 供需 应用 难题 解法 场景 项目 单位 企业 任务 案例 产品 联合体 需求 平台 伙伴 课题 成果 榜单")
CALLED = rf"(?:申报|揭榜|遴选|征集)(?!{either('培训 辅导 宣讲 说明会 系统')})"
OPENED = either("公布 公示 揭晓 出炉 发布 亮相 产生")
HANDED = (  # 把一份计划发了下去
    rf"把[^，。；]{{0,24}}?{either(PAPER, '方案 计划 意见 措施 规划 政策 办法 条例 文件')}[^，。；]{{0,4}}?"
    "(?:[印下]发|发了?[下出]|公布|公开|[挂晒亮]了?出)"
)


class Deed(NamedTuple):
    """An act that a headline tells, and the words that tell it."""

    act: Act
    match: re.Match[str]


# In this order: what comes first wins where a clause says two things (条例征求意见, 名单公示).
DEEDS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        "失效",
        re.compile(
            rf"(?:废止|停止执行|停止施行){IN_CLAUSE}{{0,30}}{PAPER}|{PAPER}{IN_CLAUSE}{{0,8}}(?:废止|失效|作废)"
        ),
    ),
    (
        "征求意见",
        re.compile(
            rf"(?:征求|征集|征询|听取){IN_CLAUSE}{{0,24}}(?:意见|建议|金点子)|拟{IN_CLAUSE}{{0,16}}[立定]规矩|问计于民|(?:公开|来)提意见"
        ),
    ),
    (
        "立法",
        re.compile(
            rf"立法(?:促进|保障|规范|推动|护航|通过)|为{IN_CLAUSE}{{2,12}}立法|通过{IN_CLAUSE}{{0,24}}条例|条例{IN_CLAUSE}{{0,10}}(?:施行|通过)"
        ),
    ),
    (
        "名单",
        re.compile(
            rf"{NAMED}{IN_CLAUSE}{{0,24}}?{ROLL}|{COUNTED}|{NUMBER}[家户个项]{CHOSEN}{IN_CLAUSE}{{0,4}}(?:入围|入选|上榜)|(?:[名榜]单|{ROLL}){IN_CLAUSE}{{0,6}}{OPENED}|批复{IN_CLAUSE}{{0,24}}{TRIED}"
        ),
    ),
    (
        "申报",
        re.compile(
            rf"(?:征集|遴选|招募){IN_CLAUSE}{{0,24}}{SOUGHT}|(?:启动|组织|开放|开始){IN_CLAUSE}{{0,24}}{CALLED}"
            rf"|{CALLED}{IN_CLAUSE}{{0,4}}(?:启动|开始|开启|开放)|[发张挂开出]榜{ENDS}|英雄[帖榜]|(?:征集|招募|召集)令"
        ),
    ),
    ("部署会", re.compile(r"(?:动员|专题研究|安排)部署")),
    (
        "印发",
        re.compile(
            rf"{GIVEN}{IN_CLAUSE}{{0,24}}?{PAPER}{ENDS}|{HANDED}|{PAPER}[”》’]?(?:正式)?(?:出炉|发布|出台|来了|落地){ENDS}|新政{ENDS}"
        ),
    ),
)


def find_deed(text: str, start: int) -> Deed | None:
    """Return what the clause from `start` says that its subject does; None when it tells no act."""
    mark = MARK.search(text, start)
    end = mark.start() if mark else len(text)
    found = ((act, form.search(text, start, end)) for act, form in DEEDS)
    return next((Deed(act, match) for act, match in found if match), None)
