"""How a visit to a source went. Frozen, no I/O and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["ok", "unchanged", "empty", "blocked", "script_list", "error"]
Cause = Literal[
    "dns", "tls", "timeout", "connection", "4xx", "5xx", "robots", "silence", "private", "size", "parse", "limit",
    "old_list", "other_list", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One visit to a source: what was listed, fetched and found, or why not.

    `not_extracted` counts the new article pages on which no text was found: kept, but they can match by title only.
    `clock_offset_seconds` is by how much the portal's clock was ahead of ours, None where it did not say.
    Causes `old_list` and `other_list`: rows were found, but they are not what the listing is to show now.
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
    error: str | None = None
    cause: Cause | None = None
    clock_offset_seconds: float | None = None

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished_at - self.started_at).total_seconds()
