"""Read labelled lines, judge them, and count alarms right and wrong, over all thresholds too. No archive, no network.

A line is a JSON object: `title`, `text` (or `body`), `label` (`announcement` or anything else), what it wants to be
counted by (`traps`, a list, `genre`, `depth`, `level`), and what is true of it (`scheduler.tuning.truth`). `publisher`
and `published_at` are read as the filters read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.detect.sift import kept_out, passes
from crawler.toml import ConfigurationError, Fault, read_text
from scheduler.tuning.article_lines import LineError, article_of
from scheduler.tuning.truth import Truth, length_of, level_of, truth_of
from storage.records import Article, Facts, Label

POSITIVE = "announcement"
SWEEP_STEPS = 24  # thresholds of a sweep: a screenful


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """A line as it was read. `groups` are what it is counted by."""

    id: str
    article: Article
    label: str
    truth: Truth
    groups: Mapping[str, tuple[str, ...]]

    @property
    def is_announcement(self) -> bool:
        """Whether the label says that it is one."""
        return self.label == POSITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(LabelledRow):
    """A labelled line with its facts, None where the gate keeps it out."""

    facts: Facts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A labelled line and what the detection says of it."""

    line: Labelled
    label: Label
    score: float

    @property
    def is_right(self) -> bool:
        """Whether it is told apart rightly, announcement or not."""
        return self.line.is_announcement == (self.label == POSITIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many were found rightly, alarmed falsely, missed and left out rightly."""

    hits: int = 0
    alarms: int = 0
    misses: int = 0
    quiet: int = 0

    @property
    def precision(self) -> float:
        """The share of the alarms that are right; 1 without any."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else 1.0

    @property
    def recall(self) -> float:
        """The share of the announcements that are found; 1 without any."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 when both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_lines(file: Path, lexicon: Lexicon) -> list[Labelled]:
    """Return the labelled lines of a file with their facts.

    Raises:
        ConfigurationError: with one fault for each line that cannot be used.
    """
    return [established(row, lexicon) for row in read_rows(file)]


def read_rows(file: Path) -> list[LabelledRow]:
    """Return the labelled lines of a file; one that has no id is called by its number.

    Raises:
        ConfigurationError: with one fault for each line that cannot be used.
    """
    rows: list[LabelledRow] = []
    faults: list[Fault] = []
    for number, raw in enumerate(read_text(file).splitlines(), 1):
        if not raw.strip():
            continue
        try:
            rows.append(row_of(json.loads(raw), name=str(number)))
        except (ValueError, TypeError, AttributeError) as error:  # not JSON, no object, a key missing or wrong
            faults.append(Fault(file=str(file), key=f"line {number}", problem=str(error)))
    if faults:
        raise ConfigurationError(faults)
    return rows


def labelled(row: Mapping[str, Any], lexicon: Lexicon, *, name: str) -> Labelled:
    """Return a line with its facts. `name` is its id when it has none.

    Raises:
        LineError: title, text or label are missing.
        TruthError: a field that says what is true is of another kind.
    """
    return established(row_of(row, name=name), lexicon)


def row_of(row: Mapping[str, Any], *, name: str) -> LabelledRow:
    """Return a line as `labelled` does, without its facts."""
    if not isinstance(row.get("label"), str):
        raise LineError("label is needed")
    article, truth = article_of({**row, "text": row.get("text", row.get("body"))}), truth_of(row)
    groups = {field: _values(row.get(field)) for field in ("act", "depth", "genre", "traps")}
    groups |= {"level": _values(level_of(row, truth)), "length": (length_of(article.text),)}
    return LabelledRow(id=str(row.get("id") or name), article=article, label=row["label"], truth=truth, groups=groups)


def established(row: LabelledRow, lexicon: Lexicon) -> Labelled:
    """Return a line with its facts."""
    facts = establish(row.article, lexicon) if passes(row.article, lexicon) else None
    return Labelled(id=row.id, article=row.article, label=row.label, truth=row.truth, groups=row.groups, facts=facts)


def _values(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return (str(value),) if value else ()


def judge(lines: Iterable[Labelled], lexicon: Lexicon) -> list[JudgedLine]:
    """Return what the detection says of each line."""
    return [_judged(line, lexicon) for line in lines]


def _judged(line: Labelled, lexicon: Lexicon) -> JudgedLine:
    said = kept_out(lexicon) if line.facts is None else assess(line.article, line.facts, lexicon)
    return JudgedLine(line=line, label=said.label, score=said.score)


def count(judged: Iterable[JudgedLine], *, threshold: float | None = None) -> Counts:
    """Return the counts at a threshold, None for the labels as they were given."""
    found = [0, 0, 0, 0]
    for one in judged:
        says = one.label == POSITIVE if threshold is None else one.score >= threshold
        found[(0 if says else 2) if one.line.is_announcement else (1 if says else 3)] += 1
    return Counts(hits=found[0], alarms=found[1], misses=found[2], quiet=found[3])


def sweep(judged: Sequence[JudgedLine]) -> list[tuple[float, Counts]]:
    """Return the counts at thresholds from the lowest score of an announcement to the highest of all, and beyond."""
    scores = [one.score for one in judged]
    low = min((one.score for one in judged if one.line.is_announcement), default=0.0)
    high = max(scores, default=0.0)
    low, high = min(low, high), max(high, low + 1)
    step = (high - low) / (SWEEP_STEPS - 1)
    return [(round(low + n * step, 1), count(judged, threshold=round(low + n * step, 1))) for n in range(SWEEP_STEPS)]
