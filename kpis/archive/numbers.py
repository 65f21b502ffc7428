"""The numbers of a client as an archive states them: each stored measure, added up over all days."""

from decimal import Decimal
from typing import Any

from django.db import connection

from kpis.models.snapshots import STORED_MEASURES

_MINE = "agency_id = %(agency)s AND client_id = %(client)s AND day <= %(through)s"


def totals_of(agency_id: int, client_id: int, through: str) -> dict[str, str]:
    """Measure (and currency) → its sum over the days through one, as exact text. From the snapshot."""
    which: dict[str, Any] = {"agency": agency_id, "client": client_id, "through": through}
    sums = ", ".join(f"sum({measure.key})" for measure in STORED_MEASURES)
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT family, currency, count(*), {sums} FROM kpis_dailytotal WHERE {_MINE}"
            " GROUP BY 1, 2 ORDER BY 1, 2",
            which,
        )
        for family, currency, rows, *values in cursor.fetchall():
            found[f"{family} {currency} rows".replace("  ", " ")] = str(rows)
            for measure, value in zip(STORED_MEASURES, values, strict=True):
                if value is not None:
                    name = " ".join(filter(None, (family, currency, measure.key)))
                    found[name] = format(Decimal(value).normalize(), "f")
    return found
