"""What the verdict on a goal is judged by, for many goals at once: values, guards, grains, chance.

Judging is `kpis.goals`; what is read comes from `kpis.goal_standing.values`, in as many queries for thirty
goals as for three.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import Kpi, Parameters
from kpis.formula import Atom, quotients
from kpis.goal_standing.values import Ask, Asker, Filters
from kpis.goals import (
    Evidence,
    GoalTerms,
    Milestone,
    Reading,
    poisson_interval,
    reading_for,
    share_inside,
    unit_cost_interval,
    wilson_interval,
)
from kpis.goals.cadence import final_from
from kpis.goals.terms import LEVEL, MAINTAIN
from kpis.models import Goal

#: A source that is later than this silences the goals that need it (KPIS D.4).
STALE = timedelta(days=7)
#: Of a budget, half is right in the middle: until the end its pace is judged (KPIS C.3).
JUDGED_BY = {"budget_utilisation": "budget_pace"}


@dataclass(frozen=True)
class Draft:
    """A goal before its verdict: over which days it is read, as of the last day that can be judged.

    `filters`: the part of the client it is about. Cohorts are read up to the last mature day.
    """

    goal: Goal
    kpi: Kpi
    terms: GoalTerms
    stones: tuple[Milestone, ...]
    filters: Filters
    as_of: date
    mature_on: date
    reading: Reading | None

    def ask(self, period: Period, kpi: Kpi | None = None) -> Ask:
        """A goal keeps the currency in which it was set, whatever the client reports in (KPIS G.6)."""
        return Ask(kpi or self.kpi, period, self.filters, self.goal.currency)


@dataclass(frozen=True)
class Read:
    """A draft with the value that was read for it, and with the others that its verdict needs."""

    draft: Draft
    value: Value | None
    guard: Value | None = None
    grains: tuple[Value, ...] = ()
    judged: Value | None = None


def read_all(asker: Asker, drafts: Sequence[Draft]) -> list[Read]:
    """1. Every goal's value over its days. 2. A level with a small sample over the last complete
    grain instead. 3. Guards over the same days, and the complete grains of ranges to be kept."""
    drafts = _resampled(asker, drafts)
    asks: list[Ask] = []
    places: list[tuple[tuple[int | None, ...], range]] = []
    for each in drafts:
        beside = (each.goal.kpi, each.goal.guard_kpi, JUDGED_BY.get(each.goal.kpi, ""))
        single = tuple(_place(asks, each, asker.book.get(key)) for key in beside)
        first = len(asks)
        asks += [each.ask(grain) for grain in _complete_grains(each)]
        places.append((single, range(first, len(asks))))
    values = asker.values(asks)
    found = []
    for draft, (single, grains) in zip(drafts, places, strict=True):
        value, guard, judged = (None if place is None else values[place] for place in single)
        found.append(Read(draft, value, guard, tuple(values[place] for place in grains), judged))
    return found


def _place(asks: list[Ask], draft: Draft, kpi: Kpi | None) -> int | None:
    """Where among the values a KPI over the draft's days will be."""
    if draft.reading is None or kpi is None:
        return None
    asks.append(draft.ask(draft.reading.period, kpi))
    return len(asks) - 1


def _resampled(asker: Asker, drafts: Sequence[Draft]) -> list[Draft]:
    levels = {
        place: each.ask(each.reading.period)
        for place, each in enumerate(drafts)
        if each.reading and each.terms.accumulation == LEVEL and not each.terms.is_by_whole_grains
    }
    values = asker.values(list(levels.values()))
    # By place and not by goal: a trial reads one goal as of many days.
    small = {place for place, value in zip(levels, values, strict=True) if value.is_small_sample}
    return [
        replace(each, reading=reading_for(each.terms, each.mature_on, is_small_sample=True))
        if place in small
        else each
        for place, each in enumerate(drafts)
    ]


def _complete_grains(draft: Draft) -> list[Period]:
    if (draft.terms.kind, draft.terms.accumulation) != (MAINTAIN, LEVEL):
        return []
    grains = [grain.period for grain in draft.terms.grains]
    return [grain for grain in grains if grain.last <= draft.mature_on]


def evidence_of(asker: Asker, read: Read, probability: float | None) -> Evidence:
    """What is known of a goal as of its last complete day."""
    draft, value = read.draft, read.value
    last = draft.terms.period.last
    standing = draft.goal.standing
    return Evidence(
        as_of=min(draft.as_of, last),
        actual=value.value if value else None,
        reading=draft.reading,
        is_partial=_is_late(asker, draft) or (value is not None and value.state == "partial"),
        is_closed=is_ripe(draft) and value is not None and value.state == "final",
        is_guard_broken=_is_broken(draft.goal, read.guard),
        grains_inside=_grains_inside(draft.terms, read.grains),
        required_share=Fraction(draft.goal.required_share),
        interval=_interval(draft, value, asker.parameters(draft.terms.period)),
        members=_members(draft, value, asker.parameters(draft.terms.period)),
        committed=standing.committed if standing else "",
        probability=probability,
        judged=read.judged.value if read.judged else None,
    )


def is_over(draft: Draft) -> bool:
    """Whether the whole period can be judged, its cohorts matured."""
    return min(draft.as_of, draft.mature_on) >= draft.terms.period.last


def is_ripe(draft: Draft) -> bool:
    """Whether it may be decided for good: a campaign has to have run for 90 days first (KPIS C.9)."""
    goal = draft.goal
    since = None
    if goal.campaign is not None:
        since = goal.campaign.starts_on or goal.starts_on
    first = final_from(draft.terms.period.last, since)
    return is_over(draft) and draft.as_of + timedelta(days=1) >= first


def volume_of(read: Read, parameters: Parameters) -> Decimal | None:
    """How many cases a day its number rests on: of a count its own, of a ratio those that it is
    divided by. None where nothing is counted, or nothing has come yet."""
    draft, value = read.draft, read.value
    if draft.reading is None or value is None or value.value is None:
        return None
    days = draft.reading.period.days
    if draft.kpi.unit == "count" and draft.kpi.aggregation in ("sum", "distinct"):
        return value.value / days
    found = _count_below(draft, value, parameters)
    return found[1] / days if found else None


def _is_late(asker: Asker, draft: Draft) -> bool:
    due = min(asker.standing.last_complete, draft.terms.period.last)
    return draft.as_of < due - STALE - timedelta(days=draft.kpi.lag_days)


def _is_broken(goal: Goal, guard: Value | None) -> bool:
    """Unknown is not broken: a guard without a value says nothing."""
    if guard is None or guard.value is None or goal.guard_limit is None:
        return False
    if goal.guard_operator == "at_least":
        return guard.value < goal.guard_limit
    return guard.value > goal.guard_limit


def _grains_inside(terms: GoalTerms, grains: Sequence[Value]) -> tuple[int, int] | None:
    """Of a level to be kept: grains inside its range, and complete grains."""
    known = [value.value for value in grains if value.value is not None]
    share = share_inside(terms, known) if known else None
    return None if share is None else (round(share * len(known)), len(known))


def _count_below(
    draft: Draft, value: Value | None, parameters: Parameters
) -> tuple[Decimal, Decimal] | None:
    """(the KPI's value, the count it is divided by), where it is divided by a plain count."""
    if value is None or value.value is None:
        return None
    divisions = quotients(draft.kpi.expression(parameters))
    if len(divisions) != 1 or not isinstance(divisions[0].right, Atom):
        return None
    count = value.inputs.get(divisions[0].right.text)
    if count is None or divisions[0].right.measure.unit != "count" or count <= 0:
        return None
    return value.value, count


def _members(draft: Draft, value: Value | None, parameters: Parameters) -> int | None:
    """Mature members of a cohort KPI; None for any other."""
    if not draft.terms.kpi.is_cohort:
        return None
    found = _count_below(draft, value, parameters)
    return int(found[1]) if found else 0


def _interval(
    draft: Draft, value: Value | None, parameters: Parameters
) -> tuple[float, float] | None:
    """The 80 % interval of a level that is a count or divides by one (KPIS C.5, guard b), or None."""
    if draft.terms.accumulation != LEVEL or draft.terms.kind == MAINTAIN:
        return None
    if draft.terms.kpi.is_count and draft.terms.kpi.aggregation in ("sum", "distinct"):
        count = value.value if value else None
        return None if count is None or count < 0 else poisson_interval(round(count))
    found = _count_below(draft, value, parameters)
    if found is None:
        return None
    rate, count = found
    if draft.kpi.unit == "percent":
        hits = round(rate * count)
        return wilson_interval(hits, int(count)) if 0 <= hits <= count else None
    return unit_cost_interval(float(rate * count), int(count))
