"""Fit how likely a year that an article names dates one of its goals (`crawler/detect/facts/targets.tsv`).

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/goal_years.py TEXTS.jsonl ... [--unseen] [--out crawler/detect/facts/targets.tsv]

The texts are labelled with their goals (`targets`, each with year and text). `--unseen` prints for each file precision
and recall of the years, where the fit has not seen the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odds import fit_files, fit_options, fitted_odds
from opinion import rows_of

from crawler.detect.facts import weighed_targets
from crawler.detect.facts.reading import ArticleViews, read, simplified
from crawler.detect.facts.targets import targets_by
from crawler.detect.facts.weighed_targets import signs_of
from crawler.detect.facts.years import NAMED, YearMention, find_years
from crawler.text.odds import probability_of
from scheduler.tuning.evaluate import row_of

STRENGTH = 0.2


@dataclass(frozen=True)
class NamedYears:
    """An announcement as the fit sees it: the years it names, the signs of each, whether each dates a labelled goal."""

    reading: ArticleViews
    found: Sequence[YearMention]
    signs: Sequence[frozenset[str]]
    is_goal: Sequence[bool]
    goals: Sequence[Mapping[str, Any]]


def announced(file: Path) -> list[NamedYears]:
    """Return the announcements of a file; none where no line has labelled goals."""
    rows = [row for row in rows_of(file) if row["label"] == "announcement"]
    return [named_years(row, file.name) for row in rows] if any(row.get("targets") for row in rows) else []


def named_years(row: Mapping[str, Any], name: str) -> NamedYears:
    """Return a labelled announcement as the fit sees it."""
    reading = read(row_of(row, name=name).article)
    found = find_years(reading)
    dating = {(one.view.place, one.start) for goal in row["targets"] for one in dated_by(goal, found, reading)}
    return NamedYears(
        reading, found, [frozenset(signs) for signs in signs_of(found, reading)],
        [(one.view.place, one.start) in dating for one in found], row["targets"],
    )  # fmt: skip


def dated_by(goal: Mapping[str, Any], found: Sequence[YearMention], reading: ArticleViews) -> list[YearMention]:
    """Return the mentions that date a labelled goal: in its sentence, else the one that stands nearest."""
    named = [one for one in found if one.year == goal["year"] and one.form != NAMED]
    wording = simplified(goal["text"])
    near: list[YearMention] = []
    for view in reading.views:
        start = view.text.find(wording)
        if start >= 0:
            bounds = view.sentence_start(start), max(view.sentence_end(start), start + len(wording))
            own = [one for one in named if one.view is view and bounds[0] <= one.start < bounds[1]]
            beside = sorted((one for one in named if one.view is view), key=lambda one: abs(one.start - start))
            near += own or beside[:1]
    return near or named


def fitted(examples: Sequence[NamedYears]) -> dict[str, float]:
    """Return what each of the signs that tell most adds to the log-odds, and those of a mention without any."""
    told = [pair for one in examples for pair in zip(one.signs, one.is_goal, strict=True) if pair[0]]
    lines, labels = [signs for signs, _ in told], [is_goal for _, is_goal in told]
    return fitted_odds(lines, labels, strength=STRENGTH)


def shares(examples: Sequence[NamedYears], weights: Mapping[str, float]) -> str:
    """Return precision and recall of the years of goals with these weights, and how many goals are quoted."""
    said = right = true = wordings = quoted = 0
    for one in examples:
        likely = [probability_of(signs, weights) if signs else 0.0 for signs in one.signs]
        facts = targets_by(likely, one.found, one.reading)
        stated, labelled = {fact.year for fact in facts}, {goal["year"] for goal in one.goals}
        said, right, true = said + len(stated), right + len(stated & labelled), true + len(labelled)
        quotes = [(fact.year, simplified(fact.quote)) for fact in facts]
        wordings += len(one.goals)
        quoted += sum(any(year == goal["year"] and _overlap(quote, simplified(goal["text"])) for year, quote in quotes)
                      for goal in one.goals)  # fmt: skip
    return f"precision {right / max(said, 1):.3f} recall {right / max(true, 1):.3f}, quoted {quoted / wordings:.3f}"


def _overlap(one: str, other: str) -> bool:
    """True where one wording holds the other."""
    return one in other or other in one


def main() -> None:
    """Print what the fit is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, weighed_targets.FITTED)
    examples = {file.name: announced(file) for file in options.texts}
    fit_files(options, examples, fitted, lambda own, weights: f"announcements: {shares(own, weights)}")


if __name__ == "__main__":
    main()
