"""Values of KPIs and their changes as a reader sees them (KPIS G.5, B.1.4)."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from babel.numbers import format_compact_decimal, format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.numbers.digits import (
    DISPLAY_DIGITS,
    as_fraction,
    babel_locale,
    digits,
    minor_units,
    round_half_away,
)
from kpis.compare import Change, Number
from kpis.formats.exact import MONEY_UNITS
from kpis.formats.locales import NBSP, with_sign

UNDEFINED = "—"

_PLACES = {
    "count": 0,
    "ratio": 2,
    "per": 2,
    "seconds": 0,
    "minutes": 0,
    "days": 0,
    "months": 1,
}


def format_number(value: Number | None, places: int, locale: str, signed: bool = False) -> str:
    """A plain number with a fixed count of decimals."""
    if value is None:
        return UNDEFINED
    return digits(value, places, locale, signed)


def format_percent(value: Number | None, locale: str, signed: bool = False) -> str:
    """A fraction as percent: 0.125 → "12.5 %"; two decimals below 1 %; 0 → "0.0 %"."""
    if value is None:
        return UNDEFINED
    percent = as_fraction(value) * 100
    places = 2 if 0 < abs(percent) < 1 else 1
    return f"{format_number(percent, places, locale, signed)}{NBSP}%"


def format_points(value: Number | None, locale: str) -> str:
    """The difference of two fractions as points: 0.012 → "+1.2 pp"."""
    if value is None:
        return UNDEFINED
    points = as_fraction(value) * 100
    places = 2 if 0 < abs(points) < 1 else 1
    return f"{format_number(points, places, locale, signed=True)}{NBSP}{_('pp')}"


def format_money(
    value: Number | None, currency: str | None, locale: str, signed: bool = False
) -> str:
    """Money in its currency's minor units. Without a currency only the number, 2 decimals."""
    if value is None:
        return UNDEFINED
    number = format_number(value, minor_units(currency), locale, signed)
    return with_sign(number, currency, locale) if currency else number


def format_value(
    value: Number | None,
    unit: str,
    locale: str,
    currency: str | None = None,
    signed: bool = False,
) -> str:
    """A KPI's value as a reader sees it, by its unit (KPIS G.5); undefined is "—"."""
    if value is None:
        return UNDEFINED
    if unit == "percent":
        return format_percent(value, locale, signed)
    if unit in MONEY_UNITS:
        return format_money(value, currency, locale, signed)
    if unit not in _PLACES:
        raise ValueError(f"unknown unit: {unit}")
    rounded = round_half_away(value, _PLACES[unit])
    number = digits(rounded, _PLACES[unit], locale, signed)
    word = _unit_word(rounded, unit)
    return f"{number}{NBSP}{word}" if word else number


def _unit_word(rounded: Decimal, unit: str) -> str:
    # "1.0 months", "1,0 meses": only a bare 1 is singular.
    plural_for = int(rounded) if rounded == 1 and _PLACES[unit] == 0 else 2
    if unit == "seconds":
        return pgettext("seconds, unit sign", "s")
    if unit == "minutes":
        return pgettext("minutes, unit sign", "min")
    if unit == "days":
        return ngettext("day", "days", plural_for)
    if unit == "months":
        return ngettext("month", "months", plural_for)
    return ""


def format_compact(
    value: Number | None, unit: str, locale: str, currency: str | None = None
) -> str:
    """The short form for chart axes: "12,5 mil", "1.2M", "25 %", "US$1,5 M"."""
    if value is None:
        return UNDEFINED
    exact = as_fraction(value)
    if unit == "percent":
        return f"{_trimmed(exact * 100, 2, locale)}{NBSP}%"
    if abs(exact) < 1000:
        number = _trimmed(exact, 2, locale)
    else:
        step = 1000 ** ((len(str(abs(int(exact)))) - 1) // 3)
        rounded = round_half_away(exact / step, 1) * step
        number = format_compact_decimal(rounded, locale=babel_locale(locale), fraction_digits=1)
        if locale.startswith("es"):  # CLDR mixes "1 K" and "10 k" in American Spanish
            number = number.replace(f"{NBSP}K", f"{NBSP}k")
    if unit in MONEY_UNITS and currency:
        return with_sign(number, currency, locale)
    return number


def _trimmed(value: Number, places: int, locale: str) -> str:
    rounded = round_half_away(value, places)
    with localcontext(DISPLAY_DIGITS):
        return format_decimal(rounded, format="#,##0.##", locale=babel_locale(locale))


@dataclass(frozen=True)
class ChangeText:
    """`main` is read first, `detail` second (may be ""), `badge` is "new" or ""."""

    main: str
    detail: str = ""
    badge: str = ""


def format_change(
    change: Change, unit: str, locale: str, currency: str | None = None
) -> ChangeText:
    """A change as text (KPIS B.1.4): percent KPIs in points first; else relative, then absolute.

    Comparison zero: "—" with the badge "new". Comparison negative: only the absolute change.
    """
    if change.absolute is None:
        return ChangeText(UNDEFINED)
    if change.is_new:
        return ChangeText(UNDEFINED, badge=pgettext("nothing to compare with", "new"))
    if unit == "percent":
        absolute = format_points(change.absolute, locale)
    else:
        absolute = format_value(change.absolute, unit, locale, currency, signed=True)
    if change.relative is None:
        return ChangeText(absolute)
    relative = format_percent(change.relative, locale, signed=True)
    return ChangeText(absolute, relative) if unit == "percent" else ChangeText(relative, absolute)
