"""What a KPI is: a frozen declaration, the parameters that change it, and its worked example.

Pure. The KPIs themselves are in the sibling modules; the rules they obey are in `kpis.rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures import DEFAULT_WINDOW_DAYS, DIMENSIONS, Measure
from kpis.formula import Atom, Expression, Operation, atoms, measures, nodes, quotients

Words = str | Promise
Unit = Literal[
    "count", "percent", "money", "money_per_day", "seconds", "minutes", "per", "ratio", "days",
    "months",
]  # fmt: skip
Better = Literal["higher", "lower", "neutral"]
Aggregation = Literal["sum", "last", "ratio", "derived", "distinct", "rows"]
GoalKind = Literal["increase", "decrease", "maintain", "cap"]
Accumulation = Literal["cumulative", "level", "period"]
CostBasis = Literal["media", "media_fees", "full"]
ProfitBasis = Literal["cost_of_goods", "margin", "revenue"]

COST_BASES: Mapping[CostBasis, Words] = {
    "media": _("ad spend only"),
    "media_fees": _("ad spend and agency fees"),
    "full": _("all marketing cost"),
}
PROFIT_BASES: Mapping[ProfitBasis, Words] = {
    "cost_of_goods": _("sales less the cost of goods"),
    "margin": _("sales times the configured margin"),
    "revenue": _("on revenue, no margin is known"),
}

#: What can change a number and is therefore printed with it.
STATED: Mapping[str, Words] = {
    "cost_basis": _("Cost basis"),
    "profit_basis": _("Profit basis"),
    "paid_channels": _("Paid channels"),
    "credited_channels": _("Channels credited to marketing"),
    "inbound_channels": _("Inbound channels"),
    "window_days": _("Window in days"),
    "repeat_days": _("Days to buy again"),
    "active_days": _("Days that a buyer stays active"),
    "sla_minutes": _("Minutes to answer a lead"),
    "clock": _("Clock"),
    "comparison": _("Compared with"),
}

GROUPS: Mapping[str, Words] = {
    "web": _("Web traffic"),
    "conversion": _("Conversion"),
    "ads": _("Advertising"),
    "funnel": _("Leads and funnel"),
    "sales": _("Sales"),
    "customers": _("Customers and value"),
    "return": _("Return and margin"),
    "social": _("Engagement and social"),
    "mail": _("Email"),
    "organisation": _("Organisation"),
    "own": _("Own figures"),
}

#: Spans that make a KPI more than a ratio of sums over the asked days.
_DERIVING = {"comparison", "last_90_days", "last_12_months", "month_ends"}

_ACCUMULATIONS: Mapping[Aggregation, tuple[Accumulation, ...]] = {
    "sum": ("cumulative", "level"),
    "last": ("level",),
    "ratio": ("level", "period"),
    "derived": ("level", "period"),
    "distinct": ("level",),
    "rows": ("level",),
}
_KINDS: Mapping[Accumulation, tuple[GoalKind, ...]] = {
    "cumulative": ("increase", "cap"),
    "level": ("increase", "decrease", "maintain"),
    "period": ("increase", "decrease", "maintain"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """Local hours and weekdays (1 is Monday) in which time counts."""

    opens_at: time
    closes_at: time
    days: str

    @property
    def mask(self) -> int:
        """The weekdays as bits, the lowest is Monday."""
        return sum(1 << (int(day) - 1) for day in self.days)


@dataclass(frozen=True, slots=True)
class Parameters:
    """A client's choices that change a number; whatever is used is printed with it.

    `window_days`: until when a lead may become a customer. `repeat_days`: until when a second sale
    counts as a repeat. `active_days`: how long a buyer stays an active customer. `sla_minutes`:
    within which a lead is to be answered. `office`: by whose hours that is counted, None by all
    hours. Where the asked days hold several versions, `pieces`
    says which held when, and `reach` the same for the days before that a formula may look at.
    """

    cost_basis: CostBasis = "media"
    profit_basis: ProfitBasis = "revenue"
    margin: Decimal | None = None
    window_days: int = DEFAULT_WINDOW_DAYS
    repeat_days: int = 90
    active_days: int = 365
    sla_minutes: int = 60
    office: "Office | None" = None
    pieces: "tuple[Piece, ...]" = ()
    reach: "tuple[Piece, ...]" = ()

    def __post_init__(self) -> None:
        if self.profit_basis == "margin" and self.margin is None:
            raise ValueError("the margin basis needs a margin")
        if self.margin is not None:
            # 0.4 and 0.4000 are equal and share a kept reading: both must print the same.
            object.__setattr__(self, "margin", self.margin.normalize())

    @property
    def is_on_revenue(self) -> bool:
        """Whether profit is, on some of the days, nothing but revenue."""
        held = (self, *(each.parameters for each in (*self.pieces, *self.reach)))
        return any(each.profit_basis == "revenue" for each in held)

    def during(self, since: date | None, until: date | None) -> "Parameters":
        """Those of the piece with these limits; without one, those of all days."""
        for piece in (*self.pieces, *self.reach):
            if (piece.since, piece.until) == (since, until):
                return piece.parameters
        return self

    def on(self, day: date) -> "Parameters":
        """Those in force on a day, as far back as formulas look."""
        for piece in self.reach or self.pieces:
            if (piece.since is None or piece.since <= day) and (
                piece.until is None or day <= piece.until
            ):
                return piece.parameters
        return self


@dataclass(frozen=True, slots=True)
class Piece:
    """Parameters and the days on which they hold, both ends included; None is no limit."""

    since: date | None
    until: date | None
    parameters: Parameters


DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: per input its parts, which its measure's class reduces to one total.

    Parts are added up (sum), the last one taken (last), counted already (distinct) or minutes of
    single leads with None for "never answered" (rows). `answer` is exact; `display` is how it
    reads in plain English figures, without a currency sign.
    """

    inputs: Mapping[str, tuple[str | None, ...]]
    answer: Fraction
    display: str
    parameters: Parameters = DEFAULTS


def example(answer: str, display: str, **inputs: str) -> Example:
    """An example whose inputs are unfiltered measures: `example("25", "25.00", leads="50", …)`."""
    return Example(
        {key: tuple(text.split()) for key, text in inputs.items()}, Fraction(answer), display
    )


Formula = Expression | Callable[[Parameters], Expression]


@dataclass(frozen=True, slots=True, eq=False)
class Kpi:
    """A KPI, declared once and read by card, chart, table, API, CSV, report and glossary.

    `meaning` says it in plain words, `pitfall` what it is often mistaken for, `dated_by` which
    date puts an event into a period. `parameters` names what is printed with the number.
    `hidden_dimensions` are those over which a split or a filter would make no sense.

    `goal` None: no goal may be set on it. `related` are keys to read next, `beside` keys of figures
    shown next to it (the median beside the mean). `preset_of` is the KPI of which it is a fixed
    selection, `split_by` the dimension by which a preset is always cut. `needs_margin`: without a
    cost of goods or a margin it has no value; `goal_needs_margin`: no goal while it is on revenue.
    """

    key: str
    name: Words
    meaning: Words
    pitfall: Words
    group: str
    formula: Formula
    unit: Unit
    better: Better
    goal: tuple[GoalKind, Accumulation] | None
    dated_by: Words
    source: Words
    example: Example
    cohort_days: int | Literal["window", "repeat"] = 0
    parameters: tuple[str, ...] = ()
    hidden_dimensions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    preset_of: str = ""
    split_by: str = ""
    needs_margin: bool = False
    goal_needs_margin: bool = False
    is_off_by_default: bool = False

    def __repr__(self) -> str:
        return f"<Kpi {self.key}>"

    def expression(self, parameters: Parameters = DEFAULTS) -> Expression:
        """The formula under these parameters."""
        return self.reading(parameters).expression

    def atoms(self, parameters: Parameters = DEFAULTS) -> tuple[Atom, ...]:
        return self.reading(parameters).atoms

    def measures(self, parameters: Parameters = DEFAULTS) -> tuple[Measure, ...]:
        return self.reading(parameters).measures

    def reading(self, parameters: Parameters = DEFAULTS) -> "Reading":
        """The formula under these parameters with what is read off it, computed once."""
        return _reading(self, parameters)

    @property
    def aggregation(self) -> Aggregation:
        """How it is put together; read from the formula, so it cannot disagree with it."""
        expression = self.expression()
        classes = {each.aggregation for each in self.measures()}
        divisions = quotients(expression)
        if {atom.period for atom in self.atoms()} & _DERIVING or _multiplies_totals(expression):
            return "derived"
        if "rows" in classes:
            return "rows"
        if "distinct" in classes:
            return "distinct"
        if len(divisions) > 1:
            return "derived"
        if divisions:
            return "ratio"
        return "last" if "last" in classes else "sum"

    def dimensions(self, parameters: Parameters = DEFAULTS) -> tuple[str, ...]:
        """Dimensions it may be split or filtered by: those that all its measures have."""
        needed = self.measures(parameters)
        shared = set(DIMENSIONS).intersection(*(each.dimensions for each in needed))
        return tuple(name for name in DIMENSIONS if name in shared - set(self.hidden_dimensions))

    @property
    def goal_modes(self) -> tuple[tuple[GoalKind, Accumulation], ...]:
        """Every (kind, accumulation) a goal on it may have, the usual one first; none if it has none."""
        if self.goal is None:
            return ()
        allowed = [(kind, way) for way in _ACCUMULATIONS[self.aggregation] for kind in _KINDS[way]]
        return tuple(sorted(allowed, key=lambda mode: mode != self.goal))

    def has_goals(self, parameters: Parameters = DEFAULTS) -> bool:
        """Whether a goal may be set on it under these parameters."""
        return self.goal is not None and not (self.goal_needs_margin and parameters.is_on_revenue)

    @property
    def lag_days(self) -> int:
        """Younger days are left out of goals, forecasts and alerts."""
        return max(each.lag_days for each in self.measures())

    def matures_in(self, parameters: Parameters = DEFAULTS) -> int:
        """Days from a cohort's day until its outcome counts as known; 0 for event-dated KPIs."""
        own = {"window": parameters.window_days, "repeat": parameters.repeat_days}
        return own[self.cohort_days] if isinstance(self.cohort_days, str) else self.cohort_days

    def qualifier(self, parameters: Parameters = DEFAULTS) -> Words:
        """A word that must stand beside the name under these parameters, or empty."""
        if "profit_basis" in self.parameters and parameters.is_on_revenue:
            return _("on revenue")
        return ""


def _is_count(expression: Expression) -> bool:
    """Whether it is a number of cases: counts, added or subtracted, but not divided."""
    if isinstance(expression, Operation):
        sides = (expression.left, expression.right)
        return expression.operator in "+-" and all(map(_is_count, sides))
    return isinstance(expression, Atom) and expression.measure.unit == "count"


def _multiplies_totals(expression: Expression) -> bool:
    """Whether two totals are multiplied: then neither is merely scaled."""
    products = (node for node in nodes(expression) if isinstance(node, Operation))
    return any(node.operator == "*" and atoms(node.left) and atoms(node.right) for node in products)


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula under some parameters, and what surfaces ask of it again and again.

    `names` are the atoms' texts, in their order; `samples` the denominators that count cases.
    """

    expression: Expression
    atoms: tuple[Atom, ...]
    names: tuple[str, ...]
    measures: tuple[Measure, ...]
    samples: tuple[Expression, ...]


@lru_cache(maxsize=4096)
def _reading(kpi: Kpi, parameters: Parameters) -> Reading:
    formula = kpi.formula
    expression = formula if isinstance(formula, Expression) else formula(parameters)
    needed = atoms(expression)
    denominators = (division.right for division in quotients(expression))
    return Reading(
        expression,
        needed,
        tuple(atom.text for atom in needed),
        measures(expression),
        tuple(each for each in denominators if _is_count(each)),
    )
