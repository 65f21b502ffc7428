"""Which model forecasts what: chosen by backtest, kept until its turn. Written by the engine only."""

from typing import ClassVar

from django.db import models

from accounts.models import ClientModel


class ForecastChoice(ClientModel):
    """The model for one side of a KPI (`kpis.goal_standing.days`), a part of the client and a horizon in days.

    `error`, `coverage`, `cutoffs`, `width`, `settings`: as `kpis.forecast.Track` says them.
    `chosen_on`: the day of the turn that it was chosen for (`kpis.forecast.turns`).
    """

    kpi = models.CharField(max_length=60)
    part = models.CharField(max_length=11)
    scope = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, blank=True)
    horizon = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=20)
    error = models.FloatField()
    coverage = models.FloatField()
    cutoffs = models.PositiveSmallIntegerField()
    width = models.FloatField(default=1.0)
    settings = models.JSONField(default=dict)
    chosen_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "kpi", "part", "scope", "currency", "horizon"],
                name="forecast_choice_once",
            )
        ]
