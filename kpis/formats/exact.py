"""Exact numbers: the strings of the API and the CSV."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from accounts.numbers.digits import as_fraction, minor_units
from kpis.compare import Number

MONEY_UNITS = ("money", "money_per_day")

_EXACT_DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)


def to_decimal(value: Number) -> Decimal:
    """An exact number as a Decimal; a fraction without a finite one to 28 digits."""
    if isinstance(value, Fraction):
        return _EXACT_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value if isinstance(value, Decimal) else Decimal(as_fraction(value).numerator)


def exact_text(value: Number | None) -> str | None:
    """The exact decimal string for API and CSV: no exponent, no trailing zeros; None stays None.

    25 → "25", 25.500000 → "25.5", 1E+3 → "1000", 1/3 → 28 digits. See `money_text` for money.
    """
    if value is None:
        return None
    text = format(to_decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def money_text(value: Number | None, currency: str | None) -> str | None:
    """As `exact_text`, but never with fewer decimals than the currency's minor units ("25.00")."""
    text = exact_text(value)
    if text is None:
        return None
    places = minor_units(currency)
    whole, _dot, decimals = text.partition(".")
    decimals = decimals.ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def exact_unit_text(value: Number | None, unit: str, currency: str | None = None) -> str | None:
    """The exact decimal string of a KPI's value, by its unit."""
    return money_text(value, currency) if unit in MONEY_UNITS else exact_text(value)
