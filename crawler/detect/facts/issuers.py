"""Find the authorities that issue an article's document (发文机关). No I/O, no clock.

They are taken from the surest place that names any: the signature and the title of the notice, the sentence that says
who issued the announced document, the metadata line, the press conference, the source of the news. Authorities of cited
documents, of task tables and of quotations issue nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from crawler.detect.facts.authorities import Authority, find_authorities, full_form, rows
from crawler.detect.facts.names import Names
from crawler.detect.facts.offices import COUNT, GROUP, OTHERS
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import Reading, View, offsets
from crawler.regions import region_in
from storage.records import Fact, Region


class Rank(IntEnum):
    """How surely a row of authorities issues the document; the highest rank in an article counts."""

    TOLD = 1  # 记者从…获悉, 按照…的部署
    PRESENTED = 2  # …有关负责人介绍《…》
    CONVENED = 3  # …召开新闻发布会
    DRAFTED = 4  # …起草《…》, the metadata line
    ISSUED = 5


DAY = r"(?:20\d\d年)?(?:\d{1,2}月)?\d{1,2}日"
FILLER = either(
    rf"{DAY} 近日 日前 今日 今天 昨日 昨天 当日 近期 最近 最新 新近 刚刚 正式 联合 共同 集中 对外 公开",
    r"制定并? 研究 并 已 又 还 也 再次",
    r"在?官方?网站? 网站 门户网站 官微 通过[^，。]{2,12} 在[^，。《]{2,12} 召开[^，。]{2,12}， 向社会 于",
    r"以[^，。《]{1,8}名义 ， 、 \s",
    "随即 同步 专门 组织 第[^，。；]{1,8}次会议 会议",
)
VERB = either("印发 发布 出台 公布 下发 推出 制定 颁布 公开 发出 审议通过 表决通过 转发 通过 制发 起草 编制")
MEETING = either("发布会 通气会 吹风会 常务会议")
DOCUMENT = either("文件 政策 方案 计划 措施 意见 规划 条例 办法 通知 公告 名单")
OFFICIAL = r"(?:(?:有关|相关|主要)?负责(?:人|同志)|[^，。；]{0,6}[厅局主][长任][^，。；]{0,8})"

ISSUES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?(?P<verb>{VERB})")
PASSES = re.compile(r"[^，。；]{0,14}?(?:审议通过|表决通过|通过)")
CONSULTS = re.compile(rf"{OTHERS}{FILLER}{{0,3}}?[就对]《[^》]+》[^。；]{{0,16}}?(?:征求|征集|听取)")
CONVENES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?[^，。；]{{0,10}}?(?:召开|举行|举办|开)了?[^，。；]{{0,30}}?{MEETING}")
PRESENTS = re.compile(rf"{OTHERS}{OFFICIAL}[^。；]{{0,40}}?(?:介绍|解读|发布|通报)[^。；]{{0,20}}《")
LAWMAKER = re.compile(r"人民代表大会|人大")
TAKES_PART = re.compile(
    r"(?:参与(?:发文|制定|印发)|联合(?:发文|印发|制定)|会签|发文)的?(?:部门|单位|机构|机关)?还?(?:有|包括|为|是)$"
)
BESIDES = re.compile(r"外，(?:参与|联合)")
SOURCE = re.compile(r"(?:记者|据|从)[^，。]{0,6}$")
PLANS = re.compile(r"的(?:部署|设想|安排|规划|要求|文件|计划)")
OBJECT = re.compile(rf"《|{COUNT}[份个项]|{DOCUMENT}")
TOLD_BEFORE = re.compile(rf"《|{DOCUMENT}$|文件|方案|计划")
TASKS = re.compile(r"(?:责任|牵头|配合|联系|受理|参加|主管|实施|承办|主办)(?:单位|部门)")
META = re.compile(
    rf"^[\[【]?{either('发文机关 发布机构 发文机构 发布单位 发文单位 制发机关 公开主体 联合发文单位')}[\]】]?[：\s]+"
    r"(?P<value>\S.*)$",
    re.MULTILINE,
)
META_REACH = 1500  # characters: metadata lines stand at the head of a page
SIGNED_DATE = re.compile(r"^\s*(?:20\d\d|二[〇零][一二三四五六七八九〇零]{2})年[^。，]{2,8}日\s*$")
SIGNATURE_LINES = 12  # a joint notice of thirteen departments takes seven lines of two
COUNTED = re.compile(rf"等{COUNT}个?(?:部门|单位|部委)")
TITLE_START = 12  # characters of a title before its first authority: 【转载】 and the like
ABOUT = re.compile(rf"{OTHERS}\s*(?:印发)?关于")
COUNTED_ANY = re.compile(rf"{COUNT}[个大]?(?:部门|部委|单位|厅局|委办局)")  # quicker than GROUP, which has all of these
COUNTED_ISSUE = re.compile(rf"{FILLER}{{0,4}}?(?:{VERB}|推动|部署)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """An issuing authority and where it is named."""

    view: View
    authority: Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row of authorities that may issue the document."""

    rank: Rank
    view: View
    row: tuple[Authority, ...]


def find_issuers(reading: Reading, names: Names) -> list[Issuer]:
    """Return the issuing authorities as they are named, each once, in order of appearance within the surest place."""
    claims = list(_claims(reading, names))
    if not claims:
        return _counted_issuers(reading)
    best = max(claim.rank for claim in claims)
    found: dict[str, Issuer] = {}
    for claim in _of_one_territory([claim for claim in claims if claim.rank == best]):
        for authority in claim.row:
            found.setdefault(_key(authority), Issuer(view=claim.view, authority=authority))
    return list(found.values())


def _of_one_territory(claims: list[Claim]) -> list[Claim]:
    """Return the rows without those of another province than the first: they come from another news item."""
    provinces = [_province(claim) for claim in claims]
    first = next(filter(None, provinces), None)
    return [claim for claim, own in zip(claims, provinces, strict=True) if own in {None, first}]


def _province(claim: Claim) -> str | None:
    found = next(filter(None, (region_in(authority.text) for authority in claim.row)), None)
    return found.code[:2] if found else None


def issuer_facts(issuers: list[Issuer], region: Region | None) -> list[Fact]:
    """Return the facts of issuers; short forms become full where the document's region is known."""
    facts = []
    for issuer in issuers:
        value = full_form(issuer.authority, region)
        facts.append(issuer.view.fact("issuer", value, issuer.authority.start, issuer.authority.end))
    return facts


def _key(authority: Authority) -> str:
    """Return what two mentions of one authority share: the office without its region."""
    return re.sub(r"^(?:中共)?[^省市区]{0,7}?(?:省|市|自治区)(?=.{2})", "", full_form(authority, None))


def _claims(reading: Reading, names: Names) -> Iterator[Claim]:
    titled, written = find_authorities(reading.title), find_authorities(reading.text)
    yield from _title_claims(reading.title, titled)
    yield from _signature_claims(reading.text, written)
    yield from _meta_claims(reading.text, written)
    for view, authorities in ((reading.title, titled), (reading.text, written)):
        for row in rows(view, authorities):
            rank = _rank(view, row, names)
            if rank is not None:
                yield Claim(rank=rank, view=view, row=row[:1] if rank is Rank.PRESENTED else row)


def _rank(view: View, row: tuple[Authority, ...], names: Names) -> Rank | None:
    """Return what the sentence around a row makes of it, None when it issues nothing."""
    start, end = row[0].start, row[-1].end
    before = view.text[view.sentence_start(start) : start]
    after = view.text[end : view.sentence_end(end)]
    if TASKS.search(before):
        return None
    if _is_stated(view, row, before, after, names):
        return Rank.ISSUED
    if before.endswith(("经", "《")):  # 经省政府同意; an office in the name of a document that is cited
        return None
    issues = ISSUES.match(after)
    if issues and not _is_of_cited(view, start, end + issues.end(), names):
        return _issue_rank(before, after[issues.end() :], issues["verb"])
    return _side_rank(view, before, after)


def _is_stated(view: View, row: tuple[Authority, ...], before: str, after: str, names: Names) -> bool:
    """True where a row is said to take part in issuing, passes a law, or stands in the name of what is announced."""
    if TAKES_PART.search(before) or (before.endswith("除") and BESIDES.match(after)):
        return True
    if LAWMAKER.search(row[0].text) and PASSES.match(after):
        return True
    is_in_name = before.endswith("《") and ABOUT.match(after)  # 《…人民政府关于印发…的通知》
    return bool(is_in_name) and any(n.start == row[0].start - 1 for n in names.announced if n.view is view)


def _issue_rank(before: str, rest: str, verb: str) -> Rank | None:
    """Return how surely a row issues whose verb it is; None when the verb has no document for its object."""
    has_object = "《" in rest[:60] or OBJECT.search(rest[:24])
    if not has_object and not before.endswith("由") and not TOLD_BEFORE.search(before[-60:]):
        return None
    return Rank.DRAFTED if verb in {"起草", "公开", "编制"} else Rank.ISSUED


def _side_rank(view: View, before: str, after: str) -> Rank | None:
    """Return how surely a row issues that is named beside the document: consulting, convening, presenting, telling."""
    if CONSULTS.match(after):
        return Rank.DRAFTED
    if CONVENES.match(after):
        return Rank.CONVENED
    if PRESENTS.match(after):
        return Rank.PRESENTED
    is_told = SOURCE.search(before) or (before.endswith(("按照", "根据")) and PLANS.match(after))
    return Rank.TOLD if is_told and view.place != "title" else None


def _is_of_cited(view: View, start: int, verb_end: int, names: Names) -> bool:
    """True when the document that is issued is a cited one: the first name after the verb, else the last before."""
    if view.place == "title":
        return False
    first = view.sentence_start(start)
    here = [name for name in names.mentions if name.view is view]
    after = [name for name in here if verb_end - 1 <= name.start < verb_end + 40]
    before = [name for name in here if first <= name.start < start]
    nearest = after[:1] or before[-1:]
    return bool(nearest) and names.cites(nearest[0].start)


def _title_claims(view: View, authorities: tuple[Authority, ...]) -> Iterator[Claim]:
    """Yield the authorities before 关于 in the title of a notice."""
    for row in rows(view, authorities):
        if row[0].start <= TITLE_START and ABOUT.match(view.text, row[-1].end) and not re.search("[？！]", view.text):
            yield Claim(rank=Rank.ISSUED, view=view, row=row)


def _signature_claims(view: View, authorities: tuple[Authority, ...]) -> Iterator[Claim]:
    """Yield the authorities that stand alone on the lines above a date line."""
    lines = view.text.split("\n")
    starts = offsets(lines)
    for number, line in enumerate(lines):
        if SIGNED_DATE.match(line):
            block = _signed(authorities, lines, starts, number)
            if block:
                yield Claim(rank=Rank.ISSUED, view=view, row=tuple(block))


def _signed(authorities: tuple[Authority, ...], lines: list[str], starts: list[int], date_line: int) -> list[Authority]:
    block: list[Authority] = []
    for number in range(date_line - 1, max(-1, date_line - 1 - SIGNATURE_LINES), -1):
        start, end = starts[number], starts[number] + len(lines[number])
        inside = [a for a in authorities if start <= a.start and a.end <= end]
        if not inside or not _is_only(lines[number], inside):
            break
        block[:0] = inside
    return block


def _is_only(line: str, inside: list[Authority]) -> bool:
    """True when a line holds nothing but authorities."""
    for authority in inside:
        line = line.replace(authority.text, "", 1)
    return not COUNTED.sub("", line).strip(" 　、，（）印章代")


def _meta_claims(view: View, authorities: tuple[Authority, ...]) -> Iterator[Claim]:
    for match in META.finditer(view.text, 0, META_REACH):
        inside = [a for a in authorities if match.start("value") <= a.start < match.end("value")]
        if inside:
            yield Claim(rank=Rank.DRAFTED, view=view, row=tuple(inside))


def _counted_issuers(reading: Reading) -> list[Issuer]:
    """Return the departments that are only counted, in their longest form: 某市12个部门."""
    found = []
    for view in (reading.text, reading.title):
        for match in GROUP.finditer(view.text) if COUNTED_ANY.search(view.text) else ():
            if COUNTED_ISSUE.match(view.text, match.end()):
                start = next((p.start for p in view.regions if p.end == match.start()), match.start())
                group = Authority(text=view.text[start : match.end()], start=start, end=match.end())
                found.append(Issuer(view=view, authority=group))
    return [max(found, key=lambda issuer: len(issuer.authority.text))] if found else []
