"""Name what was wrong with the rows, texts and answers of a visit that went well. Pure."""

from __future__ import annotations

from collections.abc import Mapping

FLAWS = {
    "one link": "rows that lead to one page with others", "no address": "rows without an address that can be asked for",
    "home": "links that lead to the home page", "empty": "empty",
    "dateline": "only a dateline", "frame": "only a frame that was not read", "picture": "only pictures",
    "mojibake": "mojibake", "share bar": "only buttons", "cut short": "answers cut short",
    "odd headers": "answers with invalid header lines",
}  # fmt: skip


def said_of_flaws(flaws: Mapping[str, int]) -> str:
    """Return what was wrong with rows, texts and answers: `3 only a dateline, 2 ofd files that are not read`."""
    most = sorted(flaws.items(), key=lambda one: -one[1])
    return ", ".join(f"{number} {_flaw(kind)}" for kind, number in most if number)


def _flaw(kind: str) -> str:
    return f"{kind.removeprefix('file ')} files that are not read" if kind.startswith("file ") else FLAWS[kind]
