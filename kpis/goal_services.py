"""Goals: set with their milestones, archived. How they stand is `kpis.goal_standings`."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.models import Campaign
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period, unit_before, unit_of
from kpis.compare import PREVIOUS, comparison_for
from kpis.formats import MONEY_UNITS, to_decimal
from kpis.goal_standings import goals_judge
from kpis.goal_versions import version_keep
from kpis.goals import GoalKpi, GoalTerms, Problem, absolute_target, milestones, problems
from kpis.models import Goal
from kpis.models import Milestone as StoredMilestone
from kpis.progress import Filters, Progress, filters_for, goals_running, progress_of
from kpis.question import Question
from kpis.services import answer, calendar_of, last_complete_of, parameters_of

__all__ = [
    "Baseline",
    "GoalWish",
    "baseline_for",
    "goal_archive",
    "goal_draft",
    "goal_restore",
    "goal_set",
    "goals_for",
    "stored",
]

PLACES = Decimal("0.000001")
STONE_PLACES = Decimal("0.0000000001")


@dataclass(frozen=True)
class GoalWish:
    """A goal as a person says it. `target_as`: absolute, relative (0.10 is +10 %) or points."""

    kpi: str
    period: Period
    kind: str
    accumulation: str
    target: Decimal | None = None
    target_as: str = "absolute"
    low: Decimal | None = None
    high: Decimal | None = None
    baseline: Decimal | None = None
    channel: str = ""
    campaign: Campaign | None = None
    note: str = ""
    shape: str = "linear"

    @property
    def filters(self) -> Filters:
        return filters_for(self.channel, self.campaign.pk if self.campaign else None)


@dataclass(frozen=True)
class Baseline:
    """Where a KPI stands before a goal begins: its value over the days it was read."""

    period: Period
    value: Value


def goals_for(client: Client, period: Period) -> list[Progress]:
    """The goals of a client that have a day in the period, as they stand now. Inside a scope."""
    return progress_of(client, goals_running(client, period))


def baseline_for(client: Client, wish: GoalWish) -> Baseline | None:
    """The last complete month before a level goal; the period before of the others.

    None when no such day is complete yet.
    """
    rules, yesterday = calendar_of(client), last_complete_of(client)
    if wish.accumulation == "level":
        last = min(wish.period.first - ONE_DAY, yesterday)
        period = unit_of(last, "month", rules)
        if period.last > last:
            period = unit_before(period, "month", rules)
    else:
        found = comparison_for(wish.period, PREVIOUS, rules).period
        if found is None or found.first > yesterday:
            return None
        period = Period(found.first, min(found.last, yesterday))
    question = Question((wish.kpi,), period, filters=dict(wish.filters))
    return Baseline(period, answer(client, question, sees_costs=False).only.values[wish.kpi])


def goal_draft(client: Client, wish: GoalWish) -> tuple[GoalTerms, list[Problem]]:
    """The goal as it would be, and what is wrong or only questionable with it. Writes nothing."""
    terms = _terms(client, wish)
    return terms, problems(terms)


def goal_set(client: Client, wish: GoalWish) -> Goal:
    """Store a goal with its milestones. DomainError `goal_invalid`, with what is wrong per field."""
    terms, found = goal_draft(client, wish)
    wrong = [problem for problem in found if not problem.is_warning]
    if wrong:
        raise DomainError(
            "goal_invalid",
            str(wrong[0].message),
            {"fields": [(problem.field, str(problem.message)) for problem in wrong]},
        )
    goal = Goal.objects.create(
        agency_id=client.agency_id,
        client=client,
        kpi=wish.kpi,
        channel=wish.channel,
        campaign=wish.campaign,
        starts_on=wish.period.first,
        ends_on=wish.period.last,
        kind=wish.kind,
        accumulation=wish.accumulation,
        target=stored(terms.target),
        low=stored(terms.low),
        high=stored(terms.high),
        baseline=stored(terms.baseline),
        currency=client.currency if book_of(client)[wish.kpi].unit in MONEY_UNITS else "",
        shape=wish.shape,
        note=wish.note,
    )
    stones = StoredMilestone.objects.bulk_create(
        StoredMilestone(
            agency_id=client.agency_id,
            client=client,
            goal=goal,
            starts_on=stone.period.first,
            ends_on=stone.period.last,
            value=to_decimal(stone.value).quantize(STONE_PLACES),
        )
        for stone in milestones(terms)
    )
    version_keep(goal, goal.starts_on, stones)
    goals_judge(client, [goal])
    return goal


def _terms(client: Client, wish: GoalWish) -> GoalTerms:
    if wish.kpi not in book_of(client):
        raise DomainError("unknown_kpi", _("There is no KPI called %(key)s.") % {"key": wish.kpi})
    baseline = wish.baseline
    if baseline is None and (wish.target_as != "absolute" or wish.accumulation != "cumulative"):
        found = baseline_for(client, wish)
        baseline = found.value.value if found else None
    target: Fraction | None = None
    if wish.target is not None:
        if wish.target_as != "absolute" and baseline is None:
            raise DomainError(
                "no_baseline",
                _("There is no value to start from yet: write the target as a number."),
                {"fields": [("target", _("There is no value to start from yet."))]},
            )
        target = absolute_target(wish.target_as, wish.target, baseline)
    if wish.kind in ("cap", "maintain"):
        baseline = None
    return GoalTerms(
        kpi=GoalKpi.of(book_of(client)[wish.kpi], parameters_of(client)),
        period=wish.period,
        kind=wish.kind,
        accumulation=wish.accumulation,
        target=None if wish.kind == "maintain" else target,
        low=wish.low if wish.kind == "maintain" else None,
        high=wish.high if wish.kind == "maintain" else None,
        baseline=baseline,
        shape=wish.shape,
        rules=calendar_of(client),
    )


def stored(number: Any) -> Decimal | None:
    return None if number is None else to_decimal(Fraction(number)).quantize(PLACES)


def goal_archive(goal: Goal) -> Goal:
    """Out of the lists and the charts; it can be restored."""
    goal.archived_at = goal.archived_at or timezone.now()
    goal.save(update_fields=["archived_at"])
    return goal


def goal_restore(goal: Goal) -> Goal:
    goal.archived_at = None
    goal.save(update_fields=["archived_at"])
    return goal
