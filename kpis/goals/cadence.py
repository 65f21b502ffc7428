"""How often a goal is worth looking at, and from when on it may be decided (KPIS C.9). Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from kpis.calendar import STANDARD, CalendarRules, unit_of
from kpis.compare import Number

#: A count of 30 has a relative error of about 1/√30, 18 %: fewer say little.
ENOUGH = 30
#: Mean days of each rhythm; months and quarters of a year of 365.25.
DAYS: Mapping[str, Fraction] = {
    "day": Fraction(1), "week": Fraction(7), "month": Fraction(36525, 1200),
    "quarter": Fraction(36525, 400),
}  # fmt: skip
#: A campaign needs this long to show what it brings (KPIS C.9).
CAMPAIGN_DAYS = 90


def look_cadence(daily: Number) -> str:
    """The shortest of day, week, month, quarter in which 30 are to be expected; `daily` is the
    expected count, or that of what a ratio divides by. The longest where none has 30."""
    count = Fraction(daily)
    return next((name for name, days in DAYS.items() if count * days >= ENOUGH), "quarter")


def review_cadence(daily: Number) -> str:
    """As `look_cadence`, but nobody meets every day: what is worth a daily look is reviewed weekly."""
    found = look_cadence(daily)
    return "week" if found == "day" else found


def final_from(last: date, campaign_since: date | None) -> date:
    """The first day on which a goal may be decided for good: once its period is over, and of a
    campaign, of which the first day is given, not before it has run for 90 days."""
    over = last + timedelta(days=1)
    if campaign_since is None:
        return over
    return max(over, campaign_since + timedelta(days=CAMPAIGN_DAYS))


def next_review(last: date, cadence: str, rules: CalendarRules = STANDARD) -> date:
    """The first day of the unit after the one of `last`: what ended then can be looked at whole.

    Daily is the next day. `last` is the last review, or the goal's first day.
    """
    if cadence == "day":
        return last + timedelta(days=1)
    return unit_of(last, cadence, rules).last + timedelta(days=1)
