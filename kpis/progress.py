"""How far a client's goals are: their rows, the numbers they ask for, and the verdict on each.

Judging is in `kpis.goals`, setting and keeping goals is not here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from accounts.models import Client
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.formula import Atom, quotients
from kpis.goals import (
    Evidence,
    GoalKpi,
    GoalTerms,
    Milestone,
    Reading,
    Verdict,
    judge,
    reading_for,
    unit_cost_interval,
    wilson_interval,
)
from kpis.goals.terms import LEVEL, MAINTAIN
from kpis.models import Goal
from kpis.models import Milestone as MilestoneRow
from kpis.question import Question
from kpis.services import answer, calendar_of, last_complete_of, parameters_of

Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Progress:
    """A goal with what is known of it as of the last complete day.

    `value` is the KPI over `reading.period`; both None before there is anything to judge.
    """

    goal: Goal
    kpi: Kpi
    terms: GoalTerms
    stones: tuple[Milestone, ...]
    as_of: date
    reading: Reading | None
    value: Value | None
    verdict: Verdict

    @property
    def is_whole_client(self) -> bool:
        return not self.goal.channel and self.goal.campaign_id is None


def goals_running(client: Client, days: Period) -> list[Goal]:
    """The goals that touch these days and are not archived, those that end first in front."""
    found = Goal.objects.filter(
        agency_id=client.agency_id,
        client=client,
        archived_at=None,
        starts_on__lte=days.last,
        ends_on__gte=days.first,
    )
    return [goal for goal in found.order_by("ends_on", "pk") if goal.kpi in KPIS]


def progress_of(client: Client, goals: Sequence[Goal], as_of: date | None = None) -> list[Progress]:
    """The state of each goal. Inside a scope that holds the client.

    1. The terms and the milestones as they were set. 2. The days over which each KPI is to be
    read; one question per span and filter. 3. A level with a small sample is read over the last
    complete grain instead. 4. The verdict.
    """
    as_of = as_of or last_complete_of(client)
    stones = _stones(client, goals)
    drafts = [_draft(client, goal, stones.get(goal.pk, ()), as_of) for goal in goals]
    values = _values(client, drafts)
    small = [
        _draft(client, each.goal, each.stones, as_of, is_small_sample=True)
        for each, value in zip(drafts, values, strict=True)
        if value is not None and value.is_small_sample and each.terms.accumulation == LEVEL
    ]
    again = dict(zip([each.goal.pk for each in small], _values(client, small), strict=True))
    settled = {each.goal.pk: each for each in small}
    parameters = parameters_of(client)
    return [
        _judged(settled.get(each.goal.pk, each), again.get(each.goal.pk, value), parameters)
        for each, value in zip(drafts, values, strict=True)
    ]


def terms_of(client: Client, goal: Goal) -> GoalTerms:
    """A goal's row as the pure modules want it."""
    return GoalTerms(
        kpi=GoalKpi.of(KPIS[goal.kpi]),
        period=Period(goal.starts_on, goal.ends_on),
        kind=goal.kind,
        accumulation=goal.accumulation,
        target=goal.target,
        low=goal.low,
        high=goal.high,
        baseline=goal.baseline,
        shape=goal.shape,
        rules=calendar_of(client),
    )


def filters_of(goal: Goal) -> Filters:
    """The part of the client that a goal is about."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if goal.channel:
        found.append(("channel", (goal.channel,)))
    if goal.campaign_id is not None:
        found.append(("campaign", (str(goal.campaign_id),)))
    return tuple(found)


def _stones(client: Client, goals: Iterable[Goal]) -> dict[int, tuple[Milestone, ...]]:
    rows = MilestoneRow.objects.filter(
        agency_id=client.agency_id, client=client, goal_id__in=[goal.pk for goal in goals]
    ).order_by("goal_id", "starts_on")
    found: dict[int, tuple[Milestone, ...]] = {}
    for row in rows:
        stone = Milestone(Period(row.starts_on, row.ends_on), Fraction(row.value))
        found[row.goal_id] = (*found.get(row.goal_id, ()), stone)
    return found


def _draft(
    client: Client,
    goal: Goal,
    stones: tuple[Milestone, ...],
    as_of: date,
    is_small_sample: bool = False,
) -> Progress:
    terms = terms_of(client, goal)
    reading = reading_for(terms, as_of, is_small_sample)
    return Progress(goal, KPIS[goal.kpi], terms, stones, as_of, reading, None, Verdict("too_early"))


def _values(client: Client, drafts: Sequence[Progress]) -> list[Value | None]:
    """The KPI of each over its own days; goals with the same days and filters share a question."""
    asked: dict[tuple[Period, Filters], dict[str, None]] = {}
    for each in drafts:
        if each.reading:
            asked.setdefault((each.reading.period, filters_of(each.goal)), {})[each.kpi.key] = None
    known = {
        (period, filters): answer(
            client, Question(tuple(keys), period, filters=dict(filters)), sees_costs=True
        ).only.values
        for (period, filters), keys in asked.items()
    }
    return [
        known[each.reading.period, filters_of(each.goal)][each.kpi.key] if each.reading else None
        for each in drafts
    ]


def _judged(draft: Progress, value: Value | None, parameters: Parameters) -> Progress:
    is_over = draft.as_of >= draft.terms.period.last
    evidence = Evidence(
        as_of=draft.as_of,
        actual=value.value if value else None,
        reading=draft.reading,
        is_partial=value is not None and value.state == "partial",
        is_closed=is_over and value is not None and value.state == "final",
        interval=_interval(draft, value, parameters),
        committed=draft.goal.status,
    )
    return replace(draft, value=value, verdict=judge(draft.terms, draft.stones, evidence))


def _interval(
    draft: Progress, value: Value | None, parameters: Parameters
) -> tuple[float, float] | None:
    """The 80 % interval of a level that divides by a count (KPIS C.5, guard b), or None."""
    if value is None or value.value is None or draft.terms.accumulation != LEVEL:
        return None
    if draft.terms.kind == MAINTAIN:
        return None
    divisions = quotients(draft.kpi.expression(parameters))
    if len(divisions) != 1 or not isinstance(divisions[0].right, Atom):
        return None
    count = value.inputs.get(divisions[0].right.text)
    if count is None or divisions[0].right.measure.unit != "count" or count <= 0:
        return None
    if draft.kpi.unit == "percent":
        hits = round(value.value * count)
        return wilson_interval(hits, int(count)) if 0 <= hits <= count else None
    return unit_cost_interval(float(value.value * count), int(count))
