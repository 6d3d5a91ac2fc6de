"""Fit the points of a lexicon to labelled lines: a proposal that a person reads, never applied here. No archive.

Scores are sums, so what a weight does to a score is measured by moving it once (`effects`). The fit then moves one
weight at a time, by whole points and always the one that helps most, until nothing helps enough: few changes, each of
which can be read. What it is worth on lines it has not seen is measured by leaving out a fifth five times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crawler.detect.lexicon import Lexicon
from crawler.own_rule import Weights
from scheduler.tuning.evaluate import Counts, JudgedLine, Labelled, count, judge

PointsPath: TypeAlias = tuple[str, ...]
PointsChange: TypeAlias = Mapping[PointsPath, float]

MENTIONS = ("core", "track")
PROBE_POINTS = 10.0  # points: scores are rounded to a tenth, so effects are known to a hundredth
MARGIN_POINTS = 6.0  # points from the threshold within which a right answer is still unsure: half an issuer
STEPS = (-10.0, -5.0, -2.0, -1.0, 1.0, 2.0, 5.0, 10.0)
LARGEST_SHARE = 0.5  # of a weight: what needs more than half is no matter of weights
PRICE_A_POINT = 0.02  # of an error: what one point of change must be worth
MOST_CHANGES = 40  # changes: more than this nobody reads
FOLD_COUNT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsProposal:
    """Weights with their new values, and the counts before, after, and on lines the fit has not seen."""

    values: PointsChange
    before: Counts
    after: Counts
    unseen_before: Counts
    unseen_after: Counts
    turned: tuple[tuple[JudgedLine, JudgedLine], ...]


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """A line as the fit sees it: its distance from the threshold and what each weight does to it per point."""

    distance: float
    is_announcement: bool
    effects: Mapping[PointsPath, float]

    def loss(self, changes: PointsChange) -> float:
        """Return 0 for a sure answer, 1 and more for a wrong one."""
        distance = self.distance + sum(self.effects.get(path, 0.0) * by for path, by in changes.items())
        inside = distance if self.is_announcement else -distance - 0.1  # at the threshold it is an announcement
        return max(0.0, (MARGIN_POINTS - inside) / MARGIN_POINTS * 0.5) + (inside < 0)


def propose(lines: Sequence[Labelled], lexicon: Lexicon) -> PointsProposal:
    """Return the weights that a fit to these lines would change, and what that is worth."""
    cases = cases_of(lines, lexicon)
    start = weights(lexicon)
    changes = _fit(cases, start)
    proposed = with_values(lexicon, _values(start, changes))
    before, after = judge(lines, lexicon), judge(lines, proposed)
    unseen = _unseen(lines, cases, lexicon)
    return PointsProposal(
        values=_values(start, changes), before=count(before), after=count(after), unseen_before=count(before),
        unseen_after=count(unseen),
        turned=tuple((one, other) for one, other in zip(before, after, strict=True) if one.is_right != other.is_right),
    )  # fmt: skip


def weights(lexicon: Lexicon) -> dict[PointsPath, float]:
    """Return what may be changed: the points of compound cues by place, and those of cues.

    The threshold stays, because only the distance to it counts (`evaluate` sweeps it), and so do the points of
    mentions, which alone must never reach it.
    """
    found: dict[PointsPath, float] = {}
    for name, value in lexicon.points:
        if name in MENTIONS:
            continue
        if isinstance(value, Weights):
            found |= {("points", name, place): worth for place, worth in value if worth}
        elif abs(value) > 1:  # the others are shares
            found["points", name] = value
    return found | {("cues", cue.name): cue.points for cue in lexicon.cues}


def with_values(lexicon: Lexicon, values: PointsChange) -> Lexicon:
    """Return a lexicon with other values, named as a proposal."""
    points = lexicon.points
    for path, value in values.items():
        match path:
            case ("points", name, place):
                points = points.model_copy(update={name: getattr(points, name).model_copy(update={place: value})})
            case ("points", name):
                points = points.model_copy(update={name: value})
    cues = tuple(cue.model_copy(update={"points": values.get(("cues", cue.name), cue.points)}) for cue in lexicon.cues)
    return lexicon.model_copy(update={"points": points, "cues": cues, "version": f"{lexicon.version}-tuned"})


def cases_of(lines: Sequence[Labelled], lexicon: Lexicon) -> list[LabelledCase]:
    """Return each line as a fit sees it."""
    base = judge(lines, lexicon)
    effects: list[dict[PointsPath, float]] = [{} for _ in lines]
    for path, value in weights(lexicon).items():
        moved = judge(lines, with_values(lexicon, {path: value + PROBE_POINTS}))
        for own, one, other in zip(effects, base, moved, strict=True):
            if one.score != other.score:
                own[path] = (other.score - one.score) / PROBE_POINTS
    return [
        LabelledCase(one.score - lexicon.threshold, one.line.is_announcement, own)
        for one, own in zip(base, effects, strict=True)
    ]


def _fit(cases: Sequence[LabelledCase], start: PointsChange) -> dict[PointsPath, float]:
    """Return by how many points each weight is to be moved, without those that stay."""
    changes: dict[PointsPath, float] = {}
    lost = _lost(cases, changes)
    for _ in range(MOST_CHANGES):
        best = min(_moves(cases, start, changes), default=None, key=lambda move: move[0])
        if best is None or best[0] >= lost - 1e-9:
            break
        lost, path, by = best
        changes[path] = changes.get(path, 0.0) + by
    return {path: by for path, by in changes.items() if by}


def _moves(
    cases: Sequence[LabelledCase], start: PointsChange, changes: PointsChange
) -> Iterable[tuple[float, PointsPath, float]]:
    """Yield what each step of each weight would lead to."""
    for path, value in start.items():
        touched = [case for case in cases if path in case.effects]
        others = _lost(cases, changes) - _lost(touched, changes)
        for by in STEPS if touched else ():
            moved = {**changes, path: changes.get(path, 0.0) + by}
            if abs(moved[path]) <= LARGEST_SHARE * abs(value):
                yield others + _lost(touched, moved), path, by


def _lost(cases: Iterable[LabelledCase], changes: PointsChange) -> float:
    return sum(case.loss(changes) for case in cases) + PRICE_A_POINT * sum(map(abs, changes.values()))


def _unseen(lines: Sequence[Labelled], cases: Sequence[LabelledCase], lexicon: Lexicon) -> list[JudgedLine]:
    """Return what is said of each line by weights that were fitted without it."""
    start, said = weights(lexicon), []
    for fold in range(FOLD_COUNT):
        changes = _fit([case for n, case in enumerate(cases) if n % FOLD_COUNT != fold], start)
        said += judge(lines[fold::FOLD_COUNT], with_values(lexicon, _values(start, changes)))
    return said


def _values(start: PointsChange, changes: PointsChange) -> dict[PointsPath, float]:
    return {path: round(start[path] + by, 2) for path, by in changes.items()}
