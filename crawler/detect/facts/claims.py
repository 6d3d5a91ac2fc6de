"""Find the rows of authorities that may issue an article's document, and what the sentence makes of each. No I/O.

A row's rank is what the words around it say it does: issues, drafts, performs, convenes, presents, tells. Those of
cited documents, of task tables and of quotations issue nothing here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from crawler.detect.facts.authorities import Authority, find_authorities, rows
from crawler.detect.facts.deeds import HANDED, find_deed
from crawler.detect.facts.instruments import NOUNS
from crawler.detect.facts.names import Names
from crawler.detect.facts.offices import COUNT, GROUP, OFFICIAL, OTHERS, ZONE_OF_PLACE
from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import LEAD_CHARACTERS, ArticleViews, View
from crawler.detect.facts.reading import view as read_view
from crawler.detect.facts.signatures import heading, is_governing, labelled, signatures
from crawler.text.regions import region_in


class Rank(IntEnum):
    """How surely a row of authorities issues the document; the highest rank in an article counts."""

    PUBLISHED = -1  # the office whose page it is
    PLACE = 0  # 某区出台
    TOLD = 1  # 记者从…获悉, 按照…的部署
    PRESENTED = 2  # …有关负责人介绍《…》
    CONVENED = 3  # …召开新闻发布会
    PERFORMED = 4  # …启动…申报, …批复…试点: in the title or the lead
    DRAFTED = 5  # …起草《…》, the metadata line
    ISSUED = 6
    COUNTED = 7  # 某市12个部门印发: nobody is named


DAY = r"(?:20\d\d年)?(?:\d{1,2}月)?\d{1,2}日"
FILLER = either(
    rf"{DAY} 近日 日前 今[日天] 昨[日天] 当[日天] 同[日天] 本[周月] 近期 最近 最新",
    r"新近 刚刚? 正在?式? 联合 联手 共同 集中 对外 公开 牵头 首次",
    r"上[周月] [^，。；《]{1,4}[后初底] 制定并? 研究 并 已 又 还 也 再次 发文",
    r"在?官方?网站? 网站 门户网站 官微 通过[^，。]{2,12} 在[^，。《]{2,12} 召开[^，。]{2,12}， 向社会 于",
    r"以[^，。《]{1,8}名义 ， 、 \s",
    "随即 [发来复]函， 同步 专门 组织 现场",
    "名义 再度 率先 就 面?向[^，。；《]{2,8}(?=征|发|公|招|听|遴) 第[^，。；]{1,8}次会议 会议",
)
VERB = either(
    "印发 发布 出台 公布 下发 推出 制定 制订 颁布 公开 发出 审议通过 表决通过 转发 批转 通过 制发 签发 起草 编制",
    "新发 更新 挂出 贴出 晒出 亮出 给出 端出 拿出 放出 抛出 打出 开出 递出 会签",
    "揭盖 敲定 定下 宣布 发[文函] 揭晓 发了?(?=[一个份]) (?<=[日天])公告 通告",
)
ACTS = either(
    "启动 组织 开展 批复 批准 同意 公示 征集 招募 认定 确定 评定 评选 评出 授予 命名 揭晓 公布 遴选 受理 部署 审议",
    "征求 听取 发起 废止 修订 发榜 张榜 挂榜",
)
MEETING = either(r"发布会 通气会 吹风会 [\u4e00-\u9fff]{1,8}会议? 会议")
DOCUMENT = either(*NOUNS, r"消息(?=：) 文件 新政 新规 专法 首批 第[一二三四五六七八九十]批 \d+条")
WORK = either(
    "申报 揭榜 试点 专项 行动 名单 项目 任务 意见 草案 征集 遴选 先导区 方案 计划 措施 政策 条例 办法 建设 试验[园区]",
    "应用 供需 攻关 工程 企业 产品 场景 案例 单位 平台 基地 园区 实验室 联合体 需求 课题 清单 榜单 规定 决定",
)
PERSON = rf"(?:[^，。；]{{0,6}}(?:负责(?:人|同志)|{OFFICIAL})[^，。；]{{0,4}})"

ISSUES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?(?P<verb>{VERB}|(?={HANDED}))")
PERFORMS = re.compile(
    rf"{OTHERS}{FILLER}{{0,6}}?(?:{ACTS}[^，。；《]{{0,30}}?{WORK}|(?:作出|下达)?批复|[就对][^，。；《]{{2,40}}(?:公示|征求意见))"
)
PASSES = re.compile(r"[^，。；]{0,60}?(?:审议通过|表决通过|通过|审议|一审|初审|二审|三审)")
MEETS = re.compile(r"(?:常委会|党组)?(?:（扩大）)?(?:第[^，。；]{1,8}次)?(?:常务|全体|专题)?会议")
CONSULTS = re.compile(rf"{OTHERS}{FILLER}{{0,3}}?(?:[就对]《[^》]+》[^。；]{{0,16}}?(?:征求|征集|听取|咨询)|征求对?《)")
CONVENES = re.compile(rf"{OTHERS}{FILLER}{{0,6}}?[^，。；]{{0,10}}?(?:召开|举行|举办|开)了?[^，。；]{{0,30}}?{MEETING}")
HOLDS = re.compile(rf"{FILLER}{{0,6}}?(?:召开|举行|举办)了?[^，。；]{{0,30}}?{MEETING}")
CONVENED_BY = re.compile(r"(?:会议?|活动)由$")
ORGANISES = re.compile(rf"{OTHERS}{FILLER}{{0,2}}?(?:主办|组织|召开|举办)")
PRESENTS = re.compile(
    rf"{OTHERS}(?:{PERSON}|{FILLER}{{1,4}}?)[^。；]{{0,40}}?(?:介绍|解读|发布|通报|宣读|就)[^。；]{{0,20}}《"
    rf"|{OTHERS}{PERSON}(?:到场|出席|答问|回答)"
    rf"|{OTHERS}{PERSON}?{FILLER}{{0,2}}?就[^，。；]{{2,40}}(?:说明|解读|回应|答记者问)"
    rf"|{OTHERS}{PERSON}对《[^》]*》"
)
LAWS = ("条例", "规定", "条例（草案）", "规定（草案）")
GENERAL = re.compile("人民政府$|新闻办")  # whose site prints what all its offices issue
LAWMAKER = re.compile(r"人民代表大会|人大")
TAKES_PART = re.compile(
    r"(?:参与(?:发文|制定|印发)|联合(?:发文|印发|制定)|会签|发文)的?(?:部门|单位|机构|机关)?还?(?:有|包括|为|是)$"
)
PUBLISHED_BY = re.compile(r"(?:日|前)(?:公布|印发|发布|出台)的$")
OWN = re.compile(rf"《|这[份部项]{DOCUMENT}")
PRESS_OFFICE = re.compile(r"(?:[\u4e00-\u9fff]{2,8})?[省市区]政府新闻办(?:公室)?")  # when nobody else is named
HOST = re.compile(r"(?P<level>[省市县区州旗])长[^，。；]{0,12}(?:主持召开|主持会议)")  # 市长某某主持召开…会
BESIDES = re.compile(r"外，(?:参与|联合)")
AT_CONFERENCE = re.compile(r"(?:发布会|通气会|吹风会|见面会)上，?$")
SAYS = re.compile(rf"{OTHERS}{PERSON}(?:表示|介绍|透露|宣布)")
SOURCE = re.compile(r"(?:记者|据|从)[^，。]{0,6}$")
EARLIER = re.compile(r"(?:此前|早前|不久前|去年|前年)[^，。；]{0,4}，?[^，。；]{0,6}$")  # 去年春天，某市
ONCE = re.compile(r"(?:[今去前]年|此前|早前)?曾")
PLANS = re.compile(r"的(?:部署|设想|安排|规划|要求|文件|计划)")
OBJECT = re.compile(rf"《|{COUNT}[份个项]|{DOCUMENT}")
TOLD_BEFORE = re.compile(rf"《|{DOCUMENT}是?$|文件|方案|计划")
TASKS = re.compile(r"(?:责任|牵头|配合|联系|受理|参加|主管|实施|承办|主办)(?:单位|部门)")
SENTENCE_REACH = 200  # characters on each side of a row that tell what it does
NAME_REACH = 40  # characters behind a verb in which the name of its document begins
OBJECT_REACH = 32  # characters
REACH = 2 * LEAD_CHARACTERS  # characters
ABOUT = re.compile(rf"{OTHERS}\s*(?:印发)?关于")
COUNTED_ANY = re.compile(rf"{COUNT}[个大]?(?:部门|部委|单位|厅局|委办局)")  # quicker than GROUP, which has all of these
COUNTED_ISSUE = re.compile(rf"{FILLER}{{0,4}}?(?:{VERB}|推动|部署)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row of authorities that may issue the document."""

    rank: Rank
    view: View
    row: tuple[Authority, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDocuments:
    """Where one text names documents, in order, and which of these are cited; `is_law` if all announced are laws."""

    starts: tuple[int, ...]
    is_cited: tuple[bool, ...]
    announced: frozenset[int]
    is_law: bool


def _mentions(view: View, names: Names) -> NamedDocuments:
    cited = {name.key for name in names.cited} if view.place == "body" else frozenset()
    here = sorted({(name.start, name.key in cited) for name in names.mentions if name.view is view})
    return NamedDocuments(
        starts=tuple(start for start, _ in here),
        is_cited=tuple(is_cited for _, is_cited in here),
        announced=frozenset(name.start for name in names.announced if name.view is view),
        is_law=all(name.key.endswith(LAWS) for name in names.announced),
    )


def find_claims(reading: ArticleViews, names: Names) -> list[Claim]:
    """Return the rows of authorities that are said to issue; without any those that are counted, or may issue."""
    return list(_claims(reading, names)) or _counted(reading) or list(_weak_claims(reading, names))


def _claims(reading: ArticleViews, names: Names) -> Iterator[Claim]:
    yield from _alone(Rank.ISSUED, reading.title, [heading(reading.title)])
    yield from _alone(Rank.ISSUED, reading.text, signatures(reading.text))
    yield from _alone(Rank.DRAFTED, reading.text, labelled(reading.text))
    for view in reading.views:
        mentions = _mentions(view, names)
        for row in rows(view, find_authorities(view)):
            rank = _rank(view, row, mentions)
            if rank is not None:
                yield Claim(rank=rank, view=view, row=row)


def _weak_claims(reading: ArticleViews, names: Names) -> Iterator[Claim]:
    """Yield who issues where no authority is said to: a place, a law's maker, the office whose page it is."""
    yield from _place_claims(reading)
    for match in PRESS_OFFICE.finditer(reading.text.text, 0, REACH):
        row = (Authority(text=match[0], start=match.start(), end=match.end()),)
        yield Claim(rank=Rank.PUBLISHED, view=reading.text, row=row)
    for match in HOST.finditer(reading.text.text, 0, REACH):
        row = (Authority(text=match["level"] + "政府", start=match.start(), end=match.end()),)
        yield Claim(rank=Rank.CONVENED, view=reading.text, row=row)
    if any(name.key.endswith(LAWS) for name in names.announced):
        lawmakers = [a for a in find_authorities(reading.text) if LAWMAKER.search(a.text)]
        yield from _alone(Rank.TOLD, reading.text, [lawmakers[:1]])
    place = read_view(reading.article.publisher or "", "body")
    publisher = place.text
    own = region_in(publisher)
    named = [region_in(name.key) or own for name in names.announced]
    if own is not None and named == [own] * len(named) and is_governing(publisher) and not GENERAL.search(publisher):
        yield Claim(rank=Rank.PUBLISHED, view=place, row=(Authority(text=publisher, start=-1, end=-1),))


def _place_claims(reading: ArticleViews) -> Iterator[Claim]:
    """Yield the places that are told to issue: 某区出台…, 某市召开发布会, in the title or the lead."""
    for view in reading.views:
        start, starts = 0, {place.start for place in view.regions}
        for before, place in pairwise((None, *view.regions)):
            start = start if before and place and before.end == place.start else place.start if place else 0
            if place and place.end not in starts and place.start < REACH and not view.text.endswith("在", 0, start):
                zone = ZONE_OF_PLACE.match(view.text, place.end)
                end = next(
                    (end for end in (zone.end() if zone else 0, place.end) if end and _is_acting(view, start, end)), 0
                )
                if end:
                    yield Claim(
                        rank=Rank.PLACE, view=view, row=(Authority(text=view.text[start:end], start=start, end=end),)
                    )


def _is_acting(view: View, start: int, end: int) -> bool:
    return _is_issuing(view, end) or _is_told(view, start, end)


def _is_issuing(view: View, end: int) -> bool:
    """True where the words behind a place make it one that issues, calls or convenes."""
    after = view.text[end : min(view.sentence_end(end), end + SENTENCE_REACH)]
    issues = ISSUES.match(after)
    is_issued = issues is not None and OBJECT.search(after[issues.end() :][:OBJECT_REACH])
    return bool(is_issued or PERFORMS.match(after) or HOLDS.match(after))


def _is_told(view: View, start: int, end: int) -> bool:
    """True for a place at the beginning of a headline's clause that tells what is done: 某省公布首批…名单."""
    return (
        view.place == "title"
        and (not start or not (view.text[start - 1].isalnum() or view.text[start - 1] == "《"))
        and find_deed(view.text, _behind_colon(view.text, end)) is not None
    )


def _behind_colon(text: str, end: int) -> int:
    """Return where the words begin that a headline gives to its subject: 某局：50家企业入围…."""
    return end + text.startswith("：", end)


def _alone(rank: Rank, view: View, found: Iterable[list[Authority]]) -> Iterator[Claim]:
    return (Claim(rank=rank, view=view, row=tuple(row)) for row in found if row)


def _rank(view: View, row: tuple[Authority, ...], mentions: NamedDocuments) -> Rank | None:
    """Return what the sentence around a row makes of it, None when it issues nothing."""
    start, end = row[0].start, row[-1].end
    before = view.text[max(view.sentence_start(start), start - SENTENCE_REACH) : start]
    after = view.text[end : min(view.sentence_end(end), end + SENTENCE_REACH)]
    if TASKS.search(before):
        return None
    if _is_stated(row, before, after, mentions):
        return Rank.ISSUED
    if before.endswith("《") or is_passive(view, row):  # an office in the name of a document that is cited
        return None
    issues = ISSUES.match(after)
    if issues and not _is_of_cited(view, start, end + issues.end(), mentions):
        stated = _issue_rank(before, after[issues.end() :], issues["verb"])
        if stated is not None:
            return stated
    return _side_rank(view, end, before, after)


def is_passive(view: View, row: tuple[Authority, ...]) -> bool:
    """True for a row that has a task, agrees or acted before: 责任单位：…, 经省政府同意, 此前某局…, 某部曾下发…."""
    start = row[0].start
    if ONCE.match(view.text, row[-1].end):
        return True
    before = view.text[max(view.sentence_start(start), start - SENTENCE_REACH) : start]
    return bool(TASKS.search(before) or before.endswith("经") or EARLIER.search(before))


def _is_stated(row: tuple[Authority, ...], before: str, after: str, mentions: NamedDocuments) -> bool:
    """True where a row is said to take part in issuing, passes a law, or stands in the name of what is announced."""
    if TAKES_PART.search(before) or (before.endswith("除") and BESIDES.match(after)):
        return True
    passes = PASSES.match(after) if mentions.is_law and LAWMAKER.search(row[0].text) else None
    if passes and ("通过" in passes[0] or not before.endswith("经")):  # 经…审议 is on its way
        return True
    if OWN.match(after) and (after[0] != "《" or row[-1].end in mentions.announced):  # 某市政府《…》, 某市政府这份规划
        return True
    if PUBLISHED_BY.search(before) and OBJECT.search(after[:NAME_REACH]):  # 近日公布的某局…行动计划提出
        return True
    is_in_name = before.endswith("《") and ABOUT.match(after)  # 《…人民政府关于印发…的通知》
    return bool(is_in_name) and row[0].start - 1 in mentions.announced


def _issue_rank(before: str, rest: str, verb: str) -> Rank | None:
    """Return how surely a row issues whose verb it is; None when the verb has no document for its object."""
    has_object = verb in {"发文", "发函"} or "《" in rest[:60] or OBJECT.search(rest[:OBJECT_REACH])
    if not has_object and not before.endswith("由") and not TOLD_BEFORE.search(before[-60:]):
        return None
    return Rank.DRAFTED if verb in {"起草", "公开", "编制", "制定", "制订"} else Rank.ISSUED


def _side_rank(view: View, end: int, before: str, after: str) -> Rank | None:
    """Return how surely a row issues that is named beside the document: consulting, convening, presenting, telling."""
    if CONSULTS.match(after):
        return Rank.DRAFTED
    is_told = view.place == "title" and find_deed(view.text, _behind_colon(view.text, end)) is not None
    if is_told or (PERFORMS.match(after) and end < REACH):
        return Rank.PERFORMED
    is_convened = CONVENED_BY.search(before) and ORGANISES.match(after)
    if is_convened or (end < REACH and (MEETS.match(after) or CONVENES.match(after))):
        return Rank.CONVENED
    if PRESENTS.match(after) or (AT_CONFERENCE.search(before) and SAYS.match(after)):
        return Rank.PRESENTED
    is_source = SOURCE.search(before) or (before.endswith(("按照", "根据")) and PLANS.match(after))
    return Rank.TOLD if is_source and view.place != "title" else None


def _is_of_cited(view: View, start: int, verb_end: int, mentions: NamedDocuments) -> bool:
    """True when the document that is issued is a cited one: the first name after the verb, else the last before."""
    if view.place == "title":
        return False
    after = bisect_left(mentions.starts, verb_end - 1)
    if after < len(mentions.starts) and mentions.starts[after] < verb_end + NAME_REACH:
        return mentions.is_cited[after]
    before = bisect_left(mentions.starts, start) - 1
    is_there = before >= 0 and mentions.starts[before] >= view.sentence_start(start)
    return is_there and not OBJECT.match(view.text, verb_end) and mentions.is_cited[before]


def _counted(reading: ArticleViews) -> list[Claim]:
    """Return the departments that are only counted, in their longest form: 某市12个部门."""
    found = []
    for view in (reading.text, reading.title):
        for match in GROUP.finditer(view.text) if COUNTED_ANY.search(view.text) else ():
            if COUNTED_ISSUE.match(view.text, match.end()):
                start = next((p.start for p in view.regions if p.end == match.start()), match.start())
                group = Authority(text=view.text[start : match.end()], start=start, end=match.end())
                found.append(Claim(rank=Rank.COUNTED, view=view, row=(group,)))
    return [max(found, key=lambda claim: len(claim.row[0].text))] if found else []
