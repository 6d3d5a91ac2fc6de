"""Print the result of `evaluate` for people, in Chinese where the locale is Chinese."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from scheduler.commands.language import is_chinese
from scheduler.commands.options import console

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.detect.lexicon import Lexicon
    from scheduler.tuning.evaluate import JudgedLine, LabelledRow
    from scheduler.tuning.figures import Figure, FigureKind
    from scheduler.tuning.measure import MeasuredLine

BAR_CHARACTERS = 20  # characters of a bar from 0 to 1
EIGHTHS = " ▏▎▍▌▋▊▉█"
# The figures that a group is shown by: the others, with their intervals, are in --json and --csv.
SHOWN_BY_GROUP = (
    "loose_precision", "loose_recall", "labels", "acts", "regions", "issuers_f1", "policy_titles_f1", "tracks_f1",
    "target_years_f1", "reprint_pairs_recall",
)  # fmt: skip
ZH = {
    "figure": "指标", "share": "值", "95 %": "95% 区间", "right of asked": "对/总", "interval": "区间算法",
    "wilson": "Wilson", "bootstrap": "按政策自助法", "of precision and recall": "由精确率、召回率",
    "lines": "条数", "precision": "精确率", "recall": "召回率", "labels": "标签", "act": "发布环节", "region": "地区",
    "issuers": "机关", "titles": "文件", "tracks": "赛道", "years": "年份", "pairs": "报道对", "threshold": "阈值",
    "level": "层级", "depth": "深度", "length": "篇幅", "genre": "体裁", "traps": "难点",
    "ministry": "国家", "province": "省级", "city": "市级", "county": "县区", "zone": "园区",
    "to 120": "120 字以内", "121 to 300": "121–300 字", "301 to 800": "301–800 字", "from 801": "801 字以上",
    "core": "主题", "track": "单一赛道", "section": "综合规划",
    "announcement": "政策", "related": "相关", "irrelevant": "无关",
    "{lines} lines, lexicon {version}, threshold {threshold}": "{lines} 条，词表 {version}，阈值 {threshold}",
    "by {field}": "按{field}",
    "by threshold": "按阈值",
    "{number} announcing lines do not say {fields}: not measured there": "{number} 条政策未标注 {fields}，不计入这些项",
    "{number} more of one line each, all right; all of them with --json": "另有 {number} 类各一条且全对，见 --json",
    "{number} lines have a fact that is wrong; all of them with --json": "{number} 条有事实错误，见 --json",
}  # fmt: skip
COLUMN_NAMES = ("precision", "recall", "labels", "act", "region", "issuers", "titles", "tracks", "years", "pairs")


def say(text: str, **values: object) -> str:
    """Return a text in the language of the locale, with its values."""
    said = ZH.get(text, text) if is_chinese() else text
    return said.format(**values) if values else said


def show(rows: Sequence[LabelledRow], measured: Sequence[MeasuredLine], lexicon: Lexicon) -> None:
    """Print every figure, the groups, the thresholds and the lines whose label is wrong."""
    from scheduler.tuning.measure import by_group, figures, missing_fields

    out, judged = console(), [one.judged for one in measured]
    head = "{lines} lines, lexicon {version}, threshold {threshold}"
    out.rule(say(head, lines=len(measured), version=lexicon.version, threshold=f"{lexicon.threshold:g}"))
    out.print(_figures_table(figures(measured)))
    for number, fields in groupby(missing_fields(rows).items(), key=itemgetter(1)):
        said = "{number} announcing lines do not say {fields}: not measured there"
        out.print(f"[dim]{say(said, number=number, fields=', '.join(name for name, _ in fields))}[/]")
    for field, groups in by_group(measured).items():
        _show_group(field, groups)
    out.rule(say("by threshold"), align="left")
    out.print(_sweep_table(judged))
    _show_wrong(measured)


def _figures_table(found: Iterable[Figure]) -> Table:
    table = Table(*map(say, ("figure", "share", "95 %", "right of asked", "interval")), box=None)
    for one in found:
        counted = f"{one.right}/{one.asked}" if one.asked else ""
        bounds = f"{one.low:.3f}–{one.high:.3f}"
        table.add_row(_name(one.kind), f"{one.value:.3f}", bounds, counted, f"[dim]{say(one.interval)}[/]")
    return table


def _name(kind: FigureKind) -> str:
    return kind.zh if is_chinese() else kind.name


def _show_group(field: str, groups: Mapping[str, Sequence[MeasuredLine]]) -> None:
    """Show what went wrong or was there more than once; a value of one line that went right tells nothing."""
    out = console()
    telling = {
        value: lines for value, lines in groups.items()
        if len(lines) > 1 or any(one.wrong or not one.judged.is_right for one in lines)
    }  # fmt: skip
    out.rule(say("by {field}", field=say(field)), align="left")
    if telling:
        out.print(_group_table(telling))
    if len(groups) > len(telling):
        said = "{number} more of one line each, all right; all of them with --json"
        out.print(f"[dim]{say(said, number=len(groups) - len(telling))}[/]")


def _group_table(groups: Mapping[str, Sequence[MeasuredLine]]) -> Table:
    """Return a table with a figure above its interval in each cell; a column without any is left out."""
    from scheduler.tuning.measure import figures

    found = {
        value: {one.kind.key: one for one in figures(lines, only=SHOWN_BY_GROUP)} for value, lines in groups.items()
    }
    keys = [key for key in SHOWN_BY_GROUP if any(key in some for some in found.values())]
    heads = dict(zip(SHOWN_BY_GROUP, COLUMN_NAMES, strict=True))
    table = Table("", say("lines"), *(say(heads[key]) for key in keys), box=None)
    for value, some in found.items():
        table.add_row(escape(say(value)), str(len(groups[value])), *(_cell(some.get(key)) for key in keys))
    return table


def _cell(figure: Figure | None) -> str:
    return f"{figure.value:.3f}\n[dim]{figure.low:.2f}–{figure.high:.2f}[/]" if figure else ""


def _sweep_table(judged: Sequence[JudgedLine]) -> Table:
    from scheduler.tuning.evaluate import sweep

    table = Table(say("threshold"), say("precision"), "", say("recall"), "", box=None)
    for value, counts in sweep(judged):
        bars = (f"{counts.precision:.3f}", bar(counts.precision), f"{counts.recall:.3f}", bar(counts.recall))
        table.add_row(f"{value:g}", *bars)
    return table


def _show_wrong(measured: Sequence[MeasuredLine]) -> None:
    out = console()
    for one in (one.judged for one in measured if not one.judged.is_right):
        line = one.line
        out.print(f"[red]{escape(line.id)}[/]  {one.score:g}  {say(line.label)}  {escape(line.article.title)}")
    facts = sum(bool(one.wrong) and one.judged.is_right for one in measured)
    if facts:
        said = "{number} lines have a fact that is wrong; all of them with --json"
        out.print(f"[dim]{say(said, number=facts)}[/]")


def bar(share: float) -> str:
    """Return a bar of a share from 0 to 1."""
    full, rest = divmod(round(share * BAR_CHARACTERS * 8), 8)
    return "█" * full + (EIGHTHS[rest] if rest else "")
