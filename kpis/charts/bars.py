"""A number by category: bars per channel, and the funnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpis.charts.parts import (
    ACCENT,
    Chart,
    Scale,
    channel_token,
    limits,
    options,
    points,
    rumbo_part,
)
from kpis.compare import Number
from kpis.formats import format_percent


@dataclass(frozen=True)
class Bar:
    """One category: its code (channel, stage), its name for readers, its value."""

    code: str
    name: str
    value: Number | None
    is_incomplete: bool = False


def channel_bars(name: str, bars: Sequence[Bar], scale: Scale) -> Chart:
    """Lying bars, one per channel in the given order, each in its channel's own colour."""
    colours = [channel_token(bar.code) for bar in bars]
    return _lying(name, bars, scale, colours)


def funnel(name: str, stages: Sequence[Bar], locale: str) -> Chart:
    """Stages of a funnel, widest first, with each one's share of the one before and of the first.

    A share over nothing, or over an unknown stage, is "—".
    """
    chart = _lying(name, stages, Scale("count", locale), [ACCENT] * len(stages))
    first = stages[0].value if stages else None
    befores = [None, *(stage.value for stage in stages[:-1])]
    chart["rumbo"]["steps"] = [
        {
            "of_previous": "" if index == 0 else _share(stage.value, before, locale),
            "of_first": "" if index == 0 else _share(stage.value, first, locale),
        }
        for index, (stage, before) in enumerate(zip(stages, befores, strict=False))
    ]
    return chart


def _share(part: Number | None, whole: Number | None, locale: str) -> str:
    if part is None or whole is None or whole <= 0:
        return format_percent(None, locale)
    return format_percent(Fraction(part) / Fraction(whole), locale)


def _lying(name: str, bars: Sequence[Bar], scale: Scale, colours: list[str]) -> Chart:
    values = [bar.value for bar in bars]
    names = [bar.name for bar in bars]
    rumbo = rumbo_part(scale, names, values, axis="x", is_from_zero=True)
    dataset: dict[str, Any] = {
        "label": name,
        "data": points(values),
        "backgroundColor": colours,
        "borderRadius": 3,
        "maxBarThickness": 28,
        "rumbo": {
            "role": "series",
            "texts": [scale.text(value) for value in values],
            "incomplete": [bar.is_incomplete for bar in bars],
        },
    }
    return {
        "type": "bar",
        "data": {"labels": names, "datasets": [dataset]},
        "options": options(
            indexAxis="y",
            scales={"x": limits(rumbo), "y": {"grid": {"display": False}}},
        ),
        "rumbo": rumbo,
    }
