"""Compare two articles: the same act, another act of the same policy, or apart, and why. No I/O, no clock.

What says that two acts differ comes first: it outweighs likeness of the wording, because official texts share their
templates. Then what is certain, then the weighed clues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from crawler.dedupe.common_ground import named_in_passing
from crawler.dedupe.copies import relation_of, template
from crawler.dedupe.fingerprint import Overlap, overlap, overlap_at_most
from crawler.dedupe.guards import Difference, differences, guards
from crawler.dedupe.profile import Profile
from crawler.dedupe.rounds import common_names
from crawler.dedupe.stages import WINDOW
from crawler.dedupe.weighing import weigh
from storage.records import NATION, Relation

Kinship = Literal["same", "policy", "apart"]

A_YEAR = timedelta(days=365)
MONTH = timedelta(days=30)  # what shares neither name nor number nor wording is told of within weeks
# A page that tells several things: a weekly, a morning paper ...
DIGEST = re.compile("[周日早晚]报|周观点|要闻|速览|一览|盘点|汇总|简讯|快讯|晨会|早八点|[早晚]间新闻|精选|第\\d+期")
SEVERAL = re.compile(rf"[；;]|[|｜丨].+[|｜丨]|{DIGEST.pattern}")  # ... or a title of several parts
SEVERAL_PROVINCES = 3  # beside those of an act: a page that names so many more is a digest
SELDOM = frozenset({"draft", "meeting", "repeal"})  # by one office within ten days on one topic; it calls and lists
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what two articles are compared, where no guard keeps them apart.

    `certain` joins them, and without it `unlike` keeps them apart; where neither is, the clues are weighed. `differing`
    counts against them in either case.
    """

    names: tuple[str, ...]
    lap: Overlap
    relation: Relation
    differing: tuple[Difference, ...]
    certain: tuple[str, ...]
    unlike: tuple[str, ...]


def compare(new: Profile, old: Profile) -> Likeness:
    """Return how a new article and one that is known are related."""
    differing = tuple(differences(new, old))
    if guarded := tuple(guards(new, old)):
        return Likeness(kinship="apart", reasons=(*(one.reason for one in differing), *guarded))
    if not all(one.is_doubtful for one in differing):
        return _apart(common_names(new, old), differing)
    ground = _ground(new, old, differing)
    if ground.certain:
        return Likeness(
            kinship="same", relation=ground.relation, strength=_strength(ground.lap, new, old), is_certain=True,
            of_new=ground.lap.of_new, reasons=ground.certain,
        )  # fmt: skip
    if ground.unlike:
        return _apart(ground.names, differing, relation=ground.relation, reasons=ground.unlike)
    return _weighed(new, old, ground)


def likeness_at_most(new: Profile, old: Profile) -> Likeness:
    """Return a likeness that theirs is no surer than, in a tenth of the time: as if they were of one act for certain.

    Circumstances are weighed within a `MONTH` only, and come to less than any certainty of that time.
    """
    lap = overlap_at_most(new.wording, old.wording)
    return Likeness(kinship="same", relation=relation_of(lap, new, old), strength=_strength(lap, new, old))


def _strength(lap: Overlap, new: Profile, old: Profile) -> float:
    return CERTAIN_POINTS + lap.of_new + lap.of_old - abs(new.day - old.day) / A_YEAR


def is_weighed(new: Profile, old: Profile) -> bool:
    """True when neither a guard nor a certainty decides about two articles."""
    differing = tuple(differences(new, old))
    if any(guards(new, old)) or not all(one.is_doubtful for one in differing):
        return False
    ground = _ground(new, old, differing)
    return not (ground.certain or ground.unlike)


def _ground(new: Profile, old: Profile, differing: tuple[Difference, ...]) -> Ground:
    names, lap = common_names(new, old), overlap(new.wording, old.wording)
    relation = relation_of(lap, new, old)
    may_be_certain = new.stage == old.stage and not differing
    certain = tuple(_certainties(new, old, names, lap, relation)) if may_be_certain else ()
    unlike = () if certain else tuple(_unlike(new, old, relation))
    return Ground(names=names, lap=lap, relation=relation, differing=differing, certain=certain, unlike=unlike)


def _apart(
    names: Sequence[str], differing: Sequence[Difference], *, relation: Relation = "follow-up",
    reasons: tuple[str, ...] = (),
) -> Likeness:  # fmt: skip
    """Return that two articles are apart; those of one document at two stages are of one policy."""
    is_policy = bool(names) and all(one.is_of_stage for one in differing)
    told = (*(one.reason for one in differing), *(_named(names) if is_policy and differing else ()), *reasons)
    return Likeness(kinship="policy" if is_policy else "apart", relation=relation, reasons=told)


def _unlike(new: Profile, old: Profile, relation: Relation) -> Iterator[str]:
    """Yield why two articles are not compared by their likeness, where nothing certain joins them."""
    if relation != "follow-up":
        yield from template(new, old, relation)
    if abs(new.day - old.day) > MONTH:
        yield "nothing certain in common, and more than a month apart"
    provinces = {place[:2] for place in new.places - old.places} - {NATION.code[:2], (new.region or "")[:2]}
    is_wide = not new.is_announcing and len(provinces) >= SEVERAL_PROVINCES
    if is_wide or any(SEVERAL.search(one.article.title) for one in (new, old)):
        yield "a digest, which tells of several things"


def _certainties(new: Profile, old: Profile, names: tuple[str, ...], lap: Overlap, relation: Relation) -> Iterator[str]:
    """Yield what makes two articles be about one act without doubt. A digest that names a document tells of others."""
    is_near = new.region == old.region is not None and abs(new.day - old.day) <= WINDOW
    if not any(DIGEST.search(one.article.title) for one in (new, old)):
        if common := new.numbers & old.numbers:
            yield f"same document number: {_listed(common)}"
        yield from _named(names)
        if new.is_announcing and is_near:
            yield from _certain_of_these_days(new, old)
    if relation != "follow-up" and not any(template(new, old, relation)):
        yield f"{relation}: {lap.of_new:.0%} of this text stands in the other, {lap.of_old:.0%} of the other in this"


def _certain_of_these_days(new: Profile, old: Profile) -> Iterator[str]:
    """Yield what makes two announcements of one region and ten days be about one act."""
    if name := named_in_passing(new, old) or named_in_passing(old, new):
        yield f"names {name} without marks"
    is_one_topic = bool(new.tracks) and new.tracks == old.tracks and not (new.names and old.names)
    if is_one_topic and new.stage in SELDOM and new.issuers & old.issuers:
        yield f"same issuer: {_listed(new.issuers & old.issuers)}, same tracks: {_listed(new.tracks)}"


def _weighed(new: Profile, old: Profile, ground: Ground) -> Likeness:
    """Join articles that do not name one document by what they share, by fitted worth."""
    weighed = weigh(new, old)
    if not weighed.is_enough:
        apart = _apart(ground.names, ground.differing, relation=ground.relation, reasons=weighed.reasons)
        return replace(apart, strength=weighed.points)
    reasons = (*weighed.reasons, *(one.reason for one in ground.differing))
    return Likeness(kinship="same", strength=weighed.points, reasons=reasons)


def _named(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"same document: {name}" for name in dict.fromkeys(names))


def _listed(values: frozenset[str]) -> str:
    return "、".join(sorted(values))
