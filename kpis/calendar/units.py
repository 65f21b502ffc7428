"""Weeks, months, (fiscal) quarters and years of a client, and periods cut into them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from kpis.calendar.days import ONE_DAY, Period, PeriodError

MONDAY, SUNDAY = 1, 7

UNITS = ("day", "week", "month", "quarter", "year")
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class CalendarRules:
    """A client's habits: first weekday (ISO 1 Monday or 7 Sunday), first month of its fiscal
    year, and whether that year is named by the calendar year in which it ends or begins."""

    week_start: int = MONDAY
    fiscal_first_month: int = 1
    fiscal_year_named_by_end: bool = True

    def __post_init__(self) -> None:
        if self.week_start not in (MONDAY, SUNDAY):
            raise ValueError("a week starts on Monday (1) or Sunday (7)")
        if not 1 <= self.fiscal_first_month <= 12:
            raise ValueError("the first month of a fiscal year is 1 to 12")

    @property
    def has_fiscal_year(self) -> bool:
        return self.fiscal_first_month != 1


STANDARD = CalendarRules()


@dataclass(frozen=True)
class FiscalPosition:
    year: int
    quarter: int
    period: int


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; clipped to the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def days_in_month(year: int, month: int) -> int:
    nxt = date(year + month // 12, month % 12 + 1, 1)
    return (nxt - date(year, month, 1)).days


def fiscal_position(day: date, rules: CalendarRules = STANDARD) -> FiscalPosition:
    """Fiscal year, quarter and period (month) of a day (KPIS G.7)."""
    months_in = (day.month - rules.fiscal_first_month) % 12
    year = unit_of(day, "year", rules).first.year
    if rules.has_fiscal_year and rules.fiscal_year_named_by_end:
        year += 1
    return FiscalPosition(year, months_in // 3 + 1, months_in + 1)


def unit_of(day: date, unit: str, rules: CalendarRules = STANDARD) -> Period:
    """The whole day, week, month, (fiscal) quarter or (fiscal) year that holds a day."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        first = day - timedelta(days=(day.isoweekday() - rules.week_start) % 7)
        return Period(first, first + timedelta(days=6))
    if unit not in MONTHS_IN:
        raise PeriodError("unknown_unit", _("Unknown unit of time: %(unit)s."), unit=unit)
    length = MONTHS_IN[unit]
    months_in = (day.month - rules.fiscal_first_month) % 12 % length
    first = add_months(day.replace(day=1), -months_in)
    return Period(first, add_months(first, length) - ONE_DAY)


def unit_before(period: Period, unit: str, rules: CalendarRules = STANDARD) -> Period:
    """The whole unit just before the one that begins the period."""
    return unit_of(unit_of(period.first, unit, rules).first - ONE_DAY, unit, rules)


def whole_unit(period: Period, rules: CalendarRules = STANDARD) -> str | None:
    """The unit a period is exactly one of, or None."""
    return next((unit for unit in UNITS if unit_of(period.first, unit, rules) == period), None)


def is_whole_weeks(period: Period, rules: CalendarRules = STANDARD) -> bool:
    return period.days % 7 == 0 and period.first.isoweekday() == rules.week_start


def unit_key(unit: str, first: date, rules: CalendarRules = STANDARD) -> str:
    """A short sortable name for machines: 2026-03-01, 2026-W53, 2026-03, 2026-Q1, FY2026-Q3, 2026.

    Sunday weeks have no ISO label; theirs is the date they begin on.
    """
    if unit == "week" and rules.week_start == MONDAY:
        year, week, _weekday = first.isocalendar()
        return f"{year}-W{week:02d}"
    if unit in ("day", "week"):
        return first.isoformat()
    if unit == "month":
        return f"{first:%Y-%m}"
    position = fiscal_position(first, rules)
    year_key = f"FY{position.year}" if rules.has_fiscal_year else str(position.year)
    return year_key if unit == "year" else f"{year_key}-Q{position.quarter}"


@dataclass(frozen=True)
class Bucket:
    """One unit of a cut period. `period` is the part asked for, `whole` the unit it belongs to."""

    unit: str
    key: str
    period: Period
    whole: Period

    @property
    def is_whole(self) -> bool:
        return self.period == self.whole


def buckets(period: Period, unit: str, rules: CalendarRules = STANDARD) -> list[Bucket]:
    """The period cut into units, in order, without gap or overlap; the ends may be cut short."""
    result = []
    first = period.first
    while first <= period.last:
        whole = unit_of(first, unit, rules)
        part = Period(first, min(whole.last, period.last))
        result.append(Bucket(unit, unit_key(unit, whole.first, rules), part, whole))
        first = whole.last + ONE_DAY
    return result


def trend_unit(period: Period) -> str:
    """The unit that draws a period with some 6 to 60 points."""
    for unit, longest in (("day", 62), ("week", 200), ("month", 1500), ("quarter", 3660)):
        if period.days <= longest:
            return unit
    return "year"
