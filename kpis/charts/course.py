"""A cumulative goal from its first day to its last: path, actual, forecast fan, milestone bars."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kpis.charts.parts import (
    ACCENT,
    GOAL,
    Chart,
    Scale,
    faded,
    limits,
    options,
    points,
    rumbo_part,
)
from kpis.compare import Number

FAN, BAR = 0.16, 0.22
DIRECT = 3

Values = Sequence[Number | None]


@dataclass(frozen=True)
class Course:
    """Sums so far, one per point of time; None where a line does not reach.

    `milestones` has a value at the last point of each grain. `middles`, `lows`, `highs`: the
    forecast and its interval from the last known point on.
    """

    actual: Values
    path: Values
    milestones: Values
    middles: Values = field(default=())
    lows: Values = field(default=())
    highs: Values = field(default=())


@dataclass(frozen=True)
class Names:
    """What the lines are called in the reader's language."""

    actual: str
    path: str
    milestones: str
    forecast: str


def course(
    line: Course, names: Names, labels: Sequence[str], titles: Sequence[str], scale: Scale
) -> Chart:
    """`labels` stand on the axis, `titles` in tooltips and the table. All lists are as long as these."""
    every = (line.actual, line.path, line.milestones, line.middles, line.lows, line.highs)
    rumbo = rumbo_part(scale, titles, [v for values in every for v in values], "y", True)
    datasets = [
        _solid(names.actual, line.actual, scale),
        _dashed(names.path, line.path, scale),
        _bars(names.milestones, line.milestones, scale),
    ]
    if any(value is not None for value in line.middles):
        datasets.append(_middle(names.forecast, line, scale))
        datasets += _fan(line)
    rumbo["direct_labels"] = False
    return {
        "type": "line",
        "data": {"labels": list(labels), "datasets": datasets},
        "options": options(
            interaction={"mode": "index", "intersect": False},
            plugins={"legend": {"display": True}},
            scales={
                "x": {"grid": {"display": False}, "ticks": {"maxRotation": 0, "autoSkip": True}},
                "y": limits(rumbo),
            },
        ),
        "rumbo": rumbo,
    }


def _dataset(
    name: str, values: Values, role: str, texts: Sequence[str], **look: Any
) -> dict[str, Any]:
    return {
        "type": "line",
        "label": name,
        "data": points(values),
        "fill": False,
        "tension": 0,
        "spanGaps": False,
        "pointRadius": 0,
        **look,
        "rumbo": {"role": role, "texts": list(texts), "incomplete": [False] * len(values)},
    }


def _texts(values: Values, scale: Scale) -> list[str]:
    return [scale.text(value) for value in values]


def _solid(name: str, values: Values, scale: Scale) -> dict[str, Any]:
    look = {"borderColor": ACCENT, "backgroundColor": ACCENT, "borderWidth": 2.5, "order": 1}
    return _dataset(name, values, "series", _texts(values, scale), **look)


def _dashed(name: str, values: Values, scale: Scale) -> dict[str, Any]:
    look = {"borderColor": GOAL, "backgroundColor": GOAL, "borderWidth": 1.5, "order": 2}
    return _dataset(name, values, "goal", _texts(values, scale), borderDash=[6, 4], **look)


def _bars(name: str, values: Values, scale: Scale) -> dict[str, Any]:
    look = {"type": "bar", "backgroundColor": faded(GOAL, BAR), "barThickness": 10, "order": 8}
    return _dataset(name, values, "milestone", _texts(values, scale), **look)


def _middle(name: str, line: Course, scale: Scale) -> dict[str, Any]:
    texts = [
        scale.text(value)
        if low is None or high is None or low == high
        else f"{scale.text(value)} ({scale.text(low)} – {scale.text(high)})"
        for value, low, high in zip(line.middles, line.lows, line.highs, strict=True)
    ]
    look = {"borderColor": ACCENT, "backgroundColor": ACCENT, "borderWidth": 1.5, "order": 3}
    return _dataset(name, line.middles, "forecast", texts, borderDash=[2, 3], **look)


def _fan(line: Course) -> list[dict[str, Any]]:
    """Two edges without a line; the upper one is filled down to the lower one."""
    edges = []
    for values, fill in ((line.highs, "+1"), (line.lows, False)):
        look = {"borderWidth": 0, "fill": fill, "backgroundColor": faded(ACCENT, FAN), "order": 9}
        edge = _dataset("", values, "ground", (), **look)
        edge["rumbo"]["incomplete"] = []
        edges.append(edge)
    return edges
