"""What a page's address asks for: period, comparison, filters, view; and the choices to offer.

Pure. Parsing is that of `kpis.question`, so that a page and the API understand the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import pgettext_lazy

from kpis.calendar import (
    CUSTOM,
    DEFAULT_PRESET,
    PRESETS,
    STANDARD,
    CalendarRules,
    Period,
    Selection,
    parse_selection,
    trend_unit,
)
from kpis.catalogue import KPIS
from kpis.catalogue.kpi import Words
from kpis.compare import DEFAULT, NONE, RULES, Comparison, comparison_for, offered_rules
from kpis.question import Question, QuestionInvalid, question_from_params

OFFERED = tuple(name for name in PRESETS if name != CUSTOM)
#: Days of a period from and to which a unit draws between a few and some 120 points.
READABLE = {"day": (2, 120), "week": (14, 800), "month": (59, 3660), "quarter": (180, 3660)}
UNIT_NAMES: dict[str, Words] = {
    "day": pgettext_lazy("unit of a chart", "Days"),
    "week": pgettext_lazy("unit of a chart", "Weeks"),
    "month": pgettext_lazy("unit of a chart", "Months"),
    "quarter": pgettext_lazy("unit of a chart", "Quarters"),
    "year": pgettext_lazy("unit of a chart", "Years"),
}
ANY_KEY = ("leads",)  # a question must name a KPI; pages say which later


@dataclass(frozen=True)
class Offer:
    """One choice of a list: its value in the address, its name, whether it is the present one."""

    value: str
    name: Words
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """What was asked, made whole by defaults. `problem` says what could not be understood."""

    selection: Selection
    comparison: Comparison
    question: Question
    compare: str
    unit: str
    rules: CalendarRules = STANDARD
    problem: str = ""

    @property
    def period(self) -> Period:
        return self.selection.period

    @property
    def periods(self) -> list[Offer]:
        return [Offer(name, PRESETS[name], name == self.selection.preset) for name in OFFERED]

    @property
    def comparisons(self) -> list[Offer]:
        """The rules that fit the period, and the one in use."""
        offered = offered_rules(self.period, self.rules)
        names = [name for name in RULES if name in offered or name == self.rule]
        return [Offer(name, RULES[name], name == self.rule) for name in names]

    @property
    def units(self) -> list[Offer]:
        """Units that cut the period into a readable number of points, and the present one."""
        days = self.period.days
        found = [
            unit
            for unit, (least, most) in READABLE.items()
            if least <= days <= most or unit == self.unit
        ]
        return [Offer(unit, UNIT_NAMES[unit], unit == self.unit) for unit in found]

    @property
    def rule(self) -> str:
        return self.comparison.rule

    @property
    def channel(self) -> str:
        return self._only("channel")

    @property
    def campaign(self) -> str:
        return self._only("campaign")

    def _only(self, dimension: str) -> str:
        """The one value a dimension is filtered by, or ""."""
        values = self.question.filters.get(dimension, ())
        return values[0] if len(values) == 1 else ""

    def ask(
        self,
        *keys: str,
        by: str | None = None,
        split: str | None = None,
        is_compared: bool = True,
    ) -> Question:
        """The question of one part of the page."""
        compare = self.question.compare if is_compared else None
        return replace(self.question, keys=keys, by=by, split=split, compare=compare)


def choice_from(params: Mapping[str, Any], last_complete: date, rules: CalendarRules) -> Choice:
    """What the address asks. What cannot be understood is left out, and said."""
    try:
        return _choice(params, last_complete, rules)
    except QuestionInvalid as invalid:
        return replace(_choice({}, last_complete, rules), problem=str(invalid.message))


def _choice(params: Mapping[str, Any], last_complete: date, rules: CalendarRules) -> Choice:
    asked = question_from_params(params, KPIS, last_complete, rules, default_keys=ANY_KEY)
    selection = parse_selection(params, last_complete, rules, DEFAULT_PRESET)
    compare = str(params.get("compare") or DEFAULT)
    unit = asked.by or trend_unit(selection.period)
    comparison = comparison_for(selection.period, compare, rules)
    question = replace(asked, compare=None if comparison.rule == NONE else compare)
    return Choice(selection, comparison, question, compare, unit, rules)
