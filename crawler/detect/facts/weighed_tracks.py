"""Weigh which words of an article are the tracks its document sets out to develop: fitted to labelled texts. No I/O.

First each group of words (track_groups.py) is weighed as a whole, by its form and place, its size, how many of its
members the lexicon knows, and the words around it (`track_groups.tsv`). Then each of its members, by what the group and
the best other group are worth (`track_members.tsv`): so the level is chosen at which the text lists its directions. A
member takes half of what its siblings are worth on average. Last, where a member begins and ends (`track_cuts.tsv`).
docs/points.md says how the tables are fitted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

from crawler.detect.facts.reading import View
from crawler.detect.facts.track_candidates import Candidates
from crawler.detect.facts.track_cuts import WordSpan
from crawler.detect.facts.track_signs import LEAST, WeighedMember, cut_signs, group_signs, member_signs
from crawler.text.odds import log_odds
from crawler.text.weights import weights_in

GROUPS, MEMBERS, CUTS = (Path(__file__).with_name(f"track_{name}.tsv") for name in ("groups", "members", "cuts"))
LEAST_PROBABILITY = 0.4
LEAST_GROUP_ODDS = -2.5  # logarithm: below it none of a group's members is asked about
SHARE_OF_SIBLINGS = 0.5


@dataclass(frozen=True, slots=True)
class TrackWeights:
    """The fitted weights of the signs of groups, members and spans."""

    groups: Mapping[str, float]
    members: Mapping[str, float]
    cuts: Mapping[str, float]


def fitted_weights() -> TrackWeights:
    """Return the weights that are shipped."""
    return TrackWeights(weights_in(GROUPS), weights_in(MEMBERS), weights_in(CUTS))


def chosen_tracks(
    found: Candidates, weights: TrackWeights, least: float = LEAST_PROBABILITY
) -> list[tuple[View, WordSpan]]:
    """Return where the tracks stand whose probability is at least `least`, in order, none over another."""
    groups = [odds_of(signs, weights.groups) for signs in group_signs(found)]
    members = list(member_signs(found, groups, LEAST_GROUP_ODDS))
    likely = _with_siblings(members, [odds_of(member.signs, weights.members) for member in members])
    chosen: list[tuple[View, WordSpan]] = []
    for odds, number in sorted((-odds, number) for number, odds in enumerate(likely)):
        if 1 / (1 + exp(odds)) < least:
            break
        member = members[number]
        span = _cut(found, member, weights.cuts)
        view = member.group.view
        if found.words.excludes(view, *span):
            continue
        if not any(view is other and start < span[1] and span[0] < end for other, (start, end) in chosen):
            chosen.append((view, span))
    return sorted(chosen, key=lambda one: (one[0].place != "title", one[1]))


def odds_of(signs: Collection[str], weights: Mapping[str, float]) -> float:
    """Return the logarithm of the odds that signs add up to, within bounds."""
    return max(LEAST, min(-LEAST, log_odds(signs, weights)))


def _with_siblings(members: Sequence[WeighedMember], odds: Sequence[float]) -> list[float]:
    """Return the log-odds of members with a share of their siblings' average."""
    sums: dict[int, tuple[float, int]] = {}
    for member, own in zip(members, odds, strict=True):
        total, number = sums.get(id(member.group), (0.0, 0))
        sums[id(member.group)] = total + own, number + 1
    shared = []
    for member, own in zip(members, odds, strict=True):
        total, number = sums[id(member.group)]
        shared.append(own + (SHARE_OF_SIBLINGS * (total - own) / (number - 1) if number > 1 else 0.0))
    return shared


def _cut(found: Candidates, member: WeighedMember, weights: Mapping[str, float]) -> WordSpan:
    """Return the likeliest span of a member."""
    if len(member.spans) == 1:
        return member.spans[0]
    likely = [log_odds(signs, weights) for signs in cut_signs(found, member.group, member.number)]
    return member.spans[likely.index(max(likely))]
