"""How one reader gets figures, periods and gaps written: language, country, currency, calendar.

Pure. Formatting itself is in `kpis.formats`; this binds it to the reader once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_interval
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.numbers import country_of, locale_for
from campaigns.measures import MEASURES
from campaigns.own_measures import is_own
from kpis.calculate import REASONS, Value, beside_dash
from kpis.calendar import STANDARD, CalendarRules, Period
from kpis.catalogue import Kpi, Parameters
from kpis.compare import Number
from kpis.coverage import Gap
from kpis.formats import (
    MONEY_UNITS,
    babel_locale,
    exact_text,
    format_day,
    format_number,
    format_period,
    format_value,
    minor_units,
)
from kpis.formula import factors, measures

FAMILIES = {
    "web": gettext_lazy("Web traffic"),
    "ads": gettext_lazy("Advertising"),
    "leads": gettext_lazy("Leads"),
    "sales": gettext_lazy("Sales"),
    "costs": gettext_lazy("Costs"),
    "budget": gettext_lazy("Budgets"),
    "mail": gettext_lazy("Email"),
    "social": gettext_lazy("Social networks"),
    "activity": gettext_lazy("Contacts with customers"),
    "manual": gettext_lazy("Figures typed in"),
    "rates": gettext_lazy("Exchange rates"),
}


@dataclass(frozen=True)
class Reader:
    """Everything that writing a number of one client for one person needs."""

    locale: str
    currency: str | None = None
    rules: CalendarRules = STANDARD

    @classmethod
    def of(
        cls,
        language: str,
        time_zones: Iterable[str],
        currency: str | None = None,
        rules: CalendarRules = STANDARD,
    ) -> "Reader":
        """A reader whose country is that of the clients in sight, if they share one."""
        return cls(locale_for(language, country_of(time_zones)), currency, rules)

    def in_currency(self, currency: str) -> "Reader":
        """The same reader for money in another currency; empty is this one's own."""
        return replace(self, currency=currency) if currency else self

    def number(self, number: Number | None, unit: str, signed: bool = False) -> str:
        return format_value(number, unit, self.locale, self.currency, signed)

    def bare(self, number: Number | None, unit: str) -> str:
        """For a column whose head names the unit: no currency sign, no percent sign."""
        if unit in MONEY_UNITS:
            return format_number(number, minor_units(self.currency), self.locale)
        if unit == "percent" and number is not None:
            return format_value(number, unit, self.locale).removesuffix("%").rstrip()
        return format_value(number, unit, self.locale)

    def unit_sign(self, unit: str) -> str:
        """What the head of such a column says."""
        if unit in MONEY_UNITS:
            return self.currency or ""
        return "%" if unit == "percent" else ""

    def value(self, kpi: Kpi, value: Value) -> str:
        return self.number(value.value, kpi.unit)

    def exact(self, value: Value) -> str:
        """For sorting: the exact number, empty when there is none."""
        return exact_text(value.value) or ""

    def day(self, day: date | None) -> str:
        return format_day(day, self.locale)

    def period(self, period: Period) -> str:
        return format_period(period, self.locale, self.rules)

    def days(self, period: Period) -> str:
        """The first and the last day, even of a whole month: "1–31 Mar 2026"."""
        if period.days == 1:
            return self.day(period.first)
        loc = babel_locale(self.locale)
        return str(format_interval(period.first, period.last, "yMMMd", locale=loc))

    def why(self, kpi: Kpi, value: Value, parameters: Parameters) -> str:
        """Why there is no value, with the numerator that stands alone (KPIS B.1.1); "" if there is."""
        if value.value is not None or value.reason is None:
            return ""
        reason = str(REASONS.get(value.reason, value.reason))
        alone = beside_dash(kpi, value, parameters)
        if alone is None:
            return reason
        above, _below = factors(kpi.expression(parameters))
        needed = measures(above[-1])
        unit = needed[0].unit if needed else "count"
        return _("%(amount)s stands alone. %(reason)s") % {
            "amount": self.number(alone, unit),
            "reason": reason,
        }

    def gap(self, gap: Gap) -> str:
        """What is missing, in words: "Advertising (Meta Ads): 3–5 Mar 2026"."""
        family = family_name(gap.family)
        days = self.days(Period(gap.first, gap.last))
        if not gap.source:
            return _("%(family)s: no source") % {"family": family}
        return _("%(family)s (%(source)s): %(days)s") % {
            "family": family,
            "source": gap.source,
            "days": days,
        }


def family_name(family: str) -> str:
    """What a family of facts is called; own measures are a family each, and one word."""
    return _("Own measures") if is_own(family) else str(FAMILIES.get(family, family))


def measure_name(key: str) -> str:
    return str(MEASURES[key].name) if key in MEASURES else key
