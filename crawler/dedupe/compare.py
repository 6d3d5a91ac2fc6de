"""Compare two articles: the same act, another act of the same policy, or apart, and why. No I/O, no clock.

Guards come first: what says that two acts differ outweighs every likeness of the wording, because official texts
share their templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Literal

from crawler.dedupe.common_ground import named_in_passing
from crawler.dedupe.fingerprint import NEARLY_ALL, Overlap, overlap
from crawler.dedupe.names import Batch, DocumentName, resembles
from crawler.dedupe.places import city_of
from crawler.dedupe.profile import BASED, Profile
from crawler.dedupe.stages import WINDOW, other_stages
from crawler.dedupe.weighing import weigh
from storage.records import NATION, Relation

Kinship = Literal["same", "policy", "apart"]

FORWARDED = re.compile("转发")  # what a province or city passes on to its own is an act of its own
# Signature to press conference took up to 112 days, a reprint without a new date comes within weeks;
# the same name a year on is the next round of it.
SAME_ROUND = timedelta(days=200)
A_YEAR = timedelta(days=365)
MONTH = timedelta(days=30)  # what shares neither name nor number nor wording is told of within weeks
# A page that tells several things: a weekly, a morning paper, a title of several parts.
SEVERAL = re.compile(
    r"[；;]|[|｜丨].+[|｜丨]|[周日早晚]报|周观点|要闻|速览|一览|盘点|汇总|简讯|快讯|晨会|早八点|第\d+期"
)
SEVERAL_PROVINCES = 3  # beside those of an act: a page that names so many more is a digest
SELDOM = frozenset({"draft", "meeting", "repeal"})  # by one office within ten days on one topic; it calls and lists
VERBATIM_SHARE = 0.9  # of a copy's words; the rest is what a desk changes
ALIKE_NUMBERS = 0.6  # a shortened copy keeps its numbers; another region's plan on the same template had under half
OTHER_HALF = {"上半年": "下半年", "下半年": "上半年"}
PROVING_VALUES = 3  # numbers or years: fewer prove nothing
CERTAIN_POINTS = 100  # points, more than all circumstances together


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How a new article and an old one are related.

    `strength` orders those that are the same, `is_certain` tells likeness from circumstances, `of_new` is the share of
    the new text that is known (see `Overlap`), `reasons` are for people.
    """

    kinship: Kinship
    relation: Relation = "follow-up"
    strength: float = 0.0
    is_certain: bool = False
    of_new: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """True when both are about one act."""
        return self.kinship == "same"


def compare(new: Profile, old: Profile) -> Likeness:
    """Return how a new article and one that is known are related."""
    guards = tuple(_guards(new, old))
    if guards:
        return Likeness(kinship="apart", reasons=guards)
    names = _common_names(new, old)
    if stages := other_stages(new, old):
        reason = f"{stages[0]} and {stages[1]} are two acts"
        return Likeness(kinship="policy" if names else "apart", reasons=(reason, *_named(names)))
    lap = overlap(new.wording, old.wording)
    relation = _relation(lap, new, old)
    certain = tuple(_certainties(new, old, names, lap, relation)) if new.stage == old.stage else ()
    if certain:
        strength = CERTAIN_POINTS + lap.of_new + lap.of_old - abs(new.day - old.day) / A_YEAR
        return Likeness(
            kinship="same", relation=relation, strength=strength, is_certain=True, of_new=lap.of_new, reasons=certain
        )
    unlike = tuple(_unlike(new, old, relation))
    if unlike:
        return Likeness(kinship="policy" if names else "apart", relation=relation, reasons=unlike)
    return _weighed(new, old, relation, names)


def _unlike(new: Profile, old: Profile, relation: Relation) -> Iterator[str]:
    """Yield why two articles are not compared by their likeness, where nothing certain joins them."""
    if relation != "follow-up":
        yield from _template(new, old, relation)
    if abs(new.day - old.day) > MONTH:
        yield "nothing certain in common, and more than a month apart"
    provinces = {place[:2] for place in new.places - old.places} - {NATION.code[:2], (new.region or "")[:2]}
    is_wide = not new.is_announcing and len(provinces) >= SEVERAL_PROVINCES
    if is_wide or any(SEVERAL.search(one.article.title) for one in (new, old)):
        yield "a digest, which tells of several things"


def is_weighed(new: Profile, old: Profile) -> bool:
    """True when neither a guard nor a certainty decides about two articles."""
    if any(_guards(new, old)) or other_stages(new, old):
        return False
    lap = overlap(new.wording, old.wording)
    relation = _relation(lap, new, old)
    certain = any(_certainties(new, old, _common_names(new, old), lap, relation)) and new.stage == old.stage
    return not certain and not any(_unlike(new, old, relation))


def _guards(new: Profile, old: Profile) -> Iterator[str]:
    """Yield what says that two articles are about different acts, whatever else they share.

    Region and name of a copy without its beginning may be guesses; where the very words are known they do not count.
    """
    if new.numbers and old.numbers and new.numbers.isdisjoint(old.numbers) and new.stage == old.stage:
        yield f"other document number: {_listed(new.numbers)} / {_listed(old.numbers)}"
    if _is_elsewhere(new, old) and not _is_verbatim(new, old):
        yield f"other region: {new.region} / {old.region}"
    if _in_other_zone(new, old):
        yield f"other zone: {_listed(new.zones) or 'none'} / {_listed(old.zones) or 'none'}"
    if _is_other_batch(new, old):
        yield f"other batch: {_batch(new)} / {_batch(old)}"
    if not (new.names and old.names) or _common_names(new, old) or new.numbers & old.numbers:
        return
    if not any(a.text == b.text or resembles(a, b) for a, b in product(new.names, old.names)):
        if not _is_verbatim(new, old):
            yield f"other document: {new.names[0].text} / {old.names[0].text}"
        return
    yield from _other_round(new, old)


def _is_elsewhere(new: Profile, old: Profile) -> bool:
    """True when two acts are of different regions; a district is one of its own beside what its city itself does.

    A report that only tells the city may be about either.
    """
    if not (new.region and old.region) or new.region == old.region:
        return False
    if bool(FORWARDED.search(new.article.title)) != bool(FORWARDED.search(old.article.title)):
        return True
    if not (new.is_region_told and old.is_region_told) and not (new.names and old.names):
        return False
    for one, other in ((new, old), (old, new)):
        if city_of(one.region or "") == other.region:
            return bool(other.issuers) or any(name.region == other.region for name in other.names)
    return True


def _in_other_zone(new: Profile, old: Profile) -> bool:
    """True when two offices of one city act for different zones, or one for a zone and one for the city."""
    if not (new.zones or old.zones) or new.zones & old.zones:
        return False
    return bool(new.zones and old.zones) or bool(new.issuers and old.issuers and new.issuers.isdisjoint(old.issuers))


def _is_other_batch(new: Profile, old: Profile) -> bool:
    """True when two lists or calls are different batches; one that tells no batch may only be one that it mentions."""
    if new.batches and old.batches:
        pairs = [(one, other) for one, other in product(new.batches, old.batches) if one.may_be(other)]
        return all(_is_of_other_half(one, old) or _is_of_other_half(other, new) for one, other in pairs)
    told, silent = (new, old) if new.batches else (old, new)
    has_rounds = new.stage in BASED and any(a.unnumbered == b.unnumbered for a, b in product(new.names, old.names))
    return has_rounds and bool(told.batches) and not any(f"第{one.number}批" in silent.bare for one in told.batches)


def _is_verbatim(new: Profile, old: Profile) -> bool:
    """True when nearly every word of a new text stands in an old one, and no place, number or year that does not."""
    return (
        new.places <= old.places
        and new.amounts <= old.amounts
        and new.years <= old.years
        and overlap(new.wording, old.wording).of_new >= VERBATIM_SHARE
    )


def _other_round(new: Profile, old: Profile) -> Iterator[str]:
    """Yield that a name is of another year, when that is why no name is common."""
    for one, other in product(new.names, old.names):
        if one.text == other.text and not _is_same_round(one, other, new, old):
            yield f"same name, other years: {_dated(one, new)} / {_dated(other, old)}"
            return


def _common_names(new: Profile, old: Profile) -> tuple[str, ...]:
    """Return the telling names that both give, of the same years."""
    return tuple(
        one.text for one, other in product(new.names, old.names)
        if one.text == other.text and _is_same_round(one, other, new, old)
        and _is_one_place(one, other, new, old)
    )  # fmt: skip


def _is_of_other_half(batch: Batch, other: Profile) -> bool:
    """True when a text speaks of the other half of the year only."""
    if batch.half is None:
        return False
    return batch.half not in other.bare and OTHER_HALF[batch.half] in other.bare


def _is_one_place(one: DocumentName, other: DocumentName, new: Profile, old: Profile) -> bool:
    """True when two equal names can be of one place; where only one says its district, the guards have decided."""
    if one.region and other.region:
        return one.region == other.region
    return city_of(one.region or new.region or "") == city_of(other.region or old.region or "")


def _is_same_round(one: DocumentName, other: DocumentName, new: Profile, old: Profile) -> bool:
    """True when two equal names can be one document: by the years in them, else by when they were published.

    A text that is a copy is of the same round whatever its stamp says: content farms forge dates. What is repealed may
    be of any age.
    """
    if one.years and other.years:
        return one.years == other.years or one.years[:1] == other.years[:1]
    if one.years or other.years:
        dated, profile = (one, old) if one.years else (other, new)
        return abs(dated.years[0] - (profile.signed or profile.day).year) <= 1
    if (new.stage == "repeal") != (old.stage == "repeal"):
        return True
    return abs((new.signed or new.day) - (old.signed or old.day)) <= SAME_ROUND or _is_copy(new, old)


def _is_copy(new: Profile, old: Profile) -> bool:
    """True when much of one text stands in the other, with its numbers and years."""
    relation = _relation(overlap(new.wording, old.wording), new, old)
    return relation != "follow-up" and not any(_template(new, old, relation))


def _relation(lap: Overlap, new: Profile, old: Profile) -> Relation:
    """Return what a new text is to an old one, by how much of each stands in the other."""
    is_inside, is_around = lap.of_new >= new.wording.enough, lap.of_old >= old.wording.enough
    if is_inside and is_around and lap.of_new >= NEARLY_ALL:
        return "reprint"
    if is_around:
        return "superset"
    return "excerpt" if is_inside else "follow-up"


def _certainties(new: Profile, old: Profile, names: tuple[str, ...], lap: Overlap, relation: Relation) -> Iterator[str]:
    """Yield what makes two articles be about one act without doubt."""
    if common := new.numbers & old.numbers:
        yield f"same document number: {_listed(common)}"
    if names:
        yield from _named(names)
    is_near = new.region == old.region is not None and abs(new.day - old.day) <= WINDOW
    if new.is_announcing and is_near and (name := named_in_passing(new, old) or named_in_passing(old, new)):
        yield f"names {name} without marks"
    is_one_topic = bool(new.tracks) and new.tracks == old.tracks and not (new.names and old.names)
    if new.is_announcing and is_near and is_one_topic and new.stage in SELDOM and new.issuers & old.issuers:
        yield f"same issuer: {_listed(new.issuers & old.issuers)}, same tracks: {_listed(new.tracks)}"
    if relation != "follow-up" and not any(_template(new, old, relation)):
        yield f"{relation}: {lap.of_new:.0%} of this text stands in the other, {lap.of_old:.0%} of the other in this"


def _template(new: Profile, old: Profile, relation: Relation) -> Iterator[str]:
    """Yield what says that equal words are a template with other content: other numbers, other years."""
    part, whole = (old, new) if relation == "superset" else (new, old)
    some, others = part.amounts, whole.amounts
    if len(some) >= PROVING_VALUES and len(some & others) < ALIKE_NUMBERS * len(some):
        yield "other numbers"
    if part.years and whole.years and not part.years & whole.years:
        yield "other years"
    if new.years and old.years and max(new.years) != max(old.years) and min(new.years) != min(old.years):
        yield "other years"


def _weighed(new: Profile, old: Profile, relation: Relation, names: tuple[str, ...]) -> Likeness:
    """Join articles that do not name one document by what they share, by fitted worth."""
    weighed = weigh(new, old)
    apart: Kinship = "policy" if names else "apart"
    return Likeness(
        kinship="same" if weighed.is_enough else apart, relation="follow-up" if weighed.is_enough else relation,
        strength=weighed.points, reasons=weighed.reasons,
    )  # fmt: skip


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"same document: {name}" for name in dict.fromkeys(names))


def _dated(name: DocumentName, profile: Profile) -> str:
    return "–".join(map(str, name.years)) or str(profile.signed or profile.day)


def _batch(profile: Profile) -> str:
    return "、".join(f"{one.number}{one.half or ''}" for one in profile.batches) or "none"


def _listed(values: frozenset[str]) -> str:
    return "、".join(sorted(values))
