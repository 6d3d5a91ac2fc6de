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

from crawler.detect.facts import zones
from crawler.detect.facts.authorities import Authority, find_authorities, rows
from crawler.detect.facts.claim_words import (
    ABOUT,
    AT_CONFERENCE,
    BESIDES,
    CONSULTS,
    CONVENED_BY,
    CONVENES,
    COUNTED_ANY,
    COUNTED_ISSUE,
    EARLIER,
    GENERAL,
    HOLDS,
    HOST,
    ISSUES,
    LAWMAKER,
    LAWS,
    MEETS,
    NAME_REACH,
    OBJECT,
    OBJECT_REACH,
    ONCE,
    ORGANISES,
    OWN,
    PASSES,
    PERFORMS,
    PLANS,
    PRESENTS,
    PRESS_OFFICE,
    PUBLISHED_BY,
    REACH,
    SAYS,
    SENTENCE_REACH,
    SOURCE,
    TAKES_PART,
    TASKS,
    TOLD_BEFORE,
)
from crawler.detect.facts.deeds import find_deed
from crawler.detect.facts.names import Names
from crawler.detect.facts.offices import GROUP
from crawler.detect.facts.reading import ArticleViews, View
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
        yield Claim(rank=Rank.PUBLISHED, view=reading.text, row=(_behind_place(reading.text, match),))
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
                zone = zones.BEHIND_PLACE.match(view.text, place.end)
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
    before, after = _words_around(view, row)
    if TASKS.search(before):
        return None
    if _is_stated(row, before, after, mentions):
        return Rank.ISSUED
    if before.endswith("《") or _is_past(before, after):  # an office in the name of a document that is cited
        return None
    issues = ISSUES.match(after)
    if issues and not _is_of_cited(view, start, end + issues.end(), mentions):
        stated = _issue_rank(before, after[issues.end() :], issues["verb"])
        if stated is not None:
            return stated
    return _side_rank(view, end, before, after)


def is_passive(view: View, row: tuple[Authority, ...]) -> bool:
    """True for a row that has a task, agrees or acted before: 责任单位：…, 经省政府同意, 此前某局…, 某部曾下发…."""
    before, after = _words_around(view, row)
    return TASKS.search(before) is not None or _is_past(before, after)


def _is_past(before: str, after: str) -> bool:
    """True where the words around a row say that it agrees, or acted before."""
    return before.endswith("经") or EARLIER.search(before) is not None or ONCE.match(after) is not None


def _words_around(view: View, row: tuple[Authority, ...]) -> tuple[str, str]:
    """Return the words of its sentence before and behind a row."""
    start, end = row[0].start, row[-1].end
    before = view.text[max(view.sentence_start(start), start - SENTENCE_REACH) : start]
    return before, view.text[end : min(view.sentence_end(end), end + SENTENCE_REACH)]


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


def _behind_place(view: View, match: re.Match[str]) -> Authority:
    """Return an authority with the place that stands before it or that it goes on: 某市12个部门, 某市政府新闻办."""
    start = next((place.start for place in view.regions if place.start < match.start() <= place.end), match.start())
    return Authority(text=view.text[start : match.end()], start=start, end=match.end())


def _counted(reading: ArticleViews) -> list[Claim]:
    """Return the departments that are only counted, in their longest form: 某市12个部门."""
    found = [
        Claim(rank=Rank.COUNTED, view=view, row=(_behind_place(view, match),))
        for view in (reading.text, reading.title)
        for match in (GROUP.finditer(view.text) if COUNTED_ANY.search(view.text) else ())
        if COUNTED_ISSUE.match(view.text, match.end())
    ]
    return [max(found, key=lambda claim: len(claim.row[0].text))] if found else []
