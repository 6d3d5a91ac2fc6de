"""Find dated goals: clauses that say what is to be reached by a year. No I/O, no clock.

A year opens the goal (到2030年, 力争2028年, 2027年前, 二〇三五年) and holds for the following clauses of its sentence
that carry a number or a state to be reached; so does a year that is counted from the publication's (今年, 明年, 两年后)
or named by its plan (“十五五”末). Years of what happened, of the document's period, of dates of signing, entry into
force and application open none. A goal of no year (三年内) counts only where none has one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from crawler.detect.facts.names import Names
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import ArticleViews, View
from storage.records import Fact

DASH = "-—–~～至到"
YEAR = r"(?P<year>20[2-9]\d|二[〇零][二三四五六七八九][〇零一二三四五六七八九])年"
BY = "(?P<by>到|至于?|截至|力争到?|争取到?|预计到?|计划到?|确保到?|目标是?到?|展望到?|以|是|则为)?"
OPENING = re.compile(
    rf"{BY}{YEAR}"
    rf"(?P<end>年?(?:年底|底|末)?(?:之?前|以前|为限)?)(?P<day>(?:\d{{1,2}}|[一二三四五六七八九十]+)月|[{DASH}](?:20)?\d\d)?"
)
COUNT = "[一两二三四五六七八九十]|\\d"
RELATIVE = re.compile(
    rf"{BY}(?:(?P<word>今年|明年|后年|本年(?!度)|(?<![\u4e00-\u9fff\d])年底(?=前|之前)|(?<![一二两三四五六七八九十几多半\d今明后去当每全])年内|(?<=[争保计划])全年(?!度))|“?十(?P<plan>[四五六])五”?(?:规划|时期)*(?=期?末)"
    rf"|(?P<later>{COUNT})年(?:多)?(?:之后|以?后)(?!的)|再用(?P<spent>{COUNT})年(?:左右)?(?:时间)?"
    rf"|(?:未来|今后)(?P<ahead>{COUNT})年(?!来|[^，。；]{{0,6}}产业)|(?P<within>{COUNT})年(?:之|以)?内(?:（[到至](?P<closed>20[2-9]\d)年[^）]{{0,8}}）)?)"
    r"(?P<end>(?:年?底|期?末|内)?(?:之?前|以前)?)(?P<day>(?:\d{1,2}|[一二三四五六七八九十]+)月|上半年|[一二三四]季度|春|夏|初)?"
)
LATER = re.compile("年[多之以]?后|再用")  # a headline's words for the year that its text prints
YEARS_AHEAD = {"今年": 0, "本年": 0, "全年": 0, "年内": 0, "年底": 0, "明年": 1, "后年": 2}
PLAN_ENDS = {"四": 2025, "五": 2030, "六": 2035}
NUMERALS = {digit: value for value, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
BARE_YEAR, LONGEST_BY = re.compile(YEAR), len("目标是到")
BARE_RELATIVE = re.compile(r"[年十](?:(?<=年)(?:[内底后多之以]|左右|时间|，|(?<=[今明后本全]年))|(?<=十)[四五六]五)")
PERIOD = re.compile(r"(20[2-9]\d)年?[-—–~～至]{1,2}(20[2-9]\d)年")
LISTS_FIELDS = re.compile(r"预计|不同|[^，。；]{0,4}(?:聚焦|面向|围绕|设|申报|共|评审|安排)")
YEARLY = re.compile(r"每年[^，。；]{0,10}?(?:不少于|不低于|至少)\d[\d.]*[亿万]元[^，。；]{0,12}")
CLAUSE = re.compile(r"[^，；。！？【】\n]{1,200}")
UNIT = either(
    "% 个 家 项 亿 万 千 百 元 倍 条 座 名 人 支 只 种 次 台 套 件 所 例 公里 吨 小时 颗 架 辆 平方 位 片 处",
    "批 款 成 分之 张 株 艘 户 间 门 部 对 米 期 吉瓦 千瓦 兆瓦 P",
)
HAN_NUMBER = "[一二两三四五六七八九十百千万]+"
HAN_UNIT = either("个 家 项 亿元? 万亿 千亿 百亿 倍 批 条 座 成")
QUANTITY = re.compile(
    rf"\d{{1,12}}(?:\.\d{{1,4}})?(?:[{DASH}]{{1,3}}\d{{1,12}})?{UNIT}|{HAN_NUMBER}(?:至{HAN_NUMBER})?{HAN_UNIT}|[百千万]亿|翻[一两二三]?番|全覆盖"
)
STATE = re.compile(
    either(
        "形成 建成 建立 成为 达到 超过 突破 实现 取得 基本 显著 明显 跻身 迈入 进入 领先 领跑 打造 (?<!重点)培育 集聚",
        "完成(?=[，。；]|$) 投入 建设 完善 提升 提高 涌现",
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
        "制定(?!.*\\d) 完成时限 成立 首次 指南 名单",
        "启动 开展了 度(?:计划|任务|总结|申报) 征求 修订 备案",
    )
)
AFTER_FROM = re.compile(rf"(?:[\d年][{DASH}]+|20\d\d年?|自|从|(?<!至)于|在|继|截至)$")
BASE = re.compile("(?:比|较于?)$")  # 较2025年翻一番 is part of another year's goal
PERIOD_HEAD = re.compile(rf"(?:^|[，；。：\n ])20\d\d年?[{DASH}]+$")
NO_POINT = re.compile(rf"[{DASH}]|以来|度|起")
DUE = re.compile(r"前|底|末|为限")
HEADS_CLAUSE = re.compile(r"(?:^|[，；：、“（】 ]|第[一二]个是|力争|目标|要求|提出|明确|计划|预计|确保|则?为|把|都是)$")
GOAL_WORD = re.compile(either("目标 力争 确保 争取 规模 明确 提出 计划 时间表 节点 步 阶段 划定"))
HEAD_CHARACTERS = 600  # characters: goals stand early in reports; years with 年底前 further down date single tasks
MARK = re.compile("[，；。！？：\n【】 ]")
YEAR_IN_ROW = re.compile(r"(?:^|[\s|])20[2-9]\d年?[\s|]")
YEAR_CELL = re.compile(r"(20[2-9]\d)年?")
CELL = re.compile(r"[^\s|]+")
NUMBER_CELL = re.compile(r"\d[\d,.]*%?")
BEFORE, AFTER = 40, 40  # characters around a year that tell what it is
RELATIVE_HEAD = len("展望到再用两年")
RELATIVE_TAIL = len("三年以内（至2028年12月31日）")
LAST_POSITION = 9999
DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningYear:
    """A year that may open a goal, the characters from `start` to before `end`; None is a year that is not told.

    `by` is the word before it (到, 力争), `is_due` says 前 or 底. `is_relative` years need a number to be reached.
    """

    year: int | None
    start: int
    end: int
    by: str
    is_due: bool
    is_relative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One clause of a goal. `is_firm` is false where the year may only date a task (2026年底前)."""

    view: View
    year: int | None
    start: int
    end: int
    is_firm: bool = True
    is_later: bool = False


def find_targets(reading: ArticleViews, names: Names) -> list[Fact]:
    """Return the dated goals of the text, and of the title for years that the text leaves out, clause by clause.

    A year before the publication's is no goal, nor is the date of a task before the goals. Goals of no year count
    where there is none with one.
    """
    published = reading.published.year if reading.published else None
    periods = _periods(reading)
    goals = [*_goals(reading.text, names, published, periods), *_of_rows(reading.text)]
    told = {goal.year for goal in goals}
    titled = _goals(reading.title, names, published, periods)
    goals += [goal for goal in titled if goal.year not in told and not (told and goal.is_later)]
    dated = _without_task_dates([goal for goal in goals if goal.year is not None and goal.year >= (published or 0)])
    chosen = dated or [goal for goal in goals if goal.year is None] or list(_of_every_year(reading.text))
    facts = [g.view.fact("target", g.view.quote(g.start, g.end), g.start, g.end, year=g.year) for g in chosen]
    return list({(fact.value, fact.year): fact for fact in facts}.values())


def _without_task_dates(goals: list[Goal]) -> list[Goal]:
    """Return the goals without the dates of tasks (2026年底前) before the last year of the firm ones."""
    firm = {goal.year for goal in goals if goal.is_firm}
    last = max((year or 0 for year in firm), default=0)
    return [goal for goal in goals if goal.year in firm or (goal.year or 0) > last]


def _goals(view: View, names: Names, published: int | None, periods: dict[int, int]) -> Iterator[Goal]:
    inside_names = sorted((name.start, name.end) for name in names.mentions if name.view is view)
    openings = [one for one in _openings(view.text, published, periods) if not _is_inside(inside_names, one.end - 1)]
    openings = [one for one in openings if not BASE.search(view.text, max(0, one.start - len("相较于")), one.start)]
    for opening, following in zip_longest(openings, openings[1:]):
        if _opens(view, opening, is_future=published is not None and (opening.year or 0) > published):
            yield from _clauses(view, opening, following.start if following else len(view.text))


def _is_inside(spans: list[tuple[int, int]], position: int) -> bool:
    """True for a position in one of the spans, which are sorted; only the last before it can hold it."""
    index = bisect_right(spans, (position, LAST_POSITION)) - 1
    return index >= 0 and spans[index][1] > position


def _openings(text: str, published: int | None, periods: dict[int, int]) -> list[OpeningYear]:
    """Return the years that stand in a text and those that are counted from the publication's, in order."""
    found = [*_printed_years(text), *_counted_years(text, published, periods)]
    return sorted(found, key=lambda opening: opening.start)


def _printed_years(text: str) -> Iterator[OpeningYear]:
    """Yield the years with what stands around them; looking for the bare years first takes a quarter of the time."""
    end = 0
    for year in BARE_YEAR.finditer(text):
        if year.start() >= end and (match := OPENING.search(text, max(end, year.start() - LONGEST_BY))):
            end = match.end()
            if not match["day"]:
                yield _opening(match, _year(match["year"]), is_relative=False)


def _periods(reading: ArticleViews) -> dict[int, int]:
    """Return the last years of the periods that title and text name, by their length: 2028 for 三年 of 2026—2028年."""
    found = (match for view in reading.views for match in PERIOD.finditer(view.text))
    return {int(match[2]) - int(match[1]) + 1: int(match[2]) for match in found}


def _counted_years(text: str, published: int | None, periods: dict[int, int]) -> Iterator[OpeningYear]:
    """Yield 今年, 两年后, “十五五”末 and 三年内."""
    end = 0
    nearby = list(BARE_RELATIVE.finditer(text))
    for near in nearby:
        match = RELATIVE.search(text, max(end, near.start() - RELATIVE_HEAD), near.end() + RELATIVE_TAIL)
        if match is not None and near.start() >= end and not match["day"]:
            end = match.end()
            year = _year_meant(match, published, periods)
            if year is not None or match["within"] or match["ahead"]:
                yield _opening(match, year, is_relative=True)


def _opening(match: re.Match[str], year: int | None, *, is_relative: bool) -> OpeningYear:
    is_due = DUE.search(match["end"]) is not None
    return OpeningYear(
        year=year, start=match.start(), end=match.end(), by=match["by"] or "", is_due=is_due, is_relative=is_relative
    )


def _year_meant(match: re.Match[str], published: int | None, periods: dict[int, int]) -> int | None:
    """Return the year that 今年, 两年后 or “十五五”末 is, counted from the publication's; None for 三年内.

    `periods` are the last years of the periods that the text names, by their length: 三年后 of 2026—2028年 is 2028.
    """
    if match["plan"]:
        return PLAN_ENDS[match["plan"]]
    if match["closed"]:
        return int(match["closed"])
    if match["word"]:
        return None if published is None else published + YEARS_AHEAD[match["word"]]
    count = match["later"] or match["spent"] or match["within"] or match["ahead"]
    years = NUMERALS.get(count) or int(count)
    if years in periods:
        return periods[years]
    return None if published is None or match["within"] or match["ahead"] else published + years


def _opens(view: View, opening: OpeningYear, *, is_future: bool) -> bool:
    """True when a year looks forward: it has 到 or 前, is to come and has a number, or heads a clause of a goal."""
    start = max(view.sentence_start(opening.start), opening.start - BEFORE)
    before, after = view.text[start : opening.start], view.text[opening.end : opening.end + AFTER]
    if NO_POINT.match(after) or opening.by == "截至":
        return False
    has_number = QUANTITY.search(after) is not None
    is_within = before.endswith("在") and (is_future or opening.is_relative)
    if AFTER_FROM.search(before) and not is_within and not (has_number and PERIOD_HEAD.search(before)):
        return False
    if PAST.search(view.text, max(start, opening.start - 12), opening.end + 14):
        return False
    if opening.is_relative:
        is_state = opening.is_due and STATE.search(after)
        return bool(has_number or is_state) and LISTS_FIELDS.match(after) is None
    if opening.by or opening.is_due or (is_future and has_number):
        return True
    is_goal = has_number or STATE.search(after) or GOAL_WORD.search(before)
    return bool(HEADS_CLAUSE.search(before) and is_goal)


def _clauses(view: View, opening: OpeningYear, following: int) -> Iterator[Goal]:
    """Yield the clauses from a year to the end of its sentence or to the next year.

    Where none has a number or a usual state, the first one is the goal: 到2030年，综合实力位居前列.
    """
    has_goal = False
    for goal in _candidates(view, opening, following):
        text = view.text[max(goal.start, opening.end if goal.start <= opening.start else goal.start) : goal.end]
        is_worded = QUANTITY.search(text) or (STATE.search(text) and len(text) > 1 and not opening.is_relative)
        if is_worded or (not has_goal and opening.by and goal.start > opening.start):
            yield goal if has_goal else _with_year(view, goal, opening)
            has_goal = True


def _with_year(view: View, goal: Goal, opening: OpeningYear) -> Goal:
    """Return the first clause of a goal with its year where only a comma parts them: 到2027年，建成…."""
    is_next = view.text[opening.end : goal.start] in {"，", "， ", "：", "，“"}
    return replace(goal, start=opening.start) if is_next else goal


def _candidates(view: View, opening: OpeningYear, following: int) -> Iterator[Goal]:
    """Yield what may be a goal's clauses; none when the first one tells of the past or of a procedure."""
    last = min(view.sentence_end(opening.end), following)
    near = max(0, opening.start - BEFORE)
    first = opening.start - len(MARK.split(view.text[near : opening.start])[-1])
    for clause in CLAUSE.finditer(view.text, first, last):
        if not NOT_A_GOAL.search(clause[0]) and not PAST.search(clause[0]):
            start, end = _bare(view, clause.start(), clause.end())
            is_later = LATER.search(view.text, opening.start, opening.end) is not None
            is_firm = start < HEAD_CHARACTERS or view.place == "title" or bool(opening.by) or not opening.is_due
            yield Goal(view=view, year=opening.year, start=start, end=end, is_firm=is_firm, is_later=is_later)
        elif clause.start() <= opening.start < clause.end():
            return


def _of_rows(view: View) -> Iterator[Goal]:
    """Yield the rows of a table whose columns are years, once for each year, and rows that begin with a year."""
    start, years = 0, dict[int, int]()
    for line in view.text.split("\n") if YEAR_IN_ROW.search(view.text) else ():
        cells = CELL.findall(line)
        heads = {n: int(m[1]) for n, cell in enumerate(cells) if (m := YEAR_CELL.fullmatch(cell))}
        if len(heads) > 1:
            years = heads
        elif years and max(years) < len(cells) and all(NUMBER_CELL.fullmatch(cells[n]) for n in years):
            yield from (Goal(view=view, year=year, start=start, end=start + len(line)) for year in years.values())
        else:
            years = {}
            if 0 in heads and (QUANTITY.search(line) or STATE.search(line)):
                yield Goal(view=view, year=heads[0], start=start, end=start + len(line))
        start += len(line) + 1


def _of_every_year(view: View) -> Iterator[Goal]:
    """Yield what is to be reached each year: 每年不少于….."""
    return (Goal(view=view, year=None, start=m.start(), end=m.end()) for m in YEARLY.finditer(view.text))


def _bare(view: View, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a clause without spaces around it and without one half of a pair of quotation marks."""
    text = view.text[start:end]
    bare = text.strip(" 　")
    if bare.count("“") != bare.count("”"):
        bare = bare.strip("“”")
    start += text.find(bare)
    return start, start + len(bare)


def _year(text: str) -> int:
    return int("".join(DIGITS.get(digit, digit) for digit in text))
