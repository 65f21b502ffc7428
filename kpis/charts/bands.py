"""Rates over time, each with the interval in which it may lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpis.charts.parts import (
    ACCENT,
    GOAL,
    Chart,
    Scale,
    channel_token,
    faded,
    limits,
    options,
    points,
    rumbo_part,
)
from kpis.compare import Number

GROUND = 0.12
DIRECT = 3
#: The control is quiet, the first variant has the agency's accent.
COLOURS = (
    GOAL,
    ACCENT,
    channel_token("paid_social"),
    channel_token("organic_social"),
    channel_token("referral"),
)


@dataclass(frozen=True)
class Band:
    """A named line; `lows` and `highs` bound its interval, point by point."""

    name: str
    values: Sequence[Number | None]
    lows: Sequence[Number | None]
    highs: Sequence[Number | None]


def bands(lines: Sequence[Band], labels: Sequence[str], scale: Scale) -> Chart:
    """The lines in order of COLOURS, each over the ground of its interval."""
    values = [value for line in lines for value in (*line.values, *line.lows, *line.highs)]
    rumbo = rumbo_part(scale, labels, values, axis="y")
    rumbo["direct_labels"] = len(lines) <= DIRECT
    datasets = []
    for line, colour in zip(lines, COLOURS, strict=False):
        datasets.append(_line(line, colour, scale))
        datasets += _ground(line, colour)
    return {
        "type": "line",
        "data": {"labels": list(labels), "datasets": datasets},
        "options": options(
            interaction={"mode": "index", "intersect": False},
            plugins={"legend": {"display": len(lines) > DIRECT}},
            scales={
                "x": {"grid": {"display": False}, "ticks": {"maxRotation": 0, "autoSkip": True}},
                "y": limits(rumbo),
            },
        ),
        "rumbo": rumbo,
    }


def _line(line: Band, colour: str, scale: Scale) -> dict[str, Any]:
    texts = [
        scale.text(value) if low is None else f"{scale.text(value)} ({_span(scale, low, high)})"
        for value, low, high in zip(line.values, line.lows, line.highs, strict=True)
    ]
    return {
        "label": line.name,
        "data": points(line.values),
        "borderColor": colour,
        "backgroundColor": colour,
        "borderWidth": 2,
        "pointRadius": 0 if len(line.values) > 1 else 3,
        "fill": False,
        "tension": 0,
        "spanGaps": False,
        "order": 1,
        "rumbo": {"role": "line", "texts": texts, "incomplete": [False] * len(texts)},
    }


def _span(scale: Scale, low: Number, high: Number | None) -> str:
    return f"{scale.text(low)} – {scale.text(high)}"


def _ground(line: Band, colour: str) -> list[dict[str, Any]]:
    """Two edges without a line; the upper one is filled down to the lower one."""
    edges: list[dict[str, Any]] = []
    for values, fill in ((line.highs, "+1"), (line.lows, False)):
        edges.append(
            {
                "label": "",
                "data": points(values),
                "borderWidth": 0,
                "pointRadius": 0,
                "fill": fill,
                "backgroundColor": faded(colour, GROUND),
                "tension": 0,
                "spanGaps": False,
                "order": 9,
                "rumbo": {"role": "ground", "texts": [], "incomplete": []},
            }
        )
    return edges
