"""Tell what says that two articles are about different acts, whatever else they share. No I/O, no clock.

A guard is certain. A difference may be a misreading of a page (a desk names the county by its province, a plan without
its marks, a meeting by what it decides), so much that two pages of the same days share outweighs it; never between two
pages of authorities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from crawler.dedupe.copies import is_verbatim
from crawler.dedupe.names import Batch, resembles
from crawler.dedupe.places import city_of, is_around
from crawler.dedupe.profile import BASED, Profile
from crawler.dedupe.rounds import common_names, is_same_round
from crawler.dedupe.stages import WINDOW, other_stages
from crawler.dedupe.standing import is_of_authority

FORWARDED = re.compile("转发")  # what a province or city passes on to its own is an act of its own
ONE_NEWS = timedelta(days=3)  # a document that was met on, or laid open, is issued later than that
OTHER_HALF = {"上半年": "下半年", "下半年": "上半年"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference of two articles by what was read of them. `reason` is for people.

    `is_doubtful` when it may be a misreading, `is_of_stage` when their documents may be one.
    """

    reason: str
    is_doubtful: bool
    is_of_stage: bool = False


def guards(new: Profile, old: Profile) -> Iterator[str]:
    """Yield what says with certainty that two articles are about different acts."""
    if new.numbers and old.numbers and new.numbers.isdisjoint(old.numbers) and new.stage == old.stage:
        yield f"other document number: {_listed(new.numbers)} / {_listed(old.numbers)}"
    if _is_other_batch(new, old):
        yield f"other batch: {_batches(new)} / {_batches(old)}"
    yield from _other_round(new, old)


def differences(new: Profile, old: Profile) -> Iterator[Difference]:
    """Yield what two articles differ in.

    Region and name of a copy without its beginning may be guesses; where the very words are known they do not count.
    """
    is_doubtful = abs(new.day - old.day) <= WINDOW and not (is_of_authority(new) and is_of_authority(old))
    if _is_elsewhere(new, old) and not is_verbatim(new, old):
        may_be_one = _may_be_one_region(new, old)
        yield Difference(reason=f"other region: {new.region} / {old.region}", is_doubtful=is_doubtful and may_be_one)
    if _in_other_zone(new, old):
        zones = (_listed(new.zones) or "none", _listed(old.zones) or "none")
        may_be_one = not (new.zones and old.zones) and not (new.names and old.names)
        yield Difference(reason=f"other zone: {' / '.join(zones)}", is_doubtful=is_doubtful and may_be_one)
    if _is_other_document(new, old) and not is_verbatim(new, old):
        may_be_one = new.is_name_bare or old.is_name_bare
        reason = f"other document: {new.names[0].text} / {old.names[0].text}"
        yield Difference(reason=reason, is_doubtful=is_doubtful and may_be_one)
    if stages := other_stages(new, old):
        may_be_one = new.stage != old.stage and (not common_names(new, old) or abs(new.day - old.day) <= ONE_NEWS)
        reason = f"{stages[0]} and {stages[1]} are two acts"
        yield Difference(reason=reason, is_doubtful=is_doubtful and may_be_one, is_of_stage=True)


def _may_be_one_region(new: Profile, old: Profile) -> bool:
    """True when one of two regions lies in the other, and the names of their documents do not tell them apart.

    A desk calls a county's document one of its province (山东县级市); a district that has one tells itself.
    """
    if _is_passed_on(new, old) or not is_around(new.region, old.region):
        return False
    if new.names and old.names and not max(new, old, key=lambda one: one.region or "").issuers:
        return False
    named = [{name.region for name in one.names if name.region} for one in (new, old)]
    return not (named[0] and named[1]) or bool(named[0] & named[1])


def _is_passed_on(new: Profile, old: Profile) -> bool:
    """True when one of two articles passes on what the other issues."""
    return bool(FORWARDED.search(new.article.title)) != bool(FORWARDED.search(old.article.title))


def _is_elsewhere(new: Profile, old: Profile) -> bool:
    """True when two acts are of different regions; a district is one of its own beside what its city itself does.

    A report that only tells the city may be about either.
    """
    if not (new.region and old.region) or new.region == old.region:
        return False
    if _is_passed_on(new, old):
        return True
    if not (new.is_region_told and old.is_region_told) and not (new.names and old.names):
        return False
    for one, other in ((new, old), (old, new)):
        if city_of(one.region or "") == other.region:
            return bool(other.issuers) or any(name.region == other.region for name in other.names)
    return True


def _in_other_zone(new: Profile, old: Profile) -> bool:
    """True when two offices of one city act for different zones, or one for a zone and one for the city."""
    if not (new.zones or old.zones) or any(
        one.endswith(other) or other.endswith(one) for one, other in product(new.zones, old.zones)
    ):
        return False
    return bool(new.zones and old.zones) or bool(new.issuers and old.issuers and new.issuers.isdisjoint(old.issuers))


def _is_other_document(new: Profile, old: Profile) -> bool:
    """True when both name documents, and none of one can be a document of the other."""
    if not (new.names and old.names) or common_names(new, old) or new.numbers & old.numbers:
        return False
    return not any(a.text == b.text or resembles(a, b) for a, b in product(new.names, old.names))


def _other_round(new: Profile, old: Profile) -> Iterator[str]:
    """Yield that a name is of another year, when that is why no name is common."""
    if common_names(new, old) or new.numbers & old.numbers:
        return
    for one, other in product(new.names, old.names):
        if one.text == other.text and not is_same_round(one, other, new, old):
            years = [
                "–".join(map(str, name.years)) or str(page.signed or page.day)
                for name, page in ((one, new), (other, old))
            ]
            yield f"same name, other years: {' / '.join(years)}"
            return


def _is_other_batch(new: Profile, old: Profile) -> bool:
    """True when two lists or calls are different batches; one that tells no batch may only be one that it mentions."""
    if new.batches and old.batches:
        pairs = [(one, other) for one, other in product(new.batches, old.batches) if one.may_be(other)]
        return all(_is_of_other_half(one, old) or _is_of_other_half(other, new) for one, other in pairs)
    told, silent = (new, old) if new.batches else (old, new)
    has_rounds = new.stage in BASED and any(a.unnumbered == b.unnumbered for a, b in product(new.names, old.names))
    return has_rounds and bool(told.batches) and not any(f"第{one.number}批" in silent.bare for one in told.batches)


def _is_of_other_half(batch: Batch, other: Profile) -> bool:
    """True when a text speaks of the other half of the year only."""
    if batch.half is None:
        return False
    return batch.half not in other.bare and OTHER_HALF[batch.half] in other.bare


def _batches(profile: Profile) -> str:
    return "、".join(f"{one.number}{one.half or ''}" for one in profile.batches) or "none"


def _listed(values: frozenset[str]) -> str:
    return "、".join(sorted(values))
