"""Tell what one text is to another by how much of each stands in the other, and copies from templates. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.dedupe.fingerprint import NEARLY_ALL, Overlap, overlap
from crawler.dedupe.profile import Profile
from storage.records import Relation

VERBATIM_SHARE = 0.9  # of a copy's words; the rest is what a desk changes
ALIKE_NUMBERS = 0.6  # a shortened copy keeps its numbers; another region's plan on the same template had under half
PROVING_VALUES = 3  # numbers or years: fewer prove nothing


def relation_of(lap: Overlap, new: Profile, old: Profile) -> Relation:
    """Return what a new text is to an old one, by how much of each stands in the other."""
    is_inside, is_around = lap.of_new >= new.wording.enough, lap.of_old >= old.wording.enough
    if is_inside and is_around and lap.of_new >= NEARLY_ALL:
        return "reprint"
    if is_around:
        return "superset"
    return "excerpt" if is_inside else "follow-up"


def template(new: Profile, old: Profile, relation: Relation) -> Iterator[str]:
    """Yield what says that equal words are a template with other content: other numbers, other years."""
    part, whole = (old, new) if relation == "superset" else (new, old)
    some, others = part.amounts, whole.amounts
    if len(some) >= PROVING_VALUES and len(some & others) < ALIKE_NUMBERS * len(some):
        yield "other numbers"
    if part.years and whole.years and not part.years & whole.years:
        yield "other years"
    if new.years and old.years and max(new.years) != max(old.years) and min(new.years) != min(old.years):
        yield "other years"


def is_copy(new: Profile, old: Profile) -> bool:
    """True when much of one text stands in the other, with its numbers and years."""
    relation = relation_of(overlap(new.wording, old.wording), new, old)
    return relation != "follow-up" and not any(template(new, old, relation))


def is_verbatim(new: Profile, old: Profile) -> bool:
    """True when nearly every word of a new text stands in an old one, and no place, number or year that does not."""
    return (
        new.places <= old.places
        and new.amounts <= old.amounts
        and new.years <= old.years
        and overlap(new.wording, old.wording).of_new >= VERBATIM_SHARE
    )
