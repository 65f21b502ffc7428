"""Where a cell stands, as spreadsheets say it; and what in a cell is an error and no value. Pure."""

from django.utils.translation import gettext as _


def column_letters(index: int) -> str:
    """A, B … Z, AA … for an index from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_place(sheet: str, row: int, index: int) -> str:
    """Like `Data!C7`: row from 1, column from 0."""
    return f"{sheet}!{column_letters(index)}{row}"


#: What spreadsheets write where a formula has no value.
ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
)


def error_in(text: str) -> str | None:
    """Why a cell that begins with # is no value; None if it is a text like any other."""
    if text in ERRORS:
        return _("The cell holds the error %(error)s of a spreadsheet, not a value.") % {
            "error": text
        }
    if text == "#FORMULA!":
        return _(
            "The cell holds a formula that has never been calculated. Open the workbook, save it, and"
            " send it again."
        )
    if text == "#MERGED!":
        return _(
            "The cell is merged with those above it and holds one figure for them all. Unmerge them,"
            " and say how much each row has."
        )
    if text.startswith("#DIGITS! "):
        return _(
            "The cell holds the number %(number)s. Of so long a number a spreadsheet keeps only 15"
            " digits: make the column a text, or send a CSV."
        ) % {"number": text.removeprefix("#DIGITS! ")}
    return None
