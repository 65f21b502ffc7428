"""The ladder of a goal as it is shown: each rung, where it may end, and one rate at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from django.forms import BoundField

from accounts.models import Client
from kpis.book import book_of
from kpis.calendar import Period
from kpis.formats import UNDEFINED, minor_units, to_decimal
from kpis.goals.ladder import (
    STEPS,
    Ends,
    Rate,
    Rates,
    Rung,
    ends,
    if_it_stays,
    ladder,
    needed_alone,
)
from kpis.ladder.forms import RATE_LABELS, RUNG_LABELS, LadderForm
from kpis.ladder.queries import Past
from kpis.models import Goal
from kpis.pages.reader import Reader

RATE_UNITS: Mapping[Rate, str] = {
    "aov": "money", "close": "percent", "visit_to_lead": "percent", "cpl": "money",
}  # fmt: skip
#: The rates between the budget and the revenue; visits are beside that way.
EARNING: tuple[Rate, ...] = ("cpl", "close", "aov")


@dataclass(frozen=True)
class Step:
    """One rung. `tie`: how its rate reads now and since when; `monthly`: its part of an even month."""

    rung: Rung
    label: str
    sign: str
    rate_field: BoundField
    rung_field: BoundField
    take_field: BoundField
    tie: str
    asks: str
    monthly: str
    target: Decimal | None


@dataclass(frozen=True)
class Stay:
    """One rate: the budget it costs if it stays as it is, and what it alone must become else."""

    label: str
    now: str
    budget: str
    alone: str


@dataclass(frozen=True)
class LadderPage:
    top: str
    steps: tuple[Step, ...]
    worst: str
    likely: str
    best: str
    budget: str
    stays: tuple[Stay, ...]
    spent: str
    is_below_likely: bool


def ladder_page(
    client: Client, goal: Goal, past: Past, form: LadderForm, reader: Reader
) -> LadderPage:
    """Everything under the form; the form is valid. Inside a scope that holds the client."""
    reader = reader.in_currency(goal.currency)
    planned, target, top = form.rates(past.rates), Fraction(goal.target or 0), _top(goal)
    found = ladder(top, target, planned, form.by_hand)
    budget = found.get("ad_spend")
    spent = _spent(past, goal)
    after = ends(top, budget, past.months) if budget else None
    steps = tuple(_step(client, goal, rung, found, past, form, reader) for rung in form.rungs)
    money = _said(reader, "money")
    return LadderPage(
        reader.number(target, book_of(client)[top].unit),
        steps,
        *_ends(client, top, after, reader),
        next((step.asks for step in steps if step.rung == "ad_spend"), UNDEFINED),
        _stays(top, target, planned, past, spent, reader),
        money(spent),
        after is not None and after.likely < target,
    )


def targets_of(goal: Goal, past: Past, form: LadderForm) -> dict[Rung, Decimal]:
    """What the rungs that are taken ask for: counts whole, money to its smallest unit, both upwards."""
    found = ladder(_top(goal), Fraction(goal.target or 0), form.rates(past.rates), form.by_hand)
    known = {rung: found[rung] for rung in form.taken}
    return {rung: _up(rung, value, goal.currency) for rung, value in known.items() if value}


def _top(goal: Goal) -> Rung:
    return goal.kpi  # type: ignore[return-value]


def _up(rung: Rung, value: Fraction, currency: str) -> Decimal:
    places = minor_units(currency or None) if rung == "ad_spend" else 0
    return to_decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_CEILING)


def _step(
    client: Client,
    goal: Goal,
    rung: Rung,
    found: Mapping[Rung, Fraction | None],
    past: Past,
    form: LadderForm,
    reader: Reader,
) -> Step:
    rate = STEPS[rung][1]
    value, known = found[rung], past.now.get(rate)
    unit = book_of(client)[rung].unit
    target = None if value is None else _up(rung, value, goal.currency)
    tie = ""
    if known is not None:
        name = book_of(client)[known.key].name
        tie = f"{name}: {reader.number(known.value, RATE_UNITS[rate])} · {reader.period(known.period)}"
    months = Fraction(Period(goal.starts_on, goal.ends_on).days) / (Fraction(36525, 1200))
    return Step(
        rung,
        str(RUNG_LABELS[rung]),
        "×" if rung == "ad_spend" else "÷",
        form[f"rate_{rate}"],
        form[f"rung_{rung}"],
        form[f"take_{rung}"],
        tie,
        UNDEFINED if target is None else reader.number(target, unit),
        UNDEFINED if value is None else reader.number(value / months, unit),
        target,
    )


def _ends(client: Client, top: Rung, after: Ends | None, reader: Reader) -> tuple[str, str, str]:
    if after is None:
        return "", "", ""
    said = _said(reader, book_of(client)[top].unit)
    return said(after.worst), said(after.likely), said(after.best)


def _spent(past: Past, goal: Goal) -> Fraction | None:
    """The budget of the goal's days if as much is spent a day as of late."""
    if not past.daily_spend:
        return None
    return past.daily_spend * Period(goal.starts_on, goal.ends_on).days


def _stays(
    top: Rung,
    target: Fraction,
    planned: Rates,
    past: Past,
    spent: Fraction | None,
    reader: Reader,
) -> tuple[Stay, ...]:
    now, money = past.rates, _said(reader, "money")
    found = []
    for rate in EARNING:
        value = now.of(rate)
        alone = needed_alone(top, target, spent, now, rate) if spent else None
        if value is None or (alone is None and top == "leads" and rate != "cpl"):
            continue
        said = _said(reader, RATE_UNITS[rate])
        budget = if_it_stays(top, target, planned, now, rate).get("ad_spend")
        found.append(Stay(str(RATE_LABELS[rate]), said(value), money(budget), said(alone)))
    return tuple(found)


def _said(reader: Reader, unit: str) -> Callable[[Fraction | None], str]:
    return lambda value: UNDEFINED if value is None else reader.number(value, unit)
