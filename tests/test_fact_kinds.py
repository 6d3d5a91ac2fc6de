"""The table of fact kinds is the only list of them: what code names is in it, and searches follow it."""

from __future__ import annotations

import re
from pathlib import Path

from storage.fact_kinds import fact_kinds
from storage.search.filters import FILTERS

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r'(?:\bfacts\.(?:of|first|values)|\.fact|\b_named|\bFact)\(\s*(?:kind=)?"([a-z_]+)"')


def test_named_kinds_are_in_the_table() -> None:
    """A kind that code reads or asks for is one of the table: a misspelt one would never be found."""
    modules = [path for package in ("crawler", "scheduler", "storage") for path in (ROOT / package).rglob("*.py")]
    named = {kind for path in modules for kind in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert named == {*fact_kinds()}


def test_searched_kinds_are_filters_in_their_order() -> None:
    """Each kind that people search by is a filter of its name; the filters that are no facts follow."""
    searched = {row.kind: row.search.rank for row in fact_kinds().values() if row.search}
    assert [key for key, row in FILTERS.items() if row.is_fact] == sorted(searched, key=searched.__getitem__)
    assert [*FILTERS][len(searched) :] == ["source", "state", "label"]
