"""How far a client's goals are: the numbers they ask for, and the verdict on each. Nothing is written.

Judging is in `kpis.goals`, the numbers come from `kpis.services.answer`, the rows from
`kpis.goal_setting.queries`; setting and keeping goals is `kpis.goal_setting.services`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period, buckets
from kpis.catalogue import Kpi
from kpis.compare import Number
from kpis.coverage import Coverage
from kpis.formats import to_decimal
from kpis.goal_setting.queries import goals_within, stones_of
from kpis.goal_standing.basis import standing_on
from kpis.goal_standing.cohorts import cohort_forecasts_of
from kpis.goal_standing.evidence import Draft, Read, evidence_of, read_all, volume_of
from kpis.goal_standing.forecasts import GoalForecast, Subject, forecasts_of
from kpis.goal_standing.values import Asker, Filters
from kpis.goals import (
    PACE,
    PROBABILITY,
    GoalKpi,
    GoalTerms,
    Milestone,
    Reading,
    Verdict,
    bands_of,
    judge,
    path,
    range_path,
    reading_for,
)
from kpis.goals.terms import CUMULATIVE, kept
from kpis.models import Goal, GoalStanding
from kpis.question import Question
from kpis.services import (
    Standing,
    answer,
    calendar_of,
    parameters_of,
    standing_of,
)

MOST_KEPT = Decimal(10) ** 18 - 1


class Forecasting(Enum):
    """Where forecasts come from: the last evaluation; anew by models that were chosen before; or
    anew, with models chosen again where that is due (only workers can fit them)."""

    KEPT = "kept"
    NOW = "now"
    CHOOSE = "choose"


@dataclass(frozen=True)
class Progress:
    """A goal with what is known of it as of the last day that its sources have whole.

    `value` is the KPI over `reading.period`; both None before there is anything to judge.
    `stones` are the milestones as they were set. `is_closed`: the period is over and has settled.
    `volume`: the cases a day that its number rests on.
    """

    goal: Goal
    kpi: Kpi
    terms: GoalTerms
    stones: tuple[Milestone, ...]
    as_of: date
    reading: Reading | None
    value: Value | None
    verdict: Verdict
    forecast: GoalForecast | None = None
    is_closed: bool = False
    volume: Decimal | None = None

    @property
    def is_whole_client(self) -> bool:
        return not filters_of(self.goal)

    @property
    def status(self) -> str:
        """What the last evaluation committed (KPIS C.7), if it saw these numbers; else the verdict."""
        standing = self.goal.standing
        if self.goal.closed_status or standing is None or not standing.status:
            return self.verdict.status
        is_same = standing.as_of == self.as_of and _is_same(standing, self.value)
        return standing.status if is_same else self.verdict.status

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
    client: Client,
    goals: Sequence[Goal],
    standing: Standing | None = None,
    forecasts: Forecasting = Forecasting.KEPT,
) -> list[Progress]:
    """The state of each goal. Inside a scope that holds the client.

    1. The terms, the milestones as they were set, and the last day that can be judged. 2. What is
    to be read of all of them, together. 3. Forecasts: those that the last evaluation kept, or new
    ones. 4. The verdict.
    """
    goals = [goal for goal in goals if goal.kpi in book_of(client)]
    if not goals:
        return []
    standing = standing or standing_of(client)
    by_basis: dict[str, list[Goal]] = {}
    for goal in goals:
        by_basis.setdefault(goal.cost_basis, []).append(goal)
    found = {
        each.goal.pk: each
        for basis, group in by_basis.items()
        for each in _progress(client, group, standing_on(standing, basis), forecasts)
    }
    return [found[goal.pk] for goal in goals]


def _progress(
    client: Client, goals: Sequence[Goal], standing: Standing, forecasts: Forecasting
) -> list[Progress]:
    """Of goals that share their parameters."""
    asker = Asker(client, standing)
    stones, through = stones_of(client, goals), through_of(client, goals, standing)
    drafts = [
        draft_of(client, goal, tuple(stones.get(goal.pk, ())), through[goal.pk], asker)
        for goal in goals
    ]
    read = read_all(asker, drafts)
    made = _forecasts(asker, read, forecasts)
    return [_judged(asker, each, made.get(each.draft.goal.pk)) for each in read]


def _forecasts(
    asker: Asker, read: Sequence[Read], forecasts: Forecasting
) -> Mapping[int, GoalForecast]:
    if forecasts is Forecasting.KEPT:
        kept = {each.draft.goal.pk: _kept(each) for each in read}
        return {key: each for key, each in kept.items() if each is not None}
    subjects = [
        Subject(
            each.draft.goal.pk,
            each.draft.terms,
            each.draft.ask(each.draft.terms.period),
            each.draft.as_of,
        )
        for each in read
    ]
    made = forecasts_of(asker, subjects, may_choose=forecasts is Forecasting.CHOOSE)
    return made | cohort_forecasts_of(asker, subjects)


def _kept(read: Read) -> GoalForecast | None:
    """What the last evaluation found, as long as it was of these very numbers."""
    draft, standing = read.draft, read.draft.goal.standing
    if standing is None or not standing.forecast_model or standing.as_of != draft.as_of:
        return None
    if not _is_same(standing, read.value):  # of a cohort both may be unknown: none has matured
        return None
    value, low, high = standing.forecast_value, standing.forecast_low, standing.forecast_high
    if value is None or low is None or high is None:
        return None
    probability = standing.probability
    return GoalForecast(
        standing.forecast_model,
        float(value),
        float(low),
        float(high),
        None if probability is None else float(probability),
    )


def is_judged(progress: Progress) -> bool:
    """Whether the last evaluation saw these very numbers."""
    standing = progress.goal.standing
    if standing is None or standing.as_of != progress.as_of:
        return False
    return _is_same(standing, progress.value)


def _is_same(standing: GoalStanding, value: Value | None) -> bool:
    now = None if value is None else kept_number(value.value)
    return now == standing.actual


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


def kept_number(number: Number | None) -> Decimal | None:
    """As a standing keeps it: beyond what its column holds (the pace of a target near zero), the limit."""
    if number is None:
        return None
    return kept(max(-MOST_KEPT, min(MOST_KEPT, to_decimal(number))))


def through_of(client: Client, goals: Sequence[Goal], standing: Standing) -> dict[int, date]:
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


def draft_of(
    client: Client, goal: Goal, stones: tuple[Milestone, ...], as_of: date, asker: Asker
) -> Draft:
    terms, kpi = terms_of(client, goal), asker.book[goal.kpi]
    mature_on = as_of
    if terms.kpi.is_cohort:
        window = kpi.matures_in(asker.parameters(terms.period))
        mature_on = min(as_of, asker.standing.last_complete - timedelta(days=window))
    reading = reading_for(terms, mature_on)
    return Draft(goal, kpi, terms, stones, filters_of(goal), as_of, mature_on, reading)


def _judged(asker: Asker, read: Read, forecast: GoalForecast | None) -> Progress:
    draft, goal = read.draft, read.draft.goal
    evidence = evidence_of(asker, read, forecast.probability if forecast else None)
    verdict = judge(
        draft.terms,
        draft.stones,
        evidence,
        bands_of(goal.thresholds, PACE),
        bands_of(goal.thresholds, PROBABILITY),
    )
    if goal.closed_status:
        # What was decided at the close stays, whatever is restated afterwards (KPIS C.8).
        verdict = replace(verdict, status=goal.closed_status)
    return Progress(
        goal,
        draft.kpi,
        draft.terms,
        draft.stones,
        evidence.as_of,
        draft.reading,
        read.value,
        verdict,
        forecast,
        evidence.is_closed,
        volume_of(read, asker.parameters(draft.terms.period)),
    )


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
    standing = standing_on(standing or standing_of(client), draft.goal.cost_basis)
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


def grain_lines(
    client: Client, draft: Progress, standing: Standing | None = None
) -> list[GrainLine]:
    """The milestones beside what came."""
    terms, first = draft.terms, draft.terms.period.first
    values: Iterable[Value] = ()
    if draft.as_of >= first:
        values = _by_grain(client, draft, Period(first, draft.as_of), standing)
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
