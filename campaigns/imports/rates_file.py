"""A file of exchange rates is known by its header, and sent where it belongs: it is of no client."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.mapping import is_known_currency

_FEW = 5


def refuse_exchange_rates(lines: Sequence[str], name: str) -> None:
    """FileRefused for the European Central Bank's table: a date, and a column for each currency."""
    first, *others = [cell.strip() for cell in lines[0].split(",")] if lines else [""]
    codes = [cell for cell in others if is_known_currency(cell)]
    if first.strip('\ufeff"').casefold() == "date" and len(codes) >= _FEW:
        raise FileRefused(
            "exchange_rates",
            _(
                "%(file)s is a file of exchange rates, which belong to the agency and not to a client."
                " Bring it in on the page “Exchange rates”."
            )
            % {"file": name},
            file=name,
        )
