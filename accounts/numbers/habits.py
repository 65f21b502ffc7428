"""Whose habits of writing numbers hold: the language being spoken, in the country of the clients in sight.

Spanish writes 1.234,50 in Argentina and 1,234.50 in Mexico: the language alone does not say it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from django.utils.translation import get_language

from accounts.numbers.reading import decimal_sign


def _nowhere() -> str | None:
    return None


_COUNTRY: ContextVar[Callable[[], str | None]] = ContextVar("country", default=_nowhere)


def country_of(time_zones: Iterable[str]) -> str | None:
    """The country that all these zones lie in, if it is one: its habits of writing numbers hold."""
    found = {_territory(name) for name in time_zones}
    only = found.pop() if len(found) == 1 else None
    return only if only and only.isalpha() else None


@lru_cache(maxsize=1024)
def _territory(zone: str) -> str | None:
    """Of a place, under its former names too: browsers still say America/Buenos_Aires."""
    territories = get_global("zone_territories")
    known = get_global("zone_aliases").get(zone, zone) if "/" in zone else zone
    found: str | None = territories.get(zone) or territories.get(known)
    return found


@lru_cache(maxsize=256)
def locale_for(language: str, country: str | None = None) -> str:
    """How a reader of `language` in `country` ("AR") reads numbers: "es-AR", or the language."""
    language = language.replace("_", "-")
    if not country:
        return language
    try:
        return str(Locale.parse(f"{language.split('-')[0]}_{country.upper()}")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        return language


@contextmanager
def country_said(country: Callable[[], str | None]) -> Iterator[None]:
    """Within it numbers are read as in this country; it is asked for only when a number is read."""
    token = _COUNTRY.set(country)
    try:
        yield
    finally:
        _COUNTRY.reset(token)


def reader_locale() -> str:
    """The locale in which numbers are written for the reader, on the pages of figures, too."""
    return locale_for(get_language() or "en", _COUNTRY.get()())


def reader_sign() -> str:
    """The decimal sign that the reader means; "" if their language says one and their country another.

    Whoever reads Madrid's figures in English sees 12,50, and may well type 12.50.
    """
    language, country = get_language() or "en", _COUNTRY.get()()
    sign = decimal_sign(locale_for(language, country))
    if country is None or language[:2] in _spoken(country) or sign == decimal_sign(language):
        return sign
    return ""


@lru_cache(maxsize=64)
def _spoken(country: str) -> frozenset[str]:
    return frozenset(get_official_languages(country, regional=True, de_facto=True))
