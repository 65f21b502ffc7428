"""The rates of a ladder as a person writes them, and the rungs that they set by hand."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField, amounts_in, percents_in
from kpis.formats import minor_units, to_decimal
from kpis.goals.ladder import STEPS, Rate, Rates, Rung

RATE_LABELS = {
    "aov": _("Average order value"),
    "close": _("Customers per 100 leads"),
    "visit_to_lead": _("Leads per 100 visits"),
    "cpl": _("Cost per lead"),
}
RUNG_LABELS = {
    "sales_count": _("Sales"),
    "leads": _("Leads"),
    "sessions": _("Visits"),
    "ad_spend": _("Advertising budget"),
}
#: Rates that are written per hundred and kept as fractions.
PER_HUNDRED = ("close", "visit_to_lead")


def _number(label: Any, most: int = 12) -> NumberField:
    return NumberField(
        label=label, required=False, min_value=Decimal(0), max_digits=most + 6, decimal_places=6
    )


class LadderForm(forms.Form):
    """`rate_…`: what ties two rungs. `rung_…`: a rung set by hand. `take_…`: keep it as a goal."""

    def __init__(self, *args: Any, rungs: Iterable[Rung], now: Rates, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rungs, self.currency = tuple(rungs), currency
        for rung in self.rungs:
            rate = STEPS[rung][1]
            self.fields[f"rate_{rate}"] = _number(RATE_LABELS[rate])
            self.fields[f"rate_{rate}"].initial = self._typed(rate, now.of(rate))
            self.fields[f"rung_{rung}"] = _number(RUNG_LABELS[rung])
            self.fields[f"take_{rung}"] = forms.BooleanField(
                label=_("Keep as a goal"), required=False, initial=True
            )
        amounts_in(self, currency)
        percents_in(self, *(f"rate_{rate}" for rate in PER_HUNDRED))

    def _typed(self, rate: Rate, value: Fraction | None) -> Decimal | None:
        """A rate as it is shown to be overwritten: money to its smallest unit, shares to 1/100 %."""
        if value is None:
            return None
        places = 2 if rate in PER_HUNDRED else minor_units(self.currency)
        shown = to_decimal(value * 100 if rate in PER_HUNDRED else value)
        return shown.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)

    def rates(self, now: Rates) -> Rates:
        """The rates as typed. One that was left as proposed is the exact one, not its rounding."""
        found: dict[str, Fraction | None] = {}
        for rung in self.rungs:
            rate = STEPS[rung][1]
            typed = self.cleaned_data.get(f"rate_{rate}")
            if typed is not None and typed == self._typed(rate, now.of(rate)):
                found[rate] = now.of(rate)
            elif typed is not None:
                found[rate] = Fraction(typed) / (100 if rate in PER_HUNDRED else 1)
        return Rates(**found)

    @property
    def usual(self) -> frozenset[str]:
        """Every field may stay empty, so none is marked as one that may."""
        return frozenset(self.fields)

    @property
    def by_hand(self) -> dict[Rung, Decimal]:
        typed = {rung: self.cleaned_data.get(f"rung_{rung}") for rung in self.rungs}
        return {rung: value for rung, value in typed.items() if value}

    @property
    def taken(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if self.cleaned_data.get(f"take_{rung}"))
