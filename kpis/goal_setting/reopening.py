"""Opening a decided goal again. The deciding itself is the evaluation's, in `kpis.goal_standing.judging`."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.goal_standing.judging import goals_judge_again
from kpis.models import Goal


def goal_decide_again(client: Client, goal: Goal, reason: str) -> Goal:
    """Take back what was decided at the close, and decide on the numbers as they are now (KPIS C.8).

    The reason stays with the goal, and the audit keeps what stood before. DomainError
    `reason_missing`, `goal_not_closed`.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why it is to be decided again."))
    goal = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    if goal.closed_on is None:
        raise DomainError("goal_not_closed", _("Nothing has been decided about this goal yet."))
    goal.closed_on = goal.closed_value = goal.closed_as_of = None
    goal.closed_status, goal.reopened_reason = "", reason.strip()
    goal.save(
        update_fields=[
            "closed_on", "closed_status", "closed_value", "closed_as_of", "reopened_reason",
        ]
    )  # fmt: skip
    goals_judge_again(client, [goal])
    return goal
