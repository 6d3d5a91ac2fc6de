"""Decide what is left to do until alerts reach people, and how far the first round is. No I/O, no clock.

The list of a first run: it is shown until every step that alerts need is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

StepKey = Literal["contact", "reviewer", "endpoint", "catalogue", "first crawl", "backups"]
StepState = Literal["done", "to do", "under way", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupState:
    """The state of an installation. `off` counts the sources that are off by the reason that is given.

    `tried` counts the enabled sources that were checked or visited from here, by whether they gave rows; `visited` are
    those that were visited. `reviewer` is empty where only the system's user is known.
    """

    contact: str
    has_sample_contact: bool
    reviewer: str
    audience: Sequence[str]
    enabled: int
    tried: Mapping[Literal["works", "fails"], int]
    visited: int
    articles: int
    announcements: int
    is_watching: bool
    backups: str
    off: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One step. `done` of `total` say how far it is, where it is counted; `value` is what was chosen."""

    key: StepKey
    state: StepState
    value: str = ""
    done: int = 0
    total: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The steps of a first run, and what they are about."""

    state: SetupState
    steps: tuple[SetupStep, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: then the list is not shown any more."""
        return all(step.state in {"done", "off"} for step in self.steps)

    @property
    def finished(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


def setup_of(state: SetupState) -> Setup:
    """Return the steps of a first run as far as they are."""
    return Setup(state=state, steps=(
        SetupStep(key="contact", state=_done(not state.has_sample_contact), value=state.contact),
        SetupStep(key="reviewer", state=_done(bool(state.reviewer)), value=state.reviewer),
        SetupStep(key="endpoint", state=_done(bool(state.audience)), value="、".join(state.audience)),
        _catalogue(state),
        SetupStep(key="first crawl", state=_counted(state, state.visited), done=state.visited, total=state.enabled),
        SetupStep(key="backups", state="done" if state.backups else "off", value=state.backups),
    ))  # fmt: skip


def _catalogue(state: SetupState) -> SetupStep:
    tried = sum(state.tried.values())
    failed = state.tried.get("fails", 0)
    return SetupStep(key="catalogue", state=_counted(state, tried), done=tried, total=state.enabled, failed=failed)


def _counted(state: SetupState, number: int) -> StepState:
    if state.enabled and number >= state.enabled:
        return "done"
    return "under way" if number or state.is_watching else "to do"


def _done(is_done: bool) -> StepState:
    return "done" if is_done else "to do"
