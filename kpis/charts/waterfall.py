"""From one value to another in steps: lying bars, each beginning where the one before it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from kpis.charts.parts import (
    ACCENT,
    GOAL,
    TICKS,
    Chart,
    Scale,
    limits,
    options,
    round_step,
    value_ticks,
)
from kpis.compare import Number
from kpis.formats import as_fraction, format_number

GOOD, BAD = "--good", "--bad"
#: Steps that span less than this share of the values would be slivers on an axis from zero.
READABLE = Fraction(1, 6)
LONGEST_LABEL = 28


@dataclass(frozen=True)
class Step:
    """What a part adds, with its text (signed, so that it is told without its colour)."""

    name: str
    effect: Number
    text: str


def waterfall(
    name: str,
    before: tuple[str, Number],
    steps: Sequence[Step],
    after: tuple[str, Number],
    scale: Scale,
    better: str,
) -> Chart:
    """The value before, the steps in order, the value after.

    The axis begins at zero unless the steps would then be too small to see: `rumbo.is_cut`.
    """
    start, end = as_fraction(before[1]), as_fraction(after[1])
    levels = list(accumulate((as_fraction(step.effect) for step in steps), initial=start))
    ticks, is_cut = _ticks([*levels, end], scale)
    floor = Fraction(str(ticks[0]["value"])) if is_cut else Fraction(0)
    steps_at = [[levels[i], levels[i + 1]] for i in range(len(steps))]
    spans = [[floor, start], *steps_at, [floor, end]]
    names = [before[0], *(step.name for step in steps), after[0]]
    texts = [scale.text(before[1]), *(step.text for step in steps), scale.text(after[1])]
    rumbo: dict[str, Any] = {
        "unit": scale.unit,
        "currency": scale.currency,
        "locale": scale.locale,
        "titles": names,
        "axis": "x",
        "ticks": ticks,
        "direct_labels": False,
        "is_empty": False,
        "is_cut": is_cut,
    }
    dataset = {
        "label": name,
        "data": [[float(low), float(high)] for low, high in spans],
        "backgroundColor": [GOAL, *(_colour(step.effect, better) for step in steps), GOAL],
        "borderRadius": 2,
        "borderSkipped": False,
        "maxBarThickness": 22,
        "minBarLength": 2,
        "rumbo": {"role": "series", "texts": texts, "incomplete": [False] * len(names)},
    }
    return {
        "type": "bar",
        "data": {"labels": [_short(each) for each in names], "datasets": [dataset]},
        "options": options(
            indexAxis="y",
            scales={
                "x": limits(rumbo),
                "y": {"grid": {"display": False}, "ticks": {"autoSkip": False}},
            },
        ),
        "rumbo": rumbo,
    }


def _ticks(levels: Sequence[Fraction], scale: Scale) -> tuple[list[dict[str, Any]], bool]:
    low, high = min(levels), max(levels)
    largest = max(abs(low), abs(high))
    if low <= 0 or high - low >= largest * READABLE or low == high:
        return value_ticks(levels, scale, is_from_zero=True), False
    room = (high - low) / 4
    step = round_step((high - low + room) / TICKS, scale.unit)
    first, last = (low - room) // step, -(-high // step)
    ticks = [step * number for number in range(int(max(first, 0)), int(last) + 1)]
    labelled = [{"value": float(tick), "label": _label(tick, step, scale)} for tick in ticks]
    return labelled, ticks[0] > 0


def _label(tick: Fraction, step: Fraction, scale: Scale) -> str:
    """Written out to the digits of the step: neighbours of a cut axis would read alike if shortened."""
    if scale.unit == "percent":
        return scale.text(tick)
    places = 0
    while step * 10**places % 1:
        places += 1
    return format_number(tick, places, scale.locale)


def _colour(effect: Number, better: str) -> str:
    if better not in ("higher", "lower") or effect == 0:
        return ACCENT
    return GOOD if (effect > 0) == (better == "higher") else BAD


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"
