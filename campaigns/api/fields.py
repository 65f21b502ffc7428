"""Fields of the API whose meaning is narrower than REST framework's: instants, days, money, codes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import get_currency_precision
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.channels import CODES

FIRST_YEAR, LAST_YEAR = 1970, 2100
MOST_COUNT = 10**15
_CURRENCIES = frozenset(Locale("en").currencies)


class InstantField(serializers.DateTimeField):
    """A moment with its offset: without one, nobody can say which local day it belongs to."""

    default_error_messages = {
        "offset_missing": _("Write the offset too, like 2026-03-31T18:30:00-03:00 or …Z."),
        "out_of_range": _("The year must be from 1970 to 2100."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss±hh:mm")
        if moment.tzinfo is None:
            self.fail("offset_missing")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail("out_of_range")
        return moment


class DayField(serializers.DateField):
    """A local date, YYYY-MM-DD."""

    default_error_messages = {"out_of_range": _("The year must be from 1970 to 2100.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("out_of_range")
        return day


class MoneyField(serializers.DecimalField):
    """An amount in the row's currency, exact: better sent as a string than as a JSON number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=6, **options)


class CountField(serializers.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_COUNT, allow_null=True, **options)


@extend_schema_field({"type": ["string", "null"], "enum": [*CODES, None]})
class ChannelField(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(CODES), allow_null=True, **options)


class CurrencyField(serializers.CharField):
    """Three letters of ISO 4217."""

    default_error_messages = {"unknown": _("There is no currency “{value}”; write it like EUR.")}

    def to_internal_value(self, value: Any) -> str:
        text: str = super().to_internal_value(value)
        if text and text not in _CURRENCIES:
            self.fail("unknown", value=text[:20])
        return text


@extend_schema_field(
    {"type": "string", "pattern": "^[A-Z]{2}$"}
)  # null and "" come with the options
class CountryField(serializers.RegexField):
    """Two letters of ISO 3166."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^([A-Z]{2})?\Z", **options)


DEVICES = ("desktop", "mobile", "tablet", "other")


def text_field(longest: int, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(
        max_length=longest, required=False, allow_blank=True, allow_null=True, help_text=help_text
    )


def instant_field(help_text: str) -> InstantField:
    return InstantField(required=False, allow_null=True, help_text=help_text)


def day_field(
    help_text: str = "Where no time is known; else the local day of the instant.",
) -> DayField:
    return DayField(required=False, allow_null=True, help_text=help_text)


def flag_field(help_text: str) -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True, help_text=help_text)


def device_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=DEVICES, required=False, allow_blank=True, allow_null=True
    )


def country_field() -> CountryField:
    return CountryField(required=False, allow_blank=True, allow_null=True)


def currency_field(help_text: str = "Else the client's.") -> CurrencyField:
    return CurrencyField(required=False, allow_blank=True, allow_null=True, help_text=help_text)


def channel_field(
    help_text: str = "Used where there is no source and medium.",
) -> ChannelField:
    return ChannelField(required=False, help_text=help_text)


def external_id_field() -> serializers.CharField:
    return serializers.CharField(min_length=1, max_length=200)


def campaign_field() -> serializers.CharField:
    return text_field(200, "The campaign's id on its platform. A new one is made.")


def salesperson_field() -> serializers.CharField:
    return text_field(200, "The salesperson's id in your system. A new one is made.")


def customer_field(help_text: str) -> serializers.CharField:
    return text_field(200, help_text)


def money_text(amount: Decimal | None, currency: str) -> str | None:
    """An exact amount with at least its currency's decimals: 1250 EUR is "1250.00"."""
    if amount is None:
        return None
    whole, _dot, decimals = format(amount, "f").partition(".")
    places = get_currency_precision(currency) if currency else 2
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def number_text(number: Decimal | None) -> str | None:
    """An exact decimal without trailing zeros."""
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
