"""Find the authorities that issue an article's document (发文机关). No I/O, no clock.

Rules say what the sentence makes of each row of authorities (claims.py); a fitted table weighs that with the words
around each mention (weighed_issuers.py), for no list of verbs holds how news desks tell who issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from crawler.detect.facts import zones
from crawler.detect.facts.authorities import OWN_LEVEL, Authority, full_form, place_named
from crawler.detect.facts.claim_words import ISSUES, LAWMAKER, OBJECT, OBJECT_REACH, REACH
from crawler.detect.facts.claims import Rank, find_claims
from crawler.detect.facts.names import Names
from crawler.detect.facts.reading import ArticleViews, View
from crawler.detect.facts.reading import view as read_view
from crawler.detect.facts.weighed_issuers import UNCLAIMED, IssuerSigns, NamedAuthority, mentions
from crawler.text.regions import COUNTY_SUFFIX, counties_by_code, region_in
from storage.records import Fact, Region

# Probabilities from which on an authority issues; chosen on files that the fit had not seen (docs/points.md).
KEPT_PROBABILITY = 0.3  # of one that the rules surely name
BESIDES_PROBABILITY = 0.8  # of another one beside these
UNRULED_PROBABILITY = 0.55  # where the rules name none surely
LIKELIEST_PROBABILITY = 0.25  # where neither names any
IMPOSSIBLE_PROBABILITY = 1.1
APPROVES = re.compile("批准|点头")
ISSUED_ALONE = ("解读", "申报")
OF_BARE_ZONE = re.compile(rf"(?:{zones.KIND}(?!$)|(?={zones.OFFICE}))")  # 高新区管委会, 园区科创委, 管委会
LONE_ZONE = re.compile(f"{zones.KIND}$")
OFFICE_OF_ZONE, OFFICE_OF_BARE_ZONE = re.compile(zones.OFFICE), re.compile(f"{zones.KIND}?{zones.OFFICE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """An issuing authority and where it is named."""

    view: View
    authority: Authority


def find_issuers(reading: ArticleViews, names: Names, act: Fact | None) -> list[Issuer]:
    """Return the issuing authorities, each once, in order of appearance; `act` is the one that the rules tell."""
    found = mentions(reading, find_claims(reading, names))
    told = act.value if act else None
    chosen = chosen_issuers(found, IssuerSigns(found, reading, names, told).probability, told)
    issuers = [Issuer(view=mention.view, authority=mention.authority) for mention in chosen]
    return [one for one in issuers if not approves_law(one)] or issuers


def approves_law(issuer: Issuer) -> bool:
    """Return whether a people's congress only approves, as a province's does with the law of its city."""
    view, end = issuer.view, issuer.authority.end
    is_lawmaker = LAWMAKER.search(issuer.authority.text) is not None
    return is_lawmaker and APPROVES.search(view.text, end, view.sentence_end(end)) is not None


def chosen_issuers(
    found: Sequence[NamedAuthority], probability: Callable[[NamedAuthority], float], act: str | None
) -> list[NamedAuthority]:
    """Return the mentions of the authorities that issue, each once: by its fullest name.

    A text names who issues again and again: a mention is weighed only where it would change what was chosen.
    """
    best = max((mention.rank for mention in found), default=UNCLAIMED)
    chosen: dict[str, NamedAuthority] = {}
    for mention in found:
        if _is_fuller(mention, chosen) and probability(mention) >= _least(mention.rank, best, act):
            chosen[mention.key] = mention
    if not chosen:
        ruled = [mention for mention in found if mention.rank == best != UNCLAIMED]
        for mention in ruled or _likeliest(found, probability):
            if _is_fuller(mention, chosen):
                chosen[mention.key] = mention
    if any(mention.rank != Rank.COUNTED for mention in chosen.values()):  # 八部门 beside their names
        chosen = {key: mention for key, mention in chosen.items() if mention.rank != Rank.COUNTED}
    chosen = {key: one for key, one in chosen.items() if not _is_place(one.authority.text)} or chosen
    full = [key for key in chosen if not OFFICE_OF_BARE_ZONE.match(key)]  # 管委会 beside its full name
    return [one for key, one in chosen.items() if key in full or not any(map(OFFICE_OF_ZONE.search, full))]


def _is_place(name: str) -> bool:
    """Whether a name is that of a place or zone alone, which stands for its authority: no issuer beside an office."""
    return place_named(name) is not None or name in _short_counties() or LONE_ZONE.search(name) is not None


@cache
def _short_counties() -> frozenset[str]:
    return frozenset(COUNTY_SUFFIX.sub("", name) for name in counties_by_code().values())


def _least(rank: int, best: int, act: str | None) -> float:
    """Return the probability from which on a mention issues, by its rank and the best one of the article.

    Beside the one who issues, nobody else does who explains the document, or whose notice a call rests on.
    """
    if best != Rank.ISSUED:
        return UNRULED_PROBABILITY
    if rank == best:
        return KEPT_PROBABILITY
    return IMPOSSIBLE_PROBABILITY if act in ISSUED_ALONE else BESIDES_PROBABILITY


def _likeliest(found: Sequence[NamedAuthority], probability: Callable[[NamedAuthority], float]) -> list[NamedAuthority]:
    mention = max(found, key=probability, default=None)
    return [mention] if mention is not None and probability(mention) >= LIKELIEST_PROBABILITY else []


def _is_fuller(mention: NamedAuthority, chosen: Mapping[str, NamedAuthority]) -> bool:
    """Whether a mention names its authority more fully than the chosen one does, or none was chosen."""
    known = chosen.get(mention.key)
    return known is None or _fullness(mention) > _fullness(known)


def _fullness(mention: NamedAuthority) -> tuple[bool, int]:
    """Return how fully a mention names its authority: whether with its region, and in how many characters."""
    return region_in(mention.authority.text) is not None, len(mention.authority.text)


def issuer_facts(issuers: list[Issuer], region: Region | None, reading: ArticleViews) -> list[Fact]:
    """Return the facts of issuers; short forms become full where the document's region is known.

    A bare 管委会 is that of the zone that the page names.
    """
    facts: dict[str, Fact] = {}
    for issuer in issuers:
        value, start = full_form(issuer.authority, region), issuer.authority.start
        bare = OF_BARE_ZONE.match(value)
        if bare and (zone := _zone_named(reading)):
            value = zone + value[bare.end() :]
        if start < 0:
            fact = Fact(kind="issuer", value=value, quote=issuer.view.shown, place="body", start=-1)
        else:
            fact = issuer.view.fact("issuer", value, start, issuer.authority.end)
        facts.setdefault(value, fact)
    return [fact for value, fact in facts.items() if not any(_abbreviates(value, other) for other in facts)]


def _abbreviates(name: str, other: str) -> bool:
    """Return whether a name is made of another one's characters, in their order and with its end: 市场监管局.

    Both are of one place, and an office within another one (国家能源局科技司) is no fuller name of that.
    """
    if len(name) >= len(other) or name[-1] != other[-1] or other.startswith(name) or OWN_LEVEL.match(name):
        return False
    rest = iter(other)
    return region_in(name) in {None, region_in(other)} and all(character in rest for character in name)


def issue_told(issuers: list[Issuer]) -> Fact | None:
    """Return the act of issuing where an issuer is told to issue what has no name: 某市亮出“12条”, 该计划由某厅印发."""
    for issuer in issuers:
        view, start, end = issuer.view, issuer.authority.start, issuer.authority.end
        told = ISSUES.match(view.text, end) if end > 0 else None
        is_passive = view.text.endswith("由", 0, max(0, start))
        if told and (is_passive or OBJECT.search(view.text, told.end(), told.end() + OBJECT_REACH)):
            return view.fact("act", "印发", told.start("verb"), told.end())
    return None


def _zone_named(reading: ArticleViews) -> str:
    """Return the zone that publisher, title or first paragraphs name with its place (合肥高新区); "" without one."""
    for view in (read_view(reading.article.publisher or "", "body"), *reading.views):
        for place in view.regions:
            zone = zones.BEHIND_PLACE.match(view.text, place.end) if place.start < REACH else None
            if zone and place.form != "nickname":
                return view.text[place.start : zone.end()]
    return ""
