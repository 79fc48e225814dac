"""The figures as a picture: one line a set, nDCG@10 with its interval, and what stands around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrieval.evaluation.report import MACRO, MAIN, Figures

_BLUE, _GREY, _RED, _PALE = "#1f5fa8", "#7a7a7a", "#c0392b", "#e3e3e3"
_ROW, _FRAME = 0.55, 1.7  # inches: of one set, and of title, axis and legend together
_LONGEST = 28  # letters of a name
_AROUND = (("recall@1", "recall@1", "<"), ("mrr@10", "MRR@10", "d"), ("recall@10", "recall@10", ">"))


def write_plot(path: Path, rows: Sequence[Figures], title: str) -> None:
    """Writes a PNG; `title` says how the sets were asked.

    Raises:
        OSError: the file cannot be written.
    """
    figure = Figure(figsize=(9, _FRAME + _ROW * len(rows)), layout="constrained")
    axes = figure.subplots()
    _draw_points(axes, rows)
    _name_rows(axes, rows)
    axes.set_ylim(len(rows) - 0.5, -0.5)  # the first on top
    axes.set_xlim(_left(rows), 1.0)
    axes.set_title(title, loc="left", fontsize=11)
    axes.grid(axis="x", color=_PALE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=5, frameon=False)
    figure.savefig(path, dpi=150, format="png")


def _draw_points(axes: Axes, rows: Sequence[Figures]) -> None:
    means = [each.means[MAIN] for each in rows]
    ends = [each.intervals[MAIN] or (mean, mean) for each, mean in zip(rows, means, strict=True)]
    below = [mean - low for mean, (low, _) in zip(means, ends, strict=True)]
    above = [high - mean for mean, (_, high) in zip(means, ends, strict=True)]
    places = range(len(rows))
    axes.errorbar(
        means,
        places,
        xerr=[below, above],
        fmt="o",
        color=_BLUE,
        markersize=8,
        capsize=4,
        label="nDCG@10, 95 %",
        zorder=4,
    )
    compared = [(each.differences[MAIN].other, at) for at, each in enumerate(rows) if each.differences]
    if compared:
        others, at_rows = zip(*compared, strict=True)
        axes.plot(
            others, at_rows, "o", color=_RED, markersize=11, fillstyle="none", label="nDCG@10 (--against)", zorder=3
        )
    for metric, label, marker in _AROUND:
        values = [each.means[metric] for each in rows]
        axes.plot(values, places, marker, color=_GREY, markersize=7, label=label, clip_on=False)


def _name_rows(axes: Axes, rows: Sequence[Figures]) -> None:
    """Names on the left, median and 95th percentile of a question's time on the right."""
    places = range(len(rows))
    axes.set_yticks(places, [_name(each) for each in rows])
    axes.tick_params(axis="y", length=0)
    times = axes.secondary_yaxis("right")
    times.set_yticks(places, [f"  {each.p50_ms:.0f} / {each.p95_ms:.0f} ms" for each in rows], color=_GREY)
    times.tick_params(length=0)
    times.spines["right"].set_visible(False)


def _name(each: Figures) -> str:
    name = each.name if each.name == MACRO else Path(each.name).resolve().name
    return f"{name if len(name) <= _LONGEST else f'…{name[-_LONGEST:]}'} ({each.queries})"


def _left(rows: Sequence[Figures]) -> float:
    """The last tenth that lies left of every point."""
    points = [value for each in rows for value in each.means.values()]
    points += [ends[0] for each in rows if (ends := each.intervals[MAIN])]
    points += [each.differences[MAIN].other for each in rows if each.differences]
    return max(0.0, math.floor(min(points) * 10 - 0.2) / 10)
