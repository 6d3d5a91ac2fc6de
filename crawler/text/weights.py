"""Read the tables of fitted weights that stand beside the stages: one sign a line, with what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

BASE = "base"  # how a table calls what a text or mention without any of its signs is worth


@cache
def weights_in(table: Path) -> Mapping[str, float]:
    """Return what each sign of a table is worth; each table is read once."""
    rows = (line.rsplit("\t", 1) for line in table.read_text(encoding="utf-8").splitlines())
    return {sign: float(worth) for sign, worth in rows}
