"""Fit what the signs of mentions add to the log-odds, and read what every fit is asked (`TEXTS ... --unseen --out`).

Fitting needs scikit-learn, a tool of developers; the program reads the tables without it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from crawler.text.weights import BASE

LEAST_MENTIONS, KEPT_SIGNS = 3, 4000  # a sign stands at so many mentions; so many signs are kept
MOST_STEPS, TOLERANCE = 400, 1e-4  # of the solver
DIGITS = 3  # of a weight in a table
Weights = dict[str, float]
Text = TypeVar("Text")
BESIDE, BESIDE_SCALE = "beside", 4.0  # the column of what was known beside the signs; large, it is hardly regularised


def fit_options(description: str | None, out: Path, *more_files: str) -> argparse.Namespace:
    """Return what a fit is asked: texts, the files of further options, figures on unseen files, where it is written."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+")
    for option in more_files:
        parser.add_argument(option, type=Path, nargs="*", default=[])
    parser.add_argument("--unseen", action="store_true", help="print the figures on files that the fit has not seen")
    parser.add_argument("--out", type=Path, default=out)
    return parser.parse_args()


def fit_files(
    options: argparse.Namespace, files: Mapping[str, Sequence[Text]], fitted: Callable[[Sequence[Text]], Weights],
    told: Callable[[Sequence[Text], Weights], str],
) -> None:  # fmt: skip
    """Print what a fit is worth on each file that it has not seen, if that is asked, and write the fit to all."""
    for name, own in files.items():
        if options.unseen and own:
            weights = fitted([one for file, some in files.items() if file != name for one in some])
            print(f"{name:24} {len(own):4} {told(own, weights)}", flush=True)
    write_table(fitted([one for some in files.values() for one in some]), options.out)


def fitted_odds(
    lines: Sequence[frozenset[str]], labels: Sequence[bool], *, strength: float, worth: Sequence[float] | None = None,
    least: int = LEAST_MENTIONS, tolerance: float = TOLERANCE, beside: Sequence[float] | None = None,
) -> Weights:  # fmt: skip
    """Return what each of the signs that tell most adds to the log-odds, and those of a mention without any.

    `worth` is how much each line counts, None where all count the same; a sign stands in at least `least` lines.
    `beside` is a number that was known of each line besides; what one of it adds comes back as `BESIDE`.
    """
    import numpy  # imported here: --help must work without them
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counted = Counter(sign for signs in lines for sign in signs)
    kept = {sign for sign, number in counted.items() if number >= least}
    aside = [{BESIDE: number * BESIDE_SCALE} for number in beside] if beside else [{} for _ in lines]
    for _ in range(2):  # all signs first, then those that tell most
        vectorizer = DictVectorizer()
        columns = vectorizer.fit_transform(
            [dict.fromkeys(signs & kept, 1.0) | more for signs, more in zip(lines, aside, strict=True)]
        )
        model = LogisticRegression(C=strength, max_iter=MOST_STEPS, tol=tolerance)
        model.fit(columns, labels, sample_weight=worth)
        names, odds = vectorizer.get_feature_names_out(), model.coef_[0]
        telling = numpy.abs(odds) * numpy.sqrt([counted[name] for name in names])
        kept = set(names[numpy.argsort(-telling)[:KEPT_SIGNS]])
    found = {BASE: float(model.intercept_[0])} | dict(zip(names, map(float, odds), strict=True))
    return found if beside is None else found | {BESIDE: found[BESIDE] * BESIDE_SCALE}


def write_table(weights: Mapping[str, float], table: Path) -> None:
    """Write a table that the program reads."""
    lines = (f"{sign}\t{weight:.{DIGITS}g}\n" for sign, weight in sorted(weights.items()) if weight)
    table.write_text("".join(lines), encoding="utf-8")
