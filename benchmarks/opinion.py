"""Fit the second opinion of `crawler/detect/opinion.py` to labelled lines, beside what the plain rules say of them.

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/opinion.py TEXTS.jsonl ... --streams STREAM.jsonl.gz ... [--out crawler/detect/opinion.tsv]

The score of the plain rules is one column of the regression, so that wording and facts say what the rules leave open,
and all is told in their points. Texts may be .toml as well (tests/corpus). `--unseen` prints precision and recall on
each file, by a fit that has not seen it.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odds import BESIDE, fit_options, fitted_odds

from crawler.detect import assess
from crawler.detect.clues import find_clues
from crawler.detect.documents import find_documents
from crawler.detect.facts.reading import with_title_in_bounds
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.opinion import FITTED, LEAST, MOST, MOST_OFF_TOPIC, signs_of
from crawler.detect.wording import wording_of
from crawler.text.weights import BASE
from scheduler.tuning.evaluate import Counts, Labelled, labelled
from scheduler.tuning.tune import with_values

STRENGTH = 0.1
WEIGHT_OF_NOISE = 0.25  # of a stream's line that announces nothing
LEAST_LINES, TOLERANCE = 8, 1e-3  # a group of characters stands in so many lines; of the solver
STEP_POINTS = 15.0  # of the score in one step of its column, so that it is of the size of the others
LEAST_SCORE, MOST_SCORE = -60.0, 140.0  # points: beyond, the rules are as sure as they can be


@dataclass(frozen=True)
class Example:
    """A line as the fit sees it: its signs, and the score of the plain rules."""

    found: frozenset[str]
    is_announcement: bool
    weight: float
    file: str
    score: float
    most: float


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file; gzip is read too, and the project's own cases (.toml, each announces or says not)."""
    if file.suffix == ".toml":
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        for row in tables.get("text") or tables["case"]:
            yield {"label": "announcement", "id": row.get("name"), "body": row["text"].strip()} | row | {
                "published_at": str(row.get("published_at") or ""), "announcement": row.get("group") or row.get("name"),
            }  # fmt: skip
        return
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        yield from map(json.loads, lines)


def given(file: Path, lexicon: Lexicon, *, is_stream: bool) -> Iterator[Example]:
    """Yield the lines on the topic that are labelled surely; a stream's line without a label announces nothing."""
    plain = without_opinion(lexicon)
    for number, found in enumerate(rows_of(file)):
        row = {**found, "label": found.get("label") or "irrelevant"}
        if row.get("unsure") or row.get("depth") == "section":
            continue
        line = labelled(row, lexicon, name=f"{file.name}:{number}")
        if line.facts is not None:
            said = assess(line.article, line.facts, plain)
            documents = find_documents(find_clues(with_title_in_bounds(line.article), line.facts, plain))
            yield Example(
                _signs(line, lexicon), line.is_announcement,
                WEIGHT_OF_NOISE if is_stream and not line.is_announcement else 1.0,
                file.name, said.score,
                MOST_OFF_TOPIC if documents.is_off_topic else MOST,
            )  # fmt: skip


def without_opinion(lexicon: Lexicon) -> Lexicon:
    """Return a lexicon under which the plain rules judge alone."""
    return with_values(lexicon, {("points", "opinion"): 0.0})


def _signs(line: Labelled, lexicon: Lexicon) -> frozenset[str]:
    assert line.facts is not None
    return frozenset({*wording_of(line.article.title, line.article.text, lexicon), *signs_of(line.facts)})


def fitted(examples: Sequence[Example], threshold: float) -> dict[str, float]:
    """Return the points of the signs that tell most, and of an article that has none of them.

    One step of log-odds is worth as many points as the rules' score needs for it, so that both add up: an article is
    as likely an announcement as not where they come to the threshold.
    """
    odds = fitted_odds(
        [one.found for one in examples], [one.is_announcement for one in examples], strength=STRENGTH,
        worth=[one.weight for one in examples], least=LEAST_LINES, tolerance=TOLERANCE,
        beside=[max(LEAST_SCORE, min(MOST_SCORE, one.score)) / STEP_POINTS for one in examples],
    )  # fmt: skip
    points_of_odds = STEP_POINTS / odds.pop(BESIDE)
    points = {name: round(points_of_odds * value, 2) for name, value in odds.items()}
    return points | {BASE: round(threshold + points[BASE], 2)}


def opinion_of(one: Example, points: dict[str, float]) -> float:
    """Return the points that an example gets."""
    return max(LEAST, min(one.most, points[BASE] + sum(points.get(sign, 0.0) for sign in one.found)))


def unseen(examples: Sequence[Example], file: str, threshold: float, *, by_rules: bool = False) -> Counts:
    """Return the counts in a file with an opinion fitted without it, or by the rules alone."""
    own = [one for one in examples if one.file == file]
    points = {} if by_rules else fitted([one for one in examples if one.file != file], threshold)
    tally = Counter(
        (one.is_announcement, one.score + (opinion_of(one, points) if points else 0.0) >= threshold) for one in own
    )
    return Counts(
        hits=tally[True, True], alarms=tally[False, True], misses=tally[True, False], quiet=tally[False, False]
    )


def main() -> None:
    """Print what the opinion is worth on acts and files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, FITTED, "--streams")
    lexicon = load_lexicon()
    examples = [one for file in options.texts for one in given(file, lexicon, is_stream=False)]
    examples += [one for file in options.streams for one in given(file, lexicon, is_stream=True)]
    for file in dict.fromkeys(one.file for one in examples if options.unseen):
        _say(f"{file}, by the rules alone", unseen(examples, file, lexicon.threshold, by_rules=True))
        _say(f"{file}, unseen", unseen(examples, file, lexicon.threshold))
    _write(options.out, fitted(examples, lexicon.threshold))


def _say(name: str, counts: Counts) -> None:
    print(f"{name:48} precision {counts.precision:.3f} recall {counts.recall:.3f} ({counts.alarms} false)", flush=True)


def _write(file: Path, points: dict[str, float]) -> None:
    lines: Iterable[str] = (f"{group}\t{worth:g}" for group, worth in sorted(points.items()) if worth)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
