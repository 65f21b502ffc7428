"""The one place where the figures of KPIs, dates and periods become text (KPIS G.5), and where cells
leave in a CSV; digits come from `accounts.numbers.digits`, as in every list. What a number means, and
whether a change is good, is decided elsewhere.

Numbers and dates follow `locale` ("es-AR", "pt-BR", "en" …), words follow Django's active
language. Spaces inside a number's text are no-break spaces.
"""

from accounts.numbers.digits import as_fraction, babel_locale, minor_units, round_half_away
from kpis.formats.cells import csv_safe
from kpis.formats.exact import (
    MONEY_UNITS,
    exact_text,
    exact_unit_text,
    money_text,
    to_decimal,
)
from kpis.formats.locales import NBSP, currency_sign
from kpis.formats.periods import axis_label, format_day, format_period, unit_label, week_label
from kpis.formats.values import (
    UNDEFINED,
    ChangeText,
    format_change,
    format_compact,
    format_money,
    format_number,
    format_percent,
    format_points,
    format_value,
)

__all__ = [
    "MONEY_UNITS",
    "NBSP",
    "UNDEFINED",
    "ChangeText",
    "as_fraction",
    "axis_label",
    "babel_locale",
    "csv_safe",
    "currency_sign",
    "exact_text",
    "exact_unit_text",
    "format_change",
    "format_compact",
    "format_day",
    "format_money",
    "format_number",
    "format_percent",
    "format_period",
    "format_points",
    "format_value",
    "minor_units",
    "money_text",
    "round_half_away",
    "to_decimal",
    "unit_label",
    "week_label",
]
