"""Find dated goals: clauses that say what is to be reached by a year. No I/O, no clock.

A year opens the goal (到2030年, 力争2028年, 2027年前, 二〇三五年) and holds for the following clauses of its sentence
that carry a number or a state to be reached. Years of what happened, of the document's period, of dates of signing,
entry into force and application open none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.detect.facts.names import Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import Reading, View
from storage.records import Fact

DASH = "-—–~～至到"
YEAR = r"(?P<year>20[2-9]\d|二[〇零][二三四五六七八九][〇零一二三四五六七八九])年"
OPENING = re.compile(
    rf"(?P<by>到|至|截至|力争到?|争取到?|预计到?|计划到?|确保到?|目标是?到?|展望到?|以|是|则为)?{YEAR}"
    rf"(?P<end>年?(?:年底|底|末)?(?:之?前|以前|为限)?)(?P<day>(?:\d{{1,2}}|[一二三四五六七八九十]+)月|[{DASH}](?:20)?\d\d)?"
)
BARE_YEAR, LONGEST_BY = re.compile(YEAR), len("目标是到")
CLAUSE = re.compile(r"[^，；。！？【】\n]+")
UNIT = either(
    "% 个 家 项 亿 万 千 百 元 倍 条 座 名 人 支 只 种 次 台 套 件 所 例 公里 吨 小时 颗 架 辆 平方 位 片 处",
    "批 款 成 分之",
)
HAN_NUMBER = "[一二两三四五六七八九十百千万]+"
HAN_UNIT = either("个 家 项 亿元? 万亿 千亿 百亿 倍 批 条 座 成")
QUANTITY = re.compile(
    rf"\d{{1,12}}(?:\.\d{{1,4}})?(?:[{DASH}]{{1,3}}\d{{1,12}})?{UNIT}|{HAN_NUMBER}(?:至{HAN_NUMBER})?{HAN_UNIT}|[百千万]亿|翻一?番|全覆盖"
)
STATE = re.compile(
    either(
        "形成 建成 建立 成为 达到 超过 突破 实现 取得 基本 显著 明显 跻身 迈入 进入 领先 领跑 打造 培育 集聚",
        "建设 完善 提升 提高 涌现",
        "带动 初步 走在 站上 做到 开通 布局 引育 攻克 累计 增加 新增 再添 培养 落地 商用 成长 处在 商业化 迈上 要有",
    )
)
PAST = re.compile(
    either(
        "已(?:经)?(?:达|建|形|有|突|实|成|累|培|引|聚|完) 同比 比上年 较上年 增长了 以来 去年 曾 截至目前",
        "共建成 首轮 上一轮",
        "原定 累计实现 此前 一稿 相比 回顾 年(?:全[省市国区])?产值(?:已|达到?了)",
    )
)
NOT_A_GOAL = re.compile(
    either(
        "施行 实施之日 有效期 起执行 公示 申报 提交 报送 截止 印发 发布 出台 公布 召开 举行 举办",
        "制定(?!.*\\d) 完成时限 成立 首次",
        "启动 开展了 度(?:计划|任务|总结|申报) 征求 修订 备案",
    )
)
AFTER_FROM = re.compile(rf"(?:[{DASH}]|20\d\d年?|自|从|于|在|继|截至)$")
NO_POINT = re.compile(rf"[{DASH}]|以来|度|起")
DUE = re.compile(r"前|底|末|为限")
HEADS_CLAUSE = re.compile(r"(?:^|[，；：、“（】 ]|第[一二]个是|力争|目标|要求|提出|明确|计划|预计|确保|则?为|把|都是)$")
GOAL_WORD = re.compile(either("目标 力争 确保 争取 规模 明确 提出 计划 时间表 节点 步 阶段 划定"))
NAMED_YEAR = re.compile(r"(20\d\d)年(?:度)?(?:行动|工作|重点)")
AIM = re.compile(either("引育 争创 新增 建成 培育 创建 达到 突破 打造 力争 建设 推动 实施"))
HEAD = 600  # characters: goals stand early in reports; years with 年底前 further down date single tasks
DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One clause of a goal. `is_firm` is false where the year may only date a task (2026年底前)."""

    view: View
    year: int
    start: int
    end: int
    is_firm: bool = True


def find_targets(reading: Reading, names: Names) -> list[Fact]:
    """Return the dated goals of the text, and of the title for years that the text leaves out, clause by clause.

    A year before the publication's is no goal. Where firm goals exist, task dates of other years are left out.
    """
    earliest = reading.published.year if reading.published else 0
    goals = [goal for goal in _goals(reading.text, names) if goal.year >= earliest]
    told = {goal.year for goal in goals}
    goals += [goal for goal in _goals(reading.title, names) if goal.year >= earliest and goal.year not in told]
    firm = {goal.year for goal in goals if goal.is_firm}
    goals = [goal for goal in goals if not firm or goal.year in firm] or list(_of_named_year(reading.text, names))
    facts = [g.view.fact("target", g.view.quote(g.start, g.end), g.start, g.end, year=g.year) for g in goals]
    return list({fact.value: fact for fact in facts}.values())


def _goals(view: View, names: Names) -> Iterator[Goal]:
    inside_names = [(name.start, name.end) for name in names.mentions if name.view is view]
    for opening in _openings(view.text):
        is_named = any(start <= opening.start("year") < end for start, end in inside_names)
        if not opening["day"] and not is_named and _opens(view, opening):
            yield from _clauses(view, opening)


def _openings(text: str) -> Iterator[re.Match[str]]:
    """Yield the years with what stands around them; looking for the bare years first takes a quarter of the time."""
    end = 0
    for year in BARE_YEAR.finditer(text):
        if year.start() >= end and (opening := OPENING.search(text, max(end, year.start() - LONGEST_BY))):
            end = opening.end()
            yield opening


def _opens(view: View, opening: re.Match[str]) -> bool:
    """True when a year looks forward: it has 到 or 前, or it heads a clause with something to be reached."""
    start = view.sentence_start(opening.start())
    before, after = view.text[start : opening.start()], view.text[opening.end() : opening.end() + 40]
    if AFTER_FROM.search(before) or NO_POINT.match(after) or opening["by"] == "截至":
        return False
    if PAST.search(view.text, max(start, opening.start() - 12), opening.end() + 14):
        return False
    if opening["by"] or DUE.search(opening["end"]):
        return True
    is_goal = QUANTITY.search(after) or STATE.search(after) or GOAL_WORD.search(before)
    return bool(HEADS_CLAUSE.search(before) and is_goal)


def _clauses(view: View, opening: re.Match[str]) -> Iterator[Goal]:
    """Yield the clauses from a year to the end of its sentence or to the next year.

    Where none has a number or a usual state, the first one is the goal: 到2030年，综合实力位居前列.
    """
    has_goal = False
    for goal in _candidates(view, opening):
        text = view.text[goal.start : goal.end].replace(opening[0], "")
        is_worded = QUANTITY.search(text) or (STATE.search(text) and len(text) > 3)
        if is_worded or (not has_goal and opening["by"] and goal.start > opening.start()):
            yield goal if has_goal else _with_year(view, goal, opening)
            has_goal = True


def _with_year(view: View, goal: Goal, opening: re.Match[str]) -> Goal:
    """Return the first clause of a goal with its year where only a comma parts them: 到2027年，建成…."""
    is_next = view.text[opening.end() : goal.start] in {"，", "， ", "：", "，“"}
    return replace(goal, start=opening.start()) if is_next else goal


def _candidates(view: View, opening: re.Match[str]) -> Iterator[Goal]:
    """Yield what may be a goal's clauses; none when the first one tells of the past or of a procedure."""
    last = view.sentence_end(opening.end())
    following = OPENING.search(view.text, opening.end(), last)
    first = max(view.text.rfind(mark, 0, opening.start()) for mark in "，；。！？：\n【】") + 1
    for clause in CLAUSE.finditer(view.text, first, following.start() if following else last):
        if not NOT_A_GOAL.search(clause[0]) and not PAST.search(clause[0]):
            start, end = _bare(view, clause.start(), clause.end())
            yield Goal(view=view, year=_year(opening["year"]), start=start, end=end, is_firm=_is_firm(view, opening))
        elif clause.start() <= opening.start() < clause.end():
            return


def _is_firm(view: View, opening: re.Match[str]) -> bool:
    is_early = view.place == "title" or opening.start() < HEAD
    return is_early or bool(opening["by"]) or not DUE.search(opening["end"])


def _bare(view: View, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a clause without spaces around it and without one half of a pair of quotation marks."""
    text = view.text[start:end]
    bare = text.strip(" 　")
    if bare.count("“") != bare.count("”"):
        bare = bare.strip("“”")
    start += text.find(bare)
    return start, start + len(bare)


def _of_named_year(view: View, names: Names) -> Iterator[Goal]:
    """Yield the numbered aims of a plan whose name is its year (2025年行动计划) and whose text names no other."""
    year = next((match for name in names.announced if (match := NAMED_YEAR.search(name.value))), None)
    for clause in CLAUSE.finditer(view.text) if year else ():
        if year and QUANTITY.search(clause[0]) and AIM.search(clause[0]) and not PAST.search(clause[0]):
            start, end = _bare(view, clause.start(), clause.end())
            yield Goal(view=view, year=int(year[1]), start=start, end=end)


def _year(text: str) -> int:
    return int("".join(DIGITS.get(digit, digit) for digit in text))
