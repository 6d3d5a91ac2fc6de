"""Read the truth of a labelled line: the fields it may carry beside its label. A field it lacks is not measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.text.regions import is_county, is_province, region
from storage.records import NATION

LISTS = ("issuers", "policy_titles", "tracks")
MEASURED_FIELDS = (*LISTS, "act", "region", "document_number", "targets", "announcement")
ZONE = re.compile("管委会|(?:开发|高新|经开|园|新|片|示范|试验|合作|港|保税)区|科学城|生态城")
LEVELS = ("ministry", "province", "city", "county", "zone")
LENGTHS = {120: "to 120", 300: "121 to 300", 800: "301 to 800"}  # characters of a text: flash, short news, news
LONGER = "from 801"


class TruthError(ValueError):
    """A field of a labelled line is of another kind than it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth about a line, None where it does not say it. A document number that is "" says that there is none.

    `act_key` is the same for the lines that tell of one act, `policy` for the acts about one document. A year that is
    None stands for goals without one.
    """

    act: str | None = None
    region: str | None = None
    document_number: str | None = None
    issuers: tuple[str, ...] | None = None
    policy_titles: tuple[str, ...] | None = None
    tracks: tuple[str, ...] | None = None
    target_years: frozenset[int | None] | None = None
    act_key: str | None = None
    policy: str | None = None
    is_section: bool = False
    missing: frozenset[str] = frozenset()


def truth_of(row: Mapping[str, Any]) -> Truth:
    """Return what a line says is true.

    Raises:
        TruthError: a field is of another kind.
    """
    return Truth(
        **{key: _names(row, key) for key in LISTS},
        act=_text(row, "act"),
        region=_code(row),
        document_number=_text(row, "document_number") or ("" if "document_number" in row else None),
        target_years=_years(row),
        act_key=_text(row, "announcement"),
        policy=_text(row, "policy"),
        is_section=row.get("depth") == "section",
        missing=frozenset(MEASURED_FIELDS) - row.keys(),
    )


def level_of(row: Mapping[str, Any], truth: Truth) -> str | None:
    """Return the level of who acts: as the line says, else by the code of its region and its first issuer."""
    if said := _text(row, "level"):
        return said
    if truth.region is None:
        return None
    place = region(truth.region)
    if is_county(place):
        return "county"
    if truth.issuers and ZONE.search(truth.issuers[0]):
        return "zone"
    if place == NATION:
        return "ministry"
    return "province" if is_province(place) else "city"


def length_of(text: str) -> str:
    """Return how long a text is, in steps of which each has its own kinds of pages."""
    return next((name for most, name in LENGTHS.items() if len(text) <= most), LONGER)


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str | int):
        raise TruthError(f"{key} must be a text")
    return None if value is None or value == "" else str(value)


def _names(row: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TruthError(f"{key} must be a list of texts")
    return tuple(value)


def _code(row: Mapping[str, Any]) -> str | None:
    value = row.get("region")
    code = value.get("code") if isinstance(value, Mapping) else value
    if code is not None and not isinstance(code, str):
        raise TruthError('region must be a code or {"code": …}')
    return code or None


def _years(row: Mapping[str, Any]) -> frozenset[int | None] | None:
    value = row.get("targets")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise TruthError('targets must be a list of {"year": …}')
    return frozenset(one.get("year") for one in value)
