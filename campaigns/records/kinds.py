"""The kinds of rows that people keep by hand: which, with which fields, for whom. Nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    Interaction,
    Lead,
    Product,
    Refund,
    Sale,
    Salesperson,
)
from campaigns.models.batches import Family


@dataclass(frozen=True)
class RecordKind:
    """A list that people keep.

    fields: what a person may set, always; moment: `x` of a local moment, set as `x_date`, with
    `x_time` if the time is known (the client's clock), or as the instant `x_at`. once: only said
    when the row is added. family: whose source is live once a row is added by hand. begins: the
    first day of a row that covers a period.
    """

    key: str
    model: Any
    name: str | Promise
    names: str | Promise
    fields: tuple[str, ...]
    sees: str
    edits: str
    moment: str = ""
    once: tuple[str, ...] = ()
    family: str = ""
    begins: str = ""

    @property
    def day(self) -> str:
        """The column of the row's own day; '' if it has none."""
        return f"{self.moment}_on" if self.moment else self.begins

    @property
    def moment_fields(self) -> tuple[str, ...]:
        return tuple(f"{self.moment}_{part}" for part in ("date", "time", "at") if self.moment)


_TOUCH = ("channel", "utm_source", "utm_medium", "campaign", "device", "country")
_PERIOD = ("starts_on", "ends_on", "amount", "currency", "channel", "campaign")

_ALL = (
    RecordKind(
        "campaigns", Campaign, _("campaign"), _("campaigns"),
        ("name", "platform", "starts_on", "ends_on", "is_archived"),
        sees="see_data", edits="edit_campaigns", once=("external_id",),
    ),
    RecordKind(
        "salespeople", Salesperson, _("salesperson"), _("salespeople"),
        ("name", "membership", "ended_on"),
        sees="see_data", edits="edit_data", once=("external_id",),
    ),
    RecordKind(
        "customers", Customer, _("customer"), _("customers"),
        ("name", "salesperson", "country"),
        sees="see_data", edits="edit_data", once=("external_id",),
    ),
    RecordKind(
        "leads", Lead, _("lead"), _("leads"),
        ("name", "email", "phone", *_TOUCH, "salesperson", "amount", "answered_at", "status"),
        sees="see_leads", edits="edit_leads", moment="created", once=("external_id",),
        family=Family.LEADS,
    ),
    RecordKind(
        "sales", Sale, _("sale"), _("sales"),
        ("customer", "amount", "currency", "kind", "cost_of_goods", *_TOUCH, "salesperson", "lines"),
        sees="see_data", edits="edit_data", moment="sold", once=("external_id", "lead"),
        family=Family.SALES,
    ),
    RecordKind(
        "refunds", Refund, _("refund"), _("refunds"),
        ("customer", "product", "units", "amount", "currency", "cost_of_goods", *_TOUCH, "salesperson"),
        sees="see_data", edits="edit_data", moment="refunded", once=("external_id", "sale"),
        family=Family.SALES,
    ),
    RecordKind(
        "costs", Cost, _("cost"), _("costs"),
        ("layer", "is_shared", *_PERIOD, "salesperson", "description"),
        sees="see_costs", edits="edit_data", once=("external_id",), family=Family.COSTS,
        begins="starts_on",
    ),
    RecordKind(
        "budgets", Budget, _("budget"), _("budgets"), _PERIOD,
        sees="see_costs", edits="edit_data", once=("external_id",), family=Family.BUDGET,
        begins="starts_on",
    ),
    RecordKind(
        "interactions", Interaction, _("contact"), _("contacts"),
        ("customer", "lead", "salesperson", "kind", "is_inbound", "is_held", "is_bulk"),
        sees="see_leads", edits="edit_leads", moment="happened", once=("external_id",),
        family=Family.ACTIVITY,
    ),
    RecordKind(
        "products", Product, _("product"), _("products"), ("name", "unit_cost", "currency"),
        sees="see_data", edits="edit_data", once=("external_id",),
    ),
    RecordKind(
        "terms", CustomerTerm, _("contract"), _("contracts"), ("starts_on", "ends_on"),
        sees="see_data", edits="edit_data", once=("external_id", "customer"),
        begins="starts_on",
    ),
)  # fmt: skip

KINDS: Mapping[str, RecordKind] = {kind.key: kind for kind in _ALL}


def kind_of(model: Any) -> RecordKind | None:
    """The kind whose rows stand in this model's table."""
    return next((kind for kind in _ALL if kind.model is model), None)
