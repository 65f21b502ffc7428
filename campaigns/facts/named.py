"""Facts that other facts name by their external ids: leads and sales. Nobody makes these in passing."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.copies import COPIED
from campaigns.facts.rows import Fault
from campaigns.facts.upsert import Pending
from campaigns.models import Lead, Sale

_LEAD = Fault("lead", "unknown", _("There is no lead with this external id. Send it first."))
_SALE = Fault("sale", "unknown", _("There is no sale with this external id. Send it first."))


def look_for_leads(client: Client, good: list[Pending]) -> None:
    """The leads that rows name, of whatever source: the latest one of that id, as files have it."""
    names = {own for one in good if (own := one.row.get("lead"))}
    if not names:
        return
    leads = Lead.objects.filter(
        agency_id=client.agency_id, client=client, external_id__in=names
    ).only("external_id", "salesperson_id", *COPIED)
    _find("lead", _LEAD, good, {lead.external_id: lead for lead in leads.order_by("pk")})


def look_for_sales(client: Client, good: list[Pending]) -> None:
    """The sales that rows name: the one of the row's own source, else the latest of another."""
    names = {own for one in good if (own := one.row.get("sale"))}
    if not names:
        return
    sales = list(
        Sale.objects.filter(
            agency_id=client.agency_id, client=client, external_id__in=names
        ).order_by("pk")
    )
    source = good[0].fact.source  # a call has one
    known = {sale.external_id: sale for sale in sales}
    known |= {sale.external_id: sale for sale in sales if sale.source == source}
    _find("sale", _SALE, good, known)


def _find(name: str, fault: Fault, good: Iterable[Pending], known: dict[str, Any]) -> None:
    for one in good:
        own = one.row.get(name)
        if own and own not in known:
            one.faults = (fault,)
        elif own:
            one.found[name] = known[own]
