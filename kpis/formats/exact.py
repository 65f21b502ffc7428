"""Exact numbers: rounding once, half away from zero, and the strings of the API and the CSV."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from kpis.compare import Number

MONEY_UNITS = ("money", "money_per_day")

DISPLAY_DIGITS = Context(prec=60, rounding=ROUND_HALF_UP)
_EXACT_DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)


def as_fraction(value: Number) -> Fraction:
    """The number itself, exactly. A float is refused: it is not the number it was written as."""
    if isinstance(value, float):
        raise TypeError("a number to show must be exact, not a float")
    return Fraction(value)


def to_decimal(value: Number) -> Decimal:
    """An exact number as a Decimal; a fraction without a finite one to 28 digits."""
    if isinstance(value, Fraction):
        return _EXACT_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value if isinstance(value, Decimal) else Decimal(as_fraction(value).numerator)


def round_half_away(value: Number, places: int) -> Decimal:
    """`value` with `places` decimals, halves away from zero, from its exact value; never −0."""
    scaled = abs(as_fraction(value)) * 10**places
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    result = Decimal(digits).scaleb(-places, DISPLAY_DIGITS)
    return result.copy_negate() if value < 0 and digits else result


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


def minor_units(currency: str | None) -> int:
    """Decimals of a currency (CLP, PYG, JPY 0; most 2), 2 when it is not said."""
    return get_currency_precision(currency) if currency else 2
