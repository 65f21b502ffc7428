"""Sales by hand. A sale of a lead has its lead's dimensions; the one that winning made, more than that."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from campaigns.facts.copies import COPIED
from campaigns.facts.wins import is_own_sale, sale_key
from campaigns.lead_steps import reopen, today_of
from campaigns.models import Lead, Sale, SaleLine
from campaigns.records.errors import field_error
from campaigns.records.locking import lock_around
from campaigns.records.values import Values, identity, lay, moment_taken, required
from campaigns.records.writing.lines import lines_taken, lines_write
from campaigns.records.writing.selling import customers_of, sales_gone, sales_settle
from campaigns.records.writing.writer import Removed, Writer

#: What the sale of a won lead takes from it, and gives back to it when changed here.
_OF_ITS_LEAD = {
    "customer_id": "customer_id",
    "amount": "amount",
    "currency": "currency",
    "sold_at": "closed_at",
    "sold_date": "closed_date",
    "salesperson_id": "closed_salesperson_id",
}


class SaleWriter(Writer):
    def lock(self, client: Client, ids: list[int]) -> None:
        lock_around(client, sales=ids)

    def create(self, client: Client, actor: Membership | None, values: Values) -> Sale:
        given = dict(values)
        lines = given.pop("lines", None) or ()
        if not lines:
            required(given, "amount")
        given["currency"] = given.get("currency") or client.currency
        if not (given.get("sold_at") or given.get("sold_date")):
            given["sold_date"] = today_of(client)
        if given.get("lead_id") is not None:
            given |= _taken_from(client, given)
        moment_taken(given, "sold", client)
        sale = Sale(**identity(client, given), **given)
        made, summed = lines_taken(client, sale, lines)
        _sums(sale, given, summed)
        sale.save(force_insert=True)
        _lines_written(client, sale, made)
        sales_settle(client, [sale.pk], customers_of(client, [sale]))
        sale.refresh_from_db()
        return sale

    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        customers = customers_of(client, rows)
        leads = {lead.pk: lead for lead in _leads_of(client, rows)}
        changed = 0
        for sale in rows:
            given = dict(values)
            moment_taken(given, "sold", client, sale)
            said = given.pop("lines", None)
            names = lay(sale, given)
            made = None
            if said is None:
                _check(sale, names)
            else:
                made, summed = lines_taken(client, sale, said)
                names = [*dict.fromkeys((*names, *_sums(sale, given, summed)))]
                _check(sale, [name for name in names if name not in summed])
            if names:
                sale.save(update_fields=names)
            touched = 0 if made is None else _lines_written(client, sale, made)
            changed += bool(names or touched)
            if names and sale.lead_id is not None and is_own_sale(sale, leads[sale.lead_id]):
                _give_back(sale, leads[sale.lead_id], names)
        sales_settle(client, [sale.pk for sale in rows], customers | customers_of(client, rows))
        return changed

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        """Its lines and refunds go with a sale; a won lead that has no other sale is open again."""
        leads = _leads_of(client, rows)
        former = {lead.customer_id for lead in leads if lead.customer_id is not None}
        along = sales_gone(client, rows)
        along["reopened"] = _reopen(
            client, actor, leads, {(sale.source, sale.external_id) for sale in rows}
        )
        sales_settle(client, [], customers_of(client, rows) | former)
        return {name: count for name, count in along.items() if count}


def _leads_of(client: Client, sales: list[Sale]) -> list[Lead]:
    """Locked already: see `locking`."""
    ids = {sale.lead_id for sale in sales if sale.lead_id is not None}
    mine = Lead.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids)
    return list(mine.order_by("pk"))


def _taken_from(client: Client, given: Values) -> Values:
    """What a new sale has of its lead. An open lead is moved to customer, which makes its sale."""
    mine = Lead.objects.filter(agency_id=client.agency_id, client=client)
    lead = mine.select_for_update(of=("self",)).get(pk=given["lead_id"])
    if lead.outcome != "won":
        message = _("This lead is not won. Move it to customer: that makes its sale.")
        raise field_error("lead", "lead_open", message)
    _dimensions_are_its_leads(set(given))
    customer = given.get("customer_id") or lead.customer_id
    return {"customer_id": customer, **{name: getattr(lead, name) for name in COPIED}}


def _check(sale: Sale, names: list[str]) -> None:
    """What cannot be said of this sale because something else says it."""
    if sale.lead_id is not None:
        _dimensions_are_its_leads(set(names))
    if sale.has_lines and {"amount", "cost_of_goods"} & set(names):
        message = _("This sale is the sum of its lines: its amount cannot be typed.")
        raise field_error("amount", "sum_of_lines", message)


def _lines_written(client: Client, sale: Sale, made: Sequence[SaleLine]) -> int:
    sale.refresh_from_db(fields=["sold_on"])  # the database says which day it was
    return lines_write(client, sale, made)


def _sums(sale: Sale, given: Values, summed: Values) -> list[str]:
    """The sale becomes what its lines add up to; it cannot be said to be anything else."""
    for name in ("amount", "cost_of_goods"):
        if name in summed and given.get(name) not in (None, summed[name]):
            message = _("The lines add up to %(sum)s: correct a line, or leave this empty.")
            words = {"sum": "—" if summed[name] is None else f"{summed[name].normalize():f}"}
            raise field_error(name, "sum_of_lines", message % words)
    return lay(sale, summed)


def _dimensions_are_its_leads(names: set[str]) -> None:
    of_lead = [name for name in COPIED if name in names]
    if of_lead:
        message = _("A sale of a lead has its lead's channel, campaign and place. Change the lead.")
        raise field_error(of_lead[0].removesuffix("_id"), "of_its_lead", message)


def _give_back(sale: Sale, lead: Lead, names: list[str]) -> None:
    """The lead says what its sale is: it takes on what was changed on the sale."""
    sale.refresh_from_db(fields=["sold_on"])  # the database says which day it was
    if sale.sold_on and lead.created_on and sale.sold_on < lead.created_on:
        message = _("The lead came in on %(day)s: no sale can be earlier.")
        day = {"day": lead.created_on.isoformat()}
        raise field_error("sold_date", "before_creation", message % day)
    changed = [_OF_ITS_LEAD[name] for name in names if name in _OF_ITS_LEAD]
    for mine, its in _OF_ITS_LEAD.items():
        if its in changed:
            setattr(lead, its, getattr(sale, mine))
    if lead.customer_id is None:
        lead.first_sale_on, lead.was_customer = None, False
        changed += ["first_sale_on", "was_customer"]
    if changed:
        lead.save(update_fields=changed)


def _reopen(
    client: Client, actor: Membership | None, leads: list[Lead], gone: set[tuple[str, str]]
) -> int:
    """Open again the won leads that have lost their last sale; how many."""
    still = set(
        Sale.objects.filter(client=client, lead__in=leads).values_list("lead_id", flat=True)
    )
    orphans = [lead for lead in leads if lead.outcome == "won" and lead.pk not in still]
    for lead in orphans:
        if (lead.source, sale_key(lead)) in gone:  # it had become a customer by this sale
            lead.customer_id, lead.first_sale_on, lead.was_customer = None, None, False
        reopen(lead, actor, today_of(client))
    return len(orphans)
