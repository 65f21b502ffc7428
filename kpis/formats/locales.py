"""How a locale signs a currency."""

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_symbol, get_territory_currencies

from accounts.numbers.digits import babel_locale

NBSP = "\u00a0"

# Signs nobody takes for another currency. "$", "¥" or "kr" are read as the reader's own.
_CLEAR_SIGNS = {"EUR": "€", "GBP": "£", "USD": "US$", "BRL": "R$"}


@lru_cache(maxsize=1024)
def currency_sign(currency: str, locale: str) -> str:
    """ "$" where it is the locale's own currency, a sign that is clear anywhere, else the code."""
    loc = babel_locale(locale)
    territory = loc.territory or get_global("likely_subtags").get(loc.language, "__").split("_")[-1]
    if territory and currency in get_territory_currencies(territory):
        return get_currency_symbol(currency, locale=loc)
    return _CLEAR_SIGNS.get(currency, currency)


def with_sign(number: str, currency: str, locale: str) -> str:
    """A formatted number with its currency, placed as the locale does ("-US$1.234,50")."""
    sign = currency_sign(currency, locale)
    pattern = babel_locale(locale).currency_formats["standard"].pattern.split(";")[0]
    if pattern.rstrip().endswith("¤"):
        return f"{number}{NBSP}{sign}"
    gap = NBSP if sign[-1].isalpha() or not pattern.startswith("¤#") else ""
    prefix = number[0] if number[0] in "+-−" else ""
    return f"{prefix}{sign}{gap}{number[len(prefix) :]}"
