"""Fit how likely an authority that an article names issues its document (`crawler/detect/facts/issuers.tsv`).

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/issuers.py TEXTS.jsonl ... [--unseen] [--out crawler/detect/facts/issuers.tsv]

The texts are labelled with all their issuers; files whose lines have none teach nothing. `--unseen` prints for each
file precision and recall of the rules alone and of both, where the fit has not seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from odds import fit_files, fit_options, fitted_odds
from opinion import rows_of

from crawler.detect.facts import weighed_issuers
from crawler.detect.facts.act import find_act
from crawler.detect.facts.claims import find_claims
from crawler.detect.facts.issuers import chosen_issuers
from crawler.detect.facts.names import find_names
from crawler.detect.facts.reading import read
from crawler.detect.facts.weighed_issuers import IssuerSigns, NamedAuthority, mentions
from crawler.text.odds import probability_of
from scheduler.tuning.evaluate import row_of
from scheduler.tuning.name_forms import found_in, issuer_form

STRENGTH = 0.3


@dataclass(frozen=True)
class LabelledAnnouncement:
    """An announcement as the fit sees it: what it names, the signs of each mention by its id, and who issues."""

    found: Sequence[NamedAuthority]
    signs: Mapping[int, frozenset[str]]
    issuers: Sequence[str]
    act: str | None

    def issues(self, mention: NamedAuthority) -> bool:
        """True for a mention of a labelled issuer."""
        return found_in([mention.authority.text], self.issuers, issuer_form)[0] > 0


def announced(file: Path) -> list[LabelledAnnouncement]:
    """Return the announcements of a file whose issuers are labelled."""
    found = []
    for number, row in enumerate(rows_of(file)):
        if row["label"] == "announcement" and row.get("issuers"):
            reading = read(row_of(row, name=f"{file.name}:{number}").article)
            names = find_names(reading)
            named = mentions(reading, find_claims(reading, names))
            fact = find_act(reading, names)
            act = fact.value if fact else None
            known = IssuerSigns(named, reading, names, act)
            signs = {id(mention): frozenset(known.of(mention)) for mention in named}
            found.append(LabelledAnnouncement(named, signs, row["issuers"], act))
    return found


def fitted(examples: Sequence[LabelledAnnouncement]) -> dict[str, float]:
    """Return what each of the signs that tell most adds to the log-odds, and those of a mention without any."""
    lines = [one.signs[id(mention)] for one in examples for mention in one.found]
    labels = [one.issues(mention) for one in examples for mention in one.found]
    return fitted_odds(lines, labels, strength=STRENGTH)


def _probability(one: LabelledAnnouncement, weights: Mapping[str, float], mention: NamedAuthority) -> float:
    return probability_of(one.signs[id(mention)], weights)


def shares(examples: Sequence[LabelledAnnouncement], weights: dict[str, float] | None) -> str:
    """Return precision and recall of the issuers chosen with these weights, or by the rules alone."""
    said = right = true = found = 0
    for one in examples:
        if weights is None:
            best = max((mention.rank for mention in one.found), default=weighed_issuers.UNCLAIMED)
            chosen = [mention for mention in one.found if mention.rank == best != weighed_issuers.UNCLAIMED]
        else:
            chosen = chosen_issuers(one.found, partial(_probability, one, weights), one.act)
        stated = list({mention.key: mention.authority.text for mention in chosen}.values())
        said, right = said + len(stated), right + found_in(stated, one.issuers, issuer_form)[0]
        true, found = true + len(one.issuers), found + found_in(one.issuers, stated, issuer_form)[0]
    return f"precision {right / max(said, 1):.3f} recall {found / max(true, 1):.3f}"


def main() -> None:
    """Print what the fit is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, weighed_issuers.FITTED)
    examples = {file.name: announced(file) for file in options.texts}
    fit_files(options, examples, fitted, lambda own, weights:
              f"announcements: rules {shares(own, None)}, with the wording {shares(own, weights)}")  # fmt: skip


if __name__ == "__main__":
    main()
