"""Writing exchange rates: what a file publishes, what a person types, and taking one back.

Rates are only ever added: a correction is a further version, and so is a withdrawal.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.locks import Work, lock
from accounts.models import Agency
from kpis.rates.files import PublishedRate, both_directions

MANUAL = "manual"
ECB = "ecb"

#: One row per given rate; those that stand already are not written again, and what somebody typed
#: is not replaced by a file.
_PUT = """
WITH given AS (
    SELECT * FROM unnest(%(days)s::date[], %(froms)s::text[], %(tos)s::text[], %(rates)s::numeric[])
        WITH ORDINALITY AS given (day, from_currency, to_currency, rate, place)
), judged AS (
    SELECT given.*, COALESCE(held.version, 0) AS version,
           CASE WHEN held.version IS NULL THEN 'new'
                WHEN held.rate IS NOT DISTINCT FROM given.rate::numeric(30,18) THEN 'same'
                WHEN held.source = 'manual' AND %(source)s <> 'manual' AND held.rate IS NOT NULL
                THEN 'kept'
                ELSE 'changed' END AS verdict
      FROM given
      LEFT JOIN LATERAL (
        SELECT rate, version, source FROM kpis_exchangerate AS rate
         WHERE rate.agency_id = %(agency)s AND rate.from_currency = given.from_currency
           AND rate.to_currency = given.to_currency AND rate.day = given.day
         ORDER BY version DESC LIMIT 1) AS held ON TRUE
), written AS (
    INSERT INTO kpis_exchangerate
           (agency_id, day, from_currency, to_currency, rate, source, version, recorded_at, written_by)
    SELECT %(agency)s, day, from_currency, to_currency, rate, %(source)s, version + 1, %(now)s, %(actor)s
      FROM judged WHERE verdict IN ('new', 'changed')
)
SELECT verdict FROM judged ORDER BY place"""


@dataclass(frozen=True)
class RateRow:
    """One unit of `code` is worth `rate` of `to` on a day; None takes back what was said."""

    day: date
    code: str
    to: str
    rate: Decimal | None


def rates_put(
    agency: Agency, rows: Sequence[RateRow], source: str, actor_id: int | None = None
) -> list[str]:
    """Write rates; a verdict each: new, changed, same, or kept (a typed one, against a file).

    Inside the agency's scope over all clients. Of two rows for one day and direction the caller
    must have chosen one.
    """
    if not rows:
        return []
    lock(Work.RATES, agency.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT,
            {
                "agency": agency.pk,
                "days": [row.day for row in rows],
                "froms": [row.code for row in rows],
                "tos": [row.to for row in rows],
                "rates": [row.rate for row in rows],
                "source": source,
                "now": timezone.now(),
                "actor": actor_id,
            },
        )
        return [verdict for (verdict,) in cursor.fetchall()]


def rates_import(
    agency: Agency, published: Iterable[PublishedRate], since: date, actor_id: int | None = None
) -> Counter[str]:
    """Store what the European Central Bank publishes, in both directions; how many of which verdict."""
    rows = [
        RateRow(each.day, each.code, each.to, each.rate)
        for rate in published
        if rate.day >= since
        for each in both_directions(rate)
    ]
    return Counter(rates_put(agency, rows, ECB, actor_id))
