"""What was said to people of each client of late, and what watches it. Reads only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from inbox.models import Notice
from kpis.models import Goal
from steering.alerts.saying import LOUD
from steering.models import AlertRule, Incident


class Said(NamedTuple):
    """Of one client: what watches it now; incidents and messages since a moment."""

    goals: int = 0
    rules: int = 0
    incidents: int = 0
    messages: int = 0


def said_since(agency_id: int, since: datetime) -> Mapping[int, Said]:
    """Client id → what was said, of the clients in scope; four statements. A message is a digest
    with a warning that has gone out: one a client and day at most."""
    goals = Goal.objects.filter(agency_id=agency_id, archived_at=None, closed_on=None)
    rules = AlertRule.objects.filter(agency_id=agency_id, archived_at=None, paused_at=None)
    incidents = Incident.objects.filter(agency_id=agency_id, opened_at__gte=since)
    told = Notice.objects.filter(agency_id=agency_id, kind=LOUD, told_at__gte=since)
    counted = [_counted(rows) for rows in (goals, rules, incidents, told)]
    clients: set[int] = set().union(*counted)
    return {number: Said(*(each.get(number, 0) for each in counted)) for number in clients}


def _counted(rows: "QuerySet[Any]") -> dict[int, int]:
    return dict(rows.order_by().values_list("client_id").annotate(number=Count("pk")))
