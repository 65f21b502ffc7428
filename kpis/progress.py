"""How far a client's goals are: the numbers they ask for, and the verdict on each. Nothing is written.

Judging is in `kpis.goals`, the numbers come from `kpis.services.answer`, the rows from
`kpis.goal_queries`; setting and keeping goals is `kpis.goal_services`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period, buckets
from kpis.catalogue import Kpi, Parameters
from kpis.coverage import Coverage
from kpis.formula import Atom, quotients
from kpis.goal_queries import goals_within, stones_of
from kpis.goals import (
    Evidence,
    GoalKpi,
    GoalTerms,
    Milestone,
    Reading,
    Verdict,
    judge,
    path,
    range_path,
    reading_for,
    share_inside,
    unit_cost_interval,
    wilson_interval,
)
from kpis.goals.terms import CUMULATIVE, LEVEL, MAINTAIN
from kpis.models import Goal
from kpis.question import Question
from kpis.services import (
    Standing,
    answer,
    calendar_of,
    last_complete_of,
    parameters_of,
    standing_of,
)

Filters = tuple[tuple[str, tuple[str, ...]], ...]

#: A source that is later than this silences the goals that need it (KPIS D.4).
STALE = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """A goal with what is known of it as of the last day that its sources have whole.

    `value` is the KPI over `reading.period`; both None before there is anything to judge.
    `stones` are the milestones as they were set.
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
        return not filters_of(self.goal)

    @property
    def status(self) -> str:
        return self.verdict.status

    @property
    def actual(self) -> Decimal | None:
        return self.value.value if self.value else None

    @property
    def expected(self) -> Fraction | None:
        return self.verdict.expected

    @property
    def attainment(self) -> Fraction | None:
        """The share of the way made, unclamped."""
        return self.verdict.attainment

    @property
    def pace(self) -> Fraction | None:
        return self.verdict.pace

    def path(self, periods: Sequence[Period], is_running: bool = False) -> list[Fraction | None]:
        """The goal's line over a chart's buckets; None where it does not reach."""
        return path(self.terms, self.stones, periods, is_running)

    def range(
        self, periods: Sequence[Period]
    ) -> tuple[list[Fraction | None], list[Fraction | None]]:
        """The lower and the upper line of a goal to stay in a range."""
        return range_path(self.terms, periods)


def goals_running(client: Client, days: Period) -> list[Goal]:
    """The goals that touch these days and are not archived, those that end first in front."""
    return [goal for goal in goals_within(client, days) if goal.kpi in book_of(client)]


def progress_of(
    client: Client, goals: Sequence[Goal], standing: Standing | None = None
) -> list[Progress]:
    """The state of each goal. Inside a scope that holds the client.

    1. The terms, the milestones as they were set, and the last day that can be judged. 2. The days
    over which each KPI is to be read; one question per span and filter. 3. A level with a small
    sample is read over the last complete grain instead. 4. The verdict.
    """
    goals = [goal for goal in goals if goal.kpi in book_of(client)]
    if not goals:
        return []
    standing = standing or standing_of(client)
    stones, through = stones_of(client, goals), _through(client, goals, standing)
    drafts = [
        _draft(client, goal, tuple(stones.get(goal.pk, ())), through[goal.pk]) for goal in goals
    ]
    values = _values(client, drafts, standing)
    small = [
        replace(each, reading=reading_for(each.terms, each.as_of, is_small_sample=True))
        for each, value in zip(drafts, values, strict=True)
        if value is not None and value.is_small_sample and each.terms.accumulation == LEVEL
    ]
    again = dict(
        zip([each.goal.pk for each in small], _values(client, small, standing), strict=True)
    )
    settled = {each.goal.pk: each for each in small}
    return [
        _judged(client, settled.get(each.goal.pk, each), again.get(each.goal.pk, value), standing)
        for each, value in zip(drafts, values, strict=True)
    ]


def terms_of(client: Client, goal: Goal) -> GoalTerms:
    """A goal's row as the pure modules want it."""
    return GoalTerms(
        kpi=GoalKpi.of(book_of(client)[goal.kpi]),
        period=Period(goal.starts_on, goal.ends_on),
        kind=goal.kind,
        accumulation=goal.accumulation,
        target=goal.target,
        low=goal.low,
        high=goal.high,
        tolerance=goal.tolerance,
        baseline=goal.baseline,
        grain=goal.grain,
        shape=goal.shape,
        rules=calendar_of(client),
    )


def filters_for(
    channel: str, campaign_id: int | None, dimensions: Mapping[str, Sequence[str]] | None = None
) -> Filters:
    """The part of the client that a goal is about; `dimensions` are those beside the two."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if channel:
        found.append(("channel", (channel,)))
    if campaign_id is not None:
        found.append(("campaign", (str(campaign_id),)))
    found += [(name, tuple(values)) for name, values in sorted((dimensions or {}).items())]
    return tuple(found)


def filters_of(goal: Goal) -> Filters:
    return filters_for(goal.channel, goal.campaign_id, goal.filters)


def _through(client: Client, goals: Sequence[Goal], standing: Standing) -> dict[int, date]:
    """Per goal, the last day on which everything its KPI needs is there and old enough."""
    yesterday = standing.last_complete
    parameters = parameters_of(client, standing)
    first = min((goal.starts_on for goal in goals), default=yesterday)
    coverage = Coverage(
        min(first, yesterday),
        yesterday,
        yesterday + ONE_DAY,
        standing.spans,
        parameters.window_days,
        parameters.repeat_days,
    )
    found = {}
    for goal in goals:
        kpi = book_of(client)[goal.kpi]
        over = coverage.over(min(goal.starts_on, yesterday), yesterday)
        days = over.complete_range(kpi.measures(parameters))
        found[goal.pk] = min(
            days[1] if days else yesterday, yesterday - timedelta(days=kpi.lag_days)
        )
    return found


def _draft(client: Client, goal: Goal, stones: tuple[Milestone, ...], as_of: date) -> Progress:
    terms = terms_of(client, goal)
    reading = reading_for(terms, as_of)
    kpi = book_of(client)[goal.kpi]
    return Progress(goal, kpi, terms, stones, as_of, reading, None, Verdict("too_early"))


def _values(client: Client, drafts: Sequence[Progress], standing: Standing) -> list[Value | None]:
    """The KPI of each over its own days; goals with the same days, filters and currency share a question.

    A goal keeps the currency in which it was set, whatever the client reports in by now (KPIS G.6).
    """
    asked: dict[tuple[Period, Filters, str], dict[str, None]] = {}
    for each in drafts:
        if each.reading:
            its = (each.reading.period, filters_of(each.goal), each.goal.currency)
            asked.setdefault(its, {})[each.kpi.key] = None
    # Values leave here for every reader of a goal, so no agency-only cost may be among the inputs.
    known = {
        (period, filters, currency): answer(
            client,
            Question(tuple(keys), period, filters=dict(filters), currency=currency),
            False,
            standing,
        ).only.values
        for (period, filters, currency), keys in asked.items()
    }
    return [
        known[each.reading.period, filters_of(each.goal), each.goal.currency][each.kpi.key]
        if each.reading
        else None
        for each in drafts
    ]


def _judged(client: Client, draft: Progress, value: Value | None, standing: Standing) -> Progress:
    goal, last = draft.goal, draft.terms.period.last
    is_over = draft.as_of >= last
    is_late = draft.as_of < min(last_complete_of(client), last) - STALE - timedelta(
        days=draft.kpi.lag_days
    )
    evidence = Evidence(
        as_of=min(draft.as_of, last),
        actual=value.value if value else None,
        reading=draft.reading,
        is_partial=is_late or (value is not None and value.state == "partial"),
        is_closed=is_over and value is not None and value.state == "final",
        grains_inside=_grains_inside(client, draft, standing),
        interval=_interval(draft, value, parameters_of(client, standing)),
        committed=goal.status,
    )
    verdict = judge(draft.terms, draft.stones, evidence)
    if is_over and goal.status in ("achieved", "missed"):
        # What was decided at the close stays, whatever is restated afterwards (KPIS C.8).
        verdict = replace(verdict, status=goal.status)
    return replace(draft, as_of=min(draft.as_of, last), value=value, verdict=verdict)


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


def _grains_inside(client: Client, draft: Progress, standing: Standing) -> tuple[int, int] | None:
    """Of a level to be kept: grains inside its range, and complete grains."""
    if (draft.terms.kind, draft.terms.accumulation) != (MAINTAIN, LEVEL):
        return None
    complete = [grain.period for grain in draft.terms.grains if grain.period.last <= draft.as_of]
    if not complete:
        return None
    days = Period(draft.terms.period.first, complete[-1].last)
    values = _by_grain(client, draft, days, standing)
    known = [value.value for value in values if value.value is not None]
    share = share_inside(draft.terms, known)
    return None if share is None else (int(share * len(known)), len(known))


def _by_grain(
    client: Client, draft: Progress, days: Period, standing: Standing | None = None
) -> list[Value]:
    filters = dict(filters_of(draft.goal))
    question = Question(
        (draft.kpi.key,),
        days,
        by=draft.terms.grain,
        filters=filters,
        currency=draft.goal.currency,
    )
    reply = answer(client, question, sees_costs=False, standing=standing)
    return [row.values[draft.kpi.key] for row in reply.rows]


@dataclass(frozen=True)
class GrainLine:
    """One line of a goal's milestones table; sums so far for a cumulative goal only.

    `target` None: a range has no milestones. `value` None: the grain has not begun.
    """

    period: Period
    target: Fraction | None
    target_so_far: Fraction | None
    value: Value | None
    actual_so_far: Decimal | None


def grain_lines(client: Client, draft: Progress) -> list[GrainLine]:
    """The milestones beside what came."""
    terms, first = draft.terms, draft.terms.period.first
    values: Iterable[Value] = ()
    if draft.as_of >= first:
        values = _by_grain(client, draft, Period(first, draft.as_of))
    grains = [grain.period for grain in buckets(terms.period, terms.grain, terms.rules)]
    by_start: Mapping[Period, Value] = dict(zip(grains, values, strict=False))
    targets = {stone.period: stone.value for stone in draft.stones}
    lines: list[GrainLine] = []
    so_far, came = Fraction(0), Decimal(0)
    for grain in grains:
        target, value = targets.get(grain), by_start.get(grain)
        so_far += target or 0
        came += (value.value or 0) if value else 0
        is_sum = terms.accumulation == CUMULATIVE
        lines.append(
            GrainLine(
                grain,
                target,
                so_far if is_sum and target is not None else None,
                value,
                came if is_sum and value else None,
            )
        )
    return lines
