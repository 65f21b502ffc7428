"""Numbers by the habits of the reader's language and country: as people type them, written so that they
read back as the same, and shown. How the figures of KPIs are shown is in `kpis.formats`."""

from accounts.numbers.habits import country_of, country_said, locale_for, reader_locale, reader_sign
from accounts.numbers.reading import (
    NumberRefused,
    TwoNumbers,
    Typed,
    decimal_sign,
    is_currency,
    read_typed,
    write_typed,
)
from accounts.numbers.saying import refusal, typed_here, written_here
from accounts.numbers.showing import exact_here, money_here, shown_here

__all__ = [
    "NumberRefused",
    "TwoNumbers",
    "Typed",
    "country_of",
    "country_said",
    "decimal_sign",
    "exact_here",
    "is_currency",
    "locale_for",
    "money_here",
    "read_typed",
    "reader_locale",
    "reader_sign",
    "refusal",
    "shown_here",
    "typed_here",
    "write_typed",
    "written_here",
]
