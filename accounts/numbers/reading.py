"""A typed number, read by the habits of a locale, and a number written so that it reads back. Pure.

The one doubt is a single sign before exactly three digits. 1.500 is fifteen hundred where the point
groups, and that is how it is read there. Where the point is the decimal sign, one and a half is hardly
ever written with three decimals, and a thousandfold slip shows nowhere: it is refused, with both readings.
So is 1.085 as an exchange rate where the point groups: rates are copied from everywhere.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_decimal_symbol

from accounts.numbers.digits import babel_locale, exact_digits
from accounts.numbers.marks import OWN_SIGN, currency_of_mark, number_by_sign, parted

#: Nobody types more; what is longer is something else that was pasted.
MOST_CHARACTERS = 60
_YEN = frozenset(("JPY", "CNY"))


class NumberRefused(ValueError):
    """A text that is no number."""


class TwoNumbers(NumberRefused):
    """A text that could be two: `large` and `small` say each of them beyond doubt."""

    def __init__(self, large: str, small: str) -> None:
        super().__init__(large)
        self.large, self.small = large, small


@dataclass(frozen=True)
class Typed:
    """currency: the one that was named beside it, "$" or "¥" for a sign of several, "" for none."""

    value: Decimal
    currency: str = ""
    is_percent: bool = False


@lru_cache(maxsize=64)
def decimal_sign(locale: str) -> str:
    """The point or the comma of "es-AR"."""
    return "," if get_decimal_symbol(babel_locale(locale)) == "," else "."


def read_typed(text: str, decimal: str, is_fine: bool = False) -> Typed:
    """The number that a person means whose decimal sign is `decimal`; "" if nobody knows it.

    is_fine: three decimals are usual here (an exchange rate): the decimal sign before them is not
    doubted, and the sign that groups is.
    """
    plain = text.strip()
    is_percent = plain.endswith("%")
    parts = parted(plain.rstrip("%").rstrip().upper()) if len(plain) <= MOST_CHARACTERS else None
    if parts is None:
        raise NumberRefused(text)
    is_negative, digits, mark = parts
    value = number_by_sign(digits, _sign_meant(digits, decimal, is_fine))
    if value is None or (is_percent and mark):
        raise NumberRefused(text)
    return Typed(-value if is_negative else value, _currency(mark), is_percent)


def _sign_meant(digits: str, decimal: str, is_fine: bool) -> str:
    """The decimal sign of these digits, whether they have one or not."""
    signs = [each for each in digits if each in ".,"]
    if len(set(signs)) == 2 or not signs:
        return signs[-1] if signs else "."
    only = signs[0]
    other = "," if only == "." else "."
    if len(signs) > 1:
        return other
    before, _sign, after = digits.partition(only)
    could_group = len(after) == 3 and before.isdigit() and len(before) <= 3 and before[0] != "0"
    if not could_group or (is_fine and only == decimal):
        return only
    if only == decimal or is_fine or not decimal:
        sign = decimal or "."
        raise TwoNumbers(f"{before}{after}", f"{before}{sign}{after}")
    return other


def _currency(mark: str | None) -> str:
    return currency_of_mark(mark) or mark if mark else ""


def is_currency(named: str, currency: str) -> bool:
    """Whether what was written beside an amount may be meant for this currency."""
    if named == "¥":
        return currency in _YEN
    is_dollar = named == "$" and bool(currency) and currency not in OWN_SIGN | _YEN
    return not named or named == currency or is_dollar


def write_typed(value: Decimal | int, locale: str, decimal: str, is_fine: bool = False) -> str:
    """The exact number for a field: grouped, without needless zeros, and read by `decimal` as the same."""
    exact = Decimal(value)
    text = exact_digits(exact, locale)
    try:
        for with_care in {False, is_fine}:  # clear to whoever reads it, and where it is typed
            read_typed(text, decimal, with_care)
    except TwoNumbers:
        return format(exact, ".0f") if exact == exact.to_integral_value() else f"{text}0"
    return text
