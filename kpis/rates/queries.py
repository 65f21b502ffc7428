"""What the page of exchange rates shows: what is stored for each pair, and what amounts wait for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Agency
from kpis.exchange import OLDEST, exchange_for
from kpis.models import ExchangeRate

_SIX = Context(prec=6)

_PAIRS = f"""
WITH held AS (
    SELECT DISTINCT ON (from_currency, to_currency, day) from_currency, to_currency, day, rate, source
      FROM kpis_exchangerate WHERE agency_id = %s
     ORDER BY from_currency, to_currency, day, version DESC
), stepped AS (
    SELECT *, lead(day) OVER (PARTITION BY from_currency, to_currency ORDER BY day) AS following
      FROM held WHERE rate IS NOT NULL
), gaps AS (
    SELECT *, GREATEST(following - day - {OLDEST.days} - 1, 0) AS lacking FROM stepped
)
SELECT from_currency, to_currency, count(*), min(day), max(day),
       (array_agg(rate ORDER BY day DESC))[1], (array_agg(source ORDER BY day DESC))[1],
       COALESCE(sum(lacking), 0)::int,
       (max(day) FILTER (WHERE lacking > 0)) + {OLDEST.days} + 1,
       (max(following) FILTER (WHERE lacking > 0)) - 1
  FROM gaps GROUP BY 1, 2 ORDER BY 1, 2"""

_FOREIGN = """
SELECT DISTINCT client.currency, total.currency, total.day
  FROM kpis_dailytotal AS total
  JOIN accounts_client AS client
    ON client.agency_id = total.agency_id AND client.id = total.client_id
 WHERE total.agency_id = %s AND client.archived_at IS NULL
   AND total.currency NOT IN ('', client.currency) AND total.day <= %s"""


@dataclass(frozen=True)
class StoredPair:
    """A direction with how far its rates reach; the latest stretch of days that none covers."""

    code: str
    to: str
    days: int
    first: date
    last: date
    rate: Decimal
    source: str
    lacking_days: int
    gap_first: date | None
    gap_last: date | None

    @property
    def shown(self) -> Decimal:
        """The rate to six significant digits, for a table."""
        return Decimal(f"{_SIX.plus(self.rate).normalize(_SIX):f}")


@dataclass(frozen=True)
class WaitingPair:
    """Amounts in `code` of clients that report in `to`, on days for which there is no rate."""

    code: str
    to: str
    days: int
    first: date
    last: date


def pairs_of(agency: Agency) -> list[StoredPair]:
    """Every stored direction, by its currencies."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [agency.pk])
        return [StoredPair(*row) for row in cursor.fetchall()]


def foreign_days(agency: Agency, today: date) -> dict[str, set[tuple[date, str]]]:
    """Per report currency, the days and currencies of amounts in another one, up to today.

    A cost that is spread over a month that is not over has days that no rate can be known for.
    """
    found: dict[str, set[tuple[date, str]]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN, [agency.pk, today])
        for to, code, day in cursor.fetchall():
            found[to].add((day, code))
    return found


def waiting_pairs(agency: Agency, foreign: dict[str, set[tuple[date, str]]]) -> list[WaitingPair]:
    """Which of these days have no rate."""
    found = []
    for to, needed in foreign.items():
        rates = exchange_for(agency.pk, to, needed).rates
        lacking: dict[str, list[date]] = defaultdict(list)
        for day, code in needed - set(rates):
            lacking[code].append(day)
        found += [
            WaitingPair(code, to, len(days), min(days), max(days)) for code, days in lacking.items()
        ]
    return sorted(found, key=lambda pair: (pair.code, pair.to))


def rates_of(agency: Agency) -> QuerySet[ExchangeRate]:
    """Every version of every rate; whoever lists them chooses the order."""
    return ExchangeRate.objects.filter(agency=agency)
