"""How a goal stands: one row per goal, written by the engine only, hence not audited."""

from typing import Any, ClassVar

from django.db import models

from accounts.models import ClientModel


def _number(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=28, decimal_places=10, null=True, **options)


class GoalStanding(ClientModel):
    """What the last evaluation found. All numbers as shares or in the goal's own unit and currency.

    `status` is what is shown, since `status_since`: the committed one (KPIS C.7), or that there is
    nothing to judge today, or before the first is committed the candidate. `committed` is kept
    beside it, for days without data move no counter; `candidate` is what the numbers of `judged_on`
    alone would say, for the `candidate_days`-th day running. `reason` is a code of
    `kpis.goals.status`. `probability` is that of reaching the target; the interval is the one of 80 %.
    `daily_volume`: the cases a day that the number rests on.
    """

    goal = models.ForeignKey(
        "kpis.Goal",
        on_delete=models.DO_NOTHING,
        related_name="standings",
        db_constraint=False,
        db_index=False,
    )
    as_of = models.DateField(null=True)
    actual = _number()
    expected = _number()
    pace = _number()
    attainment = _number()
    forecast_model = models.CharField(max_length=20, blank=True)
    forecast_value = _number()
    forecast_low = _number()
    forecast_high = _number()
    probability = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    status = models.CharField(max_length=11, blank=True)
    status_since = models.DateField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    committed = models.CharField(max_length=11, blank=True)
    committed_since = models.DateField(null=True)
    judged_on = models.DateField(null=True)
    candidate = models.CharField(max_length=11, blank=True)
    candidate_days = models.PositiveSmallIntegerField(default=0)
    daily_volume = _number()
    evaluated_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "goal"], name="standing_of_goal_once"
            )
        ]
