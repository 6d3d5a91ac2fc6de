"""Compare two articles: the same act, another act of the same policy, or apart, and why. No I/O, no clock.

Guards come first: what says that two acts differ outweighs every likeness of the wording, because official texts
share their templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Literal

from crawler.dedupe.fingerprint import NEARLY_ALL, Overlap, overlap, phrasing
from crawler.dedupe.names import Batch, DocumentName, is_renamed, is_short_for, resembles
from crawler.dedupe.places import city_of
from crawler.dedupe.profile import BASED, Profile
from crawler.dedupe.quantities import shared
from storage.records import Relation

Kinship = Literal["same", "policy", "apart"]

# Signature to press conference took up to 112 days, a reprint without a new date comes within weeks;
# the same name a year on is the next round of it.
SAME_ROUND = timedelta(days=200)
A_YEAR = timedelta(days=365)
WINDOW = timedelta(days=10)  # press and flashes about one act; names and numbers join later ones
NEXT_DAY = timedelta(days=1)  # a meeting is reported on its evening or the day after
SIMILAR_TRACKS = 0.6
VERBATIM_SHARE = 0.9  # of a copy's words; the rest is what a desk changes
ALIKE_NUMBERS = 0.6  # a shortened copy keeps its numbers; another region's plan on the same template had under half
# Shares of groups of three characters. Rewrites of one act by another desk have .11 to .52 (17 pairs, median .28),
# other texts of the field .03 (median of 1,753 pairs, 4 over .25); alone they prove nothing, but weigh.
SOME_PHRASES, MANY_PHRASES = 0.25, 0.4
UNMISTAKABLE_NAME_CHARACTERS = 8  # characters of a name that is found without its marks; 未来产业行动计划 has 8
OTHER_HALF = {"上半年": "下半年", "下半年": "上半年"}
SELDOM = frozenset({"draft", "meeting", "repeal"})  # by one office within ten days on one topic; it calls and lists
PROVING_VALUES = 3  # numbers or years: fewer prove nothing
SUFFICIENT_POINTS = 4  # points of circumstances, see `_circumstances`
MOST_NUMBERS_POINTS = 2  # points more where nearly all numbers of the shorter text are shared
CERTAIN_POINTS = 100  # points, more than all circumstances together
SURE_POINTS = 6  # points for an article that by itself is no announcement


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
    if new.stage != old.stage and new.is_stage_told and old.is_stage_told:
        reason = f"{new.stage} and {old.stage} are two acts"
        return Likeness(kinship="policy" if names else "apart", reasons=(reason, *_named(names)))
    lap = overlap(new.wording, old.wording)
    relation = _relation(lap, new, old)
    certain = tuple(_certainties(new, old, names, lap, relation)) if new.stage == old.stage else ()
    if certain:
        strength = CERTAIN_POINTS + lap.of_new + lap.of_old - abs(new.day - old.day) / A_YEAR
        return Likeness(
            kinship="same", relation=relation, strength=strength, is_certain=True, of_new=lap.of_new, reasons=certain
        )
    return _by_circumstances(new, old, relation)


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


def _by_circumstances(new: Profile, old: Profile, relation: Relation) -> Likeness:
    """Join flashes and news that do not name the document: same region and days, same numbers, tracks and offices."""
    reasons, points = [], 0
    if not (_may_be_nameless(new, old) and _tells_an_act(new, old)):
        return Likeness(kinship="apart", relation=relation, reasons=("nothing certain in common",))
    for weight, reason in _circumstances(new, old):
        points += weight
        reasons.append(f"{reason} ({weight})")
    needed = SUFFICIENT_POINTS if new.is_announcing else SURE_POINTS
    kinship: Kinship = "same" if points >= needed else "apart"
    return Likeness(kinship=kinship, relation="follow-up", strength=points, reasons=(*reasons, f"{points} of {needed}"))


def _tells_an_act(new: Profile, old: Profile) -> bool:
    """True for a page that announces or tells an act, and for one most of whose numbers are those of a known act."""
    if new.is_announcing or new.acts:
        return True
    return _is_most(shared(new.quantities, old.quantities), len(new.amounts))


def _may_be_nameless(new: Profile, old: Profile) -> bool:
    """True when one does not name its document, or names it in short, and both came out together in one region."""
    is_other_kind = new.instruments and old.instruments and new.instruments.isdisjoint(old.instruments)
    if is_other_kind and not any(is_renamed(one, other) for one, other in product(new.names, old.names)):
        return False
    return bool(new.region) and new.region == old.region and _is_close(new, old)


def _is_close(new: Profile, old: Profile) -> bool:
    return abs(new.day - old.day) <= WINDOW


def _circumstances(new: Profile, old: Profile) -> Iterator[tuple[int, str]]:
    """Yield what two articles have in common, with its points."""
    if same := shared(new.quantities, old.quantities):
        fewer = min(len(new.amounts), len(old.amounts))
        more = MOST_NUMBERS_POINTS if _is_most(same, fewer) else 0
        yield min(PROVING_VALUES, len(same)) + more, f"same numbers: {_listed(same)}"
    tracks = new.tracks & old.tracks
    if tracks and len(tracks) >= SIMILAR_TRACKS * len(new.tracks | old.tracks):
        yield 2 if len(tracks) >= PROVING_VALUES else 1, f"same tracks: {_listed(tracks)}"
    if batches := {*_batches_told(new, old), *_batches_told(old, new)}:
        yield 2, f"same batch: {_listed(frozenset(batches))}"
    if offices := new.issuers & old.issuers:
        yield min(2, len(offices)), f"same issuer: {_listed(offices)}"
    if acts := new.acts & old.acts - {"印发"}:
        yield 2 if new.stage in SELDOM else 1, f"same act: {_listed(acts)}"
    if new.stage in SELDOM and abs(new.day - old.day) <= NEXT_DAY:
        yield 1, "one day"
    if (share := phrasing(new.wording, old.wording)) >= SOME_PHRASES:
        yield 1 + (share >= MANY_PHRASES), f"{share:.0%} of the phrases"
    if any(is_short_for(one, other) for one, other in product(new.names, old.names)):
        yield 2, "one name is short for the other"
    if any(is_renamed(one, other) for one, other in product(new.names, old.names)):
        yield 3, "the names differ only in their noun"
    if name := _named_in_passing(new, old) or _named_in_passing(old, new):
        yield 3, f"names {name} without marks"


def _batches_told(one: Profile, other: Profile) -> Iterator[str]:
    """Yield the batches in the names of one that the title or text of the other tells."""
    return (batch.number for batch in one.batches if f"第{batch.number}批" in other.bare or batch in other.batches)


def _is_most(same: frozenset[str], all_of_one: int) -> bool:
    """True for shared numbers that are all of a text's two or more, or most of its many."""
    return 1 < len(same) == all_of_one or len(same) >= max(PROVING_VALUES, ALIKE_NUMBERS * all_of_one)


def _named_in_passing(one: Profile, other: Profile) -> str | None:
    """Return a document of `other` that the text of `one` names without 《》, None when it names none."""
    names = (name.text for name in other.names if len(name.text) >= UNMISTAKABLE_NAME_CHARACTERS)
    return next((name for name in names if name in one.bare), None)


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"same document: {name}" for name in dict.fromkeys(names))


def _dated(name: DocumentName, profile: Profile) -> str:
    return "–".join(map(str, name.years)) or str(profile.signed or profile.day)


def _batch(profile: Profile) -> str:
    return "、".join(f"{one.number}{one.half or ''}" for one in profile.batches) or "none"


def _listed(values: frozenset[str]) -> str:
    return "、".join(sorted(values))
