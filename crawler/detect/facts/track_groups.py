"""Find the groups of words that may be an article's tracks, by their form alone. No lexicon, no I/O, no clock.

A group is a list in a sentence (聚焦甲、乙和丙), the items of numbered or marked lines, the heads of lines (甲：…),
words that a line counts (甲6项，乙5项) or shares out (某区做甲，某区做乙), what stands in brackets, or a column of a
table. Each member has several spans where it is open at which word it begins and ends. Which group is the level at
which a text lists its directions is weighed in weighed_tracks.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View
from crawler.detect.facts.track_cuts import WordSpan, cut, listed_last, without_ending, without_place
from storage.folding import Table

READ_CHARACTERS = 3000  # characters: directions stand in the first part of a document
FULL_WIDTH = Table(dict(zip(",;:?!()|", "，；：？！（）｜", strict=True)))
HAN = r"\u4e00-\u9fff"
CHARACTER = rf"[{HAN}A-Za-z0-9+“”·/&-]"
ORDINAL = "[一二三四五六七八九十]"
ASIDE = r"(?:（[^（）\n]{1,20}）)?"  # behind a member: 液流储能（依托某某院）、…
RUN = re.compile(rf"(?<!{CHARACTER}){CHARACTER}++(?:{ASIDE}[、｜]{CHARACTER}++)+")
PART = re.compile(rf"({CHARACTER}++){ASIDE}[、｜]?")
JOINT = re.compile("以及|及|和")
LIST_ENDS = re.compile("等|[二三四五六七八九十]+[个大类条]")  # inside a stretch of 、: 甲、乙等领域发展丙、丁
LONG_PART = 6  # characters from which a part may hold the end of one list and the beginning of another
LONGEST_MEMBER = 20  # characters
CLASS = "(?:方向|榜单?|专题|课题|领域|赛道|任务)"
MARK = re.compile(
    rf"(?:^|(?<=[\n。；：，！？、 　—]))[ 　]*(?P<mark>（(?:{ORDINAL}{{1,3}}|\d{{1,2}})）"
    rf"|{ORDINAL}{{1,3}}、|\d{{1,2}}[.．、）]|[①-⑳]"
    rf"|{ORDINAL}[是要]|(?:其|第){ORDINAL}{{1,2}}[节章条]?[，、　 ]|{CLASS}(?:{ORDINAL}|\d{{1,2}})[：、　 ]|[A-Z]类?："
    r"|◇|□|●|■|▲|△|◆|○|·|•|—+|-|✔|✅|√|★|☆|➤|►|▶|[\U0001F300-\U0001FAFF☀-➿]️?"
    rf"|\d{{1,2}}[ —｜\t](?=[{HAN}]))[ 　️]*(?P<item>(?:{CHARACTER}|[（）《》 、]){{2,30}})"
)
ITEM_END = re.compile(r"[。：；，！？\n（｜—\t]|  |\d+(?:个|家|项|万|亿|单|款|户|%)")
FIRST = re.compile(rf"(?:（|其|第|{CLASS})?(?:一|1(?!\d))|①|A")
KINDS = ("（一", "一、", "1", "一是", "·")  # of marks: in brackets, of sections, numbers, spoken, signs
FAR_CHARACTERS = 400  # between two items of one group
HEAD = re.compile(
    rf"(?:^|(?<=[\n。；]))[ 　]*"
    rf"(?:【(?P<boxed>[^】\n]{{2,12}})】|(?P<item>{CHARACTER}{{2,14}})(?:（[^）\n]{{1,12}}）)?[：—])"
)
SIZE = re.compile(r"\d{1,5}[家项个款单户所件名席道题张条种台处亿万]")
SIZED = re.compile(
    rf"(?:其中)?(?P<item>{CHARACTER}{{2,18}}?)(?:类|领域|方向)?(?:最[多热])?(?:企业)?[，：（]?"
    r"(?:[只仅]?有|以|各|占|获|分走|接走|报了?)?$"
)
SIZED_REACH = 28  # characters before a size
SIZED_BEGINS = re.compile(".*[，；。：、和\n—](?=.)", re.DOTALL)
SHARED = either(
    "，?即 主攻 发展 聚焦 布局 突破 突出 重点[发抓] 做 造 管 出 搞 攻 培育 是 转到 负责 承担 测 抓 种 建设? 归"
)
CLAUSE = re.compile(rf"(?:^|(?<=[，；。：\n]))[{HAN}“”]{{1,8}}?{SHARED}(?P<item>{CHARACTER}{{2,16}})(?=[，；。\n]|$)")
BRACKETED = re.compile(rf"（(?P<item>{CHARACTER}{{2,14}})）")
CELL = re.compile(r"[^\s｜|—\t]+")
CELL_WORDS = re.compile(rf"[{HAN}A-Za-z0-9+]{{2,20}}")
SENTENCE = re.compile("[。；，]")
LEAST_ROWS = 3  # of a table, its head with them


@dataclass(frozen=True, slots=True)
class TrackGroup:
    """Words of one form. `members` are the spans of each, the likeliest first; `start` is where the form begins."""

    form: str
    view: View
    start: int
    members: tuple[tuple[WordSpan, ...], ...]

    @property
    def first(self) -> WordSpan:
        """The likeliest span of its first member."""
        return self.members[0][0]

    @property
    def last(self) -> WordSpan:
        """The likeliest span of its last member."""
        return self.members[-1][0]


def marked_text(view: View) -> str:
    """Return what is read of a text with its marks in full width, each character at its place."""
    return FULL_WIDTH.apply(view.text[:READ_CHARACTERS])


def find_groups(view: View, text: str) -> Iterator[TrackGroup]:
    """Yield the groups of a text, given as `marked_text` gives it."""
    for start, parts in _runs(text):
        yield from _listed(view, text, start, parts)
    for form, spans in (*_marked(text), *_counted(text), *_rows(text)):
        if len(spans) > 1:
            yield from _itemised(view, text, form, spans)


def _runs(text: str) -> Iterator[tuple[int, list[WordSpan]]]:
    """Yield where each list in a sentence begins, and its parts as printed."""
    for run in RUN.finditer(text):
        parts: list[WordSpan] = []
        for found in PART.finditer(text, run.start(), run.end()):
            joint = JOINT.match(text, *found.span(1)) if parts else None
            start, end = joint.end() if joint else found.start(), found.end(1)
            inner = LIST_ENDS.search(text, start + 2, end) if parts and end - start > LONG_PART else None
            if inner and end < run.end():
                yield parts[0][0], [*parts, (start, inner.start())]
                parts = [(inner.end(), end)]
            else:
                parts.append((start, end))
        if len(parts) > 1:
            yield parts[0][0], parts


def _listed(view: View, text: str, start: int, parts: Sequence[WordSpan]) -> Iterator[TrackGroup]:
    """Yield the group of a list in a sentence: what stands before its first and behind its last member is cut."""
    placed = view.region_at
    own = [(without_place(view, *span) if span[0] in placed else span[0], span[1]) for span in parts[1:-1]]
    middle = [(span,) for span in own if 2 <= span[1] - span[0] <= LONGEST_MEMBER]
    first = cut(text, parts[0], begins=True)
    if first and first[0][0] in placed:
        first = ((without_place(view, *first[0]), first[0][1]), *first)
    members = [first, *middle, *listed_last(text, parts[-1])]
    members = [spans for spans in members if spans]
    if len(members) > 1:
        yield TrackGroup("run", view, start, tuple(members))


def _itemised(view: View, text: str, form: str, spans: Sequence[WordSpan]) -> Iterator[TrackGroup]:
    """Yield the group of items that stand by themselves, without the place they begin with and a common ending."""
    members = []
    for start, end in without_ending(text, [span for span in spans if span[1] - span[0] > 1]):
        inner = without_place(view, start, end)
        found = cut(text, (inner, end), begins=True, ends=True)
        members.append(found if inner == start else (*found, (start, end)))
    members = [member for member in members if member]
    if len(members) > 1:
        yield TrackGroup(form, view, spans[0][0], tuple(members))


def _marked(text: str) -> Iterator[tuple[str, list[WordSpan]]]:
    """Yield the items of numbered and otherwise marked lines, and the heads of lines."""
    opened: dict[str, list[WordSpan]] = {}
    for found in MARK.finditer(text):
        kind, item = _kind(found["mark"]), found.start("item")
        closed = ITEM_END.search(text, item, found.end("item"))
        if kind == "一、":  # a new section: what is numbered in it begins anew
            yield from ((own, opened.pop(own)) for own in list(opened) if own != kind)
        last = opened.get(kind)
        if last and (FIRST.match(found["mark"]) or item - last[-1][1] > FAR_CHARACTERS):
            yield kind, opened.pop(kind)
        opened.setdefault(kind, []).append((item, closed.start() if closed else found.end("item")))
    yield from opened.items()
    yield "head", [found.span("item") if found["item"] else found.span("boxed") for found in HEAD.finditer(text)]
    yield "bracket", [found.span("item") for found in BRACKETED.finditer(text)]


def _kind(mark: str) -> str:
    if mark[0] == "（" and not mark[1].isdigit():
        return KINDS[0]
    if mark[-1] in "是要：，　 " or mark[0] == "第":
        return KINDS[3]
    if mark[0] == "（" or mark[0].isdigit() or "①" <= mark[0] <= "⑳":
        return KINDS[2]
    return KINDS[1] if mark[-1] == "、" else KINDS[4]


def _counted(text: str) -> Iterator[tuple[str, list[WordSpan]]]:
    """Yield the items that a line counts, and those that a sentence shares out."""
    sizes = list(SIZE.finditer(text))
    sized: dict[int, list[WordSpan]] = {}
    for size in sizes if len(sizes) > 1 else ():
        reach = max(0, size.start() - SIZED_REACH)
        begins = SIZED_BEGINS.match(text, reach, size.start() - 1)
        found = SIZED.match(text, begins.end() if begins else reach, size.start())
        if found:
            sized.setdefault(text.rfind("\n", 0, found.start()), []).append(found.span("item"))
    yield from (("sized", spans) for spans in sized.values())
    shared: dict[int, list[WordSpan]] = {}
    for clause in CLAUSE.finditer(text):
        shared.setdefault(text.rfind("。", 0, clause.start()), []).append(clause.span("item"))
    yield from (("clause", spans) for spans in shared.values())


def _rows(text: str) -> Iterator[tuple[str, list[WordSpan]]]:
    """Yield the columns of tables without their heads."""
    for table in _tables(text):
        for column in zip(*table[1:], strict=True):
            spans = [span for span in column if not text[slice(*span)].isdigit()]
            if 2 * sum(CELL_WORDS.fullmatch(text, *span) is not None for span in spans) > len(spans):
                yield "column", spans


def _tables(text: str) -> Iterator[list[list[WordSpan]]]:
    """Yield the rows of each table: lines of as many cells as the one before."""
    rows: list[list[WordSpan]] = []
    start = 0
    for line in text.split("\n"):
        cells = [] if SENTENCE.search(line) else [(start + c.start(), start + c.end()) for c in CELL.finditer(line)]
        start += len(line) + 1
        if rows and len(cells) != len(rows[-1]):
            if len(rows) >= LEAST_ROWS:
                yield rows
            rows = []
        if len(cells) > 1:
            rows.append(cells)
    if len(rows) >= LEAST_ROWS:
        yield rows
