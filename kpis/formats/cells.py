"""Cells that leave in a CSV: exact numbers, and no text that a spreadsheet would run."""

import re
from decimal import Decimal
from fractions import Fraction

from kpis.formats.exact import exact_text

_NUMBER_CELL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")


def csv_safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula.

    Texts beginning with = + - @ TAB or CR (also after spaces) get an apostrophe in front;
    numbers stay numbers, negative ones too. None is an empty cell.
    """
    if cell is None:
        return ""
    if isinstance(cell, Decimal | Fraction | int) and not isinstance(cell, bool):
        return exact_text(cell) or ""
    text = str(cell)
    if text.lstrip(" \u00a0")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return text if _NUMBER_CELL.match(text) else f"'{text}"
    return text
