"""Find what a document is for by the words of its name where no lexicon lists it: 永磁磁浮. No I/O, no clock.

New directions come faster than lexicons. What a policy is for stands in its name between the verb and the document's
noun (关于加快…产业发展的实施意见). `directions.tsv` has a line for each character and pair of characters of such words:
what it adds to the logarithm of the odds that they name an industry of the future and no ordinary one (茶叶, 供热).
docs/points.md says how it is fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from crawler.detect.matcher import Term
from crawler.text.odds import log_odds
from crawler.text.regions import find_regions
from crawler.text.weights import weights_in

FITTED = Path(__file__).with_name("directions.tsv")
LEAST_LOG_ODDS = 0.75
LEAD_CHARACTERS = 300  # of a text, in which the names of documents are read
LONGEST, SHORTEST = 14, 2  # characters of a direction
CORE = "未来"  # what has it is known, or no direction

NAME = re.compile(r"《([^《》\n]{4,80})》")
CLAUSE = re.compile(r"[^,。;:!?｜|_\s《》]{4,80}")
ABOUT = re.compile(r"关于[^,。;:《》]{4,60}")  # a name without marks in a text
BRACKETS = re.compile(r"[(【\[][^()【】\[\]]*[)】\]]")
OPENING = re.compile("关于印发|印发|关于|发布|出台")  # the name begins behind the last of them
BEFORE = re.compile(
    r"(?:[、\"“”\s—~-]|\d+年?度?|[省市区县州]|关于|联合|公开|正式|对|就|向|进一步|大力|加快|推动|推进|促进|支持|培育|发展|鼓励|扶持|加强"
    "|深化|规范|打造|建设|做好|做大做强|做强|壮大|提升|组织|开展|举办|申报|征集|征求|遴选|公布|公示|实施|下达|认定|启动|通过|审议|解读|读懂"
    "|一图|塑造|抢抓|抢占|布局|引导|创新|强化|落实|全面|积极|有序|高质量|首[批个]|第[一二三四五六七八九十]+批|全[国省市区县]|国家"
    "|[我本][省市区县]|若干|有关|相关|重[点大]|专项|项目|面向|年度)+"
)
# No two of these words make a third: else one name could be divided in so many ways that it is never read to its end.
BEHIND = re.compile(
    r"(?:[、\"“”\s—~-]|\d|产业|技术|行业|领域|高质量|高水平|创新|集群|发展|培育|建设|推广|应用|示范|攻关|关键|核心|联合|揭榜|挂帅|任务|场景"
    "|项目|验证|试点|先行|引领|提升|提质|增效|促进|支持|扶持|专项|工程|行动|[一二三四五六七八九十两]年?|中长期|总体|实施|工作|管理|若干"
    "|政策|措施|认定|申报|评选|征集|遴选|企业|单位|首台套|平台|基地|园|区|体系|能力|有关|[的和与及等链化条]|试行|暂行|草案|全链条|强链"
    "|补链|生态|年度|奖补|奖励|补助|补贴|资助)+$"
)
Stretch = tuple[int, int]  # from the first character to before the last one


def find_directions(text: str, nouns: Sequence[Term], *, is_title: bool) -> Iterator[Stretch]:
    """Yield where a plain text (crawler/text/fold.py) says what a document is for, when that is a direction.

    `nouns` are its nouns of documents, in order.
    """
    for first, last in named_in(text, nouns, is_title=is_title):
        if log_odds(signs_of(text[first:last]), weights_in(FITTED)) >= LEAST_LOG_ODDS:
            yield first, last


def named_in(text: str, nouns: Sequence[Term], *, is_title: bool) -> Iterator[Stretch]:
    """Yield where a plain text says what a document is for, ordinary or not."""
    read = [(noun.start, noun.end) for noun in takewhile(lambda noun: noun.start < LEAD_CHARACTERS, nouns)]
    for start, end in _names(text, is_title=is_title) if read else ():
        own = [noun for noun in read if start < noun[0] and noun[1] <= end]
        span = direction_of_name(text, start, own) if own else None
        if span and span[1] - span[0] <= LONGEST and CORE not in text[slice(*span)]:
            yield span


def signs_of(words: str) -> set[str]:
    """Return the signs of some words: their characters, pairs of them, and those at either end."""
    ends = {f"^{words[:2]}", f"{words[-1:]}$", f"{words[-2:]}$"}
    return {*words, *(words[at : at + 2] for at in range(len(words) - 1)), *ends}


def _names(text: str, *, is_title: bool) -> Iterator[Stretch]:
    """Yield where documents' names stand: in marks, behind 关于, or in a clause of a title without marks."""
    if "《" in text[:LEAD_CHARACTERS]:
        yield from (match.span(1) for match in NAME.finditer(text, 0, LEAD_CHARACTERS))
    else:
        yield from (match.span() for match in (CLAUSE if is_title else ABOUT).finditer(text, 0, LEAD_CHARACTERS))


def direction_of_name(text: str, start: int, nouns: Sequence[Stretch]) -> Stretch | None:
    """Return what the name from `start` is for, without the words that all names have; None where nothing is left.

    `nouns` are the nouns of documents in it, in order; those in brackets do not count (征求意见稿).
    """
    bracketed = [match.span() for match in BRACKETS.finditer(text, start, nouns[-1][1])]
    nouns = [noun for noun in nouns if not any(first < noun[0] < last for first, last in bracketed)]
    if not nouns:
        return None
    end = nouns[-1][0]
    start = max((opening.end() for opening in OPENING.finditer(text, start, end)), default=start)
    start = _behind_common(text, start, end)
    end = _before_common(text, start, end, nouns)
    return (start, end) if end - start >= SHORTEST else None


def _behind_common(text: str, start: int, end: int) -> int:
    """Return where a name goes on behind places and the verbs that all names have."""
    places = {start + place.start: start + place.end for place in find_regions(text[start:end])}
    at = start
    while at < end:
        common = BEFORE.match(text, at, end)
        following = common.end() if common else places.get(at, at)
        if following == at:
            break
        at = following
    return at


def _before_common(text: str, start: int, end: int, nouns: Sequence[Stretch]) -> int:
    """Return where a name ends before the words that all names have, and before further nouns: …方案的通知."""
    starts = {last: first for first, last in nouns}
    while start < end:
        common = BEHIND.search(text, start, end)
        before = common.start() if common else starts.get(end, end)
        if before == end:
            break
        end = before
    return max(start, end)
