"""What a goal's status may say (KPIS C.5): by probability where there is one, else by pace.

When a status counts and is told is `kpis.goals.machine`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.compare import Number
from kpis.goals.milestones import Milestone
from kpis.goals.noise import could_be_chance
from kpis.goals.pace import (
    Reading,
    attainment,
    days_elapsed,
    distance_from_range,
    expected,
    pace,
    tolerance_of,
)
from kpis.goals.terms import CAP, CUMULATIVE, INCREASE, LEVEL, MAINTAIN, GoalTerms, kept

NOT_STARTED, TOO_EARLY, NO_DATA = "not_started", "too_early", "no_data"
ON_TRACK, AT_RISK, OFF_TRACK = "on_track", "at_risk", "off_track"
ACHIEVED, MISSED = "achieved", "missed"

STATUSES: dict[str, Promise] = {
    NOT_STARTED: _("Not started"),
    TOO_EARLY: _("Too early to say"),
    NO_DATA: _("No data"),
    ON_TRACK: _("On course"),
    AT_RISK: _("At risk"),
    OFF_TRACK: _("Off course"),
    ACHIEVED: _("Achieved"),
    MISSED: _("Missed"),
}

EARLY_DAYS = 3
EARLY_SHARE = Fraction(1, 10)
MATURE_MEMBERS = 30


class Bands(NamedTuple):
    """Paces or probabilities at which a status is entered, and higher ones at which a worse one is left."""

    on_track: Fraction = Fraction(95, 100)
    at_risk: Fraction = Fraction(80, 100)
    back_on_track: Fraction = Fraction(97, 100)
    back_at_risk: Fraction = Fraction(82, 100)


FALLBACK = Bands()
PROBABLE = Bands(Fraction(40, 100), Fraction(10, 100), Fraction(45, 100), Fraction(15, 100))


@dataclass(frozen=True)
class Evidence:
    """What is known of a goal as of the last complete day.

    `actual` is the KPI over `reading_for(...)`. `interval`: the 80 % interval of a level, where
    one can be given. `grains_inside`: of a `maintain` level, (grains inside, complete grains).
    `members`: mature members of a cohort KPI. `committed`: the status that stands, for
    hysteresis. `is_closed`: the period is over and its days have settled. `probability`: of reaching
    the target, from a forecast whose backtest is sound; None is none. `judged`: what a range is
    held against until the end, where that is not `actual` itself (the pace of a budget).
    """

    as_of: date
    actual: Number | None
    reading: Reading | None = None
    is_partial: bool = False
    is_closed: bool = False
    is_guard_broken: bool = False
    grains_inside: tuple[int, int] | None = None
    required_share: Fraction = Fraction(1)
    interval: tuple[float, float] | None = None
    members: int | None = None
    committed: str = ""
    probability: float | None = None
    judged: Number | None = None


@dataclass(frozen=True)
class Verdict:
    """A status with the numbers it was judged by; `reason` is "" or a code (guard, over_cap …)."""

    status: str
    expected: Fraction | None = None
    pace: Fraction | None = None
    attainment: Fraction | None = None
    reason: str = ""

    @property
    def name(self) -> "str | Promise":
        return STATUSES[self.status]


def judge(
    terms: GoalTerms,
    stones: Sequence[Milestone],
    known: Evidence,
    bands: Bands = FALLBACK,
    probable: Bands = PROBABLE,
) -> Verdict:
    """The status of a goal.

    1. Before the start: not_started. 2. Closed: achieved or missed (no_data without a value).
    3. At once, however early: a cumulative target reached, a cap overrun. 4. Too early.
    5. Unknown or partial: no_data. 6. By probability, or without one by range (maintain) or pace,
    softened by the guards.
    """
    grain = known.reading.grain if known.reading else None
    wanted = expected(terms, stones, known.as_of, grain)
    made = pace(terms, known.actual, wanted)
    status, reason = _status(terms, known, made, wanted, (bands, probable))
    return Verdict(status, wanted, made, attainment(terms, known.actual), reason)


def _status(
    terms: GoalTerms,
    known: Evidence,
    made: Fraction | None,
    wanted: Fraction | None,
    bands: tuple[Bands, Bands],
) -> tuple[str, str]:
    if known.as_of + timedelta(days=1) < terms.period.first:
        return NOT_STARTED, ""
    is_known = known.actual is not None and not known.is_partial
    if known.is_closed:
        return _final(terms, known) if is_known else (NO_DATA, "")
    at_once = _at_once(terms, known) if is_known else None
    if at_once:
        return at_once
    if _is_early(terms, known):
        return TOO_EARLY, ""
    if not is_known:
        return NO_DATA, ""
    if known.probability is not None:
        status = band(Fraction(known.probability), known.committed, bands[1])
        reason = "" if status == ON_TRACK else "probability"
    elif terms.kind == MAINTAIN:
        status, reason = _by_range(terms, known), ""
    else:
        status, reason = _by_pace(terms, known, made, wanted, bands[0])
    if known.is_guard_broken and status == ON_TRACK:
        return AT_RISK, "guard"
    return status, reason


def _at_once(terms: GoalTerms, known: Evidence) -> tuple[str, str] | None:
    if terms.accumulation != CUMULATIVE or known.actual is None or terms.target is None:
        return None
    actual, target = kept(known.actual), kept(terms.target)
    if terms.kind == CAP:
        return (OFF_TRACK, "over_cap") if actual > target else None
    if actual < target:
        return None
    return (AT_RISK, "guard") if known.is_guard_broken else (ACHIEVED, "")


def _final(terms: GoalTerms, known: Evidence) -> tuple[str, str]:
    if known.is_guard_broken:
        return MISSED, "guard"
    return (ACHIEVED, "") if is_met(terms, known) else (MISSED, "")


def is_met(terms: GoalTerms, known: Evidence) -> bool:
    """Whether the value known at the close meets the goal."""
    if known.actual is None:
        return False
    if terms.kind == MAINTAIN:
        if terms.accumulation == LEVEL and known.grains_inside:
            inside, grains = known.grains_inside
            return grains > 0 and Fraction(inside, grains) >= known.required_share
        return not distance_from_range(terms, known.actual)
    if terms.target is None:
        return False
    actual, target = kept(known.actual), kept(terms.target)
    return actual >= target if terms.kind == INCREASE else actual <= target


def _is_early(terms: GoalTerms, known: Evidence) -> bool:
    if terms.kpi.is_cohort and known.members is not None and known.members < MATURE_MEMBERS:
        return True
    if terms.accumulation == LEVEL and known.reading is None:
        return True
    if terms.is_by_whole_grains:
        return False
    elapsed = days_elapsed(terms, known.as_of)
    return elapsed < EARLY_DAYS or elapsed < EARLY_SHARE * terms.period.days


def _by_range(terms: GoalTerms, known: Evidence) -> str:
    value = known.actual if known.judged is None else known.judged
    distance = distance_from_range(terms, value or 0)
    if not distance:
        return ON_TRACK
    return AT_RISK if distance <= tolerance_of(terms) else OFF_TRACK


def _by_pace(
    terms: GoalTerms,
    known: Evidence,
    made: Fraction | None,
    wanted: Fraction | None,
    bands: Bands,
) -> tuple[str, str]:
    if made is None:  # nothing spent under a cap; nothing expected yet
        return (ON_TRACK, "") if wanted is not None else (NO_DATA, "")
    status = band(made, known.committed, bands)
    if status == OFF_TRACK and _may_be_chance(terms, known, wanted):
        return AT_RISK, "chance"
    return status, ""


def band(made: Number, committed: str = "", bands: Bands = FALLBACK) -> str:
    """The status of a pace; leaving a worse committed status takes a little more."""
    good, fair = bands.on_track, bands.at_risk
    if committed in (AT_RISK, OFF_TRACK):
        good = bands.back_on_track
    if committed == OFF_TRACK:
        fair = bands.back_at_risk
    if made >= good:
        return ON_TRACK
    return AT_RISK if made >= fair else OFF_TRACK


def _may_be_chance(terms: GoalTerms, known: Evidence, wanted: Fraction | None) -> bool:
    if known.actual is None or wanted is None:
        return False
    if terms.accumulation == LEVEL and known.interval:
        low, high = known.interval
        return low <= wanted <= high
    is_count_goal = terms.kpi.is_count and terms.accumulation == CUMULATIVE
    if is_count_goal and terms.kind == INCREASE:
        return could_be_chance(int(known.actual), float(wanted))
    return False
