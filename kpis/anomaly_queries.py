"""Unusual figures and their dismissals, as rows."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Client
from kpis.calendar import Period
from kpis.models import Anomaly, AnomalyDismissal


def anomalies_of(client: Client) -> QuerySet[Anomaly]:
    """Every unusual figure of a client, dismissed ones included, the newest day first."""
    rows = Anomaly.objects.filter(agency_id=client.agency_id, client=client)
    return rows.order_by("-day", "kpi")


def anomalies_within(client: Client, period: Period, keys: Iterable[str] = ()) -> QuerySet[Anomaly]:
    """Those of some days, of some KPIs or of all."""
    rows = anomalies_of(client).filter(day__range=(period.first, period.last))
    wanted = list(keys)
    return rows.filter(kpi__in=wanted) if wanted else rows


def anomaly_in(client: Client, number: int) -> Anomaly | None:
    return anomalies_of(client).filter(pk=number).first()


def dismissals_of(client: Client, anomalies: Iterable[Anomaly]) -> dict[int, AnomalyDismissal]:
    """Why each was dismissed, by the anomaly's id; one that stands is not among them."""
    rows = AnomalyDismissal.objects.filter(
        agency_id=client.agency_id, client=client, anomaly__in=[each.pk for each in anomalies]
    )
    return {row.anomaly_id: row for row in rows}


def standing_within(client: Client, period: Period, keys: Iterable[str] = ()) -> list[Anomaly]:
    """Those that nobody has dismissed."""
    rows = list(anomalies_within(client, period, keys))
    dismissed = dismissals_of(client, rows) if rows else {}
    return [row for row in rows if row.pk not in dismissed]
