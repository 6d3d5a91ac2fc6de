"""Measure the detection on labelled lines in one pass: labels, facts, beginnings, and which lines are joined.

Lines are taken in as `group` takes them, in the order of the file, into an archive in memory. No network, no clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from crawler.dedupe.identity import plain
from crawler.detect import assess, establish
from crawler.detect.lexicon import Lexicon
from scheduler.tuning.article_lines import facts_document, taken_in
from scheduler.tuning.evaluate import POSITIVE, JudgedLine, Labelled, LabelledRow, established, judge
from scheduler.tuning.figures import BEGINNINGS, Counted, Figure, figures_of
from scheduler.tuning.name_forms import found_in, issuer_form, title_form, track_form
from scheduler.tuning.reassess import Tick
from scheduler.tuning.truth import LENGTHS, LEVELS, LONGER, MEASURED_FIELDS, Truth
from storage.archive import Archive
from storage.records import Facts, Judged, Label

FORMS = {"issuers": issuer_form, "policy_titles": title_form, "tracks": track_form}
NEED_OTHERS = frozenset({"strict_precision", "strict_f1", "loose_precision", "loose_f1"})
ORDERED_FIELDS = ("act", "level", "depth", "length", "genre", "traps")
ORDERED_VALUES = (*LEVELS, *LENGTHS.values(), LONGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLine:
    """A line with what is said of it (as `assess` says it) and what it adds to the shares."""

    judged: JudgedLine
    said: Mapping[str, Any]
    counted: Counted

    @property
    def act_key(self) -> str:
        """The act it tells of; a line that names none is alone."""
        line = self.judged.line
        return line.truth.policy or line.truth.act_key or f"line {line.id}"

    @property
    def wrong(self) -> tuple[str, ...]:
        """The shares in which something is not right."""
        return tuple(name for name, (right, asked) in self.counted.items() if right < asked)


def measure(rows: Sequence[LabelledRow], lexicon: Lexicon, *, tick: Tick = lambda _: None) -> list[MeasuredLine]:
    """Return what the detection makes of each line; `tick` is told when one is done."""
    has_three_labels = all(row.label in get_args(Label) for row in rows)
    measured = []
    with Archive.in_memory() as archive:
        joining = _Joining(archive, lexicon) if any(row.truth.act_key for row in rows) else None
        for row in rows:
            measured.append(_measured(row, lexicon, joining, has_three_labels=has_three_labels))
            tick(1)
        return [_with_pairs(one, joining) for one in measured] if joining else measured


def _with_pairs(one: MeasuredLine, joining: _Joining) -> MeasuredLine:
    """Return a line with its pairs, of what was taken in: it is asked in the order of the lines."""
    return replace(one, counted={**one.counted, **joining.pairs_of(one.judged.line)})


def figures(measured: Iterable[MeasuredLine], *, only: Collection[str] = ()) -> list[Figure]:
    """Return every figure of some lines, or those of some keys.

    Of announcements alone no precision is told: no alarm about them can be false.
    """
    lines = list(measured)
    found = figures_of([(one.act_key, one.counted) for one in lines], only=only)
    can_alarm_falsely = any(not one.judged.line.is_announcement for one in lines)
    return [one for one in found if can_alarm_falsely or one.kind.key not in NEED_OTHERS]


def by_group(measured: Iterable[MeasuredLine]) -> dict[str, dict[str, list[MeasuredLine]]]:
    """Return the lines by act, level, depth, length, genre and trap; a field that no line has is left out."""
    groups: dict[str, dict[str, list[MeasuredLine]]] = {field: defaultdict(list) for field in ORDERED_FIELDS}
    for one in measured:
        for name, values in one.judged.line.groups.items():
            for value in values:
                groups[name][value].append(one)
    return {name: dict(sorted(values.items(), key=_place)) for name, values in groups.items() if values}


def _place(group: tuple[str, object]) -> tuple[int, str]:
    """Return where a group stands: levels and lengths have an order, the others that of their names."""
    value = group[0]
    return (ORDERED_VALUES.index(value) if value in ORDERED_VALUES else -1), value


def missing_fields(rows: Iterable[LabelledRow]) -> dict[str, int]:
    """Return how many of the announcing lines lack each field, those that all have left out."""
    counts = Counter(name for row in rows if row.is_announcement for name in row.truth.missing)
    return {name: counts[name] for name in MEASURED_FIELDS if counts[name]}


def _measured(row: LabelledRow, lexicon: Lexicon, joining: _Joining | None, *, has_three_labels: bool) -> MeasuredLine:
    line = established(row, lexicon)
    (judged,) = judge([line], lexicon)
    facts = line.facts or (establish(line.article, lexicon) if line.is_announcement or joining else None)
    said = facts_document(facts) if facts else {}
    counted = _labels(judged) | ({"labels": (int(judged.label == line.label), 1)} if has_three_labels else {})
    if line.is_announcement:
        counted |= _facts(said, line.truth) | _beginnings(judged, lexicon)
    if joining and facts:
        joining.take(line, facts)
    return MeasuredLine(judged=judged, said=said, counted=counted)


def _labels(judged: JudgedLine) -> dict[str, tuple[int, int]]:
    """Count the label: alarms towards the precision, announcements towards the recall."""
    is_true, is_said = judged.line.is_announcement, judged.label == POSITIVE
    found: dict[str, tuple[int, int]] = {}
    for name in ("loose",) if judged.line.truth.is_section else ("strict", "loose"):
        found |= {f"{name}_precision": (int(is_true), 1)} if is_said else {}
        found |= {f"{name}_recall": (int(is_said), 1)} if is_true else {}
    return found


def _beginnings(judged: JudgedLine, lexicon: Lexicon) -> dict[str, tuple[int, int]]:
    """Count whether an announcement is found by the beginning of its text; what is no longer was judged already."""
    if judged.line.truth.is_section:
        return {}
    text, found = judged.line.article.text, {}
    for name, length in BEGINNINGS.items():
        label = judged.label if len(text) <= length else _label_of(judged.line, text[:length], lexicon)
        found[name] = (int(label == POSITIVE), 1)
    return found


def _label_of(line: Labelled, beginning: str, lexicon: Lexicon) -> Label:
    article = replace(line.article, text=beginning)
    return assess(article, establish(article, lexicon), lexicon).label


def _facts(said: Mapping[str, Any], truth: Truth) -> dict[str, tuple[int, int]]:
    """Count the facts that the line knows the truth of."""
    found: dict[str, tuple[int, int]] = {}
    code = (said["region"] or {}).get("code")
    if truth.region:
        found["regions"] = (int(code == truth.region), 1)
    if truth.document_number is not None:
        found["document_numbers"] = (int(plain(said["document_number"] or "") == plain(truth.document_number)), 1)
    if truth.act:
        found |= _acts(said["act"], truth.act)
    for name, form in FORMS.items():
        names = getattr(truth, name)
        if names is not None:
            found[f"{name}_precision"] = found_in(said[name], names, form)
            found[f"{name}_recall"] = found_in(names, said[name], form)
    if truth.target_years is not None:
        years = {target["year"] for target in said["targets"]}
        right = len(years & truth.target_years)
        found |= {
            "target_years_precision": (right, len(years)),
            "target_years_recall": (right, len(truth.target_years)),
        }
    return found


def _acts(said: str | None, truth: str) -> dict[str, tuple[int, int]]:
    """Count an act towards the share that is right, and towards the precision and recall of the acts concerned."""
    is_right = int(said == truth)
    found = {"acts": (is_right, 1), f"act:{truth}_recall": (is_right, 1)}
    return found | ({f"act:{said}_precision": (is_right, 1)} if said else {})


@dataclass(frozen=True)
class _Joining:
    """Takes lines in, then counts their pairs: an act that opens later joins the lines that told of it before."""

    archive: Archive
    lexicon: Lexicon
    articles: dict[int, int] = field(default_factory=dict)
    by_announcement: defaultdict[int, list[Truth]] = field(default_factory=lambda: defaultdict(list))
    by_act: defaultdict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))

    def take(self, line: Labelled, facts: Facts) -> None:
        """Take a line in."""
        judged = Judged(article=line.article, facts=facts, assessment=assess(line.article, facts, self.lexicon))
        taken = taken_in(len(self.articles), judged, self.archive, self.lexicon)
        self.articles[id(line)] = taken.kept.article_id

    def pairs_of(self, line: Labelled) -> dict[str, tuple[int, int]]:
        """Count the pairs of a line with those that were asked before it, when all were taken in.

        Two acts of one policy may share an announcement: such a pair is neither right nor wrong.
        """
        if id(line) not in self.articles:
            return {}
        joined = self.archive.announcements.of_article(self.articles[id(line)])
        truth, found = line.truth, {}
        if truth.act_key:
            before = self.by_act[truth.act_key]
            found["reprint_pairs_recall"] = (before.count(joined) if joined is not None else 0, len(before))
            before.append(joined)
        if joined is not None:
            others = self.by_announcement[joined]
            same = sum(_are_one_act(one, truth) for one in others)
            strange = sum(not _are_one_act(one, truth) and not _have_one_policy(one, truth) for one in others)
            found["reprint_pairs_precision"] = (same, same + strange)
            others.append(truth)
        return found


def _are_one_act(one: Truth, other: Truth) -> bool:
    return one.act_key is not None and one.act_key == other.act_key


def _have_one_policy(one: Truth, other: Truth) -> bool:
    return one.policy is not None and one.policy == other.policy
