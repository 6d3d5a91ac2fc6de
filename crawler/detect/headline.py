"""Find whom a headline speaks of: the place or authority at the beginning of one of its clauses. No points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.detect.facts import zones
from crawler.detect.facts.authorities import find_authorities
from crawler.detect.facts.deeds import find_deed
from crawler.detect.facts.reading import View, view
from storage.records import Article

CLAUSE_START = re.compile(r"(?:^|[\s，。：！？；、｜|丨】」”’])(?:重磅|官方|权威发布|中国)?$")
PLACE_IN_WORDS = re.compile(r"[我全两三四五六七八九十][省市区州县地]|[省市]里")
COMPANY = re.compile(
    r"[^，。：:；！？\s]{0,6}?(?:集团|公司|银行|股份|控股|交控|机场|大学|学院|医院|协会|商会|研究院|联盟|电信|移动|联通|电网|交易所)"
)
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新"  # as headlines shorten them
COUNTED = re.compile(
    rf"[{PROVINCES}]?(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})个?部[门委]|两办|中办|国办|国新办|国务院|国常会"
)
ZONE = re.compile(rf"[\u4e00-\u9fff]{{2,8}}?{zones.KIND}")
JOINT = re.compile(
    r"[^，。：:；！？]{0,12}?(?:等|等?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})个?)部[门委](?:联[合手])?"
)
COLON = re.compile(r"[^：:，。；！？]{0,14}[：:]")  # 温州“点火工程”：…
DISPATCH = re.compile(
    r"(?:等?[^，。！？]{0,4}部门)?(?:联合|最新|重要|重磅|正式|刚刚|今日|近日)*(?P<verb>印发|发文|发布|出台|下发)(?=$|[\s，。！!…])"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The place or authority that a headline speaks of, and where it stands in the title as shown."""

    text: str
    start: int
    has_colon: bool
    """Whether a colon follows: 某市：到2030年…"""
    joint: str | None = None
    """The departments that act together, which speak through documents only: 八部门：…, 某局等七部门推…"""
    deed: tuple[int, int] | None = None
    """Where it says in the subject's clause what is done: 某市出台某产业新政, 某省公布首批…名单."""
    dispatch: str | None = None
    """The verb that ends its clause without an object: 某产业迎利好！某部发文"""


def find_subject(article: Article) -> Subject | None:
    """Return the place or authority at the beginning of a clause of the title; None for other headlines.

    Of several it is the first that is told to do something.
    """
    subjects = list(_subjects(view(article.title, "title")))
    acting = (one for one in subjects if one.deed or one.dispatch or one.joint)
    return next(acting, subjects[0] if subjects else None)


def _subjects(title: View) -> Iterator[Subject]:
    for start, end in sorted(_named(title)):
        if CLAUSE_START.search(title.text, 0, start) and not COMPANY.match(title.text, end):
            dispatch, joint = DISPATCH.match(title.text, end), JOINT.match(title.text, start)
            deed = find_deed(title.text, end + title.text.startswith("：", end))
            yield Subject(
                text=title.quote(start, end),
                start=title.shown_at(start),
                has_colon=COLON.match(title.text, end) is not None,
                deed=(title.shown_at(deed.match.start()), title.shown_at(deed.match.end())) if deed else None,
                joint=joint[0] if joint else None,
                dispatch=dispatch["verb"] if dispatch else None,
            )


def _named(title: View) -> list[tuple[int, int]]:
    named = [(place.start, place.end) for place in title.regions if place.form != "nickname"]
    named += [(authority.start, authority.end) for authority in find_authorities(title)]
    return named + [match.span() for form in (PLACE_IN_WORDS, COUNTED, ZONE) for match in form.finditer(title.text)]
