"""Alert rules as arithmetic: the days that a rule reads, and whether what it read is worth a warning.

Pure. When a warning counts and is told is `kpis.goals.machine`'s business, as for goals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kpis.anomalies import BASELINE_WEEKS, judge
from kpis.calendar import CalendarRules, Period, unit_of
from kpis.compare import LAST_YEAR, TO_DATE, comparison_for
from kpis.goals.status import AT_RISK, OFF_TRACK, ON_TRACK

THRESHOLD, CHANGE, HISTORY = "threshold", "change", "history"
ABOVE, BELOW, EITHER = "above", "below", "either"
DAY, WEEK, MONTH, MONTH_TO_DATE = "day", "week", "month", "month_to_date"
BEFORE, A_YEAR_BEFORE = "before", "last_year"
LENGTHS = {DAY: 1, WEEK: 7, MONTH: 28}
#: A rule that fires stops only this share of its limit further back, so that it does not flicker.
BACK = Fraction(1, 20)


@dataclass(frozen=True)
class RuleTerms:
    """What a rule says, as `steering.models.AlertRule` keeps it. smallest: the KPI's last digit."""

    condition: str
    direction: str
    span: str
    limit: Decimal | None = None
    against: str = ""
    least_change: Decimal | None = None
    least_volume: Decimal | None = None
    is_critical: bool = False
    smallest: Fraction = Fraction(1)
    is_count: bool = True


@dataclass(frozen=True)
class RuleReading:
    """What a rule found on a day. compared: the figure of the comparable period; baseline: the same
    weekdays of the weeks before; volume: what stands behind the figure, if it is divided by a count.
    """

    value: Decimal | None
    compared: Decimal | None = None
    volume: Fraction | None = None
    baseline: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A day's candidate ("": not judged, and `reason` says why), and what the figure was held against."""

    candidate: str
    against: Decimal | None = None
    reason: str = ""


def days_read(span: str, day: date, rules: CalendarRules) -> Period:
    if span == MONTH_TO_DATE:
        return Period(unit_of(day, "month", rules).first, day)
    return Period(day - timedelta(days=LENGTHS[span] - 1), day)


def days_compared(terms: RuleTerms, days: Period, rules: CalendarRules) -> Period | None:
    """The comparable days: as many before (a single day: the same weekday), or those of last year."""
    if terms.against == A_YEAR_BEFORE:
        return comparison_for(days, LAST_YEAR, rules).period
    if terms.span == MONTH_TO_DATE:
        return comparison_for(days, TO_DATE, rules).period
    shift = timedelta(days=max(LENGTHS[terms.span], 7))
    return Period(days.first - shift, days.last - shift)


def weekdays_before(day: date) -> list[date]:
    """The days that a figure's own history is made of."""
    return [day - timedelta(weeks=weeks) for weeks in range(1, BASELINE_WEEKS + 1)]


def find(terms: RuleTerms, read: RuleReading, is_firing: bool = False) -> Finding:
    """What a day says. is_firing: the rule's committed status is a warning."""
    if read.value is None:
        return Finding("", reason="no_value")
    if terms.least_volume is not None and _volume(read) < terms.least_volume:
        return Finding("", reason="few_cases")
    if terms.condition == THRESHOLD:
        return _against_limit(terms, read.value, is_firing)
    if terms.condition == CHANGE:
        return _against_before(terms, read.value, read.compared, is_firing)
    return _against_history(terms, read)


def _volume(read: RuleReading) -> Fraction:
    if read.volume is not None:
        return read.volume
    return max(Fraction(read.value or 0), Fraction(read.compared or 0))


def _against_limit(terms: RuleTerms, value: Decimal, is_firing: bool) -> Finding:
    limit = Fraction(terms.limit or 0)
    back = abs(limit) * BACK if is_firing else Fraction(0)
    if terms.direction == BELOW:
        fires = Fraction(value) < limit + back
    else:
        fires = Fraction(value) > limit - back
    return Finding(_status(terms, fires), terms.limit)


def _against_before(
    terms: RuleTerms, value: Decimal, compared: Decimal | None, is_firing: bool
) -> Finding:
    """By more than the share, and by at least the least change: of small numbers a share says little."""
    if compared is None or compared <= 0:
        return Finding("", compared, "no_comparison")
    limit = Fraction(terms.limit or 0) * (1 - BACK if is_firing else 1)
    moved = Fraction(value) - Fraction(compared)
    share = moved / Fraction(compared)
    fires = {
        ABOVE: share > limit, BELOW: share < -limit, EITHER: abs(share) > limit,
    }[terms.direction]  # fmt: skip
    fires = fires and abs(moved) >= (terms.least_change or 0)
    return Finding(_status(terms, fires), compared)


def _against_history(terms: RuleTerms, read: RuleReading) -> Finding:
    value = Fraction(read.value or 0)
    baseline: Sequence[Fraction] = [Fraction(each) for each in read.baseline]
    verdict = judge(value, baseline, terms.smallest, terms.is_count, read.volume)
    if verdict is None:
        return Finding("", reason="short_history")
    side = ABOVE if value > verdict.expected else BELOW
    fires = verdict.is_unusual and verdict.is_large and terms.direction in (side, EITHER)
    fires = fires and abs(value - verdict.expected) >= (terms.least_change or 0)
    usual = Decimal(verdict.expected.numerator) / Decimal(verdict.expected.denominator)
    return Finding(_status(terms, fires), usual)


def _status(terms: RuleTerms, fires: bool) -> str:
    if not fires:
        return ON_TRACK
    return OFF_TRACK if terms.is_critical else AT_RISK
