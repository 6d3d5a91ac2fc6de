"""Fit which words of an article are its tracks (`crawler/detect/facts/track_{groups,members,cuts}.tsv`).

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/tracks.py TEXTS.jsonl ... [--beside TEXTS.jsonl ...] [--streams STREAM.jsonl.gz ...] [--unseen]

The texts are labelled with their tracks; files whose lines have none teach nothing. Beside the texts of `--beside` the
lexicon was written: it knows nearly all their tracks, so each is learned from twice, once with half of them unknown.
How much words look like a direction is told by a table (directions.py) that other files and streams teach.
`--unseen` prints for each file precision and recall of the tracks, where the fit has not seen the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directions import fitted as fitted_directions
from directions import labelled
from odds import Weights, fit_options, fitted_odds, write_table
from opinion import rows_of

from crawler.detect.facts import weighed_tracks
from crawler.detect.facts.names import find_names
from crawler.detect.facts.reading import read
from crawler.detect.facts.track_candidates import Candidates, candidates
from crawler.detect.facts.track_groups import TrackGroup
from crawler.detect.facts.track_signs import cut_signs, group_signs, member_signs
from crawler.detect.facts.track_words import Words, words_from
from crawler.detect.facts.weighed_tracks import LEAST_GROUP_ODDS, TrackWeights, chosen_tracks, odds_of
from crawler.detect.lexicon import Lexicon, load_lexicon
from scheduler.tuning.evaluate import row_of
from scheduler.tuning.name_forms import found_in, track_form

STRENGTH = 0.1
HALVED = " halved"  # behind the name of a file whose tracks are half unknown
PARTS = 3  # of the files: the members of each are taught by groups weighed without it
NEAR_CHARACTERS = 6  # by which a span may be longer or shorter than a track that no span is equal to
CALLED = re.compile("[二三四五六七八九十两\\d][个大类条](?:重点|细分|主攻|优先|前沿)?(?:方向|领域|赛道)")
MOST_COUNTED = 6  # members of a group
Examples = Mapping[str, Sequence["NamedTracks"]]


@dataclass(frozen=True)
class NamedTracks:
    """A text as the fit sees it: its candidates, and which spans of which members are labelled tracks."""

    found: Candidates
    is_track: Mapping[int, Sequence[Sequence[bool]]]
    tracks: Sequence[str]

    def groups(self) -> list[tuple[frozenset[str], bool, float]]:
        """Return the signs of each group, whether half of it are tracks, and how much it counts."""
        lines = []
        for group, signs in zip(self.found.groups, group_signs(self.found), strict=True):
            told = [any(spans) for spans in self.is_track[id(group)]]
            lines.append((frozenset(signs), 2 * sum(told) >= len(told), min(len(told), MOST_COUNTED) ** 0.5))
        return lines

    def members(self, weights: Mapping[str, float]) -> list[tuple[frozenset[str], bool]]:
        """Return the signs of each member, with these weights of groups, and whether it is a track."""
        odds = [odds_of(signs, weights) for signs in group_signs(self.found)]
        found = member_signs(self.found, odds, LEAST_GROUP_ODDS)
        return [(frozenset(one.signs), any(self.is_track[id(one.group)][one.number])) for one in found]

    def cuts(self) -> list[tuple[frozenset[str], bool]]:
        """Return the signs of each span of a member that is a track, and whether it is the right one."""
        lines: list[tuple[frozenset[str], bool]] = []
        for group in self.found.groups:
            for position, told in enumerate(self.is_track[id(group)]):
                if len(told) > 1 and any(told):
                    lines += zip(map(frozenset, cut_signs(self.found, group, position)), told, strict=True)
        return lines


def taught(file: Path, lexicon: Lexicon, weights: Weights, *, is_beside: bool) -> list[NamedTracks]:
    """Return the announcements of a file, and what is on another topic: it has no tracks."""
    rows = [row for row in rows_of(file) if row["label"] in {"announcement", "irrelevant"}]
    if not any(row.get("tracks") for row in rows):
        return []
    whole = words_from(lexicon.tracks, weights)
    rows = [row for row in rows if not lies_below(row, whole)]
    return [_named(row, half_of(lexicon, weights, str(row["id"])) if is_beside else whole) for row in rows]


def lies_below(row: Mapping[str, Any], words: Words) -> bool:
    """True for labels below the track that the document's name tells, where the text calls none of them a direction.

    Most hands leave such components out, four label them.
    """
    names, tracks = "|".join(row.get("policy_titles") or ()), row.get("tracks") or ()
    if not tracks or words.theme_of(names) == "none" or found_in(tracks, [names], track_form)[0]:
        return False
    return CALLED.search(row_of(row, name="text").article.text) is None


def announced(file: Path, lexicon: Lexicon, weights: Weights) -> list[NamedTracks]:
    """Return the announcements of a file."""
    words = words_from(lexicon.tracks, weights)
    return [_named(row, words) for row in rows_of(file) if row["label"] == "announcement"]


def half_of(lexicon: Lexicon, weights: Weights, text: str) -> Words:
    """Return half of the lexicon's tracks, for each text another half and the same one each time."""
    return words_from([one for one in lexicon.tracks if zlib.crc32(f"{one.name}|{text}".encode()) % 2], weights)


def directions_of_others(files: Sequence[Path], streams: Sequence[Path], lexicon: Lexicon) -> dict[Path, Weights]:
    """Return for each file the signs of directions as files teach that are in another part of them."""
    own = {file: labelled(file, lexicon, is_stream=file in streams) for file in (*files, *streams)}
    parts = [fitted_directions((some for number, some in enumerate(own.values()) if number % PARTS != part), lexicon)
             for part in range(PARTS)]  # fmt: skip
    return {file: parts[number % PARTS] for number, file in enumerate(files)}


def _named(row: Mapping[str, Any], words: Words) -> NamedTracks:
    reading = read(row_of(row, name="text").article)
    found = candidates(reading, find_names(reading), words)
    tracks = [track_form(track) for track in row.get("tracks") or ()]
    spans = {track_form(found.words_of(group, span)) for group in found.groups for one in group.members for span in one}
    exact = spans & set(tracks)
    others = [track for track in tracks if track not in exact]
    told = {id(group): [_told(found, group, n, exact, others) for n in range(len(group.members))]
            for group in found.groups}  # fmt: skip
    return NamedTracks(found, told, row.get("tracks") or ())


def _told(found: Candidates, group: TrackGroup, position: int, exact: set[str], others: Sequence[str]) -> list[bool]:
    """Return which spans of a member are a labelled track, else the one that is nearest to one no span is equal to."""
    forms = [track_form(found.words_of(group, span)) for span in group.members[position]]
    if any(form in exact for form in forms):
        return [form in exact for form in forms]
    far = [min((abs(len(form) - len(track)) for track in others if form in track or track in form),
               default=NEAR_CHARACTERS + 1) for form in forms]  # fmt: skip
    nearest = far.index(min(far))
    return [far[n] <= NEAR_CHARACTERS and n == nearest for n in range(len(forms))]


def fitted(examples: Examples) -> TrackWeights:
    """Return what the signs of groups, members and spans add to the log-odds."""
    everything = [one for some in examples.values() for one in some]
    members: list[tuple[frozenset[str], bool]] = []
    for part in range(PARTS):
        own = [name for number, name in enumerate(examples) if number % PARTS == part]
        weights = _of_groups([one for name, some in examples.items() if name not in own for one in some])
        members += [line for name in own for one in examples[name] for line in one.members(weights)]
    return TrackWeights(_of_groups(everything), _of(members), _of([line for one in everything for line in one.cuts()]))


def _of_groups(examples: Sequence[NamedTracks]) -> dict[str, float]:
    lines = [line for one in examples for line in one.groups()]
    signs, told, worth = zip(*lines, strict=True)
    return fitted_odds(signs, told, strength=STRENGTH, worth=worth)


def _of(lines: Sequence[tuple[frozenset[str], bool]]) -> dict[str, float]:
    signs, told = zip(*lines, strict=True)
    return fitted_odds(signs, told, strength=STRENGTH)


def shares(examples: Sequence[NamedTracks], weights: TrackWeights) -> str:
    """Return precision and recall of the tracks with these weights, and the share that is told word for word."""
    said = right = true = found = exact = 0
    for one in examples:
        stated = list(dict.fromkeys(view.quote(*span) for view, span in chosen_tracks(one.found, weights)))
        forms = {track_form(track) for track in stated}
        said, right = said + len(stated), right + found_in(stated, one.tracks, track_form)[0]
        true, found = true + len(one.tracks), found + found_in(one.tracks, stated, track_form)[0]
        exact += sum(track_form(track) in forms for track in one.tracks)
    return f"precision {right / max(said, 1):.3f} recall {found / max(true, 1):.3f}, exactly {exact / max(true, 1):.3f}"


def main() -> None:
    """Print what the fit is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, weighed_tracks.GROUPS.parent, "--beside", "--streams")
    lexicon = load_lexicon()
    files = [*options.texts, *options.beside]
    known = directions_of_others(files, options.streams, lexicon)
    examples = {file.name: taught(file, lexicon, known[file], is_beside=False) for file in files}
    examples |= {f"{file.name}{HALVED}": taught(file, lexicon, known[file], is_beside=True) for file in options.beside}
    for file in files if options.unseen else ():
        weights = fitted({name: some for name, some in examples.items() if name.removesuffix(HALVED) != file.name})
        own = announced(file, lexicon, known[file])
        print(f"{file.name:24} {len(own):4} announcements: {shares(own, weights)}", flush=True)
    weights = fitted(examples)
    write_table(weights.groups, options.out / weighed_tracks.GROUPS.name)
    write_table(weights.members, options.out / weighed_tracks.MEMBERS.name)
    write_table(weights.cuts, options.out / weighed_tracks.CUTS.name)


if __name__ == "__main__":
    main()
