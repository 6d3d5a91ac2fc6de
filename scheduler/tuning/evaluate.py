"""Measure the detection on labelled lines: precision, recall, by trap, and over all thresholds. No archive, no network.

A line is a JSON object: `title`, `text` (or `body`), `label` (`announcement` or anything else), and what it wants to be
counted by: `traps` (a list), `genre`, `depth`. `publisher` and `published_at` are read as the filters read them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from crawler.detect.sift import kept_out, passes
from crawler.toml import ConfigurationError, Fault, read_text
from scheduler.commands.filter_lines import LineError, article_of
from storage.records import Article, Facts, Label

POSITIVE = "announcement"
GROUPED_BY = ("traps", "genre", "depth")
STEPS = 24  # thresholds of a sweep: a screenful


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled line. `facts` are None where the gate keeps the article out; `groups` are what it is counted by."""

    id: str
    article: Article
    facts: Facts | None
    label: str
    groups: Mapping[str, tuple[str, ...]]

    @property
    def is_announcement(self) -> bool:
        """Whether the label says that it is one."""
        return self.label == POSITIVE


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
    """Return the labelled lines of a file.

    Raises:
        ConfigurationError: with one fault for each line that cannot be used.
    """
    lines: list[Labelled] = []
    faults: list[Fault] = []
    for number, raw in enumerate(read_text(file).splitlines(), 1):
        if not raw.strip():
            continue
        try:
            lines.append(labelled(json.loads(raw), lexicon, name=str(number)))
        except (ValueError, TypeError, AttributeError) as error:  # not JSON, no object, a key missing or wrong
            faults.append(Fault(file=str(file), key=f"line {number}", problem=str(error)))
    if faults:
        raise ConfigurationError(faults)
    return lines


def labelled(row: Mapping[str, Any], lexicon: Lexicon, *, name: str) -> Labelled:
    """Return a line with its facts. `name` is its id when it has none.

    Raises:
        LineError: title, text or label are missing.
    """
    if not isinstance(row.get("label"), str):
        raise LineError("label is needed")
    article = article_of({**row, "text": row.get("text", row.get("body"))})
    groups = {field: _values(row.get(field)) for field in GROUPED_BY}
    facts = establish(article, lexicon) if passes(article, lexicon) else None
    return Labelled(id=str(row.get("id") or name), article=article, facts=facts, label=row["label"], groups=groups)


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


def three_way(judged: Sequence[JudgedLine]) -> float | None:
    """Return the share of lines with exactly the right one of the three labels, None where other labels are used."""
    if not judged or any(one.line.label not in get_args(Label) for one in judged):
        return None
    return sum(one.label == one.line.label for one in judged) / len(judged)


def by_group(judged: Iterable[JudgedLine]) -> dict[str, dict[str, Counts]]:
    """Return the counts by trap, genre and depth; a field that no line has is left out."""
    groups: dict[str, dict[str, list[JudgedLine]]] = {field: defaultdict(list) for field in GROUPED_BY}
    for one in judged:
        for field, values in one.line.groups.items():
            for value in values:
                groups[field][value].append(one)
    return {
        field: {value: count(ones) for value, ones in sorted(values.items())}
        for field, values in groups.items()
        if values
    }


def sweep(judged: Sequence[JudgedLine]) -> list[tuple[float, Counts]]:
    """Return the counts at thresholds from the lowest score of an announcement to the highest of all, and beyond."""
    scores = [one.score for one in judged]
    low = min((one.score for one in judged if one.line.is_announcement), default=0.0)
    high = max(scores, default=0.0)
    low, high = min(low, high), max(high, low + 1)
    step = (high - low) / (STEPS - 1)
    return [(round(low + n * step, 1), count(judged, threshold=round(low + n * step, 1))) for n in range(STEPS)]
