"""Name the kind of a document (文种) by the noun its name ends in. No I/O, no clock."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.detect.facts.patterns import either, words

# Counted on announcement pages and in 3,445 government documents; the last row is rarer
# kinds of 党政机关公文处理工作条例 and of common use.
NOUNS = words(
    "行动计划 行动方案 实施方案 实施意见 指导意见 工作意见 若干意见 若干措施 政策措施 若干政策措施 措施清单",
    "政策清单 任务清单",
    "责任清单 若干政策 扶持政策 支持政策 若干举措 若干规定 工作方案 建设方案 发展方案 总体方案 试点方案",
    "培育方案 发展规划",
    "规划纲要 专项规划 中长期规划 实施细则 实施办法 管理办法 暂行办法 促进条例 管理规定 工作指引 操作指引",
    "工作要点 工作计划",
    "三年计划 成长计划 推荐目录 指导目录 意见 方案 计划 措施 规划 通知 条例 办法 清单 名单 公示 公告 通告",
    "决定 细则 政策",
    "纲要 指引 指南 规定 举措 目录 批复 规则 规程 规范条件 榜单 路线图 行动 导则 图谱",
)
ORDERED = tuple(sorted(NOUNS, key=len, reverse=True))  # the longest counts where one ends in another
VAGUE = frozenset(words("工作计划 任务清单 成长计划 三年计划 责任清单"))
# For names without marks only nouns that are hardly anything else in running text.
DOCUMENT_NOUN = either(*(noun for noun in ORDERED if len(noun) > 2 and noun not in VAGUE), "条例 规划")
BRACKETS = re.compile(r"(?:\s*[（(\[〔【][^（）()\[\]〔〕【】]*[）)\]〕】])+\s*$")
TAIL = re.compile(r"(?:\s*(?:\d{4}\s*年?\s*[-—–~～至]+\s*)?\d{4}年?|[1-9]\.0(?:版)?|[vV]\d\.\d)\s*$")
NUMBERED = re.compile(r"([一二三四五六七八九十百\d]+条)(?:政策|措施|举措|意见)?$")
NOISE = re.compile(r"[的\s“”\"'‘’·•，,、]+")
# Reports, standards, laws, agreements, journals: named in marks like policies, announced by no authority.
FOREIGN = re.compile(
    either(
        "报告 白皮书 蓝皮书 绿皮书 指数 标准 规范 技术要求",
        "(?:技术|检测|检定|作业)规程 指导原则 备忘录 协议 合同 倡议(?:书)? 宣言 公约",
        "论文 日报 晚报 杂志",
        "年鉴 讲话 文章 答复 提案 建议 (?<!办)法 通则 术语 手册 教程 丛书 简报 调查 研究 专刊 周刊",
    )
    + "$"
)
# A name that is nothing but its noun, or an article's short form of it: 《行动计划》, 《若干措施》, 《实施意见》.
END_REACH = 120  # characters in which brackets, years and counts at the end of a name stand: the longest have 60
NAMES_REMEMBERED = 1024  # an article's names are asked about five times each
LEAST_CONTENT = 3  # characters before the noun


def core(name: str) -> str:
    """Return a name without brackets at its end, marks and spaces: what two mentions of one document share."""
    bare = _without_end(BRACKETS, name.strip().strip("《》"))
    return NOISE.sub("", bare.replace("《", "").replace("》", "").replace("〈", "").replace("〉", ""))


@lru_cache(maxsize=NAMES_REMEMBERED)
def instrument_of(name: str) -> str | None:
    """Return the noun that a document's name ends in, before brackets and years; None when it is no policy's."""
    bare = _without_end(TAIL, core(name))
    if FOREIGN.search(bare):
        return None
    for noun in ORDERED:
        if bare.endswith(noun):
            return noun
    numbered = NUMBERED.search(bare, max(0, len(bare) - END_REACH))
    return numbered[1] if numbered else None


def _without_end(end: re.Pattern[str], name: str) -> str:
    """Return a name without what a pattern finds at its end: looking for it from every character would be quadratic."""
    found = end.search(name, max(0, len(name) - END_REACH))
    return name[: found.start()] if found else name


def is_generic(name: str) -> bool:
    """True for a name that only a text's own short form can be: 《条例》, 《行动方案》."""
    bare = core(name)
    noun = instrument_of(name)
    return noun is not None and len(bare) - len(noun) < LEAST_CONTENT
