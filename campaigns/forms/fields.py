"""The controls of a record's form, by the name of what they set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babel.core import Locale
from django import forms
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import currency_choices
from accounts.forms.numbers import NumberField, WholeField
from accounts.models import Client
from campaigns.channels import CHANNELS
from campaigns.lists.picking import row_picked, said
from campaigns.models.contacts import InteractionKind
from campaigns.models.costs import Layer
from campaigns.models.leads import LeadStatus
from campaigns.models.sales import SaleKind
from campaigns.queries import campaigns_of, members_to_link, salespeople_of

DEVICES = (
    ("", "—"),
    ("desktop", _("Desktop")),
    ("mobile", _("Mobile")),
    ("tablet", _("Tablet")),
    ("other", _("Other")),
)
USUAL, SHARED, OWN = "", "shared", "own"
SEEN_BY = (
    (USUAL, _("As is usual for its layer")),
    (SHARED, _("The client too")),
    (OWN, _("Only the agency")),
)
#: Which list a reference is picked from.
PICKED = {"customer": "customers", "lead": "leads", "sale": "sales", "product": "products"}


def channel_choices(first: tuple[str, Any] | None = None) -> list[tuple[str, Any]]:
    return [*([first] if first else []), *((each.code, each.name) for each in CHANNELS)]


def country_choices() -> list[tuple[str, str]]:
    """ISO 3166 codes with their names in the reader's language, by name."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return [("", "—"), *sorted(known, key=lambda pair: pair[1])]


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RowInput(forms.Widget):
    """One of many rows: a search whose finds are offered below it (see lists/parts/picker.html)."""

    template_name = "lists/parts/picker.html"

    def __init__(self, kind: str, client: Client, find: str) -> None:
        super().__init__()
        self.kind, self.client, self.find = kind, client, find

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        number = int(value) if str(value or "").isdecimal() else 0
        row = row_picked(self.kind, self.client, number) if number else None
        context["widget"] |= {"row": row, "said": said(row) if row else "", "find": self.find}
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> Any:
        return render_to_string(template_name, context)  # ours stand beside the pages'

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_find" if id_ else id_


class RowField(forms.Field):
    """The row with the id that was picked, of this client; None for none."""

    widget: RowInput

    def clean(self, value: Any) -> Any:
        super().clean(value)
        if value in self.empty_values:
            return None
        text = str(value)
        row = None
        if text.isascii() and text.isdecimal() and len(text) < 19:
            row = row_picked(self.widget.kind, self.widget.client, int(text))
        if row is None:
            raise forms.ValidationError(_("Choose one of those offered."), code="invalid_choice")
        return row


def _text(label: Any, most: int, **more: Any) -> forms.Field:
    return forms.CharField(label=label, max_length=most, required=False, **more)


def exact_money(label: Any, **more: Any) -> NumberField:
    """An amount with as many decimals as are stored: files and the API bring more than two."""
    told = {"min_value": _("Less than nothing is not possible here.")}
    options = {
        "min_value": 0,
        "max_digits": 18,
        "decimal_places": 6,
        "required": False,
        "error_messages": told,
    }
    return NumberField(label=label, **{**options, **more})


def _day(label: Any, **more: Any) -> forms.Field:
    return forms.DateField(label=label, required=False, widget=date_input(), **more)


def _choice(label: Any, choices: Any, **more: Any) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, required=False, **more)


def _row(label: Any, rows: QuerySet[Any], **more: Any) -> forms.Field:
    return forms.ModelChoiceField(
        label=label, queryset=rows, required=False, empty_label="—", **more
    )


class PersonField(forms.ModelChoiceField):
    """A salesperson or a member, told apart from those who have left: what is past stays theirs."""

    def __init__(self, label: Any, rows: QuerySet[Any] | None, **more: Any) -> None:
        super().__init__(
            queryset=rows, **{"label": label, "required": False, "empty_label": "—", **more}
        )

    def label_from_instance(self, obj: Any) -> str:
        who = str(getattr(obj, "user", obj))
        return who if obj.ended_on is None else _("%(name)s (has left)") % {"name": who}


def _clock(label: Any) -> forms.Field:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the client's clock. Without it only the day is kept."),
    )


def _flag(label: Any, **more: Any) -> forms.Field:
    return forms.BooleanField(label=label, required=False, **more)


def _picked(label: Any, name: str, ask: "Ask", help_text: Any = "") -> forms.Field:
    kind = PICKED[name]
    widget = RowInput(kind, ask.client, ask.find(kind))
    return RowField(label=label, required=False, widget=widget, help_text=help_text)


DAYS = {
    "leads": _("Came in on"),
    "sales": _("Sold on"),
    "refunds": _("Refunded on"),
    "interactions": _("Took place on"),
}
IDENTITY = {
    "campaigns": _("The platform's id. Empty: a new one."),
    "sales": _("The order number. Empty: a new one."),
    "refunds": _("The credit note's number. Empty: a new one."),
    "customers": _("The shop's or CRM's id. Empty: a new one."),
    "products": _("The shop's id or SKU. Empty: a new one."),
    "terms": _("The contract's number. Empty: a new one."),
    "salespeople": _("The CRM's id. Empty: a new one."),
}
_SPREAD = _("Spread over these days, exactly to the cent.")
ENDS = {"costs": _SPREAD, "budgets": _SPREAD, "terms": _("Empty: until further notice.")}
MOST_UNITS = 10**15
WHOSE = {"refunds": _("Of a credit note that names no sale.")}
AMOUNT = {
    "sales": _("Less discounts, without tax and shipping."),
    "refunds": _("Empty: all that is left of the sale."),
}


@dataclass(frozen=True)
class Ask:
    """For which list and client a control is made; find: the address that looks for rows of a list."""

    kind: str
    client: Client
    find: Callable[[str], str]
    row: Any = None  # the one that is changed, if it is one

    @property
    def is_spread(self) -> bool:
        return self.kind in ("costs", "budgets")


#: The control of each field by its name. Nothing is required here: what a row needs is the
#: service's to say, at the field.
MAKERS: dict[str, Callable[[Ask], forms.Field]] = {
    "name": lambda ask: _text(_("Name"), 150),
    "email": lambda ask: forms.EmailField(label=_("E-mail"), max_length=254, required=False),
    "phone": lambda ask: _text(_("Phone"), 40),
    "platform": lambda ask: _text(_("Platform"), 40),
    "description": lambda ask: _text(_("What for"), 200),
    "external_id": lambda ask: _text(_("Identity"), 200, help_text=IDENTITY.get(ask.kind, "")),
    "utm_source": lambda ask: _text(_("Source"), 100),
    "utm_medium": lambda ask: _text(
        _("Medium"), 100, help_text=_("Where source or medium are known, they decide the channel.")
    ),
    "channel": lambda ask: _choice(
        _("Channel"),
        channel_choices(("", _("None: the whole client")) if ask.is_spread else None),
    ),
    "campaign": lambda ask: _row(_("Campaign"), campaigns_of(ask.client)),
    "salesperson": lambda ask: PersonField(_("Salesperson"), salespeople_of(ask.client)),
    "membership": lambda ask: PersonField(
        _("Member"),
        members_to_link(ask.client, getattr(ask.row, "membership_id", None)),
        help_text=_("Linked to a member, they see their own leads counted."),
    ),
    "customer": lambda ask: _picked(_("Customer"), "customer", ask, WHOSE.get(ask.kind, "")),
    "lead": lambda ask: _picked(_("Lead"), "lead", ask),
    "sale": lambda ask: _picked(_("Sale"), "sale", ask),
    "product": lambda ask: _picked(_("Product"), "product", ask),
    "units": lambda ask: WholeField(
        label=_("Units"), min_value=0, max_value=MOST_UNITS, required=False
    ),
    "unit_cost": lambda ask: exact_money(
        _("Cost of one unit"), help_text=_("For sales to come that do not say it themselves.")
    ),
    "device": lambda ask: _choice(_("Device"), DEVICES),
    "country": lambda ask: _choice(_("Country"), country_choices()),
    "layer": lambda ask: _choice(_("Layer"), Layer.choices),
    "status": lambda ask: _choice(
        _("State"), LeadStatus.choices, help_text=_("Only valid leads are counted.")
    ),
    "kind": lambda ask: _choice(
        _("Kind"),
        [("", "—"), *SaleKind.choices] if ask.kind == "sales" else InteractionKind.choices,
    ),
    "amount": lambda ask: exact_money(
        _("Expected amount") if ask.kind == "leads" else _("Amount"),
        help_text=AMOUNT.get(ask.kind, ""),
    ),
    "cost_of_goods": lambda ask: exact_money(_("Cost of goods"), help_text=_("Empty: not known.")),
    "currency": lambda ask: _choice(_("Currency"), currency_choices()),
    "seen_by": lambda ask: _choice(
        _("Who sees this row"),
        SEEN_BY,
        help_text=_(
            "People and tools are usually the agency's own. The client sees KPIs over all costs, never a"
            " row that only the agency sees."
        ),
    ),
    "starts_on": lambda ask: _day(pgettext_lazy("day", "From")),
    "ends_on": lambda ask: _day(
        pgettext_lazy("day", "To"),
        help_text=ENDS.get(ask.kind, ""),
    ),
    "ended_on": lambda ask: _day(
        _("Left on"), help_text=_("Empty while they sell. Their results stay theirs.")
    ),
    "is_archived": lambda ask: _flag(
        _("Archived"), help_text=_("Out of the lists to choose from; its facts stay.")
    ),
    "is_inbound": lambda ask: _flag(_("From the other side")),
    "is_held": lambda ask: _flag(_("The meeting took place")),
    "is_bulk": lambda ask: _flag(_("Sent to many at once")),
}


def field_of(name: str, ask: Ask) -> forms.Field:
    """The control for one field; the parts of a moment are `x_date` and `x_time`."""
    if name.endswith("_date"):
        return _day(DAYS[ask.kind])
    return _clock(_("At")) if name.endswith("_time") else MAKERS[name](ask)
