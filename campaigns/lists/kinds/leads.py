"""Leads, contacts with leads and customers, and who sells."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.lists.columns import Column
from campaigns.lists.declared import Empty, ListKind, Order
from campaigns.lists.filters import ChoiceFilter
from campaigns.lists.kinds.shared import (
    BY_CAMPAIGN,
    BY_CHANNEL,
    BY_SALESPERSON,
    CAMPAIGN,
    CHANNEL,
    SALESPERSON,
    SOURCE,
    amount,
    days,
    rows_of,
)
from campaigns.lists.searching import own_words, words_of
from campaigns.models import Customer, Interaction, Lead, Salesperson
from campaigns.models.contacts import InteractionKind
from campaigns.models.leads import LeadStatus, Stage
from campaigns.queries import STAGE_IS

TABS = ("leads", "interactions", "salespeople")
OPEN = Q(outcome="")


def _address(lead: Any) -> str:
    """What a lead is reached by, where its name is what it is known by."""
    return (lead.email or lead.phone) if lead.name else ""


LEADS = ListKind(
    key="leads",
    one="lead",
    title=_("Leads"),
    new=_("New lead"),
    icon="users",
    see="see_leads",
    edit="edit_leads",
    rows=lambda client: rows_of(Lead, client, "salesperson", "campaign"),
    columns=(
        Column("name", _("Name"), "strong", read=str, phone="title", under=_address),
        Column("stage", _("Stage"), "stage", phone="end"),
        Column("created", _("Came in on"), "day", read="created_on"),
        CHANNEL,
        CAMPAIGN,
        SALESPERSON,
        Column("amount", _("Amount"), "money", read=amount),
        Column("closed", _("Closed on"), "day", read="closed_on", phone="away"),
    ),
    orders={
        "name": Order("words"),
        "created": Order("created_on", is_down_first=True),
        "amount": Order("amount", is_down_first=True, has_gaps=True),
        "closed": Order("closed_on", is_down_first=True, has_gaps=True),
    },
    order="-created",
    filters=(
        ChoiceFilter("stage", _("Stage"), choices=Stage.choices, means=dict(STAGE_IS)),
        ChoiceFilter(
            "outcome",
            _("Outcome"),
            choices=[("open", _("Open")), ("won", _("Won")), ("lost", _("Lost"))],
            means={"open": OPEN},
        ),
        BY_SALESPERSON,
        BY_CHANNEL,
        BY_CAMPAIGN,
        ChoiceFilter(
            "answered",
            _("Answer"),
            choices=[("no", _("Not answered")), ("yes", _("Answered"))],
            means={
                "no": OPEN & Q(answered_at__isnull=True),
                "yes": Q(answered_at__isnull=False),
            },
        ),
        *days("created_on"),
        ChoiceFilter("status", _("State"), choices=LeadStatus.choices, usual=LeadStatus.VALID),
    ),
    search=own_words,
    searched=_("Name, e-mail or phone"),
    sums=("amount", "currency"),
    empty=Empty(
        "users", _("No leads yet"), _("Add one by hand, or import a file on the data page.")
    ),
    tabs=TABS,
)

INTERACTIONS = ListKind(
    key="interactions",
    one="interaction",
    title=_("Contacts"),
    new=_("New contact"),
    icon="mail",
    see="see_leads",
    edit="edit_leads",
    rows=lambda client: rows_of(Interaction, client, "customer", "lead", "salesperson"),
    columns=(
        Column(
            "with",
            _("With"),
            "strong",
            read=lambda row: row.lead or row.customer or row.get_kind_display(),
            phone="title",
        ),
        Column("kind", _("Kind"), read="get_kind_display", phone="end"),
        Column("happened", _("On"), "day", read="happened_on"),
        SALESPERSON,
        Column("is_inbound", _("From the other side"), "flag", phone="away"),
        Column("is_held", _("Took place"), "flag", phone="away"),
        SOURCE,
    ),
    orders={"happened": Order("happened_on", is_down_first=True)},
    order="-happened",
    filters=(
        ChoiceFilter("kind", _("Kind"), choices=InteractionKind.choices),
        BY_SALESPERSON,
        *days("happened_on"),
    ),
    search=words_of(("lead", Lead), ("customer", Customer), own=False),
    searched=_("Name of the lead or customer"),
    empty=Empty(
        "mail",
        _("No contacts yet"),
        _("Write down calls, visits and meetings here or on a lead's page: they feed the KPIs of sales work."),
    ),
    tabs=TABS,
)  # fmt: skip

SALESPEOPLE = ListKind(
    key="salespeople",
    one="salesperson",
    title=_("Salespeople"),
    new=_("New salesperson"),
    icon="user",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(Salesperson, client, "membership__user"),
    columns=(
        Column("name", _("Name"), "strong", phone="title"),
        Column("member", _("Member"), read=lambda row: row.membership and row.membership.user),
        Column("identity", _("Identity"), "quiet", read="external_id", phone="away"),
        Column("ended", _("Left on"), "day", read="ended_on", phone="end"),
    ),
    orders={
        "name": Order("words"),
        "ended": Order("ended_on", is_down_first=True, has_gaps=True),
    },
    order="name",
    filters=(
        ChoiceFilter(
            "selling",
            _("State"),
            choices=[("yes", _("Still sells")), ("no", _("Has left"))],
            means={"yes": Q(ended_on=None), "no": Q(ended_on__isnull=False)},
        ),
    ),
    search=own_words,
    searched=_("Name"),
    empty=Empty(
        "user",
        _("No salespeople yet"),
        _("Add who sells, so that leads and sales can be theirs. A link to a member lets them see their own."),
    ),
    tabs=TABS,
)  # fmt: skip
