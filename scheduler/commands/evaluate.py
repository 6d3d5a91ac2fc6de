"""evaluate: every figure of the detection on labelled lines, with intervals, by group and over all thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.language import say
from scheduler.commands.options import command, show_json
from scheduler.commands.progress import progress
from scheduler.commands.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.detect.lexicon import Lexicon
    from scheduler.tuning.evaluate import Counts, JudgedLine, LabelledRow
    from scheduler.tuning.figures import Figure
    from scheduler.tuning.measure import MeasuredLine

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False)
COLUMNS = ("field", "value", "lines", "figure", "share", "low", "high", "right", "asked", "interval")
SHARE_DIGITS = 4  # of a share in a document


@command("evaluate")
@click.argument("file", type=FILE)
@click.option("--lexicon", "other", type=FILE, help="Use this lexicon instead of the configured one.")
@click.option("--csv", "table", type=OUT, metavar="CSV", help="Also write every figure, by group too, as CSV.")
@click.option("--plot", type=OUT, metavar="PNG", help="Also draw precision and recall over the thresholds.")
def evaluate(
    config: Path, as_json: bool, file: Path, other: Path | None, table: Path | None, plot: Path | None
) -> None:
    """Measure the detection on the labelled lines of FILE (title, text, label and what else is true: docs/rules.md)."""
    from scheduler.commands.evaluate_view import show
    from scheduler.tuning.evaluate import read_rows
    from scheduler.tuning.measure import measure

    lexicon = lexicon_for(config, other)
    rows = read_rows(file)
    if not rows:
        raise click.UsageError(say("{file} has no lines", file=file))
    with progress(len(rows), "measuring") as tick:
        measured = measure(rows, lexicon, tick=tick)
    if table:
        _write_csv(measured, table)
    if plot:
        _draw([one.judged for one in measured], lexicon, plot)
    if as_json:
        show_json(_document(rows, measured, lexicon))
    else:
        show(rows, measured, lexicon)


def lexicon_for(config: Path, other: Path | None) -> Lexicon:
    """Return the configured lexicon, or that of a file as the configuration, where there is one, would use it."""
    from crawler.detect.lexicon import load_lexicon
    from scheduler.config import config as configuration
    from scheduler.config.program import as_configured, lexicon_of

    if other is None:
        return lexicon_of(configuration.load(config))
    return as_configured(load_lexicon(other), configuration.load(config)) if config.exists() else load_lexicon(other)


def _write_csv(measured: Sequence[MeasuredLine], path: Path) -> None:
    """Write the figures of all lines and of every group, one a row."""
    from scheduler.reports.spreadsheet import write_csv
    from scheduler.tuning.measure import by_group, figures

    def rows_of(field: str, value: str, lines: Sequence[MeasuredLine]) -> Iterator[Mapping[str, object]]:
        for figure in figures(lines):
            said = figure_document(figure)
            yield {"field": field, "value": value, "lines": len(lines), "figure": figure.kind.key} | said

    groups = ((field, value, lines) for field, some in by_group(measured).items() for value, lines in some.items())
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            write_csv(out, COLUMNS, (row for group in (("", "", measured), *groups) for row in rows_of(*group)))
    except OSError as error:
        raise click.UsageError(refusal(f"{path}: {error.strerror}")) from error


def _draw(judged: Sequence[JudgedLine], lexicon: Lexicon, plot: Path) -> None:
    from scheduler.tuning.evaluate import sweep
    from scheduler.tuning.plots import PlotError, draw_sweep

    try:
        draw_sweep(sweep(judged), lexicon.threshold, plot)
    except PlotError as error:
        raise click.UsageError(refusal(str(error))) from error


def _document(rows: Sequence[LabelledRow], measured: Sequence[MeasuredLine], lexicon: Lexicon) -> dict[str, Any]:
    from scheduler.tuning.evaluate import count, sweep
    from scheduler.tuning.measure import by_group, figures, missing_fields

    judged = [one.judged for one in measured]
    found = figures(measured)
    return {
        "lexicon_version": lexicon.version,
        "threshold": lexicon.threshold,
        "lines": len(measured),
        **counts_document(count(judged)),
        "three_way": next((figure.value for figure in found if figure.kind.key == "labels"), None),
        "figures": _figures_document(found),
        "not_measured": missing_fields(rows),
        "groups": {
            field: {value: _group_document(lines) for value, lines in values.items()}
            for field, values in by_group(measured).items()
        },
        "sweep": [{"threshold": value} | counts_document(counts) for value, counts in sweep(judged)],
        "wrong": [_wrong(one) for one in measured if one.wrong or not one.judged.is_right],
    }


def _group_document(lines: Sequence[MeasuredLine]) -> dict[str, Any]:
    from scheduler.tuning.evaluate import count
    from scheduler.tuning.measure import figures

    counts = counts_document(count(one.judged for one in lines))
    return {"lines": len(lines)} | counts | {"figures": _figures_document(figures(lines))}


def _figures_document(found: Iterable[Figure]) -> dict[str, Any]:
    return {figure.kind.key: figure_document(figure) for figure in found}


def figure_document(figure: Figure) -> dict[str, Any]:
    """Return a figure with its interval; an F1 is no count, so it has no `right` and `asked`."""
    shares = {"share": figure.value, "low": figure.low, "high": figure.high}
    rounded = {name: round(share, SHARE_DIGITS) for name, share in shares.items()}
    return rounded | {"right": figure.right, "asked": figure.asked, "interval": figure.interval}


def counts_document(counts: Counts) -> dict[str, float]:
    """Return counts with the figures made of them."""
    figures = {name: round(getattr(counts, name), SHARE_DIGITS) for name in ("precision", "recall", "f1")}
    return figures | {name: getattr(counts, name) for name in ("hits", "alarms", "misses", "quiet")}


def _wrong(one: MeasuredLine) -> dict[str, Any]:
    line = one.judged.line
    label = {"label": line.label, "said": one.judged.label, "score": one.judged.score}
    return {"id": line.id, "title": line.article.title} | label | {"wrong": list(one.wrong)}


COMMANDS: tuple[click.Command, ...] = (evaluate,)
