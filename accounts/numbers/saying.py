"""Typed numbers for the reader of this request: read, written, and refused in words."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.numbers.habits import reader_locale, reader_sign
from accounts.numbers.reading import (
    NumberRefused,
    TwoNumbers,
    Typed,
    read_typed,
    write_typed,
)


def typed_here(text: str, is_fine: bool = False) -> Typed:
    """What this reader means by it. Raises NumberRefused; see `read_typed`."""
    return read_typed(text, reader_sign(), is_fine)


def written_here(value: Decimal | int | None, is_fine: bool = False) -> str:
    """As this reader types it; "" for None."""
    return "" if value is None else write_typed(value, reader_locale(), reader_sign(), is_fine)


def refusal(text: str, error: NumberRefused) -> str:
    """Why it was not taken, and how to write it."""
    if isinstance(error, TwoNumbers):
        return _("“%(text)s” could be two numbers: write %(large)s or %(small)s0.") % {
            "text": text.strip()[:40], "large": error.large, "small": error.small,
        }  # fmt: skip
    return _("“%(text)s” is not a number. Write it like %(example)s.") % {
        "text": text.strip()[:40], "example": written_here(Decimal("1234.5")),
    }  # fmt: skip
