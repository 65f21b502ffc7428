"""The demo's goals: set so that each stands at the pace that its story wants to show today."""

from decimal import Decimal

from django.db.models import F

from accounts.models import Client
from inbox.models import Notice
from kpis.calendar import ONE_DAY, Period, unit_of
from kpis.demo.clients import Business
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.models import Goal, GoalStanding
from kpis.question import Question
from kpis.services import answer, calendar_of, last_complete_of

#: A ratio's goal must ask for something else than what was there before, in two figures as well.
MARGIN = Decimal("1.08")


def goals_promise(client: Client, business: Business) -> list[Goal]:
    """Set the client's goals of this year and quarter, and judge them. Inside its scope.

    A status counts on the second day that says so: the story's goals have stood so the day before.
    Its people are at their desks whatever the hour, so what is told waits for no office to open.
    """
    goals = [goal_set(client, wish) for wish in _wishes(client, business)]
    mine = {"agency_id": client.agency_id, "client": client}
    GoalStanding.objects.filter(**mine).update(judged_on=F("judged_on") - ONE_DAY)
    goals_evaluate(client)
    Notice.objects.filter(**mine, told_at=None).update(due_at=None)
    return goals


def _wishes(client: Client, business: Business) -> list[GoalWish]:
    """One wish per (KPI, kind, accumulation, pace) of the business that has a value today."""
    last, rules = last_complete_of(client), calendar_of(client)
    wishes = []
    for key, kind, accumulation, pace in business.goals:
        period = unit_of(last, "year" if accumulation == "cumulative" else "quarter", rules)
        to_date = Period(period.first, last)
        actual = answer(client, Question((key,), to_date), sees_costs=True).only.values[key].value
        if not actual:
            continue
        rhythm = Decimal(repr(pace))
        baseline = None
        if accumulation == "cumulative":
            target = actual * period.days / to_date.days / rhythm
        elif kind == "decrease":
            target = actual * rhythm
            baseline = _rounded(max(actual, target) * MARGIN)
        else:
            target = actual / rhythm
            baseline = _rounded(min(actual, target) / MARGIN)
        wishes.append(
            GoalWish(key, period, kind, accumulation, target=_rounded(target), baseline=baseline)
        )
    return wishes


def _rounded(value: Decimal) -> Decimal:
    """Two figures and no more, as people set goals."""
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 1))
