"""Goals: set with their milestones, archived. How they stand is `kpis.goal_standing.judging`."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Client
from accounts.services.archiving import row_archive, row_restore
from kpis.book import book_of
from kpis.calendar import Period
from kpis.formats import MONEY_UNITS, to_decimal
from kpis.goal_setting.baselines import baseline_for
from kpis.goal_setting.drafting import GoalDraft, goal_draft
from kpis.goal_setting.versions import version_keep
from kpis.goal_setting.wishes import Baseline, GoalWish
from kpis.goal_standing.judging import goals_judge
from kpis.goal_standing.progress import Progress, goals_running, progress_of
from kpis.goals import Milestone, Problem, milestones
from kpis.goals.terms import kept
from kpis.models import Goal
from kpis.models import Milestone as StoredMilestone

__all__ = [
    "Baseline",
    "GoalDraft",
    "GoalWish",
    "baseline_for",
    "goal_archive",
    "goal_draft",
    "goal_restore",
    "goal_set",
    "goals_for",
    "reckoned",
    "refuse",
    "stones_kept",
    "stored",
]

#: Digits after the point of what people write.
PLACES = Decimal("0.000001")


def goals_for(client: Client, period: Period) -> list[Progress]:
    """The goals of a client that have a day in the period, as they stand now. Inside a scope."""
    return progress_of(client, goals_running(client, period))


def refuse(wrong: list[Problem]) -> None:
    """DomainError `goal_invalid` with what is wrong per field, if anything is."""
    if wrong:
        raise DomainError(
            "goal_invalid",
            str(wrong[0].message),
            {"fields": [(problem.field, str(problem.message)) for problem in wrong]},
        )


def goal_set(client: Client, wish: GoalWish, author_id: int | None = None) -> Goal:
    """Store a goal with its milestones. DomainError `goal_invalid`, with what is wrong per field."""
    draft = goal_draft(client, wish, is_whole=False)
    refuse(draft.wrong)
    goal = _row(client, wish, draft)
    goal.save(force_insert=True)
    stones = StoredMilestone.objects.bulk_create(stones_kept(goal, milestones(draft.terms)))
    version_keep(goal, goal.starts_on, stones, author_id)
    goals_judge(client, [goal])
    return goal


def _row(client: Client, wish: GoalWish, draft: GoalDraft) -> Goal:
    terms, found = draft.terms, draft.baseline
    is_money = book_of(client)[wish.kpi].unit in MONEY_UNITS
    is_read = terms.baseline is not None and found is not None
    return Goal(
        agency_id=client.agency_id,
        client=client,
        **wish.about,
        starts_on=wish.period.first,
        ends_on=wish.period.last,
        grain=wish.grain,
        accumulation=wish.accumulation,
        target=reckoned(terms.target),
        low=stored(terms.low),
        high=stored(terms.high),
        tolerance=stored(terms.tolerance),
        entered_as=wish.target_as,
        entered=stored(wish.target) if terms.target is not None else None,
        baseline=reckoned(terms.baseline),
        baseline_first=found.period.first if is_read and found else None,
        baseline_last=found.period.last if is_read and found else None,
        baseline_as_of=timezone.now() if is_read else None,
        currency=(wish.currency or client.currency) if is_money else "",
        shape=wish.shape,
        season=[None if value is None else str(value) for value in draft.season],
        required_share=wish.required_share,
        guard_kpi=wish.guard_kpi,
        guard_operator=wish.guard_operator if wish.guard_kpi else "",
        guard_limit=stored(wish.guard_limit),
        parent=wish.parent,
        owner=wish.owner,
        cadence=wish.cadence,
        thresholds=draft.thresholds or {},
        note=wish.note,
    )


def stones_kept(goal: Goal, stones: Iterable[Milestone]) -> list[StoredMilestone]:
    """Milestones as rows that are not stored yet."""
    return [
        StoredMilestone(
            agency_id=goal.agency_id,
            client_id=goal.client_id,
            goal=goal,
            starts_on=stone.period.first,
            ends_on=stone.period.last,
            value=kept(stone.value),
        )
        for stone in stones
    ]


def reckoned(number: Any) -> Decimal | None:
    """A number that may have come out of a division, as milestones are kept."""
    return None if number is None else kept(Fraction(number))


def stored(number: Any) -> Decimal | None:
    """A number that somebody wrote."""
    return None if number is None else to_decimal(Fraction(number)).quantize(PLACES)


def goal_archive(goal: Goal) -> Goal:
    """Out of the lists and the charts; it can be restored."""
    return row_archive(goal)


def goal_restore(goal: Goal) -> Goal:
    return row_restore(goal)
