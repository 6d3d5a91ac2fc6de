"""Make the keys under which articles about one act, or one policy, are found. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from crawler.dedupe.names import DocumentName, read_name
from crawler.dedupe.places import city_of
from crawler.dedupe.profile import Profile
from storage.records import Key

PERIOD_DAYS = 10  # the days within which most pages about an act come


def keys_of(profile: Profile) -> tuple[Key, ...]:
    """Return under what other articles about the same act, or the same policy, are found; the surest first."""
    numbers = [Key(text=f"number:{number}") for number in sorted(profile.numbers)]
    names = [key for name in profile.names for key in _name_keys(name, profile.region)]
    said = Key(text=f"text:{profile.identity}")
    return tuple(dict.fromkeys([*numbers, *names, said, *_amount_keys(profile, _period(profile))]))


def keys_near(profile: Profile) -> tuple[Key, ...]:
    """Return the keys of articles that give the same amounts some days earlier or later."""
    period = _period(profile)
    return (*_amount_keys(profile, period - 1), *_amount_keys(profile, period + 1))


def waiting_keys(profile: Profile) -> tuple[Key, ...]:
    """Return under what a page below the threshold waits for its act: its keys, and its places and days."""
    places = {city_of(region) for region in profile.regions_asked} if profile.tracks else set()
    return (*keys_of(profile), *_place_keys(places, [_period(profile)]))


def keys_of_waiting(profile: Profile) -> tuple[Key, ...]:
    """Return the keys of pages below the threshold that may tell of the act of an article: see `waiting_keys`."""
    period = _period(profile)
    places = [city_of(profile.region)] if profile.region else []
    return (*keys_of(profile), *keys_near(profile), *_place_keys(places, range(period - 1, period + 2)))


def cited_keys(profile: Profile) -> tuple[Key, ...]:
    """Return the keys of the documents that an article is based on."""
    return tuple(dict.fromkeys(key for name in profile.cited for key in _name_keys(name, profile.region)))


def keys_of_title(title: str, regions: Iterable[str]) -> tuple[Key, ...]:
    """Return the keys of a document by its title, which may be of one of these regions where it names none."""
    name = read_name(title)
    return (
        tuple(dict.fromkeys(key for region in regions for key in _name_keys(name, region))) if name.is_telling else ()
    )


def _period(profile: Profile) -> int:
    return profile.day.toordinal() // PERIOD_DAYS


def _place_keys(places: Iterable[str], periods: Iterable[int]) -> list[Key]:
    return [Key(text=f"place:{place}:{period}") for place, period in product(sorted(places), periods)]


def _amount_keys(profile: Profile, period: int) -> list[Key]:
    """Return the keys of the amounts that tell most: what a page says of an act whose region it does not tell."""
    return [Key(text=f"amount:{amount}:{period}") for amount in profile.telling_amounts]


def _name_keys(name: DocumentName, region: str | None) -> list[Key]:
    place = city_of(name.region or region or "")  # a district's document is found beside its city's, then told apart
    return [Key(text=f"name:{place}:{name.text}", year=name.years[0] if name.years else None)]
