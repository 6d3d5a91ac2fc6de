"""Fit the second opinion of `crawler/detect/opinion.py` to labelled lines and to what the plain rules teach.

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/opinion.py TEXTS.jsonl ... --streams STREAM.jsonl.gz ... [--out crawler/detect/opinion.tsv]

Labelled announcements are few and each of their writers has habits. So the plain rules teach too: they judge the
streams' lines on other topics (住房, 医保, 光伏), as if these were tracks, and the wording of what they find there is
learned as well. `--unseen` prints precision and recall on acts, and on
files, that the fit has not seen.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odds import fitted_odds
from points import FOLDS, act_of, fold_of

from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.opinion import FITTED, LEAST, MOST, MOST_DOUBTED
from crawler.detect.sift import passes
from crawler.detect.wording import wording_of
from crawler.text.weights import BASE
from scheduler.tuning.article_lines import article_of
from scheduler.tuning.evaluate import Counts, labelled
from scheduler.tuning.tune import with_values
from storage.records import Article

OTHER_TOPICS = Path(__file__).with_name("other_topics.txt")  # what policies are about beside future industries
SHARE = 3  # of the streams' lines on other topics, one in so many teaches
DOUBTFUL = (30.0, 50.0)  # points: what the rules are unsure of teaches nothing
STRENGTH = 0.1
WEIGHT_OF_NOISE, WEIGHT_OF_TAUGHT = 0.25, 0.3  # of a stream's line without an act; of a line that the rules labelled
LEAST_LINES, TOLERANCE = 8, 1e-3  # a group of characters stands in so many lines; of the solver: there are 60,000 lines
POINTS_OF_ODDS, NEUTRAL = 15.0, -2.5  # points for one step of log-odds, and the log-odds that are worth none


@dataclass(frozen=True)
class Example:
    """A line as the fit sees it. `act` keeps the pages of one act together; `file` is None where the rules taught."""

    found: frozenset[str]
    is_announcement: bool
    weight: float
    act: str
    file: str | None = None
    score: float = 0.0
    most: float = MOST


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file; gzip is read too."""
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
            weight = WEIGHT_OF_NOISE if is_stream and not line.is_announcement else 1.0
            yield Example(
                _groups(line.article, lexicon), line.is_announcement, weight, act_of(row, line), file.name, said.score,
                MOST_DOUBTED if any(hit.points < 0 for hit in said.hits) else MOST,
            )  # fmt: skip


def taught(file: Path, lexicon: Lexicon) -> Iterator[Example]:
    """Yield a stream's lines on other topics with what the plain rules say of them."""
    wide = without_opinion(on_all_topics(lexicon))
    for row in rows_of(file):
        if int(hashlib.sha256(str(row["id"]).encode()).hexdigest(), 16) % SHARE:
            continue
        article = article_of(row)
        if passes(article, lexicon) or not passes(article, wide):
            continue
        score = assess(article, establish(article, wide), wide).score
        if not DOUBTFUL[0] <= score < DOUBTFUL[1]:
            yield Example(_groups(article, wide), score >= wide.threshold, WEIGHT_OF_TAUGHT, str(row["id"]))


def on_all_topics(lexicon: Lexicon) -> Lexicon:
    """Return a lexicon to which other topics are tracks."""
    own = {*lexicon.core.terms, *(word for track in lexicon.tracks for word in track.words)}
    more = tuple({"name": topic} for topic in OTHER_TOPICS.read_text().split() if topic not in own)
    known = lexicon.model_dump()
    return Lexicon.model_validate(known | {"tracks": (*known["tracks"], *more), "section_policies": "off"})


def without_opinion(lexicon: Lexicon) -> Lexicon:
    """Return a lexicon under which the plain rules judge alone."""
    return with_values(lexicon, {("points", "opinion"): 0.0})


def _groups(article: Article, lexicon: Lexicon) -> frozenset[str]:
    return frozenset(wording_of(article.title, article.text, lexicon))


def fitted(examples: Sequence[Example]) -> dict[str, float]:
    """Return the points of the groups that tell most, and of an article that has none of them."""
    odds = fitted_odds(
        [one.found for one in examples], [one.is_announcement for one in examples], strength=STRENGTH,
        worth=[one.weight for one in examples], least=LEAST_LINES, tolerance=TOLERANCE,
    )  # fmt: skip
    points = {name: round(POINTS_OF_ODDS * value, 2) for name, value in odds.items()}
    return points | {BASE: round(POINTS_OF_ODDS * (odds[BASE] - NEUTRAL), 2)}


def opinion_of(one: Example, points: dict[str, float]) -> float:
    """Return the points that an example gets."""
    return max(LEAST, min(one.most, points[BASE] + sum(points.get(group, 0.0) for group in one.found)))


def unseen(examples: Sequence[Example], part_of: Callable[[Example], object], file: str, threshold: float) -> Counts:
    """Return the counts in a file with opinions fitted without the part of each line; part None: by the rules alone."""
    tally: Counter[tuple[bool, bool]] = Counter()
    own = [one for one in examples if one.file == file]
    for part in {part_of(one) for one in own}:
        rest = [one for one in examples if one.file is None or part_of(one) != part]
        points = fitted(rest) if part is not None else {BASE: 0.0}
        for one in own:
            if part_of(one) == part:
                tally[one.is_announcement, one.score + opinion_of(one, points) >= threshold] += 1
    return Counts(
        hits=tally[True, True], alarms=tally[False, True], misses=tally[True, False], quiet=tally[False, False]
    )


def main() -> None:
    """Print what the opinion is worth on acts and files that it has not seen, and write the fit to everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--streams", type=Path, nargs="*", default=[])
    parser.add_argument("--unseen", action="store_true", help="print the figures on unseen acts and files: slow")
    parser.add_argument("--out", type=Path, default=FITTED)
    options = parser.parse_args()
    lexicon = load_lexicon()
    examples = [one for file in options.texts for one in given(file, lexicon, is_stream=False)]
    examples += [one for file in options.streams for one in given(file, lexicon, is_stream=True)]
    examples += [one for file in options.streams for one in taught(file, lexicon)]
    for file in dict.fromkeys(one.file for one in examples if one.file and options.unseen):
        _say(f"{file}, by the rules alone", unseen(examples, lambda _: None, file, lexicon.threshold))
        _say(f"{file}, unseen acts", unseen(examples, lambda one: fold_of(one.act) % FOLDS, file, lexicon.threshold))
        _say(f"{file}, unseen file", unseen(examples, lambda one: one.file, file, lexicon.threshold))
    _write(options.out, fitted(examples))


def _say(name: str, counts: Counts) -> None:
    print(f"{name:48} precision {counts.precision:.3f} recall {counts.recall:.3f} ({counts.alarms} false)", flush=True)


def _write(file: Path, points: dict[str, float]) -> None:
    lines: Iterable[str] = (f"{group}\t{worth:g}" for group, worth in sorted(points.items()) if worth)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
