"""Rows that concern no other row: costs, budgets, contacts, products, contracts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from campaigns.lead_steps import today_of
from campaigns.models.costs import AGENCY_ONLY, Layer
from campaigns.records.errors import field_error
from campaigns.records.hanging import hanging_on, refuse_hanging
from campaigns.records.kinds import KINDS, RecordKind
from campaigns.records.values import (
    Values,
    identity,
    lay,
    moment_taken,
    not_ahead,
    period_checked,
    required,
)
from campaigns.records.writing.writer import Removed, Writer


class PlainWriter(Writer):
    """Lay the values on the row, look at it whole, save it."""

    def __init__(self, kind: RecordKind, needs: tuple[str, ...]) -> None:
        self.kind, self.needs = kind, needs

    def create(self, client: Client, actor: Membership | None, values: Values) -> Any:
        given = dict(values)
        self._complete(client, given)
        required(given, *self.needs)
        if self.kind.moment:
            given.setdefault(f"{self.kind.moment}_date", today_of(client))
        row = self.kind.model(**self._identity(client, given))
        self._lay(client, row, given, is_new=True)
        row.save(force_insert=True)
        row.refresh_from_db()
        return row

    def change(
        self, client: Client, actor: Membership | None, rows: list[Any], values: Values
    ) -> int:
        changed = 0
        for row in rows:
            names = self._lay(client, row, dict(values), is_new=False)
            if names:
                row.save(update_fields=names)
                changed += 1
        return changed

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        self.kind.model.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return {}

    def _identity(self, client: Client, values: Values) -> Values:
        return identity(client, values)

    def _complete(self, client: Client, values: Values) -> None:
        """What follows from the rest where it was not said."""
        if "currency" in self.kind.fields and not values.get("currency"):
            values["currency"] = client.currency

    def _lay(self, client: Client, row: Any, values: Values, is_new: bool) -> list[str]:
        if self.kind.moment:
            moment_taken(values, self.kind.moment, client, None if is_new else row)
        names = lay(row, values)
        self._check(client, row, {name: values[name] for name in names})
        return names

    def _check(self, client: Client, row: Any, changed: Mapping[str, Any]) -> None:
        if self.kind.begins:
            period_checked(row)


class CostWriter(PlainWriter):
    """Who sees the row follows its layer unless it is said; it begins today at the latest."""

    def _complete(self, client: Client, values: Values) -> None:
        super()._complete(client, values)
        values["ends_on"] = values.get("ends_on") or values.get("starts_on")
        if values.get("is_shared") is None:
            values["is_shared"] = values.get("layer") not in AGENCY_ONLY

    def _check(self, client: Client, row: Any, changed: Mapping[str, Any]) -> None:
        super()._check(client, row, changed)
        not_ahead(dict(changed), "starts_on", client)
        if row.salesperson_id is not None and row.layer != Layer.SALES:
            message = _("Only costs of the sales team are a salesperson's.")
            raise field_error("salesperson", "not_sales", message)


class BudgetWriter(PlainWriter):
    def _complete(self, client: Client, values: Values) -> None:
        super()._complete(client, values)
        values["ends_on"] = values.get("ends_on") or values.get("starts_on")


class ContactWriter(PlainWriter):
    """A contact is with somebody; one with a lead is with the customer that it became, too."""

    def _check(self, client: Client, row: Any, changed: Mapping[str, Any]) -> None:
        if (
            {"customer_id", "lead_id"} & set(changed)
            and row.customer_id is None
            and row.lead_id is None
        ):
            raise field_error("customer", "required", _("Say with which customer or lead."))


class ProductWriter(PlainWriter):
    """Its cost has a currency; without a cost there is none."""

    def _identity(self, client: Client, values: Values) -> Values:
        whole = identity(client, values)
        return {name: whole[name] for name in ("agency_id", "client", "external_id")}

    def _complete(self, client: Client, values: Values) -> None:
        if values.get("unit_cost") is not None and not values.get("currency"):
            values["currency"] = client.currency

    def _lay(self, client: Client, row: Any, values: Values, is_new: bool) -> list[str]:
        if is_new:
            values.setdefault("unit_cost", None)
        if "unit_cost" in values:
            without = values["unit_cost"] is None
            values["currency"] = (
                "" if without else values.get("currency") or row.currency or client.currency
            )
        return super()._lay(client, row, values, is_new)

    def remove(
        self, client: Client, actor: Membership | None, rows: list[Any], with_hanging: bool
    ) -> Removed:
        """Parents of facts are never removed under them."""
        advice = _("Remove it from those first, or leave it: its sales are read by it.")
        refuse_hanging(hanging_on(client, self.kind.model, [row.pk for row in rows]), advice)
        return super().remove(client, actor, rows, with_hanging)


def plain_writers() -> Iterable[tuple[str, Writer]]:
    yield "costs", CostWriter(KINDS["costs"], ("layer", "starts_on", "amount"))
    yield "budgets", BudgetWriter(KINDS["budgets"], ("starts_on", "amount"))
    yield "interactions", ContactWriter(KINDS["interactions"], ("kind",))
    yield "products", ProductWriter(KINDS["products"], ("name",))
    yield "terms", PlainWriter(KINDS["terms"], ("customer_id", "starts_on"))
