"""Numbers that are read, not typed, for the reader of this request: in the lists, boards and cards of
a client as in its fields and on the pages of its KPIs."""

from decimal import Decimal

from accounts.numbers.digits import digits, exact_digits, minor_units
from accounts.numbers.habits import reader_locale


def shown_here(value: Decimal | int | None, places: int = 0) -> str:
    """With a fixed count of decimals; "" for None."""
    return "" if value is None else digits(value, places, reader_locale())


def money_here(amount: Decimal | None, currency: str) -> str:
    """With the decimals of its currency, which is named beside it; "" for None."""
    return shown_here(amount, minor_units(currency))


def exact_here(value: Decimal) -> str:
    """With every digit that it has."""
    return exact_digits(value, reader_locale())
