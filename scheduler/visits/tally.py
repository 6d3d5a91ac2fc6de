"""Say in one line how a round of visits went, and in one for each cause what failed. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.records import Run
from storage.runs import HEALTHY_OUTCOMES

SHOWN_SOURCES = 5  # of those that failed for one cause; the review page has them all


@dataclass(slots=True, kw_only=True)
class RoundTally:
    """The visits since the last line that told of some."""

    runs: list[Run] = field(default_factory=list)

    def summary(self) -> Mapping[str, Any]:
        """Return how many visits there were, how they ended, and what they found."""
        healthy = sum(run.outcome in HEALTHY_OUTCOMES for run in self.runs)
        return {
            "visits": len(self.runs), "failed": len(self.runs) - healthy, "new": sum(run.new for run in self.runs),
            "announcements": sum(run.announcements for run in self.runs),
        }  # fmt: skip

    def failures(self) -> list[Mapping[str, Any]]:
        """Return what failed by its cause, the commonest first, with a few of the sources."""
        by_cause: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            if run.outcome not in HEALTHY_OUTCOMES:
                by_cause[run.cause or run.outcome].append(run)
        counted = Counter({cause: len(runs) for cause, runs in by_cause.items()})
        return [_failure(cause, by_cause[cause]) for cause, _ in counted.most_common()]


def _failure(cause: str, runs: list[Run]) -> Mapping[str, Any]:
    shown = [run.source for run in runs[:SHOWN_SOURCES]]
    more = {"and_more": len(runs) - len(shown)} if len(runs) > len(shown) else {}
    return {"cause": cause, "sources": shown, **more, "error": runs[0].error}
