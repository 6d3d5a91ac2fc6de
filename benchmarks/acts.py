"""Fit the act that an article's wording tells (`crawler/detect/facts/fitted_act.py`) to labelled texts.

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/acts.py TEXTS.jsonl ... [--unseen] [--out crawler/detect/facts/acts.tsv]

`--unseen` prints for each file how many acts are right by the rules, by the wording and by both, where the fit has not
seen the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from odds import fit_options
from opinion import rows_of

from crawler.detect.facts import fitted_act
from crawler.detect.facts.act import find_act
from crawler.detect.facts.issuers import find_issuers, issue_told
from crawler.detect.facts.names import find_names
from crawler.detect.facts.reading import read
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.wording import wording_of
from crawler.text.weights import BASE
from scheduler.tuning.evaluate import row_of

STRENGTH = 0.3
# Acts on which the hands differ: an approval is a 名单 here, a repeal 失效.
BY_RULES = re.compile("批复|复函|同意|废止|失效|停止执行|停止施行")
LEAST_TEXTS, KEPT_GROUPS = 4, 4000  # a group of characters stands in so many texts; so many groups are kept
DIGITS = 3  # of a weight in the table


@dataclass(frozen=True)
class ToldAct:
    """A text as the fit sees it: its groups of characters, its act (or that it has none), and the act by the rules."""

    found: frozenset[str]
    act: str
    ruled: str | None
    file: str


def told(file: Path, lexicon: Lexicon) -> Iterator[ToldAct]:
    """Yield the texts of a file; not those whose act is left to the rules, or is not known."""
    for number, row in enumerate(rows_of(file)):
        act = row.get("act") if row["label"] == "announcement" else fitted_act.NO_ACT
        if not act or act in fitted_act.TOLD_BY_RULES or BY_RULES.search(row["title"]):
            continue
        article = row_of(row, name=f"{file.name}:{number}").article
        views = read(article)
        names = find_names(views)
        ruled = find_act(views, names)
        by_rules = ruled or issue_told(find_issuers(views, names, ruled))
        groups = frozenset(wording_of(article.title, article.text, lexicon))
        yield ToldAct(groups, act, by_rules.value if by_rules else None, file.name)


def fitted(examples: Sequence[ToldAct]) -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    """Return the acts, and what each of the groups that tell most adds to the odds of each."""
    import numpy  # imported here: --help must work without them
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counted = Counter(group for one in examples for group in one.found)
    kept = {group for group, number in counted.items() if number >= LEAST_TEXTS}
    for _ in range(2):  # all groups first, then those that tell most
        vectorizer = DictVectorizer()
        columns = vectorizer.fit_transform([dict.fromkeys(one.found & kept, 1.0) for one in examples])
        model = LogisticRegression(C=STRENGTH, max_iter=500).fit(columns, [one.act for one in examples])
        names = vectorizer.get_feature_names_out()
        telling = numpy.abs(model.coef_).max(axis=0) * numpy.sqrt([counted[name] for name in names])
        kept = set(names[numpy.argsort(-telling)[:KEPT_GROUPS]])
    weights = {name: tuple(map(float, model.coef_[:, n])) for n, name in enumerate(names)}
    return tuple(model.classes_), {BASE: tuple(map(float, model.intercept_))} | weights


def of_wording(one: ToldAct, acts: Sequence[str], weights: dict[str, tuple[float, ...]]) -> str | None:
    """Return the act that a text is said to tell."""
    known = [weights[group] for group in one.found & weights.keys()]
    odds = [sum(column) for column in zip(weights[BASE], *known, strict=True)]
    return fitted_act.told_by(dict(zip(acts, odds, strict=True)), one.ruled) or one.ruled


def unseen(examples: Sequence[ToldAct], file: str) -> str:
    """Return how many acts of a file are right by the rules alone, and with a fit to the other files."""
    acts, weights = fitted([one for one in examples if one.file != file])
    own = [one for one in examples if one.file == file and one.act != fitted_act.NO_ACT]
    by_rules = sum(one.ruled == one.act for one in own) / len(own)
    by_both = sum(of_wording(one, acts, weights) == one.act for one in own) / len(own)
    return f"{file:24} {len(own):4} announcements, acts right: rules {by_rules:.3f}, with the wording {by_both:.3f}"


def main() -> None:
    """Print what the wording is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, fitted_act.FITTED)
    lexicon = load_lexicon()
    examples = [one for file in options.texts for one in told(file, lexicon)]
    announcing = {one.file for one in examples if one.act != fitted_act.NO_ACT}
    for file in options.texts if options.unseen else ():
        if file.name in announcing:
            print(unseen(examples, file.name), flush=True)
    _write(options.out, *fitted(examples))


def _write(file: Path, acts: Iterable[str], weights: dict[str, tuple[float, ...]]) -> None:
    rows = [["", *acts], *([group, *(f"{odds:.{DIGITS}g}" for odds in weights[group])] for group in sorted(weights))]
    file.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
