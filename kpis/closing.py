"""When a day's figures have settled, and what was changed after that: closings and the ledger."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from accounts.models import Client
from campaigns.measures import FAMILIES, of_family
from campaigns.models import SourceSync
from kpis.calendar import ONE_DAY, Period
from kpis.coverage import Coverage
from kpis.filled import filled_families
from kpis.models import DayClose, Restatement
from kpis.queries import spans_for


def settle_days(client: Client) -> Mapping[str, int]:
    """Days after its own until a day of each family is final: as its slowest source says.

    A source that says nothing settles like the slowest measure of the family. Cohorts have a
    window of their own and do not hold a day open.
    """
    default = {
        family: max(
            int(each.settle_days) for each in of_family(family) if each.outcome_family is None
        )
        for family in FAMILIES
    }
    found: dict[str, int] = {}
    for sync in SourceSync.objects.filter(agency_id=client.agency_id, client=client):
        days = default[sync.family] if sync.settle_days is None else sync.settle_days
        found[sync.family] = max(days, found.get(sync.family, 0))
    return {family: found.get(family, days) for family, days in default.items()}


def days_close(client: Client, today: date) -> dict[str, int]:
    """Close every complete day whose settle time is over on `today`; how many, by family.

    A day d closes on d + 1 + settle time (KPIS G.3). Where no source says from when on it is
    complete, closing begins at the first day with data; days that a backfill brings are closed
    by the night after it.
    """
    spans = spans_for(client, today - ONE_DAY)
    asked = []
    for family, days in settle_days(client).items():
        settled = today - timedelta(days=1 + days)
        coverage = Coverage(date.min, settled, today, spans)
        complete = coverage.complete_range(of_family(family)[:1])
        if complete is not None:
            since, through = complete
            asked.append((family, None if since == date.min else since, through))
    return _close(client, asked)


def _close(client: Client, asked: Sequence[tuple[str, date | None, date]]) -> dict[str, int]:
    """Families with the days to close, both ends included; from the first with data on without one.

    Days that are closed already are left out before the insert: to try them all again every night
    would cost more than the rest of it. The first day of a family is the first entry of an index by
    day, if there is any: families without are told apart by what is known to be filled.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
WITH closed AS (
    INSERT INTO kpis_dayclose (agency_id, client_id, family, day, closed_at)
    SELECT %(agency)s, %(client)s, family, day, now()
      FROM (SELECT asked.family, COALESCE(asked.first, begun.day) + step AS day
              FROM unnest(%(families)s::text[], %(firsts)s::date[], %(lasts)s::date[])
                   AS asked (family, first, last)
              LEFT JOIN LATERAL
                   (SELECT min(day) AS day FROM kpis_dailytotal AS total
                     WHERE agency_id = %(agency)s AND client_id = %(client)s
                       AND total.family = asked.family AND asked.first IS NULL
                       AND asked.family = ANY(%(filled)s)) AS begun ON TRUE
             CROSS JOIN LATERAL
                   generate_series(0, asked.last - COALESCE(asked.first, begun.day)) AS step
            EXCEPT
            SELECT family, day FROM kpis_dayclose
             WHERE agency_id = %(agency)s AND client_id = %(client)s) AS fresh
     ORDER BY family, day
        ON CONFLICT (agency_id, client_id, family, day) DO NOTHING
    RETURNING family
)
SELECT family, count(*) FROM closed GROUP BY family
""",
            {
                "agency": client.agency_id,
                "client": client.pk,
                "families": [family for family, _first, _last in asked],
                "firsts": [first for _family, first, _last in asked],
                "lasts": [last for _family, _first, last in asked],
                "filled": filled_families(client),
            },
        )
        return dict(cursor.fetchall())


def closed_days(client: Client, family: str, period: Period) -> frozenset[date]:
    """The days of a period whose figures of a family are closed."""
    rows = DayClose.objects.filter(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day__range=(period.first, period.last),
    )
    return frozenset(rows.values_list("day", flat=True))


def closed_by(client: Client, family: str, period: Period, at: datetime) -> bool:
    """Whether every day of the period was closed at an instant: then its figures of then are known."""
    rows = DayClose.objects.filter(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day__range=(period.first, period.last),
        closed_at__lte=at,
    )
    return rows.count() == period.days


def restated_after(client: Client, measure: str, period: Period, at: datetime) -> Decimal:
    """What the ledger added to a measure's total after an instant.

    The total as of then is today's less this; as first reported, today's less everything.
    """
    rows = Restatement.objects.filter(
        agency_id=client.agency_id,
        client=client,
        measure=measure,
        day__range=(period.first, period.last),
        recorded_at__gt=at,
    )
    return rows.aggregate(total=Sum("difference"))["total"] or Decimal(0)
