"""Keep what `sources verify` found from here: the last check of each source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import Cause, Outcome, Run
from storage.runs import HEALTHY_OUTCOMES

CheckState = Literal["works", "partly", "fails"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """The check of a source from here. `partly`: rows were found, something else is missing; `fails`: no rows.

    `outcome` and `cause` are those a visit would have had; `reason` is for people, empty when all is well; `detail`
    is a JSON object for the report. `verified_at` is when it last worked from here, None when it never did.
    """

    source: str
    checked_at: datetime
    state: CheckState
    outcome: Outcome
    cause: Cause | None
    reason: str
    detail: Mapping[str, Any]
    verified_at: datetime | None = None


class Checks:
    """The checks of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, check: SourceCheck) -> None:
        """Keep a check in place of the source's last one; when it worked last is kept through failures."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO checks (source, checked_at, verified_at, state, outcome, cause, reason, detail)
                   VALUES (:source, :checked_at, :verified_at, :state, :outcome, :cause, :reason, :detail)
                   ON CONFLICT (source) DO UPDATE SET
                       checked_at = excluded.checked_at, state = excluded.state, outcome = excluded.outcome,
                       cause = excluded.cause, reason = excluded.reason, detail = excluded.detail,
                       verified_at = coalesce(excluded.verified_at, verified_at)""",
                {
                    "source": check.source, "checked_at": text_of(check.checked_at), "state": check.state,
                    "verified_at": None if check.state == "fails" else text_of(check.checked_at),
                    "outcome": check.outcome, "cause": check.cause, "reason": check.reason,
                    "detail": json.dumps(dict(check.detail), ensure_ascii=False),
                },
            )  # fmt: skip

    def of(self, source: str) -> SourceCheck | None:
        """Return the last check of a source, None before the first."""
        return next((_check(row) for row in self._db.query("SELECT * FROM checks WHERE source = ?", [source])), None)

    def all(self) -> dict[str, SourceCheck]:
        """Return the last check of each source that was ever checked."""
        return {row["source"]: _check(row) for row in self._db.query("SELECT * FROM checks")}

    def states(self) -> dict[str, CheckState]:
        """Return how the last check of each source ended."""
        return dict(self._db.execute("SELECT source, state FROM checks").fetchall())


def standing_here(check: SourceCheck | None, last: Run | None, failures: int) -> tuple[Run | None, int]:
    """Return a source's last run and its failures since, as they are after a check: the newer of both counts.

    A check that found rows makes the source due at once, or leaves it as healthy as it was; one that found none
    counts as a visit that failed, so that it is tried again later, and not with those that work.
    """
    if check is None or (last is not None and last.finished_at >= check.checked_at):
        return last, failures
    if check.state != "fails":
        return (last, 0) if last is not None and last.outcome in HEALTHY_OUTCOMES else (None, 0)
    failed = Run(
        source=check.source, started_at=check.checked_at, finished_at=check.checked_at, outcome=check.outcome,
        cause=check.cause, error=check.reason, listed=0, new=0, announcements=0, requests=0,
    )  # fmt: skip
    return failed, max(1, failures)


def _check(row: dict[str, Any]) -> SourceCheck:
    verified_at = moment_of(row["verified_at"]) if row["verified_at"] else None
    moments = {"checked_at": moment_of(row["checked_at"]), "verified_at": verified_at}
    return SourceCheck(**{**row, **moments, "detail": json.loads(row["detail"])})
