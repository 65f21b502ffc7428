"""Days, periods and units of time as a reader sees them."""

from datetime import date

from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.numbers.digits import babel_locale
from kpis.calendar import (
    MONDAY,
    STANDARD,
    CalendarRules,
    Period,
    fiscal_position,
    unit_of,
    whole_unit,
)
from kpis.formats.values import UNDEFINED


def format_day(day: date | None, locale: str) -> str:
    """A day with its year: "5 mar 2026"."""
    return UNDEFINED if day is None else format_date(day, "medium", locale=babel_locale(locale))


def format_period(period: Period, locale: str, rules: CalendarRules = STANDARD) -> str:
    """A period for a headline: "March 2026", "Q1 2026", "2026", a day, or "1–15 Mar 2026"."""
    unit = whole_unit(period, rules)
    if unit and unit != "week":
        return unit_label(unit, period.first, locale, rules)
    loc = babel_locale(locale)
    return format_interval(period.first, period.last, "yMMMd", locale=loc)


def unit_label(unit: str, first: date, locale: str, rules: CalendarRules = STANDARD) -> str:
    """One unit of time by name: its day, ISO week (or Sunday week), month, quarter or year."""
    loc = babel_locale(locale)
    first = unit_of(first, unit, rules).first
    if unit == "day":
        return format_day(first, locale)
    if unit == "week":
        return week_label(first, locale, rules)
    if unit == "month":
        return format_skeleton("yMMMM", first, locale=loc)
    if not rules.has_fiscal_year:
        return format_skeleton("yQQQ" if unit == "quarter" else "y", first, locale=loc)
    position = fiscal_position(first, rules)
    if unit == "quarter":
        return _("FY%(year)s Q%(quarter)s") % {"year": position.year, "quarter": position.quarter}
    return _("FY%(year)s") % {"year": position.year}


def week_label(first: date, locale: str, rules: CalendarRules = STANDARD) -> str:
    """ISO weeks by week-year and number ("2026-W53", in Spanish "2026-S53").

    Sunday weeks have no number; theirs is the day they begin on.
    """
    if rules.week_start == MONDAY:
        year, week, _weekday = first.isocalendar()
        return pgettext("week number with its year", "%(year)s-W%(week)s") % {
            "year": year,
            "week": f"{week:02d}",
        }
    day = format_date(first, "long", locale=babel_locale(locale))
    return _("week of %(day)s") % {"day": day}


def axis_label(unit: str, first: date, locale: str, rules: CalendarRules = STANDARD) -> str:
    """A short label for a chart's time axis: "5 mar", "W10", "mar 26", "Q1 26", "2026"."""
    loc = babel_locale(locale)
    if unit == "day" or (unit == "week" and rules.week_start != MONDAY):
        return format_skeleton("MMMd", first, locale=loc)
    if unit == "week":
        number = {"week": f"{first.isocalendar().week:02d}"}
        return pgettext("week number", "W%(week)s") % number
    if unit == "month":
        return format_skeleton("yMMM", first, locale=loc)
    return unit_label(unit, first, locale, rules)
