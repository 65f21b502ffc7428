"""Refunds by hand: of a sale, with its dimensions, and never more than was paid; or a credit note."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from accounts.numbers import exact_here
from campaigns.facts.copies import COPIED
from campaigns.lead_steps import today_of
from campaigns.models import Refund, Sale
from campaigns.records.errors import field_error
from campaigns.records.locking import lock_around
from campaigns.records.values import Values, identity, lay, moment_taken, required
from campaigns.records.writing.selling import customers_of, sales_settle
from campaigns.records.writing.writer import Removed, Writer

#: What a refund has of its sale.
_OF_ITS_SALE = (*COPIED, "currency", "salesperson_id", "is_first")


class RefundWriter(Writer):
    def lock(self, client: Client, ids: list[int]) -> None:
        named = Refund.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids)
        lock_around(
            client, sales=named.filter(sale__isnull=False).values_list("sale_id", flat=True)
        )

    def create(self, client: Client, actor: Membership | None, values: Values) -> Refund:
        given = dict(values)
        if given.get("sale_id") is not None:
            lock_around(client, sales=[given["sale_id"]])
            given = _of_sale(client, given)
        given["currency"] = given.get("currency") or client.currency
        if not (given.get("refunded_at") or given.get("refunded_date")):
            given["refunded_date"] = today_of(client)
        moment_taken(given, "refunded", client)
        required(given, "amount")
        refund = Refund(**identity(client, given), **given)
        refund.save(force_insert=True)
        self._settle(client, [refund], [refund])
        refund.refresh_from_db()
        return refund

    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        changed, moved = [], []
        for refund in rows:
            given = dict(values)
            moment_taken(given, "refunded", client, refund)
            names = lay(refund, given)
            if refund.sale_id is not None:
                _own_words(names)
            if names:
                refund.save(update_fields=names)
                changed.append(refund)
            if {"amount", "refunded_at", "refunded_date"} & set(names):
                moved.append(refund)
        self._settle(client, changed, moved)
        return len(changed)

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        Refund.objects.filter(client=client, pk__in=[refund.pk for refund in rows]).delete()
        self._settle(client, rows, [])
        return {}

    def _settle(self, client: Client, refunds: Iterable[Refund], moved: Iterable[Refund]) -> None:
        """Who is new is judged again. Those that moved, in amount or day, keep within their sales."""
        mine = Sale.objects.filter(agency_id=client.agency_id, client=client)
        _check(client, mine.filter(pk__in={one.sale_id for one in moved if one.sale_id}))
        ids = {refund.sale_id for refund in refunds if refund.sale_id is not None}
        sales_settle(client, ids, customers_of(client, mine.filter(pk__in=ids)))


def _of_sale(client: Client, given: Values) -> Values:
    """A new refund of a sale, whole: what is left of it, unless less is said."""
    sale = Sale.objects.get(agency_id=client.agency_id, client=client, pk=given["sale_id"])
    copies = {name: getattr(sale, name) for name in _OF_ITS_SALE}
    _own_words([name for name in copies if name in given and given[name] != copies[name]])
    if given.get("customer_id") is not None:
        _own_words(["customer_id"])
    if given.get("amount") is None:
        given["amount"] = sale.amount - _given_back(client, [sale.pk]).get(sale.pk, Decimal(0))
    return given | copies | {"customer_id": None}


def _own_words(names: Iterable[str]) -> None:
    """Raises DomainError if one of the names is the sale's to say."""
    for name in names:
        if name in _OF_ITS_SALE or name == "customer_id":
            message = _("A refund has this from its sale. Change the sale.")
            raise field_error(name.removesuffix("_id"), "of_its_sale", message)


def _check(client: Client, sales: Iterable[Sale]) -> None:
    """Raises DomainError if more is given back than was paid, or before it was."""
    by_id = {sale.pk: sale for sale in sales}
    back = _given_back(client, by_id)
    for number, sale in by_id.items():
        if back.get(number, Decimal(0)) > sale.amount:
            message = _("More would be given back than the %(amount)s %(currency)s that were paid.")
            words = {"amount": exact_here(sale.amount), "currency": sale.currency}
            raise field_error("amount", "more_than_paid", message % words)
    refunds = Refund.objects.filter(agency_id=client.agency_id, client=client, sale__in=by_id)
    for refund in refunds.order_by("pk"):
        sold_on = by_id[refund.sale_id].sold_on
        if refund.refunded_on < sold_on:
            message = _("The sale was on %(day)s: nothing can be given back before.")
            day = {"day": sold_on.isoformat()}
            raise field_error("refunded_date", "before_the_sale", message % day)


def _given_back(client: Client, sales: Iterable[int]) -> dict[int, Decimal]:
    mine = Refund.objects.filter(agency_id=client.agency_id, client=client, sale__in=list(sales))
    return dict(mine.values_list("sale_id").annotate(amount=Sum("amount")).order_by())
