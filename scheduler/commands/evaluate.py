"""evaluate: precision and recall on labelled lines, by trap and over all thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.detect.lexicon import Lexicon
    from scheduler.tuning.evaluate import Counts, JudgedLine

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
BAR = 20  # characters of a bar from 0 to 1
EIGHTHS = " ▏▎▍▌▋▊▉█"


@command("evaluate")
@click.argument("file", type=FILE)
@click.option("--lexicon", "other", type=FILE, help="Use this lexicon instead of the configured one.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="PNG", help="Also draw the sweep.")
def evaluate(config: Path, as_json: bool, file: Path, other: Path | None, plot: Path | None) -> None:
    """Measure the detection on the labelled lines of FILE: title, text, label; traps, genre or depth to count by."""
    from scheduler.tuning import evaluate as measuring

    lexicon = lexicon_for(config, other)
    judged = measuring.judge(measuring.read_lines(file, lexicon), lexicon)
    if not judged:
        raise click.UsageError(f"{file} has no lines")
    if plot:
        _draw(judged, lexicon, plot)
    if as_json:
        show_json(_document(judged, lexicon))
    else:
        _show(judged, lexicon)


def lexicon_for(config: Path, other: Path | None) -> Lexicon:
    """Return the configured lexicon, or that of a file."""
    from crawler.detect.lexicon import load_lexicon
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of

    return load_lexicon(other) if other else lexicon_of(configuration.load(config))


def _draw(judged: Sequence[JudgedLine], lexicon: Lexicon, plot: Path) -> None:
    from scheduler.tuning.evaluate import sweep
    from scheduler.tuning.plots import PlotError, draw_sweep

    try:
        draw_sweep(sweep(judged), lexicon.threshold, plot)
    except PlotError as error:
        raise click.UsageError(str(error)) from error


def _document(judged: Sequence[JudgedLine], lexicon: Lexicon) -> dict[str, Any]:
    from scheduler.tuning.evaluate import by_group, count, sweep, three_way

    return {
        "lexicon_version": lexicon.version,
        "threshold": lexicon.threshold,
        **counts_document(count(judged)),
        "three_way": three_way(judged),
        "groups": {
            field: {value: counts_document(counts) for value, counts in values.items()}
            for field, values in by_group(judged).items()
        },
        "sweep": [{"threshold": value} | counts_document(counts) for value, counts in sweep(judged)],
        "wrong": [_wrong(one) for one in judged if not one.is_right],
    }


def counts_document(counts: Counts) -> dict[str, float]:
    """Return counts with the figures made of them."""
    figures = {name: round(getattr(counts, name), 4) for name in ("precision", "recall", "f1")}
    return figures | {name: getattr(counts, name) for name in ("hits", "alarms", "misses", "quiet")}


def _wrong(one: JudgedLine) -> dict[str, Any]:
    line = one.line
    return {"id": line.id, "title": line.article.title, "label": line.label, "said": one.label, "score": one.score}


def _show(judged: Sequence[JudgedLine], lexicon: Lexicon) -> None:
    from rich.markup import escape
    from rich.table import Table

    from scheduler.tuning.evaluate import by_group, count, sweep, three_way

    out = console()
    out.rule(f"{len(judged)} lines, lexicon {lexicon.version}, threshold {lexicon.threshold:g}")
    out.print(counts_table({"all": count(judged)}))
    exact = three_way(judged)
    if exact is not None:
        out.print(f"all three labels right: {exact:.3f}")
    for field, values in by_group(judged).items():
        _show_group(field, values)
    out.rule("by threshold", align="left")
    swept = Table("threshold", "precision", "", "recall", "", box=None)
    for value, counts in sweep(judged):
        bars = (f"{counts.precision:.3f}", bar(counts.precision), f"{counts.recall:.3f}", bar(counts.recall))
        swept.add_row(f"{value:g}", *bars)
    out.print(swept)
    for one in judged:
        if not one.is_right:
            out.print(
                f"[red]{escape(one.line.id)}[/]  {one.score:g}  {one.line.label}  {escape(one.line.article.title)}"
            )


def _show_group(field: str, values: Mapping[str, Counts]) -> None:
    """Show what went wrong or was there more than once; a trap of one line that went right tells nothing."""
    out, total = (
        console(),
        {value: counts.hits + counts.misses + counts.alarms + counts.quiet for value, counts in values.items()},
    )
    telling = {value: counts for value, counts in values.items() if total[value] > 1 or counts.alarms + counts.misses}
    out.rule(f"by {field}", align="left")
    if telling:
        out.print(counts_table(telling))
    if len(values) > len(telling):
        out.print(f"[dim]{len(values) - len(telling)} more of one line each, all right; all of them with --json[/]")


def counts_table(rows: Mapping[str, Counts]) -> Any:
    """Return counts as a table for people, one row each."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("", "precision", "recall", "F1", "found", "false alarms", "missed", "rightly quiet", box=None)
    for name, counts in rows.items():
        figures = (f"{counts.precision:.3f}", f"{counts.recall:.3f}", f"{counts.f1:.3f}")
        table.add_row(escape(name), *figures, *map(str, (counts.hits, counts.alarms, counts.misses, counts.quiet)))
    return table


def bar(share: float) -> str:
    """Return a bar of a share from 0 to 1."""
    full, rest = divmod(round(share * BAR * 8), 8)
    return "█" * full + (EIGHTHS[rest] if rest else "")


COMMANDS: tuple[click.Command, ...] = (evaluate,)
