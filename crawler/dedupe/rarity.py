"""Know which wording is common in texts about future industries, and which is a text's own. No I/O but its own table.

`common.tsv` has a line for each group of characters that many texts of the field have, with its weight: how seldom it
is. A group that is not in it is rare. docs/announcements.md says how the table is made.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from math import fsum
from pathlib import Path

from crawler.text.weights import weights_in

COMMON = Path(__file__).with_name("common.tsv")
GROUP_CHARACTERS = 3  # characters of a group: two desks that rewrite one act still share its terms
WEIGHT_OF_RARE = 6.0  # the weight of a group that the table does not have: it stands in one text of 400 at most


def groups_of(said: str) -> array[int]:
    """Return the hashes of the groups of characters of a text without marks, each once.

    They have 64 bits, keyed by the process: a text that is remembered keeps 8 bytes a character.
    """
    starts = range(len(said) - GROUP_CHARACTERS + 1)
    return array("q", {hash(said[start : start + GROUP_CHARACTERS]) for start in starts})


def is_rare(group: int) -> bool:
    """True for a group that few texts of the field have."""
    return group not in weights()


def weight_of(groups: Iterable[int]) -> float:
    """Return what some groups weigh together: rare ones much, the field's own words little."""
    known = weights()
    return fsum(known.get(group, WEIGHT_OF_RARE) for group in groups)  # exact, so in any order the same


def phrases_of(said: str, groups: Collection[int]) -> list[str]:
    """Return the longest runs of a text that are made of some groups, the longest first."""
    if not groups:  # most strangers
        return []
    found, run = [], ""
    for start in range(len(said) - GROUP_CHARACTERS + 1):
        group = said[start : start + GROUP_CHARACTERS]
        if hash(group) in groups:
            run = run + group[-1] if run else group
        elif run:
            found.append(run)
            run = ""
    return sorted(dict.fromkeys(filter(None, [*found, run])), key=lambda phrase: -len(phrase))


@cache
def weights() -> Mapping[int, float]:
    """Return the weights of the groups that many texts have, by their hashes."""
    return {hash(group): weight for group, weight in weights_in(COMMON).items()}
