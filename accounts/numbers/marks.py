"""A number's digits and what stands around them: its minus, a currency, its decimal sign. Pure.

Shared by the files that are imported, whose decimal sign is known, and by what people type.
"""

import re
from decimal import Decimal

SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(
    r"(?P<minus>[-−+]?)\s*(?P<before>[A-Z]{0,3}[$€£¥₡₲₱₹₽₺₩]|[A-Z]{3})?\s*(?P<minus2>[-−]?)"
    rf"(?P<digits>[0-9][0-9.,'’{SPACES}]*|[.,][0-9]+)\s*(?P<after>[$€£¥₡₲₱₹₽₺₩]|[A-Z]{{3}})?"
)
_GROUPS = {
    decimal: re.compile(rf"\d{{1,3}}(?:\{other}\d{{3}})+|\d{{1,3}}(?:['’{SPACES}]\d{{3}})+|\d+")
    for decimal, other in ((".", ","), (",", "."))
}
_KEEP_DIGITS = re.compile(r"[^0-9]")
#: Signs that name one currency; "$" and "¥" name several.
SIGN_CURRENCIES = {"€": "EUR", "£": "GBP", "R$": "BRL", "₹": "INR", "₲": "PYG", "₡": "CRC"}
#: Their amounts are written with no dollar sign.
OWN_SIGN = frozenset(SIGN_CURRENCIES.values()) - {"BRL"}


def parted(text: str) -> tuple[bool, str, str | None] | None:
    """(is negative, the digits with their separators, what stands beside them); None for no number."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    if match["minus"] and match["minus2"]:
        return None
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    mark = _named_twice(*marks) if len(marks) == 2 else (marks or [None])[0]
    if len(marks) == 2 and mark is None:
        return None
    is_negative = match["minus"] in ("-", "−") or bool(match["minus2"])
    return is_negative, match["digits"].strip(SPACES), mark


def _named_twice(one: str, other: str) -> str | None:
    """$ 500 USD says USD, which its sign alone does not; None for two that do not agree: € 500 USD."""
    code, sign = (one, other) if one.isalpha() else (other, one)
    if not code.isalpha() or sign.isalpha():
        return one if one == other else None
    named = currency_of_mark(sign)
    return code if named == code or (named is None and code not in OWN_SIGN) else None


def number_by_sign(digits: str, decimal: str) -> Decimal | None:
    """Digits with `decimal` as their decimal sign, exactly; None if their groups are none."""
    whole, _sign, fraction = digits.partition(decimal)
    if (whole and not _GROUPS[decimal].fullmatch(whole)) or (fraction and not fraction.isdigit()):
        return None
    return Decimal(f"{_KEEP_DIGITS.sub('', whole) or '0'}.{fraction or '0'}")


def currency_of_mark(mark: str) -> str | None:
    """The currency that a sign or code beside a number names; None if it names several."""
    if len(mark) == 3 and mark.isalpha():
        return mark
    if mark == "US$":
        return "USD"
    return SIGN_CURRENCIES.get(mark) or SIGN_CURRENCIES.get(mark[-1:])
