"""Define the run: the result of one visit to a source. Frozen, no I/O and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Outcome = Literal["ok", "unchanged", "empty", "blocked", "script_list", "error"]
Cause = Literal[
    "dns", "tls", "timeout", "connection", "4xx", "5xx", "robots", "silence", "private", "size", "parse", "limit",
    "exit", "old_list", "other_list", "other",
]  # fmt: skip
# The kinds of flaws that rows and answers have; all others are texts that are none (crawler/extract/text_kind.py).
ROW_FLAWS = frozenset({"one link", "home"})  # rows with different titles that lead to one page, links that lead home
ANSWER_FLAWS = frozenset({"cut short", "odd headers"})  # taken as browsers take them


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitUse:
    """The requests of a visit through one exit: how many, how many were not answered, how long all of them took."""

    requests: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def is_in_vain(self) -> bool:
        """True where none of the requests was answered."""
        return 0 < self.requests == self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One visit to a source: what was listed, fetched and found, or why not.

    `listed` counts rows, `links` the different links among them, `known` those of them that were in the archive before.
    `fetched` counts article pages that were answered, `extracted` those of them with a text, `failed` those that were
    not. `not_extracted` counts the new article pages on which no text was found: kept, but they can match by title
    only. `flaws` counts by kind what is wrong with rows, texts and answers, though the visit went well.
    `clock_offset_seconds` is by how much the portal's clock was ahead of ours, None where it did not say.
    Causes `old_list` and `other_list`: rows were found, but they are not what the listing is to show now.
    `exits` says what went through which exit.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    listed: int = 0
    new: int = 0
    announcements: int = 0
    requests: int = 0
    not_extracted: int = 0
    links: int = 0
    known: int = 0
    fetched: int = 0
    extracted: int = 0
    failed: int = 0
    flaws: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    cause: Cause | None = None
    clock_offset_seconds: float | None = None
    exits: Mapping[str, ExitUse] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished_at - self.started_at).total_seconds()
