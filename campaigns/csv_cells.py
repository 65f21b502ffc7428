"""Texts that leave in a CSV, so that no spreadsheet runs them. Pure."""

import re

_NUMBER_CELL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    What begins with = + - @ TAB or CR (also after spaces) gets an apostrophe in front; numbers
    stay numbers, negative ones too.
    """
    if text.lstrip(" \u00a0")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return text if _NUMBER_CELL.match(text) else f"'{text}"
    return text
