"""Costs, budgets, and the campaigns they are for."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.lists.columns import Column
from campaigns.lists.declared import Empty, ListKind, Order
from campaigns.lists.filters import ChoiceFilter, DayFilter
from campaigns.lists.kinds.shared import (
    BY_CAMPAIGN,
    BY_CHANNEL,
    CAMPAIGN,
    CHANNEL,
    SOURCE,
    amount,
    rows_of,
)
from campaigns.lists.searching import own_words, words_of
from campaigns.models import Budget, Campaign, Cost
from campaigns.models.costs import Layer

TABS = ("costs", "budgets")
FROM = Column("starts", pgettext_lazy("day", "From"), "day", read="starts_on")
TO = Column("ends", pgettext_lazy("day", "To"), "day", read="ends_on")
AMOUNT = Column("amount", _("Amount"), "money", read=amount, phone="end")
PERIOD_ORDERS = {
    "starts": Order("starts_on", is_down_first=True),
    "amount": Order("amount", is_down_first=True),
}
#: A period that touches the chosen days.
TOUCHES = (
    DayFilter("from", pgettext_lazy("day", "From"), column="ends_on"),
    DayFilter("to", pgettext_lazy("day", "To"), column="starts_on", is_last=True),
)


def _what_for(row: Any) -> str:
    return row.description or row.get_layer_display()


COSTS = ListKind(
    key="costs",
    one="cost",
    title=_("Costs"),
    new=_("New cost"),
    icon="coin",
    see="see_costs",
    edit="edit_data",
    rows=lambda client: rows_of(Cost, client, "campaign"),
    columns=(
        Column("what", _("What for"), "strong", read=_what_for, phone="title"),
        Column("layer", _("Layer"), read="get_layer_display", phone="away"),
        FROM,
        TO,
        AMOUNT,
        CHANNEL,
        CAMPAIGN,
        Column("shared", _("The client sees it"), "flag", read="is_shared", phone="away"),
        SOURCE,
    ),
    orders=PERIOD_ORDERS,
    order="-starts",
    filters=(
        ChoiceFilter("layer", _("Layer"), choices=Layer.choices),
        BY_CHANNEL,
        BY_CAMPAIGN,
        ChoiceFilter(
            "shared",
            _("Seen by"),
            choices=[("yes", _("Client too")), ("no", _("Only the agency"))],
            means={"yes": Q(is_shared=True), "no": Q(is_shared=False)},
        ),
        *TOUCHES,
    ),
    search=words_of(("campaign", Campaign)),
    searched=_("What for, or campaign"),
    sums=("amount", "currency"),
    empty=Empty(
        "coin",
        _("No costs yet"),
        _("Add fees, tools and people, so that CAC and ROI count all that marketing costs."),
    ),
    tabs=TABS,
)

BUDGETS = ListKind(
    key="budgets",
    one="budget",
    title=_("Budgets"),
    new=_("New budget"),
    icon="target",
    see="see_costs",
    edit="edit_data",
    rows=lambda client: rows_of(Budget, client, "campaign"),
    columns=(
        Column(
            "what",
            _("What for"),
            "strong",
            read=lambda row: row.campaign or _("The whole client"),
            phone="title",
        ),
        FROM,
        TO,
        AMOUNT,
        CHANNEL,
        SOURCE,
    ),
    orders=PERIOD_ORDERS,
    order="-starts",
    filters=(BY_CHANNEL, BY_CAMPAIGN, *TOUCHES),
    search=words_of(("campaign", Campaign), own=False),
    searched=_("Campaign"),
    sums=("amount", "currency"),
    empty=Empty(
        "target",
        _("No budgets yet"),
        _("With a budget, the share used and its pace have a value."),
    ),
    tabs=TABS,
)

CAMPAIGNS = ListKind(
    key="campaigns",
    one="campaign",
    title=_("Campaigns"),
    new=_("New campaign"),
    icon="speakerphone",
    see="see_data",
    edit="edit_campaigns",
    rows=lambda client: rows_of(Campaign, client),
    columns=(
        Column("name", _("Name"), "strong", phone="title"),
        Column("platform", _("Platform"), phone="end"),
        FROM,
        TO,
        Column("identity", _("Identity"), "quiet", read="external_id", phone="away"),
        Column("archived", _("Archived"), "flag", read="archived_at", phone="away"),
    ),
    orders={
        "name": Order("words"),
        "starts": Order("starts_on", is_down_first=True, has_gaps=True),
    },
    order="name",
    filters=(
        ChoiceFilter(
            "state",
            _("State"),
            choices=[("active", _("Active")), ("archived", _("Archived"))],
            means={"active": Q(archived_at=None), "archived": Q(archived_at__isnull=False)},
            usual="active",
        ),
    ),
    search=own_words,
    searched=_("Name or identity"),
    empty=Empty(
        "speakerphone",
        _("No campaigns yet"),
        _("They come with the files that you import; or add one by hand."),
    ),
)
