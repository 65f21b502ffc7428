"""Numbers as people type them: read by the habits of the reader's language and country, and written so
that they read back as the same. How the figures of KPIs are shown is in `kpis.formats`."""

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

__all__ = [
    "NumberRefused",
    "TwoNumbers",
    "Typed",
    "country_of",
    "country_said",
    "decimal_sign",
    "is_currency",
    "locale_for",
    "read_typed",
    "reader_locale",
    "reader_sign",
    "refusal",
    "typed_here",
    "write_typed",
    "written_here",
]
