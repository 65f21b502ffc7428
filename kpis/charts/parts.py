"""What every chart is put together from: the scale, its ticks, datasets, colour tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from campaigns.channels import CODES
from kpis.compare import Number
from kpis.formats import MONEY_UNITS, UNDEFINED, as_fraction, format_compact, format_value

Chart = dict[str, Any]

ACCENT = "--rumbo-accent"
GOAL = "--rumbo-chart-goal"
UNKNOWN_CATEGORY = "--rumbo-channel-unassigned"

TICKS = 5
FROM_ZERO = ("count", "days", *MONEY_UNITS)


@dataclass(frozen=True)
class Scale:
    """How values are written: the KPI's unit, the reader's locale, the client's currency."""

    unit: str
    locale: str
    currency: str | None = None

    def text(self, value: Number | None) -> str:
        return format_value(value, self.unit, self.locale, self.currency)


def faded(token: str, alpha: float) -> str:
    return f"{token}/{alpha:g}"


def channel_token(code: str) -> str:
    """The colour of a channel, the same on every screen; an unknown code is "unassigned"."""
    return f"--rumbo-channel-{code.replace('_', '-')}" if code in CODES else UNKNOWN_CATEGORY


def points(values: Iterable[Number | None]) -> list[float | None]:
    """Where to draw: floats, and None for a gap."""
    return [None if value is None else float(as_fraction(value)) for value in values]


def fitted(values: Sequence[Any], length: int, filler: Any = None) -> list[Any]:
    """Exactly `length` values: a longer comparison is cut, a shorter one filled up."""
    return [*values[:length], *[filler] * (length - len(values))]


def value_ticks(
    values: Iterable[Number | None], scale: Scale, is_from_zero: bool = False
) -> list[dict[str, Any]]:
    """Round ticks that hold all values, with their labels; the first and last are the limits.

    Bars, counts, days and money start at zero, and so does what comes near it.
    """
    known = [as_fraction(value) for value in values if value is not None]
    low, high = min(known, default=Fraction(0)), max(known, default=Fraction(0))
    if is_from_zero or scale.unit in FROM_ZERO or low < high / 2 or low == high:
        low, high = min(low, Fraction(0)), max(high, Fraction(0))
    if low == high:
        high = Fraction(1, 100) if scale.unit == "percent" else Fraction(1)
    step = round_step((high - low) / TICKS, scale.unit)
    first, last = low // step, -(-high // step)
    ticks = [step * n for n in range(int(first), int(last) + 1)]
    return [{"value": float(tick), "label": tick_label(tick, scale)} for tick in ticks]


def round_step(rough: Fraction, unit: str) -> Fraction:
    power = Fraction(1)
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
    return max(step, Fraction(1)) if unit == "count" else step


def tick_label(tick: Fraction, scale: Scale) -> str:
    return format_compact(tick, scale.unit, scale.locale, scale.currency)


def rumbo_part(
    scale: Scale,
    titles: Sequence[str],
    values: Iterable[Number | None],
    axis: str,
    is_from_zero: bool = False,
) -> dict[str, Any]:
    """The chart's own key: what the script shows instead of formatting numbers itself."""
    values = list(values)
    return {
        "unit": scale.unit,
        "currency": scale.currency,
        "locale": scale.locale,
        "titles": list(titles),
        "axis": axis,
        "ticks": value_ticks(values, scale, is_from_zero),
        "direct_labels": False,
        "is_empty": all(value is None for value in values),
    }


def limits(rumbo: dict[str, Any]) -> dict[str, float]:
    return {"min": rumbo["ticks"][0]["value"], "max": rumbo["ticks"][-1]["value"]}


def options(**more: Any) -> dict[str, Any]:
    return {
        "responsive": True,
        "maintainAspectRatio": False,
        "animation": False,
        "plugins": {"legend": {"display": False}},
        **more,
    }


def table_of(chart: Chart) -> tuple[list[str], list[list[str]]]:
    """The chart as a table: column heads (after the first, unnamed one) and rows of texts."""
    datasets = [each for each in chart["data"]["datasets"] if each["rumbo"]["role"] != "ground"]
    heads = [str(dataset["label"]) for dataset in datasets]
    rows = [
        [
            title,
            *(
                fitted(dataset["rumbo"]["texts"], index + 1, UNDEFINED)[index]
                for dataset in datasets
            ),
        ]
        for index, title in enumerate(chart["rumbo"]["titles"])
    ]
    return heads, rows
