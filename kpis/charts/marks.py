"""Marks on a trend: points of their own where something is to be said of a day."""

from collections.abc import Sequence
from typing import Any, Literal

from kpis.charts.parts import Chart

Role = Literal["unusual", "note"]
WARN, INK = "--warn", "--ink-2"
_LOOKS: dict[Role, dict[str, Any]] = {
    "unusual": {"borderColor": WARN, "backgroundColor": WARN, "pointStyle": "triangle"},
    "note": {"borderColor": INK, "backgroundColor": INK, "pointStyle": "rectRot"},
}


def with_marks(chart: Chart, name: str, role: Role, texts: Sequence[str]) -> Chart:
    """The trend with a point on each bucket that has a text; the same chart if none has.

    A mark stands on the series, or at the foot of the chart where that has a gap.
    """
    if not any(texts) or not chart["rumbo"]["ticks"]:
        return chart
    line = chart["data"]["datasets"][0]["data"]
    foot = chart["rumbo"]["ticks"][0]["value"]
    places = [
        (foot if here is None else here) if text else None
        for here, text in zip(line, texts, strict=True)
    ]
    dataset = {
        "type": "line",
        "label": name,
        "data": places,
        "order": -1,
        **_LOOKS[role],
        "showLine": False,
        "spanGaps": False,
        "pointRadius": [6 if text else 0 for text in texts],
        "rumbo": {"role": role, "texts": list(texts), "incomplete": [False] * len(places)},
    }
    datasets = [*chart["data"]["datasets"], dataset]
    return {**chart, "data": {**chart["data"], "datasets": datasets}}
