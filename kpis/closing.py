"""When a day's figures have settled, and what was changed after that: closings and the ledger."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from accounts.models import Client
from campaigns.measures import FAMILIES, of_family
from campaigns.models import SourceSync
from kpis.calendar import ONE_DAY, Period
from kpis.coverage import Coverage
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
    closed = {}
    for family, days in settle_days(client).items():
        settled = today - timedelta(days=1 + days)
        coverage = Coverage(date.min, settled, today, spans)
        complete = coverage.complete_range(of_family(family)[:1])
        if complete is not None:
            closed[family] = _close(client, family, complete)
    return {family: count for family, count in closed.items() if count}


def _close(client: Client, family: str, complete: tuple[date, date]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            # Days that are closed already are left out before the insert: to try them all again
            # every night would cost more than the rest of it.
            "INSERT INTO kpis_dayclose (agency_id, client_id, family, day, closed_at)"
            " SELECT %(agency)s, %(client)s, %(family)s, day, now()"
            "   FROM (SELECT begins.day + step AS day"
            "           FROM (SELECT COALESCE(%(first)s::date, min(day)) AS day FROM kpis_dailytotal"
            "                  WHERE agency_id = %(agency)s AND client_id = %(client)s"
            "                    AND family = %(family)s) AS begins"
            "          CROSS JOIN LATERAL generate_series(0, %(last)s - begins.day) AS step"
            "         EXCEPT SELECT day FROM kpis_dayclose"
            "          WHERE agency_id = %(agency)s AND client_id = %(client)s"
            "            AND family = %(family)s) AS fresh"
            " ON CONFLICT (agency_id, client_id, family, day) DO NOTHING",
            {
                "agency": client.agency_id,
                "client": client.pk,
                "family": family,
                "first": None if complete[0] == date.min else complete[0],
                "last": complete[1],
            },
        )
        return cursor.rowcount


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
