"""Fit what makes two pages be about one act (`crawler/dedupe/weighing.py`) to labelled texts.

    pip install scipy                                 # a tool of developers; the program never needs it
    python benchmarks/pairs.py TEXTS.jsonl ... [--unseen] [--out crawler/dedupe]

Texts of one `announcement` are about one act. Pairs teach that the guards let pass and that nothing certain joins;
those of one `policy` only where their acts are told apart. Two files tell of other acts, so their texts of the same
days and regions are many pairs more of two acts, as an archive of the whole country has them. `--unseen` prints for
each file how many pairs a fit without it joins, of how many, + how many wrongly, and x how many with texts of other
files, over several thresholds; the table of common wording is of all files.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from odds import fit_options
from opinion import rows_of

from crawler.dedupe import profile_of, rarity
from crawler.dedupe.clues import CLUES
from crawler.dedupe.common_ground import CommonGround
from crawler.dedupe.compare import is_weighed
from crawler.dedupe.places import is_around
from crawler.dedupe.profile import Profile
from crawler.dedupe.stages import WINDOW
from crawler.dedupe.weighing import FITTED, SUFFICIENT_POINTS, SURE_POINTS
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.sift import passes
from crawler.text.weights import BASE, weights_in
from scheduler.tuning.article_lines import EPOCH
from scheduler.tuning.evaluate import row_of
from storage.records import Article

STRENGTH = 1.0
EXPLAINS = frozenset(("印发", "立法", "解读", "发布会"))  # of one policy these may be one announcement (decision 4)
LEAST_TEXTS = 8  # a group of characters in fewer texts is rare
LEAST_SHARED = 40  # groups of characters; a pair of other days that shares less teaches nothing
WEIGHT_OF_POLICY = 0.5  # of a pair of one policy: the hands differ on what is an act of its own
SHOWN_THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
NEEDED = {"announcing": SUFFICIENT_POINTS, "others": SURE_POINTS}
DIGITS = 3  # of a number in the tables


@dataclass(frozen=True)
class Told:
    """A labelled text by its profile. `announcement` is None for a text that announces nothing."""

    file: str
    profile: Profile
    announcement: str | None
    policy: str | None
    act: str | None


@dataclass(frozen=True)
class Pair:
    """A later text beside an earlier one: the values of all clues, and whether both are about one act.

    `files` are those of both texts.
    """

    files: frozenset[str]
    clues: Mapping[str, float]
    is_same: bool
    is_one_policy: bool
    is_announcing: bool
    names: tuple[str, str]


def texts_of(file: Path, lexicon: Lexicon) -> list[Told]:
    """Return the texts of a file that pass the gate."""
    rows = [(row, row_of(row, name=f"{file.name}:{n}").article) for n, row in enumerate(rows_of(file))]
    return [_told(file.name, row, article, lexicon) for row, article in rows if passes(article, lexicon)]


def _told(file: str, row: Mapping[str, Any], article: Article, lexicon: Lexicon) -> Told:
    facts = establish(article, lexicon)
    is_announcing = assess(article, facts, lexicon).is_announcement
    profile = profile_of(article, facts, seen=EPOCH.date(), is_announcing=is_announcing)
    return Told(file, profile, row.get("announcement"), row.get("policy"), row.get("act"))


def common(texts: Sequence[Told]) -> dict[str, float]:
    """Return the weight of each group of characters that many texts have: the logarithm of one in how many."""
    counted = Counter(group for one in texts for group in _groups(one.profile.said))
    return {group: math.log(len(texts) / number) for group, number in counted.items() if number >= LEAST_TEXTS}


def _groups(said: str) -> set[str]:
    starts = range(len(said) - rarity.GROUP_CHARACTERS + 1)
    return {said[start : start + rarity.GROUP_CHARACTERS] for start in starts}


def pairs_of(texts: Sequence[Told]) -> Iterator[Pair]:
    """Yield the pairs that are left to be weighed; only what announces is compared with."""
    for old, new in permutations(texts, 2):
        if not old.profile.is_announcing or not _teaches(new, old) or not is_weighed(new.profile, old.profile):
            continue
        both = CommonGround(new.profile, old.profile)
        yield Pair(
            frozenset((old.file, new.file)),
            {name: clue.value(both) for name, clue in CLUES.items()},
            _is_same(new, old),
            _is_one_policy(new, old),
            new.profile.is_announcing,
            (old.profile.article.title, new.profile.article.title),
        )


def _is_same(new: Told, old: Told) -> bool:
    return new.file == old.file and old.announcement is not None and old.announcement == new.announcement


def _is_one_policy(new: Told, old: Told) -> bool:
    is_one = new.file == old.file and old.policy is not None and old.policy == new.policy
    return is_one and not _is_same(new, old)


def _teaches(new: Told, old: Told) -> bool:
    """True for texts of one act or policy, of some days, of much wording; of two files only for those of one region."""
    is_close = abs(new.profile.day - old.profile.day) <= WINDOW
    if new.file != old.file:
        regions = new.profile.region, old.profile.region
        return is_close and (None in regions or regions[0] == regions[1] or is_around(*regions))
    if _is_one_policy(new, old):
        return not {old.act, new.act} <= EXPLAINS
    shared = new.profile.group_set.intersection(old.profile.groups)
    return is_close or _is_same(new, old) or len(shared) >= LEAST_SHARED


def fitted(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the worth of each clue, by logistic regression in which none counts against its sign."""
    import numpy  # imported here: --help must work without them
    from scipy.optimize import minimize  # type: ignore[import-untyped, import-not-found, unused-ignore]

    values = numpy.array([[one.clues[name] for name in CLUES] for one in pairs])
    most = numpy.maximum(values.max(axis=0), 1e-9)
    columns = numpy.hstack([values / most, numpy.ones((len(pairs), 1))])
    sides = numpy.array([1.0 if one.is_same else -1.0 for one in pairs])
    weights = numpy.array([WEIGHT_OF_POLICY if one.is_one_policy else 1.0 for one in pairs])
    held = numpy.append(numpy.ones(len(CLUES)), 0.0) / STRENGTH  # all but the base

    def loss(worth: Any) -> tuple[float, Any]:
        margins = sides * (columns @ worth)
        slopes = -weights * sides / (1 + numpy.exp(numpy.minimum(margins, 700)))
        total = (weights * numpy.logaddexp(0, -margins)).sum() + (held * worth**2).sum() / 2
        return float(total), columns.T @ slopes + held * worth

    bounds = [(0, None) if clue.is_for else (None, 0) for clue in CLUES.values()] + [(None, None)]
    found = minimize(loss, numpy.zeros(len(CLUES) + 1), jac=True, bounds=bounds, options={"maxiter": 3000}).x
    worths = [*(found[:-1] / most), found[-1]]
    return dict(zip((*CLUES, BASE), map(float, worths), strict=True))


def points_of(pair: Pair, worth: Mapping[str, float]) -> float:
    """Return the points of a pair."""
    return worth[BASE] + sum(worth[name] * value for name, value in pair.clues.items())


def use(folder: Path, texts: Sequence[Told]) -> None:
    """Let the program know these texts' common groups of characters."""
    _write(folder / rarity.COMMON.name, common(texts))
    rarity.COMMON = folder / rarity.COMMON.name
    rarity.weights.cache_clear()
    weights_in.cache_clear()  # the table that was read stood at the same path
    for one in texts:
        one.profile.__dict__.pop("weight", None)


def unseen(pairs: Sequence[Pair], file: str) -> None:
    """Print what joins in a file by a fit to the others."""
    worth = fitted([pair for pair in pairs if file not in pair.files])
    own = [(points_of(pair, worth), pair) for pair in pairs if file in pair.files]
    for kind, needed in NEEDED.items():
        some = [(points, pair) for points, pair in own if kind_of(pair) == kind]
        print(f"{file:24} {kind:10} {'  '.join(_at(some, threshold) for threshold in SHOWN_THRESHOLDS)}", flush=True)
        for points, pair in sorted(some, key=lambda each: -each[0]):
            if not pair.is_same and points >= needed:
                print(f"    joined wrongly, {points:.1f}: {' | '.join(pair.names)}", flush=True)


def kind_of(pair: Pair) -> str:
    """Return by which threshold a pair joins."""
    return "announcing" if pair.is_announcing else "others"


def _at(some: Iterable[tuple[float, Pair]], threshold: float) -> str:
    found = [(points >= threshold, pair.is_same, len(pair.files) == 1) for points, pair in some]
    true = sum(is_same for _, is_same, _ in found)
    wrong = f"+{found.count((True, False, True))} x{found.count((True, False, False))}"
    return f"{threshold:g}: {found.count((True, True, True))}/{true} {wrong}"


def _write(file: Path, numbers: Mapping[str, float]) -> None:
    rows = (f"{name}\t{number:.{DIGITS}g}" for name, number in sorted(numbers.items()) if round(number, DIGITS))
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


def main() -> None:
    """Print what the weighing is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, FITTED.parent)
    lexicon = load_lexicon()
    texts = [one for file in options.texts for one in texts_of(file, lexicon)]
    use(options.out, texts)
    pairs = list(pairs_of(texts))
    for name in dict.fromkeys(one.file for one in texts if options.unseen):
        unseen(pairs, name)
    _write(options.out / FITTED.name, fitted(pairs))


if __name__ == "__main__":
    main()
