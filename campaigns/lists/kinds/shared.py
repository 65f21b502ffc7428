"""Filters and columns that several lists have: campaign, salesperson, channel, days."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Client
from campaigns.channels import CHANNELS
from campaigns.lists.columns import Column
from campaigns.lists.filters import ChoiceFilter, DayFilter, RowFilter
from campaigns.queries import campaigns_of, salespeople_of

CHANNEL = Column("channel", _("Channel"), "channel")
CAMPAIGN = Column("campaign", _("Campaign"), phone="away")
SALESPERSON = Column("salesperson", _("Salesperson"))
COUNTRY = Column("country", _("Country"), "quiet", phone="away")
SOURCE = Column("source", _("Source"), "quiet", phone="away")

BY_CHANNEL = ChoiceFilter(
    "channel", _("Channel"), choices=[(each.code, each.name) for each in CHANNELS]
)
BY_CAMPAIGN = RowFilter("campaign", _("Campaign"), rows=campaigns_of)
BY_SALESPERSON = RowFilter(
    "salesperson", _("Salesperson"), rows=salespeople_of, none=_("Nobody yet")
)


def days(column: str) -> tuple[DayFilter, DayFilter]:
    return (
        DayFilter("from", pgettext_lazy("day", "From"), column=column),
        DayFilter("to", pgettext_lazy("day", "To"), column=column, is_last=True),
    )


def rows_of(model: Any, client: Client, *joined: str) -> QuerySet[Any]:
    rows = model.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related(*joined) if joined else rows


def amount(row: Any) -> tuple[Any, str]:
    return row.amount, row.currency
