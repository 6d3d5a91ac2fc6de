"""Turn texts and queries into overlapping pairs of characters, the tokens of the search index. Pure.

Every run of letters and digits, of whatever script, becomes its pairs of neighbours and its last character: 未来产业 is
`未来 来产 产业 业`, 6G is `6g g`. So a phrase of pairs is found exactly where its characters stand together, and never
across the end of a run, for a lone character stands there. At the end of a column follow its other characters, each
once: a word of one character is a look-up too. By prefix, 的 took 90 ms at 50,000 articles, and the more the longer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import add

from storage.folding import fold

WORD_RUN = re.compile(r"[^\W_]+")  # letters and digits as Python tells them; the rest is never indexed
NO_ROW_EXPRESSION = '""'  # the FTS5 expression that no row has


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word or quoted phrase of a query, folded."""

    text: str

    @cached_property
    def runs(self) -> tuple[str, ...]:
        """Its runs of letters and digits, each once."""
        return tuple(dict.fromkeys(WORD_RUN.findall(self.text)))

    @property
    def is_one_run(self) -> bool:
        """Whether the index alone decides; with punctuation inside, the text has to be looked at."""
        return self.runs == (self.text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The searched texts of an article, folded. `attachments` has the titles and the texts that were read."""

    title: str
    text: str
    attachments: str

    @property
    def all(self) -> tuple[str, str, str]:
        """The three of them."""
        return self.title, self.text, self.attachments


def searched(title: str, text: str, attachments: str) -> Searched:
    """Return what is searched of an article, from its row: `attachments` is a JSON list of {title, text}."""
    return Searched(title=fold(title), text=fold(text), attachments=fold(wording_of(attachments)))


def wording_of(attachments: str) -> str:
    """Return titles and texts of attachments, from the JSON list that a row keeps, in lines."""
    if attachments == "[]":
        return ""
    lines = ((one.get("title"), one.get("text")) for one in json.loads(attachments))
    return "\n".join(line for pair in lines for line in pair if line)


def tokens(folded: str) -> str:
    """Return the tokens of a folded text, separated by blanks."""
    found: list[str] = []
    last = set()
    for run in WORD_RUN.findall(folded):
        found += map(add, run, run[1:])
        found.append(run[-1])
        last.add(run[-1])
    found += [one for one in dict.fromkeys(folded) if one.isalnum() and one not in last]
    return " ".join(found)


def match_of(text: str) -> str:
    """Return the FTS5 expression for the blank-separated words of a raw text; one that nothing matches without any.

    Words that touch in the text but for punctuation are looked for one by one: exact but for these.
    """
    runs = dict.fromkeys(WORD_RUN.findall(fold(text)))
    return " AND ".join(map(phrase, runs)) or NO_ROW_EXPRESSION


def phrase(run: str, *, as_token: Callable[[str], str] = str) -> str:
    """Return the FTS5 expression for a run of letters and digits, as the tokens that `as_token` makes of its pairs."""
    pairs = map("".join, pairwise(run)) if len(run) > 1 else run
    return f'"{" ".join(map(as_token, pairs))}"'
