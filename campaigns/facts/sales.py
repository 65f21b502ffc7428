"""Sales, with their lines if they are sent: a sale with lines is their sum.

What a row does not say of a sale is its lead's. Which sale is a customer's first is judged anew.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.channels import UNASSIGNED
from campaigns.facts.copies import COPIED, copy_to_refunds
from campaigns.facts.holding import hold_buyers
from campaigns.facts.lines import LINE_DIFFERS, lines_keep, lines_lay, lines_settle
from campaigns.facts.named import look_for_leads
from campaigns.facts.rows import (
    Fault,
    Row,
    lay_channel,
    lay_moment,
    lay_texts,
    lay_values,
    local_day,
)
from campaigns.facts.upsert import Days, Kind, Pending
from campaigns.facts.wins import FOLLOWED, own_sales
from campaigns.firsts import firsts_keep
from campaigns.models import Campaign, Customer, Lead, Sale, Salesperson

SALE_TEXTS = ("utm_source", "utm_medium", "device", "country", "kind", "currency")
_OF_LEAD = (*COPIED, "salesperson_id")
_FOLLOWS = Fault(
    "", "of_lead", _("This sale was made by its lead and follows it: change the lead.")
)


def sale_lay(sale: Sale, row: Row, client: Client) -> Iterator[Fault]:
    lay_texts(sale, row, SALE_TEXTS)
    lay_moment(sale, row, "sold")
    lay_channel(sale, row)
    sale.currency = sale.currency or client.currency
    if row.get("lines") is not None:
        yield from lines_lay(sale, row)
    elif not sale.has_lines:
        lay_values(sale, row, ("amount", "cost_of_goods"))
    if sale.amount is None:
        yield Fault("amount", "required", _("A sale needs an amount, or lines."))
    elif sale.has_lines and row.get("amount") not in (None, sale.amount):
        yield Fault("amount", *LINE_DIFFERS)
    if not (sale.sold_at or sale.sold_date):
        yield Fault("sold_at", "required", _("A sale needs sold_at or sold_on."))


def _settle(client: Client, good: list[Pending]) -> None:
    for one in good:
        if "lead" in one.row:
            lead = one.found.get("lead")
            one.fact.lead_id = lead.pk if lead else None
            if lead:
                _take_of_lead(one, lead)
    lines_settle(client, good)
    changed = [one for one in good if one.before and _is_parted(one)]
    own = own_sales(client, [(one.fact, one.was("lead_id")) for one in changed])
    for one in changed:
        if one.fact.pk in own:
            one.faults = (_FOLLOWS,)


def _is_parted(one: Pending) -> bool:
    """Something that its lead would say became another."""
    return any(one.was(name) != getattr(one.fact, name) for name in FOLLOWED)


def _take_of_lead(one: Pending, lead: Lead) -> None:
    """What the row leaves open is the lead's; a new lead takes the place of the old one's."""
    is_another = one.before is not None and one.was("lead_id") != lead.pk
    for name in _OF_LEAD:
        said = {"channel": {"channel", "utm_source", "utm_medium"}}.get(
            name, {name.removesuffix("_id")}
        )
        is_blank = getattr(one.fact, name) in (None, "", UNASSIGNED)
        if is_blank or (is_another and not said & set(one.row)):
            setattr(one.fact, name, getattr(lead, name) or getattr(one.fact, name))


def _record(client: Client, written: Sequence[Pending]) -> Days:
    lines_keep(client, written)
    changed = [one.fact.pk for one in written if one.before is not None]
    if changed:
        copy_to_refunds(client, "id", changed)
    concerned = {one.fact.customer_id for one in written} | {
        one.was("customer_id") for one in written
    }
    firsts_keep(client, concerned - {None})
    return {"sales": min(day for one in written if (day := local_day(one.fact, "sold")))}


SALES = Kind(
    model=Sale,
    lay=sale_lay,
    constraint="sale_once",
    hold=hold_buyers,
    look=look_for_leads,
    references={"campaign": Campaign, "salesperson": Salesperson, "customer": Customer},
    settle=_settle,
    record=_record,
)
