"""Draw precision and recall over the thresholds as a PNG. Needs the extra `plots`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scheduler.tuning.evaluate import Counts


class PlotError(RuntimeError):
    """Nothing can be drawn: matplotlib is not installed."""


def draw_sweep(found: Sequence[tuple[float, Counts]], threshold: float, out: Path) -> None:
    """Write a sweep with the threshold in use as a PNG.

    Raises:
        PlotError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure  # no pyplot: it would look for a display
    except ImportError as error:
        raise PlotError("a PNG needs matplotlib: pip install 'futurewatch[plots]'") from error

    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    thresholds = [value for value, _ in found]
    for name in ("precision", "recall", "f1"):
        axes.plot(thresholds, [getattr(counts, name) for _, counts in found], label=name)
    axes.axvline(threshold, color="grey", linestyle="--", label=f"threshold {threshold:g}")
    axes.set(xlabel="threshold (points)", ylim=(-0.02, 1.02), title="Precision and recall by threshold")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(out, format="png")
