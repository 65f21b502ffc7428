"""Digits as a locale writes them: rounded once from the exact number, grouped, with its decimal sign. Pure.

Whatever shows a number to somebody comes here: the lists, and the figures of KPIs (`kpis.formats`).
"""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_currency_precision

#: Exact numbers only; never a float.
Number = Decimal | Fraction | int

DISPLAY_DIGITS = Context(prec=60, rounding=ROUND_HALF_UP)


def as_fraction(value: Number) -> Fraction:
    """The number itself, exactly. A float is refused: it is not the number it was written as."""
    if isinstance(value, float):
        raise TypeError("a number to show must be exact, not a float")
    return Fraction(value)


def round_half_away(value: Number, places: int) -> Decimal:
    """`value` with `places` decimals, halves away from zero, from its exact value; never −0."""
    scaled = abs(as_fraction(value)) * 10**places
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    result = Decimal(digits).scaleb(-places, DISPLAY_DIGITS)
    return result.copy_negate() if value < 0 and digits else result


def minor_units(currency: str | None) -> int:
    """Decimals of a currency (CLP, PYG, JPY 0; most 2), 2 when it is not said."""
    return get_currency_precision(currency) if currency else 2


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Locale:
    """Babel's locale for "es-AR" or "es_AR"; an unknown region falls back to its language."""
    name = locale.replace("-", "_")
    for candidate in (name, name.split("_")[0], "en"):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    raise UnknownLocaleError(locale)


def digits(value: Number, places: int, locale: str, signed: bool = False) -> str:
    """With exactly `places` decimals, grouped as the locale does; a plus sign where `signed`."""
    rounded = round_half_away(value, places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    with localcontext(DISPLAY_DIGITS):
        text = str(format_decimal(rounded, format=pattern, locale=babel_locale(locale)))
    return f"+{text}" if signed and rounded > 0 else text


def exact_digits(value: Decimal, locale: str) -> str:
    """With every digit that it has, without needless zeros."""
    return digits(value, max(0, -int(value.normalize().as_tuple().exponent)), locale)
