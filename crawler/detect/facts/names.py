"""Tell the names of the documents that an article announces from those it only cites. No I/O, no clock.

A name stands in book-title marks, or without them in the title of a notice (关于印发…的通知) and in a page's own
title (关于…的公示, …条例); what running text names without marks is weighed (weighed_names.py). What stands around
it tells the two kinds apart: 印发, 公布, 由…发布, 以下简称 announce; 根据, 贯彻, 此前, 已于2022年印发 cite.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crawler.detect.facts.instruments import core, instrument_of, is_generic
from crawler.detect.facts.name_context import ISSUING, weight_of
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import ArticleViews, View
from crawler.text.fold import readable
from crawler.text.regions import region_in

MARKED = re.compile(r"《((?:[^《》]|《[^《》]{1,80}》){2,120}?)》(?P<extra>(?:（[^（）]{2,16}）)*)")
EXTRA = re.compile(
    r"（(?:(?:\d{4}|[一二三四五六七八九十]).{0,3}[-—–~～至到]|征求意见|试行|草案|暂行|修订|送审|讨论|第[一二三四五])"
)
AND = r"[\s、，和及与以]*"
BETWEEN = re.compile(rf"{AND}(?:（[^（）]{{0,40}}）)?{AND}(?:其|相关)?(?:配套)?(?:的|政策|文件|措施|方案|细则)*")

WITHDRAWING = re.compile("废止|失效|停止执行|不再执行|文件清理")  # such a notice names what it withdraws
ITEM = re.compile(r"[\d一二三四五六七八九十（）、.．\s]*")
CONTEXT_CHARACTERS = 100  # characters after a name in which its verb stands: a row of thirteen issuers may lie between

# What a portal puts around a title: 【关注】…, 转载｜…, …（附全文）, …_某某网.
BEFORE_TITLE = re.compile(r"(?:【[^】]{1,12}】|[^《》｜丨|]{0,8}[｜丨|])\s*")
DECORATION_REACH = 60  # characters at the end of a title
AFTER_TITLE = re.compile(r"\s*(?:（附[^（）]*）|[_\-－|]\s*[^_\-－|]{2,20}网)$")
PUBLISHES = either("印发 发布 下发 转发 公布 颁布 批转 制定 实施 公开征求 征求 征集")
NOTICE = re.compile(
    rf"(?:关于(?:联合|公开|正式)?{PUBLISHES}(?:实施)?|印发(?:实施)?(?=关于))"
    r"(?P<name>[^《》]{5,100}?)(?:公开)?(?:征求|征集)?(?:社会公众|社会|公众)?的?(?:意见建议|意见|建议)?的?"
    r"(?:通知|公告|决定|函|通告|公示)$"
)
LISTS = frozenset(("名单", "榜单", "指南", "清单", "目录", "公示"))  # published by the notice that names them
NOTICES = frozenset(("公告", "通告", "通知"))  # 某市人大常委会公告（第八号） is the cover of what it publishes
SELF_NAMED = re.compile(r"(?P<name>关于[^《》？?！!：]{4,80})$")
VERBAL = re.compile(rf"{ISSUING}|解读|明确|：|！|？|，|\s|获悉|举行|召开|获批|聚焦|来了|答复")
OWN_WORDS = re.compile(
    r"(?:制定|提出|起草|编制)(?:本|以下|如下)|本(?:条例|办法|方案|计划|意见|措施|规划|规定|细则|政策)(?:自|所称|适用)"
    r"|第一条|第一章|总则|一、总体要求|现(?:予|将|面向|公布|决定)|通知如下|公告如下"
)
OWN_REACH = 1500  # characters in which a document says that it is one
EARLY_CHARACTERS = 400  # characters: beyond the first paragraphs, the body of a titled document cites


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """One mention of a document: `value` without marks, as shown; `weight` above zero announces it."""

    value: str
    key: str
    view: View
    start: int
    end: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The documents an article announces and those it cites, each once, in order of appearance."""

    announced: tuple[NameMention, ...] = ()
    cited: tuple[NameMention, ...] = ()
    mentions: tuple[NameMention, ...] = ()

    def cites(self, start: int) -> bool:
        """True when the document named at `start` of the text is a cited one."""
        keys = {name.key for name in self.cited}
        return any(name.start == start and name.key in keys for name in self.mentions if name.view.place == "body")


def find_names(reading: ArticleViews) -> Names:
    """Return the documents that an article announces and cites."""
    mentions = _joined([*_titled(reading), *_marked(reading.title, reading), *_marked(reading.text, reading)])
    announced = _announced(mentions)
    keys = {name.key for name in announced}
    cited = _once(mention for mention in mentions if mention.key not in keys)
    return Names(announced=announced, cited=cited, mentions=tuple(mentions))


def _announced(mentions: list[NameMention]) -> tuple[NameMention, ...]:
    groups: dict[str, list[NameMention]] = {}
    for mention in mentions:
        groups.setdefault(mention.key, []).append(mention)
    best = {key: max(mention.weight for mention in group) for key, group in groups.items()}
    titled = {mention.key for mention in mentions if mention.view.place == "title" and mention.weight > 0}
    early = {m.key for m in mentions if m.weight > 0 and m.start < EARLY_CHARACTERS}
    chosen = {key for key, weight in best.items() if weight > 0 and (not titled or key in titled or key in early)}
    if not chosen:
        neutral = {key for key, weight in best.items() if weight == 0}
        chosen = neutral if len(neutral) == 1 else set()
    return tuple(_fullest(group) for key, group in groups.items() if key in chosen)


def _fullest(mentions: list[NameMention]) -> NameMention:
    """Return the mention that gives the whole name: with its region, its years, its stage."""
    return max(mentions, key=lambda mention: (len(mention.value.rstrip()), -mention.start))


def _once(names: Iterable[NameMention]) -> tuple[NameMention, ...]:
    return tuple({name.key: name for name in names}.values())


def _joined(mentions: list[NameMention]) -> list[NameMention]:
    """Give a name without its region the key of the one that has it: 未来产业行动方案 is 某省未来产业行动方案."""
    backwards = sorted({mention.key[::-1] for mention in mentions})
    longer = {key[::-1]: _longest_of(key[::-1], backwards) for key in backwards}
    return [replace(mention, key=longer[mention.key]) for mention in mentions]


def _longest_of(short: str, backwards: list[str]) -> str:
    """Return the longest key that a name is short for, itself without one; keys that end alike stand side by side."""
    ending = short.removeprefix("关于")[::-1]
    first, last = (bisect_left(backwards, ending + tail) for tail in ("", chr(sys.maxunicode)))
    found = (key[::-1] for key in backwards[first:last])
    return max((key for key in found if key != short and _is_short_for(short, key)), key=len, default=short)


def _is_short_for(short: str, long: str) -> bool:
    bare = short.removeprefix("关于")
    if len(bare) < 6 or not long.endswith(bare):
        return False
    rest = long[: -len(bare)].removesuffix("关于")
    return not rest or region_in(rest) is not None


def _marked(view: View, reading: ArticleViews) -> Iterator[NameMention]:
    """Yield the names in book-title marks; names in one row share what stands before and after the row."""
    row: list[re.Match[str]] = []
    for match in MARKED.finditer(view.text):
        if row and not BETWEEN.fullmatch(view.text, row[-1].end(), match.start()):
            yield from _row(view, row, reading)
            row = []
        row.append(match)
    yield from _row(view, row, reading)


def _row(view: View, row: list[re.Match[str]], reading: ArticleViews) -> Iterator[NameMention]:
    if not row:
        return
    before = view.text[view.sentence_start(row[0].start()) : row[0].start()].rpartition("】")[2]
    after = view.text[row[-1].end() : row[-1].end() + CONTEXT_CHARACTERS]
    weight = weight_of(before, after, reading.published, is_title=view.place == "title")
    if view.place != "title" and "转发" in reading.title.text and after.startswith("转发"):
        weight = -1  # the notice that forwards it has a name of its own
    if WITHDRAWING.search(reading.title.text) and ITEM.fullmatch(before):
        weight = 1
    for match in row:
        extra = match["extra"] if EXTRA.match(match["extra"]) else ""
        inner = NOTICE.search(match[1])  # 《某市人民政府关于印发某方案的通知》 announces 某方案
        plain = (inner["name"] if inner else match[1]) + extra
        if not is_generic(plain) and instrument_of(plain) is not None:
            shown = _inside(view, match, inner) + view.quote(match.end(1) + 1, match.end(1) + 1 + len(extra))
            end = match.end(1) + 1 + len(extra)
            yield NameMention(
                value=readable(shown), key=core(plain), view=view, start=match.start(), end=end, weight=weight
            )


def _inside(view: View, match: re.Match[str], inner: re.Match[str] | None) -> str:
    """Return the name between the marks as shown, without the notice around it."""
    start, end = inner.span("name") if inner else (0, len(match[1]))
    return view.quote(match.start(1) + start, match.start(1) + end)


def _titled(reading: ArticleViews) -> Iterator[NameMention]:
    """Yield the name that an announcing page's title gives without marks."""
    view = reading.title
    start, end = undecorated(view.text)
    title = view.text[start:end]
    if "《" in title or (WITHDRAWING.search(title) and not NOTICE.search(title)):
        return
    match = NOTICE.search(title)
    if match is None or instrument_of(match["name"]) in {None, *LISTS}:
        match = SELF_NAMED.search(title) if instrument_of(title) else None
        if match is None and _is_own_name(title, reading):
            match = re.match(r"(?P<name>.+)", title)
    if match is None or is_generic(match["name"]) or instrument_of(match["name"]) is None:
        return
    first, last = start + match.start("name"), start + match.end("name")
    name = view.quote(first, last)
    yield NameMention(value=readable(name), key=core(match["name"]), view=view, start=first, end=last, weight=3)


def undecorated(title: str) -> tuple[int, int]:
    """Return where a title begins and ends without what a portal added to it."""
    before, after = BEFORE_TITLE.match(title), AFTER_TITLE.search(title, max(0, len(title) - DECORATION_REACH))
    return (before.end() if before else 0), (after.start() if after else len(title.rstrip()))


def _is_own_name(title: str, reading: ArticleViews) -> bool:
    """True when the title is a document's own name and the text is that document."""
    noun = instrument_of(title)
    if noun is None or noun in NOTICES or VERBAL.search(core(title).removesuffix(noun)) or region_in(title) is None:
        return False
    text = reading.text.text[:OWN_REACH]
    is_repeated = len(text) < 2 * len(title) and core(title) in core(text)
    return is_repeated or bool(OWN_WORDS.search(text))
