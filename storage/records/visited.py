"""How a visit to a source went. Frozen, no I/O and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["ok", "unchanged", "empty", "blocked", "script_list", "error"]
Cause = Literal[
    "dns", "tls", "timeout", "connection", "4xx", "5xx", "robots", "silence", "private", "size", "parse", "limit",
    "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One visit to a source: what was listed, fetched and found, or why not.

    `not_extracted` counts the new article pages on which no text was found: kept, but they can match by title only.
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

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished_at - self.started_at).total_seconds()
