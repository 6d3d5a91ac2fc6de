"""Compare the points of the lexicon, set by hand, with points fitted to labelled lines: docs/points.md says how.

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/points.py LABELLED.jsonl ... [--quiet UNLABELLED.jsonl ...] [--out points.json]

A line is what `evaluate` reads, with `policy`, `announcement` or `event` to keep the pages of one act together; gzip is
read too. Every line of a `--quiet` file counts as no announcement. The score stays the sum of the hits that it is: a
regularised logistic regression over what each weight adds to a score says by how much to move the weight, and the
pull of the regularisation is towards the points set by hand.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.detect.lexicon import Lexicon, load_lexicon
from scheduler.tuning.evaluate import Counts, JudgedLine, Labelled, count, judge, labelled
from scheduler.tuning.tune import LabelledCase, PointsPath, cases_of, weights, with_values

FOLDS = 5
STRENGTHS = (0.003, 0.01, 0.03, 0.1)  # the larger, the further from the points set by hand
SCALE = 10.0  # of the distance among the columns: it is hardly pulled towards nothing
LARGEST = 0.5  # of a weight: it keeps its sign and its order of size
STEP = 0.5  # points: what a person still reads
SECTION = "section"


def read(files: Iterable[Path], lexicon: Lexicon, *, is_quiet: bool) -> Iterator[tuple[str, Labelled]]:
    """Yield the lines of files with the act they belong to; unsure lines and passages of general plans are left out."""
    for file in files:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
            for number, raw in enumerate(lines):
                row = json.loads(raw)
                if is_quiet:
                    row["label"] = "irrelevant"
                if row.get("label") and not row.get("unsure") and row.get("depth") != SECTION:
                    line = labelled(row, lexicon, name=f"{file.name}:{number}")
                    if line.facts is not None:  # the gate keeps the others out, whatever the points are
                        yield act_of(row, line), line


def act_of(row: dict[str, Any], line: Labelled) -> str:
    """Return what keeps the pages of one act in one fold."""
    event = row.get("event") if line.is_announcement else None
    return str(row.get("policy") or row.get("announcement") or event or line.id)


def fold_of(act: str) -> int:
    """Return the fold of an act, the same on every machine."""
    return int(hashlib.sha256(act.encode()).hexdigest(), 16) % FOLDS


def fitted(cases: Sequence[LabelledCase], lexicon: Lexicon, strength: float) -> dict[PointsPath, float]:
    """Return the weights with new values, rounded and of the same sign; without those that stay."""
    from sklearn.linear_model import LogisticRegression  # imported here: --help must work without it

    start = weights(lexicon)
    paths = [path for path in start if any(path in case.effects for case in cases)]
    columns = [
        [case.distance * SCALE / 10, *(case.effects.get(path, 0.0) * abs(start[path]) / 10 for path in paths)]
        for case in cases
    ]
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000)
    model.fit(columns, [case.is_announcement for case in cases])
    of_distance, *others = model.coef_[0]
    moved = {path: value / (of_distance * SCALE) * abs(start[path]) for path, value in zip(paths, others, strict=True)}
    return {path: start[path] + step for path, by in moved.items() if (step := _step(by, LARGEST * abs(start[path])))}


def _step(by: float, largest: float) -> float:
    return round(max(-largest, min(largest, by)) / STEP) * STEP


@dataclass(frozen=True)
class Fitting:
    """Labelled lines with their folds, as a fit sees them."""

    lines: Sequence[Labelled]
    folds: Sequence[int]
    cases: Sequence[LabelledCase]
    lexicon: Lexicon

    def unseen(self) -> Counts:
        """Return the counts by weights fitted without the acts they are measured on; the rest chooses the strength."""
        said: list[JudgedLine] = []
        for fold in range(FOLDS):
            rest = [own for own in range(FOLDS) if own != fold]
            strengths = {strength: count(self._left_out(rest, strength)).f1 for strength in STRENGTHS}
            best = max(STRENGTHS, key=strengths.__getitem__)
            print(f"fold {fold}: strength {best}", file=sys.stderr)
            said += self._judged(rest, fold, best)
        return count(said)

    def _left_out(self, folds: Sequence[int], strength: float) -> list[JudgedLine]:
        """Return what is said of the lines of each fold by weights fitted to the others of these."""
        return [one for own in folds for one in self._judged([n for n in folds if n != own], own, strength)]

    def _judged(self, taught_by: Sequence[int], fold: int, strength: float) -> list[JudgedLine]:
        taught = [case for case, own in zip(self.cases, self.folds, strict=True) if own in taught_by]
        values = fitted(taught, self.lexicon, strength)
        asked = [line for line, own in zip(self.lines, self.folds, strict=True) if own == fold]
        return judge(asked, with_values(self.lexicon, values))


def main() -> None:
    """Print both kinds of points on acts that the fit has not seen, and the fit to everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", type=Path, nargs="+")
    parser.add_argument("--quiet", type=Path, nargs="*", default=[])
    parser.add_argument("--strength", type=float, default=STRENGTHS[1], help="of the fit to everything")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    lexicon = load_lexicon()
    read_lines = [*read(options.labelled, lexicon, is_quiet=False), *read(options.quiet, lexicon, is_quiet=True)]
    lines = [line for _, line in read_lines]
    cases = cases_of(lines, lexicon)
    _say("by hand", count(judge(lines, lexicon)))
    _say("fitted, unseen acts", Fitting(lines, [fold_of(act) for act, _ in read_lines], cases, lexicon).unseen())
    values = fitted(cases, lexicon, options.strength)
    _say("fitted, seen", count(judge(lines, with_values(lexicon, values))))
    start = weights(lexicon)
    for path, value in sorted(values.items()):
        print(f"{'.'.join(path):30} {start[path]:7.1f} -> {value:.1f}")
    if options.out:
        options.out.write_text(
            json.dumps({".".join(path): value for path, value in values.items()}, ensure_ascii=False)
        )


def _say(name: str, counts: Counts) -> None:
    print(
        f"{name:22} precision {counts.precision:.3f} recall {counts.recall:.3f} "
        f"({counts.hits} hits, {counts.alarms} false, {counts.misses} missed)"
    )


if __name__ == "__main__":
    main()
