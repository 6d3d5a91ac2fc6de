"""Fit which document a page announces where no rule says so (`crawler/detect/facts/names.tsv`).

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/names.py TEXTS.jsonl ... [--unseen] [--out crawler/detect/facts/names.tsv]

The texts are labelled with their documents (`policy_titles`); what announces nothing announces no document. `--unseen`
prints for each file precision and recall of the rules alone and of both, where the fit has not seen the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odds import fit_files, fit_options, fitted_odds
from opinion import rows_of

from crawler.detect.facts import weighed_names
from crawler.detect.facts.act import find_act
from crawler.detect.facts.fitted_act import NO_ACT, act_of_wording
from crawler.detect.facts.issuers import find_issuers, issue_told
from crawler.detect.facts.names import NameMention, Names, find_names
from crawler.detect.facts.reading import read
from crawler.detect.facts.weighed_names import announcing, candidates, signs_of
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.text.odds import probability_of
from scheduler.tuning.evaluate import row_of
from scheduler.tuning.name_forms import found_in, title_form

STRENGTH = 0.2


@dataclass(frozen=True)
class NamedDocuments:
    """A text as the fit sees it: the names it may announce, the signs of each, and its labelled documents."""

    names: Names
    found: Sequence[NameMention]
    signs: Sequence[frozenset[str]]
    titles: Sequence[str]
    is_announcement: bool


def named(file: Path, lexicon: Lexicon) -> list[NamedDocuments]:
    """Return the texts of a file; none where no line has labelled documents."""
    rows = list(rows_of(file))
    texts = []
    for row in rows if any(row.get("policy_titles") for row in rows) else ():
        line = row_of(row, name=file.name)
        reading = read(line.article)
        names = find_names(reading)
        found = candidates(names, reading)
        told = find_act(reading, names)
        act = act_of_wording(reading, lexicon, told or issue_told(find_issuers(reading, names, told)))
        signs = [frozenset(signs) for signs in signs_of(found, reading, act.value if act else NO_ACT)]
        titles = row.get("policy_titles") or [] if line.is_announcement else []
        texts.append(NamedDocuments(names, found, signs, titles, line.is_announcement))
    return texts


def fitted(texts: Sequence[NamedDocuments]) -> dict[str, float]:
    """Return what each of the signs that tell most adds to the log-odds, and those of a name without any."""
    texts = [one for one in texts if not one.names.announced]  # only these are weighed
    lines = [signs for one in texts for signs in one.signs]
    labels = [found_in([name.value], one.titles, title_form)[0] > 0 for one in texts for name in one.found]
    return fitted_odds(lines, labels, strength=STRENGTH)


def shares(texts: Sequence[NamedDocuments], weights: Mapping[str, float] | None) -> str:
    """Return precision and recall of the announced documents, and how many texts that announce nothing have some."""
    said = right = true = found = wrong = 0
    for one in texts:
        names = one.names
        if weights is not None and not names.announced:
            names = announcing([probability_of(signs, weights) for signs in one.signs], one.found, names)
        stated = [name.value for name in names.announced]
        if not one.is_announcement:
            wrong += bool(stated)
            continue
        said, right = said + len(stated), right + found_in(stated, one.titles, title_form)[0]
        true, found = true + len(one.titles), found + found_in(one.titles, stated, title_form)[0]
    return f"precision {right / max(said, 1):.3f} recall {found / max(true, 1):.3f} ({wrong} beside)"


def main() -> None:
    """Print what the fit is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, weighed_names.FITTED)
    lexicon = load_lexicon()
    texts = {file.name: named(file, lexicon) for file in options.texts}
    fit_files(options, texts, fitted, lambda own, weights:
              f"texts: rules {shares(own, None)}, weighed {shares(own, weights)}")  # fmt: skip


if __name__ == "__main__":
    main()
