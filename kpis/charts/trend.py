"""A number over time: the series, what it is compared with, and the goal's path."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpis.charts.parts import (
    ACCENT,
    GOAL,
    Chart,
    Scale,
    faded,
    fitted,
    limits,
    options,
    points,
    rumbo_part,
)
from kpis.compare import Number

SAME_HUE = 0.4
AREA = 0.08
MANY = 3


@dataclass(frozen=True)
class Line:
    """A named series. `titles` are its own periods, where they are not the chart's."""

    name: str
    values: Sequence[Number | None]
    titles: Sequence[str] = ()
    role: str = "goal"


def trend(
    series: Line,
    labels: Sequence[str],
    titles: Sequence[str],
    scale: Scale,
    comparison: Line | None = None,
    goals: Sequence[Line] = (),
    incomplete: Sequence[bool] = (),
    kind: str = "line",
) -> Chart:
    """A trend by buckets.

    `labels` stand on the axis, `titles` in tooltips and the table; `incomplete` marks buckets
    that are not wholly known (today, a missing source). `kind` is "line" or "bar"; comparison
    and goals are lines either way. `goals` have the role goal, low or high.
    """
    count = len(labels)
    others = [*([comparison] if comparison else []), *goals]
    values = [value for line in (series, *others) for value in line.values[:count]]
    rumbo = rumbo_part(scale, titles, values, axis="y", is_from_zero=kind == "bar")
    # An area says "this much in all": only over an axis that begins at zero.
    is_area = rumbo["ticks"][0]["value"] <= 0
    datasets = [_main(series, scale, fitted(incomplete, count, False), kind, is_area)]
    if comparison:
        datasets.append(_comparison(comparison, scale, count))
    datasets += [_goal(line, scale, count) for line in goals]
    rumbo["direct_labels"] = 1 < len(datasets) <= MANY
    return {
        "type": kind,
        "data": {"labels": list(labels), "datasets": datasets},
        "options": options(
            interaction={"mode": "index", "intersect": False},
            plugins={"legend": {"display": len(datasets) > MANY}},
            scales={
                "x": {"grid": {"display": False}, "ticks": {"maxRotation": 0, "autoSkip": True}},
                "y": limits(rumbo),
            },
        ),
        "rumbo": rumbo,
    }


def sparkline(values: Sequence[Number | None], texts: Sequence[str] = ()) -> Chart:
    """A card's small line: no axes, no tooltips, its last known point marked."""
    drawn = points(values)
    known = [index for index, value in enumerate(drawn) if value is not None]
    dataset = {
        "label": "",
        "data": drawn,
        "borderColor": ACCENT,
        "backgroundColor": faded(ACCENT, AREA),
        "fill": "start",
        "borderWidth": 1.5,
        "tension": 0,
        "spanGaps": False,
        "pointBackgroundColor": ACCENT,
        "pointRadius": [
            2 if index == known[-1] or radius else 0 for index, radius in enumerate(_radii(values))
        ]
        if known
        else 0,
        "rumbo": {
            "role": "sparkline",
            "texts": list(texts),
            "incomplete": [False] * len(drawn),
        },
    }
    return {
        "type": "line",
        "data": {"labels": [""] * len(drawn), "datasets": [dataset]},
        "options": options(
            events=[],
            plugins={"legend": {"display": False}, "tooltip": {"enabled": False}},
            scales={"x": {"display": False}, "y": {"display": False, "grace": "10%"}},
        ),
        "rumbo": {"is_empty": not known, "titles": [""] * len(drawn), "ticks": []},
    }


def _main(
    line: Line, scale: Scale, incomplete: list[bool], kind: str, is_area: bool
) -> dict[str, Any]:
    count = len(incomplete)
    values = fitted(line.values, count)
    look: dict[str, Any] = {"borderColor": ACCENT, "backgroundColor": faded(ACCENT, AREA)}
    if kind == "bar":
        look = {"backgroundColor": ACCENT, "borderRadius": 3, "maxBarThickness": 48}
    else:
        look |= {"fill": "origin" if is_area else False, "borderWidth": 2, "tension": 0}
        look |= {"spanGaps": False, "pointRadius": _radii(values)}
        look["pointBackgroundColor"] = ACCENT
    return {
        "label": line.name,
        "data": points(values),
        "order": 1,
        **look,
        "rumbo": {
            "role": "series",
            "texts": _texts(line, values, scale),
            "incomplete": incomplete,
        },
    }


def _comparison(line: Line, scale: Scale, count: int) -> dict[str, Any]:
    return _thin(line, scale, count, "comparison", faded(ACCENT, SAME_HUE), 2, [])


def _goal(line: Line, scale: Scale, count: int) -> dict[str, Any]:
    return _thin(line, scale, count, line.role, GOAL, 1.5, [6, 4])


def _thin(
    line: Line, scale: Scale, count: int, role: str, colour: str, width: float, dash: list[int]
) -> dict[str, Any]:
    values = fitted(line.values, count)
    return {
        "type": "line",
        "label": line.name,
        "data": points(values),
        "order": 2 if role == "comparison" else 0,
        "borderColor": colour,
        "backgroundColor": colour,
        "borderWidth": width,
        "borderDash": dash,
        "fill": False,
        "tension": 0,
        "spanGaps": False,
        "pointRadius": _radii(values),
        "rumbo": {
            "role": role,
            "texts": _texts(line, values, scale),
            "incomplete": [False] * count,
        },
    }


def _texts(line: Line, values: Sequence[Number | None], scale: Scale) -> list[str]:
    texts = [scale.text(value) for value in values]
    own = fitted(line.titles, len(texts), "")
    return [f"{text} · {title}" if title else text for text, title in zip(texts, own, strict=True)]


def _radii(values: Sequence[Number | None]) -> list[int]:
    """A point between two gaps has no line to be seen by: it gets a dot."""
    padded = [None, *values, None]
    return [
        3 if here is not None and before is None and after is None else 0
        for before, here, after in zip(padded, padded[1:], padded[2:], strict=False)
    ]
