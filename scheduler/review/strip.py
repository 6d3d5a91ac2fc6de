"""The last runs of a source as a strip: one mark a run, told apart by shape, drawn as SVG. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.health.wording import CAUSES_IN_CHINESE
from scheduler.review.wording import OUTCOMES, minute
from storage.records import Run
from storage.runs import HEALTHY_OUTCOMES

STEP_UNITS = 9  # units of the drawing from one mark to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMark:
    """A run: where it stands, the id of its shape in sprites.html, what it says."""

    x: int
    shape: str
    title: str
    is_healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A strip and what it says in words, for those who do not see it."""

    width: int
    marks: tuple[RunMark, ...]
    label: str


def strip_of(runs: Sequence[Run]) -> Strip:
    """Return the strip of runs, the oldest on the left."""
    marks = tuple(
        RunMark(
            x=number * STEP_UNITS,
            shape=f"run-{run.outcome}",
            title=_title(run),
            is_healthy=run.outcome in HEALTHY_OUTCOMES,
        )
        for number, run in enumerate(runs)
    )
    counted = Counter(OUTCOMES[run.outcome] for run in runs)
    words = "、".join(f"{name} {number}" for name, number in counted.most_common())
    return Strip(
        width=max(1, len(runs)) * STEP_UNITS,
        marks=marks,
        label=f"最近 {len(runs)} 次：{words}" if runs else "还没有访问过",
    )


def _title(run: Run) -> str:
    said = f"{minute(run.started_at)} {OUTCOMES[run.outcome]}"
    if run.outcome in HEALTHY_OUTCOMES:
        return f"{said}，新增 {run.new}"
    return f"{said}：{CAUSES_IN_CHINESE[run.cause]}" if run.cause else said
