"""A client's choices that change numbers, from a day on. What holds before the first is on Client."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Client, ClientModel


def _like(name: str) -> "models.Field[Any, Any]":
    """A column like the client's own; empty leaves what held before."""
    field: Any = Client._meta.get_field(name)
    field = field.clone()
    field.null = field.blank = True
    field.default = models.NOT_PROVIDED
    field.help_text = ""
    return field


class ParameterChange(ClientModel):
    """From `since` on, these choices hold; what is empty stays as it was."""

    since = models.DateField(_("from"))
    cost_basis = _like("cost_basis")
    profit_basis = _like("profit_basis")
    margin = _like("margin")
    cohort_days = _like("cohort_days")
    repeat_days = _like("repeat_days")
    active_days = _like("active_days")
    sla_minutes = _like("sla_minutes")
    clock = _like("clock")
    opens_at = _like("opens_at")
    closes_at = _like("closes_at")
    open_days = _like("open_days")
    note = models.CharField(_("note"), max_length=200, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.BigIntegerField(null=True)  # a Membership's id

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "since"], name="parameters_change_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(margin__isnull=True) | models.Q(margin__gte=0, margin__lte=1),
                name="parameter_margin_is_fraction",
            ),
        ]


#: The columns that a change may set.
CHOICES = (
    "cost_basis",
    "profit_basis",
    "margin",
    "cohort_days",
    "repeat_days",
    "active_days",
    "sla_minutes",
    "clock",
    "opens_at",
    "closes_at",
    "open_days",
)
