"""Cells that leave in a CSV: exact numbers, and no text that a spreadsheet would run."""

from decimal import Decimal
from fractions import Fraction

from campaigns.csv_cells import safe_text
from kpis.formats.exact import exact_text


def csv_safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay exact numbers, None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal | Fraction | int) and not isinstance(cell, bool):
        return exact_text(cell) or ""
    return safe_text(str(cell))
