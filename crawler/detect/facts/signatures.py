"""Read authorities that stand by themselves: heading of a notice, signature, metadata row. No I/O, no clock.

Here a name needs no table: what stands alone on its line and ends as an authority does (…厅, …协会, …分行) is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.detect.facts.authorities import Authority
from crawler.detect.facts.offices import COUNT, NATIONAL
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View, offsets
from crawler.text.regions import find_regions, region_in

NAME = re.compile(r"(?:[\u4e00-\u9fff“”]|（[\u4e00-\u9fff]{2,8}）(?!$)){3,40}")
# How an authority ends; of these the governing ones make a row of names a row of authorities.
GOVERNS = re.compile(
    either(
        "政府 国务院 [厅局委部] 委员会 办公[厅室] (?<![举主承协申])办 管委会 执委会 指挥部 领导小组 专班 司 兵团",
    )
    + "$"
)
ENDS = re.compile(
    GOVERNS.pattern
    + "|"
    + either(
        "协会 学会 联合会 商会 促进会 科协 残联 妇联 工会 工商联 共青团中央 [分支]行 人民银行 海关 法院 [科学工程]院",
        "中心 队 署 机构",
    )
    + "$"
)
NO_NAME = re.compile(
    either(rf"^{COUNT}个?部门 请 将 把 的 了 被 (?<!自)由 为 或 各 有关 相关 本 我 此 该 附件 反馈 联系 抄送 主送 公开")
)
SPLIT = re.compile(r"[^\s、，]+")
STAMP = re.compile(rf"（(?:印章|盖章|代章|章)）|等?{COUNT}个?(?:部门|单位|部委|厅局)$")
DAY = r"(?:20\d\d|二[〇零][一二三四五六七八九〇零]{2})年[^。，\n]{2,8}日"
SIGNED_DATE = re.compile(rf"^(?P<names>.*?)[ ]*{DAY}[ ]*$")
LONGEST_NAME = 12  # characters: shorter stretches hold no two names with their regions
SIGNATURE_LINES = 30  # the longest signature block seen has 24
LINE_LENGTH = 200  # characters: a longer line is a paragraph
LABEL = re.compile(
    rf"^[ ]*[\[【|]?[ ]*{either('发文机关 发[布文]机构 发[布文]单位 制[发定]机关 公开主体 联合发文单位 来文单位')}"
    r"[ ]*[\]】]?(?:[：| ][：| ]*\n?|\n)[ ]*(?P<value>[^\n|]+)",
    re.MULTILINE,
)
LABELS_REACH = 1500  # characters: metadata rows stand at the head of a page
HEADING = re.compile(
    r"^(?:【[^】]{1,12}】|[^《》｜|]{0,8}[｜|])?[ ]*(?P<names>[^《》？！。]{3,400}?)[ ]*(?:转发|批转|印发|公布|关于)"
)


def heading(view: View) -> list[Authority]:
    """Return the authorities before 关于 in the title of a notice."""
    match = HEADING.match(view.text)
    return _governing(standing_alone(view, match.start("names"), match.end("names"))) if match else []


def signatures(view: View) -> Iterator[list[Authority]]:
    """Yield the authorities above each date line, and those on the last lines of a text."""
    lines = view.text.split("\n")
    starts = offsets(lines)
    for number, line in enumerate(lines):
        date = SIGNED_DATE.match(line) if len(line) < LINE_LENGTH and line.rstrip().endswith("日") else None
        if date is not None:
            beside = standing_alone(view, starts[number], starts[number] + date.end("names"))
            if beside or not date["names"].strip():
                yield _governing([*_above(view, lines, starts, number), *beside])
    yield _governing(_above(view, lines, starts, len(lines)))


def _above(view: View, lines: list[str], starts: list[int], last: int) -> list[Authority]:
    block: list[Authority] = []
    for number in range(last - 1, max(-1, last - 1 - SIGNATURE_LINES), -1):
        names = standing_alone(view, starts[number], starts[number] + len(lines[number]))
        if not names and lines[number].strip():
            break
        block[:0] = names
    return block


def labelled(view: View) -> Iterator[list[Authority]]:
    """Yield the authorities of the rows 发文机关, 发布机构 … at the head of a page."""
    for match in LABEL.finditer(view.text, 0, LABELS_REACH):
        yield _governing(standing_alone(view, match.start("value"), match.end("value")))


def _governing(names: list[Authority]) -> list[Authority]:
    """Return a row of names, none of it where no government's office is among them."""
    return names if any(GOVERNS.search(one.text) for one in names) else []


def standing_alone(view: View, start: int, end: int) -> list[Authority]:
    """Return the authorities that a stretch of text consists of; none when it holds anything else."""
    if end - start > 400 or any(mark in view.text[start:end] for mark in "。：；"):
        return []
    parts = [span for part in SPLIT.finditer(view.text, start, end) for span in _unglued(view.text, *part.span())]
    found = []
    for first, last in parts:
        text = STAMP.sub("", view.text[first:last])
        if text and not is_name(text):
            return []
        if text:
            is_national = NATIONAL.match(text) is not None
            found.append(Authority(text=text, start=first, end=first + len(text), is_national=is_national))
    return found


def _unglued(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the names that stand without anything between them: 某省财政厅某省统计局. 国家税务总局某市税务局 is one."""
    for place in find_regions(text[start:end]) if end - start > LONGEST_NAME else ():
        first = start + place.start
        if first > start and ENDS.search(text, start, first) and not NATIONAL.fullmatch(text, start, first):
            yield start, first
            start = first
    yield start, end


def is_name(text: str) -> bool:
    """True for what may be an authority's name by its form alone."""
    return bool(NAME.fullmatch(text) and ENDS.search(text)) and NO_NAME.search(text) is None


def is_governing(text: str) -> bool:
    """True for a name that is a government's office: of a region or a zone, ending as one."""
    return is_name(text) and GOVERNS.search(text) is not None and region_in(text) is not None
