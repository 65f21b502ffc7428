"""Like-for-like periods (KPIS G.8) and what a change against one is (KPIS B.1.4, B.1.5).

Pure: dates in, dates out; two numbers in, a change out. Its text is made in formats.py.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.calendar import (
    MONDAY,
    MONTHS_IN,
    ONE_DAY,
    STANDARD,
    CalendarRules,
    Period,
    PeriodError,
    add_months,
    is_whole_weeks,
    unit_before,
    unit_of,
    whole_unit,
)

Number = Decimal | Fraction | int  # exact numbers only; never a float

PREVIOUS = "previous"
TO_DATE = "to_date"
LAST_YEAR = "last_year"
LAST_YEAR_WEEKDAY = "last_year_weekday"
LAST_YEAR_WEEK = "last_year_week"
FISCAL = "fiscal"
NONE = "none"
DEFAULT = "default"

RULES: dict[str, Promise] = {
    PREVIOUS: _("Previous period"),
    TO_DATE: _("Same days of the previous unit"),
    LAST_YEAR: _("Last year, same dates"),
    LAST_YEAR_WEEKDAY: _("Last year, same weekdays"),
    LAST_YEAR_WEEK: _("Last year, same week numbers"),
    FISCAL: _("Same fiscal period, last year"),
    NONE: _("No comparison"),
}


@dataclass(frozen=True)
class Comparison:
    """The period to compare with and the rule that was really used; `period` None = none."""

    rule: str
    period: Period | None
    is_same_length: bool = True

    @property
    def name(self) -> "str | Promise":
        return RULES[self.rule]


def default_rule(period: Period, rules: CalendarRules = STANDARD) -> str:
    """Days, weeks and ranges of whole weeks compare by weekday, every other range by date."""
    unit = whole_unit(period, rules)
    if unit in ("day", "week") or (unit is None and is_whole_weeks(period, rules)):
        return LAST_YEAR_WEEKDAY
    return LAST_YEAR


def to_date_unit(period: Period, rules: CalendarRules = STANDARD) -> str | None:
    """The smallest of month, quarter and year that begins with the period and holds it, or None."""
    for unit in MONTHS_IN:
        whole = unit_of(period.first, unit, rules)
        if whole.first == period.first and period.last <= whole.last:
            return unit
    return None


def comparison_for(
    period: Period,
    rule: str = DEFAULT,
    rules: CalendarRules = STANDARD,
    unit: str | None = None,
) -> Comparison:
    """The like-for-like period of `period` under a rule.

    `unit` says which unit a "to date" period belongs to when several begin on its first day
    (1–14 January: month, quarter or year). A rule that cannot be applied gives way to the
    previous period, and the answer names the rule used. PeriodError `unknown_comparison`
    when there is no such rule. A week 53 without a partner has no comparison, not another one.
    """
    if rule == DEFAULT:
        rule = default_rule(period, rules)
    if rule not in RULES:
        raise PeriodError("unknown_comparison", _("Unknown comparison: %(rule)s."), rule=rule[:40])
    if rule == NONE:
        return Comparison(NONE, None)
    if rule == LAST_YEAR_WEEK and has_week_numbers(period, rules):
        return _same_weeks(period)
    if rule == TO_DATE:
        other = _to_date(period, unit or to_date_unit(period, rules), rules)
    elif rule == FISCAL:
        other = _year_before_whole(period, rules)
    elif rule == LAST_YEAR:
        other = Period(add_months(period.first, -12), add_months(period.last, -12))
    elif rule == LAST_YEAR_WEEKDAY:
        other = period.shifted(-364)
    else:
        other = None
    if other is None:
        rule, other = PREVIOUS, _previous(period, rules)
    return Comparison(rule, other, is_same_length=other.days == period.days)


def has_week_numbers(period: Period, rules: CalendarRules = STANDARD) -> bool:
    """Whole ISO weeks: those that begin on Sunday have no number."""
    return rules.week_start == MONDAY and is_whole_weeks(period, rules)


def offered_rules(period: Period, rules: CalendarRules = STANDARD) -> list[str]:
    """The rules worth offering for a period: all but those that could not be applied to it."""
    is_fiscal = rules.has_fiscal_year and whole_unit(period, rules) in MONTHS_IN
    held_back = {
        *(() if is_fiscal else (FISCAL,)),
        *(() if has_week_numbers(period, rules) else (LAST_YEAR_WEEK,)),
    }
    return [rule for rule in RULES if rule not in held_back]


def _same_weeks(period: Period) -> Comparison:
    """From the first to the last week of equal number; none if one of them was week 53 alone."""
    mondays = [period.first + timedelta(days=7 * week) for week in range(period.days // 7)]
    partners = [partner_week(monday) for monday in mondays]
    first, last = partners[0], partners[-1]
    if first is None or last is None or None in partners:
        return Comparison(LAST_YEAR_WEEK, None)
    other = Period(first, last + timedelta(days=6))
    return Comparison(LAST_YEAR_WEEK, other, is_same_length=other.days == period.days)


def _previous(period: Period, rules: CalendarRules) -> Period:
    unit = whole_unit(period, rules)
    if unit:
        return unit_before(period, unit, rules)
    return Period(period.first - timedelta(days=period.days), period.first - ONE_DAY)


def _to_date(period: Period, unit: str | None, rules: CalendarRules) -> Period | None:
    if unit not in MONTHS_IN or unit_of(period.first, unit, rules).first != period.first:
        return None
    months = MONTHS_IN[unit]
    return Period(add_months(period.first, -months), add_months(period.last, -months))


def _year_before_whole(period: Period, rules: CalendarRules) -> Period | None:
    unit = whole_unit(period, rules)
    if unit not in MONTHS_IN:
        return None
    return unit_of(add_months(period.first, -12), unit, rules)


def partner_week(monday: date) -> date | None:
    """The Monday of the equal ISO week number a year before; None for a week 53 without partner.

    A choice of its own beside the rules above: after a 53-week year they land on another number.
    """
    year, week, _weekday = monday.isocalendar()
    try:
        return date.fromisocalendar(year - 1, week, 1)
    except ValueError:
        return None


# --- the change --------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """current − previous, exact. `relative` is a fraction of the previous value (0.05 = 5 %).

    None where undefined: no comparison, or a previous value that is zero or negative.
    `is_new`: there was nothing before, and now there is something.
    """

    absolute: Fraction | None
    relative: Fraction | None
    is_new: bool = False

    @property
    def direction(self) -> int:
        """1 up, −1 down, 0 equal or unknown."""
        if not self.absolute:
            return 0
        return 1 if self.absolute > 0 else -1

    def tone(self, better: str) -> str:
        """`good`, `bad` or `neutral`, by the KPI's direction (higher, lower, neutral)."""
        if better not in ("higher", "lower") or not self.direction:
            return "neutral"
        return "good" if (self.direction > 0) == (better == "higher") else "bad"


NO_CHANGE_KNOWN = Change(None, None)


def change(current: Number | None, previous: Number | None) -> Change:
    """What changed, by KPIS B.1.4: comparison 0 has no relative change, a negative one neither."""
    if current is None or previous is None:
        return NO_CHANGE_KNOWN
    now, before = Fraction(current), Fraction(previous)
    relative = (now - before) / before if before > 0 else None
    return Change(now - before, relative, is_new=before == 0 and now != 0)
