"""The form of a sale: its own fields, and a row of fields for each of its lines."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.forms.numbers import WholeField
from campaigns.facts.lines import MOST_LINES
from campaigns.facts.queries import lines_of_sales
from campaigns.forms.fields import MOST_UNITS, exact_money
from campaigns.forms.records import RecordForm
from campaigns.lists.picking import products_called
from campaigns.models import SaleLine

PREFIX = "line"


class LineForm(forms.Form):
    """A line as it is typed. Its product is a name: one of the client's products, or a new one."""

    id = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())
    product = forms.CharField(label=_("Product"), max_length=200, required=False)
    units = WholeField(label=_("Units"), min_value=0, max_value=MOST_UNITS, required=False)
    unit_price = exact_money(_("Unit price"))
    amount = exact_money(_("Amount"), min_value=None)
    cost_of_goods = exact_money(_("Cost"))

    def __init__(self, data: Any, number: int | str, line: SaleLine | None = None) -> None:
        super().__init__(data, prefix=f"{PREFIX}-{number}", initial=_began(line))
        self.fields["product"].widget.attrs |= {"list": "line-products", "autocomplete": "off"}

    @property
    def is_blank(self) -> bool:
        return all(value in (None, "") for name, value in self.cleaned_data.items() if name != "id")


def _began(line: SaleLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    return {
        "id": line.pk,
        "product": str(line.product or ""),
        "units": line.units or None,
        "amount": line.amount,
        "cost_of_goods": line.cost_of_goods,
    }


class SaleForm(RecordForm):
    """Its lines are looked at only if the page had them (`lines` is sent): else they stay as they are."""

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.use_required_attribute = False  # with lines, the amount is their sum
        row = self.row
        self.standing: Sequence[SaleLine] = (
            lines_of_sales(self.brand, [row]).get(row.pk, ()) if row is not None else ()
        )
        self.has_said_lines = data is not None and "lines" in data
        known = {line.pk: line for line in self.standing}
        if self.has_said_lines:
            self.line_forms = [LineForm(data, number) for number in _numbers(data)]
            self.fields["amount"].required = False
        else:
            shown = [LineForm(None, number, line) for number, line in enumerate(known.values())]
            self.line_forms = [*shown, LineForm(None, len(shown))]
        self.blank_line = LineForm(None, "new")
        self.lines_error = ""

    @property
    def is_lined(self) -> bool:
        """Whether the part of the lines stands open."""
        return bool(self.standing) or (self.has_said_lines and any(map(_is_typed, self.line_forms)))

    @property
    def usual(self) -> set[str]:
        return super().usual | {"amount"}

    def is_valid(self) -> bool:
        verdicts = [form.is_valid() for form in self.line_forms if self.has_said_lines]
        return super().is_valid() and all(verdicts)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_silent = self.has_said_lines and not any(map(_is_typed, self.line_forms))
        if is_silent and "amount" not in self.errors and data.get("amount") is None:
            self.add_error("amount", _("Write an amount, or lines."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        said = super().values
        if not self.has_said_lines:
            return said
        lines = said["lines"] = self._lines()
        for name in ("amount", "cost_of_goods") if lines else ():
            before = getattr(self.row, name, None)
            if said.get(name) in (None, before):  # not typed: it follows from the lines
                said.pop(name, None)
        return said

    def _lines(self) -> list[dict[str, Any]]:
        typed = [form for form in self.line_forms if not form.is_blank]
        called = products_called(self.brand, [form.cleaned_data["product"] for form in typed])
        known = {line.pk: line for line in self.standing}
        return [_said(form.cleaned_data, known, called) for form in typed]

    def refuse(self, error: DomainError) -> None:
        """Tell what the service said at the line and field that it names."""
        field = str(error.data.get("field") or "")
        if field == "lines":
            self.lines_error = str(error)
            return
        first, *rest = field.split(".")
        typed = [form for form in self.line_forms if not form.is_blank]
        if first == "lines" and len(rest) == 2 and int(rest[0]) < len(typed):
            form = typed[int(rest[0])]
            form.add_error(rest[1] if rest[1] in form.fields else None, str(error))
            return
        super().refuse(error)


def _numbers(data: Any) -> list[str]:
    """The lines that were sent, in the order of their numbers."""
    found = {name.split("-")[1] for name in data if name.startswith(f"{PREFIX}-")}
    numbers = sorted(int(text) for text in found if text.isascii() and text.isdecimal())
    return [str(number) for number in numbers[: MOST_LINES + 1]]


def _is_typed(form: LineForm) -> bool:
    names = ("product", "units", "unit_price", "amount", "cost_of_goods")
    return any((form.data.get(form.add_prefix(name)) or "").strip() for name in names)


def _said(
    data: dict[str, Any], known: dict[int, SaleLine], called: dict[str, Any]
) -> dict[str, Any]:
    """A line as the service takes it: a product that keeps its name is the one that it was."""
    line = {name: data[name] for name in ("units", "unit_price", "amount", "cost_of_goods")}
    before = known.get(data["id"])
    if data["id"] is not None:
        line["id"] = data["id"]
    name = data["product"]
    if before is not None and name == str(before.product or ""):
        return line
    if not name:
        return line | {"product": None}
    return line | ({"product": called[name]} if name in called else {"product_name": name})
