"""The figures that the detection is measured by, in the order in which they are shown. No I/O.

A line of the measurement adds to shares (`Counted`); a figure is one share, or the mean F1 of shares of precision and
recall. `measure` counts, this module sums up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scheduler.tuning.shares import IntervalKind, Share, f1_interval, f1_of

Counted: TypeAlias = Mapping[str, tuple[int, int]]
"""What a line adds to each share: how many were right, and how many were asked."""

BEGINNINGS = {"recall_title": 0, "recall_60": 60, "recall_80": 80, "recall_120": 120}
"""The figures of recall by what a feed gives: the title and so many characters of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """A figure, its name and its Chinese name. `classes` is what its F1 is made of, empty for a share by itself.

    Of classes `tracks` the F1 is of `tracks_precision` and `tracks_recall`; of `act` it is the mean of all `act:…`.
    """

    key: str
    name: str
    zh: str
    classes: str = ""


def _shares(key: str, name: str, zh: str) -> tuple[FigureKind, ...]:
    """Return precision, recall and F1 of one thing."""
    return (
        FigureKind(key=f"{key}_precision", name=f"{name}, precision", zh=f"{zh}：精确率"),
        FigureKind(key=f"{key}_recall", name=f"{name}, recall", zh=f"{zh}：召回率"),
        FigureKind(key=f"{key}_f1", name=f"{name}, F1", zh=f"{zh}：F1", classes=key),
    )


FIGURE_KINDS: tuple[FigureKind, ...] = (
    *_shares("strict", "announcements without general plans", "政策（不含综合规划）"),
    *_shares("loose", "all announcements", "全部政策"),
    FigureKind(key="labels", name="all three labels", zh="三类标签"),
    FigureKind(key="acts", name="act", zh="发布环节"),
    FigureKind(key="acts_macro_f1", name="act, macro-F1", zh="发布环节：宏平均 F1", classes="act"),
    FigureKind(key="regions", name="region", zh="地区"),
    FigureKind(key="document_numbers", name="document number", zh="发文字号"),
    *_shares("issuers", "issuers", "发文机关"),
    *_shares("policy_titles", "document titles", "文件名"),
    *_shares("tracks", "tracks", "赛道"),
    *_shares("target_years", "target years", "目标年份"),
    *_shares("reprint_pairs", "pairs of one act", "同一政策的报道对"),
    FigureKind(key="recall_title", name="recall by the title alone", zh="仅凭标题召回率"),
    *(
        FigureKind(key=key, name=f"recall by title and {length} characters", zh=f"标题加前 {length} 字召回率")
        for key, length in BEGINNINGS.items()
        if length
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with the bounds in which the true one lies. `right` of `asked`; an F1 has neither."""

    kind: FigureKind
    value: float
    low: float
    high: float
    interval: IntervalKind
    right: int | None = None
    asked: int | None = None


def figures_of(counted: Iterable[tuple[str, Counted]], *, only: Collection[str] = ()) -> list[Figure]:
    """Return every figure that something was asked for (or those of some keys), from what lines of acts add."""
    acts: dict[str, Counter[str]] = {}
    asked: dict[str, Counter[str]] = {}
    for act, shares in counted:
        for name, (right, number) in shares.items():
            acts.setdefault(act, Counter())[name] += right
            asked.setdefault(act, Counter())[name] += number
    found = (_figure(kind, acts, asked) for kind in FIGURE_KINDS if not only or kind.key in only)
    return [figure for figure in found if figure]


def _figure(kind: FigureKind, right: Mapping[str, Counter[str]], asked: Mapping[str, Counter[str]]) -> Figure | None:
    if kind.classes:
        return _f1_figure(kind, right, asked)
    share = Share(sum(one[kind.key] for one in right.values()), sum(one[kind.key] for one in asked.values()))
    if not share.asked:
        return None
    low, high = share.interval
    return Figure(
        kind=kind, value=share.value, low=low, high=high, interval="wilson", right=share.right, asked=share.asked
    )


def _f1_figure(kind: FigureKind, right: Mapping[str, Counter[str]], asked: Mapping[str, Counter[str]]) -> Figure | None:
    """Return the F1 of the classes that are there to be found."""
    names = sorted({name for one in asked.values() for name, number in one.items() if number})
    classes = [
        stem for name in names if name.endswith("_recall")
        and ((stem := name.removesuffix("_recall")) == kind.classes or stem.startswith(f"{kind.classes}:"))
    ]  # fmt: skip
    columns = [f"{stem}_{share}" for stem in classes for share in ("precision", "recall")]
    rows: list[Sequence[int]] = [
        [count[name] for name in columns for count in (right[act], asked[act])]
        for act in asked
        if any(asked[act][name] for name in columns)
    ]
    if not rows:
        return None
    low, high, interval = f1_interval(rows)
    return Figure(kind=kind, value=f1_of(rows), low=low, high=high, interval=interval)
