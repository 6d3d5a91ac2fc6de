"""Find where the words of a list's member may begin and end: 聚焦|高温超导材料|五类方向. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.detect.facts.patterns import either, either_begun
from crawler.detect.facts.reading import View

WordSpan = tuple[int, int]
LEADS = re.compile(
    either(
        "聚焦 面向 包括 包含 涵盖 围绕 瞄准 布局 发展 培育 推动 推进 谋划 分别为 为 是 把 将 以 对 有 在 的 含",
        "涉及 锁定 圈定 重点 支持 给了? 拿到 主攻 押注 向 如 选择 确定 列举了 列出 抢占 突破 壮大 打造 集中 抓好",
        "做强 做大 做 造 搞 管 出 种 留给 上 即 及其 限 于 让 开辟 明确 加快 前瞻 从事 覆盖 领衔 了 部署 突出 加强",
        "建设 促进 强化 开展 实施 推广 从 等 要 到 研究 就 按 和 与 及 以及 着 用于 着力 只 盯 分 优先 研发 推出",
        "鼓励 引导 辐射 带动",
    )
)
TAILS = re.compile(
    either_begun(
        r"等 [一二两三四五六七八九十\d]+(?:个|大|类|条|项|样|块|件|种|线|路|者) 领域 方向 赛道 板块 产业集群 集群",
        "居前 入列 列为 列入 为主 放在 尽快 入围 先导区 集聚区 试验区 产业 技术 项目 企业 概念验证中心 试验场",
        "研究院 的 未来 专区 示范 应用 标准 平台 材料类 关键 研发 有 也 靠 几 均 成为 在列 统称 先 优先 方面 已经",
        "上榜 首次 则 作为 技术攻关 排在 前沿 为 四字 突破 是 被 给 共 以及 和 各 都 这 这些 单列 摆 分 一起 在",
        "入选 合计 三 创新 高质量 促进 条例 先行 场景 纳入 要 写进 让 中 进 转 将 之 两 最 从 里",
    )
)
JOINT = re.compile("以及|和|及(?!其)")
PLACE_TAIL = re.compile(r"(?:市|县|区|州|高新(?:技术产业开发)?区|经开区|经济技术开发区|开发区|新区|科技城|科学城)*")
TOWN = re.compile(r"[\u4e00-\u9fff]{2,6}(?:区|县|市|城|园|港|湖|街道|镇)")
LONGEST, MOST_SPANS = 16, 8  # characters of a span; spans of a member
LEAST_ENDING = 2  # characters


def cut(text: str, span: WordSpan, *, begins: bool = False, ends: bool = False) -> tuple[WordSpan, ...]:
    """Return the spans that a member may have within its part, the shortest first; none where all are too long.

    `begins` and `ends` say on which side words that are no part of it may stand.
    """
    start, end = span
    starts, stops = [start], [end]
    if begins:
        starts += [lead.end() for lead in LEADS.finditer(text, start, end - 1) if end - lead.end() > 1]
    if ends:
        stops += [tail.start() for tail in TAILS.finditer(text, start + 2, end)]
    spans = [(one, other) for one in starts[::-1] for other in (*stops[1:], end) if 2 <= other - one <= LONGEST]
    return tuple(spans[:MOST_SPANS])


def listed_last(text: str, span: WordSpan) -> list[tuple[WordSpan, ...]]:
    """Return the spans of the last members of a list in a sentence: 丙和丁等方向 has two."""
    start, end = span
    tails = (tail.start() for tail in TAILS.finditer(text, start + 2, end) if not JOINT.match(tail[0]))
    joint = JOINT.search(text, start + 2, next(tails, end))
    if joint is None or end - joint.end() < 2:
        return [cut(text, span, ends=True)]
    return [((start, joint.start()),), cut(text, (joint.end(), end), ends=True)]


def without_ending(text: str, spans: Sequence[WordSpan]) -> list[WordSpan]:
    """Return the spans without the words that all of them end in: 某某试验场, 某某试验场."""
    words = [text[start:end] for start, end in spans]
    longest, length = min(map(len, words), default=0) - LEAST_ENDING, 0
    while length < longest and len({word[-length - 1 :] for word in words}) == 1:
        length += 1
    return [(start, end - length) for start, end in spans] if length >= LEAST_ENDING and len(spans) > 1 else [*spans]


def without_place(view: View, start: int, end: int) -> int:
    """Return where a member goes on behind the place that it begins with: 新材料 in 某某新区新材料."""
    place = start
    while (region := view.region_at.get(place)) and region.end < end - 1:
        place = region.end
    zone = PLACE_TAIL.match(view.text, place, end)
    place = zone.end() if zone and zone.end() < end - 1 else place
    town = TOWN.match(view.text, start, end - 2) if place == start else None
    return town.end() if town else place
