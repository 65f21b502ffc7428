"""The fields in which people type numbers, in the way in which their language writes them.

They are text for the browser: its own number field refuses 150.000.000 and 1.234,50 before anybody here
could read them. `inputmode` brings the keys for numbers all the same.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.numbers import (
    NumberRefused,
    is_currency,
    reader_sign,
    refusal,
    typed_here,
    written_here,
)


class NumberInput(forms.TextInput):
    """What was typed is shown as it was; a number is written as the reader would type it."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
        return written_here(value) if is_number else super().format_value(value)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """What reads the field in the browser needs its sign, too."""
        found = super().build_attrs(base_attrs, extra_attrs)
        return {**found, "data-number": reader_sign()}


class _Typed(forms.Field):
    """currency: of the amount, so that another one beside it is refused; "" where there is none.

    takes_percent: a percent sign says nothing new here. is_fine: three decimals are usual.
    """

    widget: Any = NumberInput

    def __init__(
        self,
        *,
        currency: str = "",
        takes_percent: bool = False,
        is_fine: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.currency, self.takes_percent, self.is_fine = currency, takes_percent, is_fine

    def _read(self, value: Any) -> Decimal | int | None:
        """The number in the text. What is a number already stays it."""
        text = str(value).strip() if isinstance(value, str) else value
        if text in self.empty_values:
            return None
        if not isinstance(text, str):
            return Decimal(str(text))
        try:
            typed = typed_here(text, self.is_fine)
            if typed.is_percent and not self.takes_percent:
                raise NumberRefused(text)
        except NumberRefused as error:
            raise ValidationError(refusal(text, error), code="invalid") from error
        if not is_currency(typed.currency, self.currency):
            raise ValidationError(self._other_currency(text), code="other_currency")
        return typed.value

    def _other_currency(self, text: str) -> str:
        if not self.currency:
            return _("“%(text)s” is an amount of money. Write the number alone.") % {"text": text}
        return _("“%(text)s” is in another currency: here amounts are in %(currency)s.") % {
            "text": text, "currency": self.currency,
        }  # fmt: skip


class NumberField(_Typed, forms.DecimalField):
    """An exact number."""

    widget = NumberInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(_shortened(self._read(value), self.decimal_places))


def _shortened(number: Decimal | int | None, places: int | None) -> Decimal | int | None:
    """Without zeros that are too many: 1.5000 is how 1.5 is told from 1500 where two decimals fit."""
    if not isinstance(number, Decimal) or places is None:
        return number
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return number
    while exponent < -places and digits and not digits[-1]:
        digits, exponent = digits[:-1], exponent + 1
    return Decimal((sign, digits, exponent))


class WholeField(_Typed, forms.IntegerField):
    """A whole number, 150.000 as well as 150000."""

    widget = NumberInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": NumberInput({"inputmode": "numeric"}), **options})

    def to_python(self, value: Any) -> int | None:
        number = self._read(value)
        if number is not None and number != int(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return None if number is None else int(number)


def typed_fields(model: type[models.Model], names: Iterable[str]) -> dict[str, type[_Typed]]:
    """For a model form's `field_classes`: those of its columns that hold numbers to be typed."""
    columns = [model._meta.get_field(name) for name in names]
    return {
        column.name: NumberField if isinstance(column, models.DecimalField) else WholeField
        for column in columns
        if isinstance(column, models.DecimalField | models.IntegerField) and not column.choices
    }


def amounts_in(form: forms.BaseForm, currency: str) -> None:
    """Say the currency of a form's amounts: its sign or code may stand beside them."""
    for field in form.fields.values():
        if isinstance(field, NumberField):
            field.currency = currency


def percents_in(form: forms.BaseForm, *names: str) -> None:
    """These fields are written per hundred: a percent sign beside their numbers is right."""
    for name in names:
        field = form.fields.get(name)
        if isinstance(field, NumberField):
            field.takes_percent = True
