"""What the portfolio by goals is made of: a few statements for all clients in sight, however many goals."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Max, Q

from accounts.models import Membership, MembershipClient, Role
from campaigns.models import SourceSync
from inbox.models import Notice
from kpis.models import Goal
from steering.models import Incident, IncidentState, Review


class GoalFacts(NamedTuple):
    """A goal that is not put away, with how it stands; a tuple, for there are twenty thousand.

    `status` None: not judged yet. `next_on`: what its last review said.
    """

    id: int
    client_id: int
    kpi: str
    starts_on: date
    created_at: datetime
    ends_on: date
    accumulation: str
    target: Decimal | None
    cadence: str
    closed_on: date | None
    owner_id: int | None
    status: str | None
    status_since: date | None
    probability: Decimal | None
    pace: Decimal | None
    daily_volume: Decimal | None
    next_on: date | None


def goal_facts(agency_id: int, running_on: date) -> list[GoalFacts]:
    """The goals that have not ended long before the day, of all clients in the scope."""
    standing = "standings__"
    rows = (
        Goal.objects.filter(agency_id=agency_id, archived_at=None)
        .filter(Q(closed_on=None) | Q(ends_on__gte=running_on))
        .order_by("client_id", "ends_on", "pk")
        .values_list(
            "pk", "client_id", "kpi", "starts_on", "created_at", "ends_on", "accumulation", "target", "cadence",
            "closed_on", "owner_id", f"{standing}status", f"{standing}status_since",
            f"{standing}probability", f"{standing}pace", f"{standing}daily_volume",
        )
    )  # fmt: skip
    said = _next_days(agency_id)
    return [GoalFacts._make((*facts, said.get(facts[0]))) for facts in rows]


def _next_days(agency_id: int) -> Mapping[int, date]:
    rows = (
        Review.objects.filter(agency_id=agency_id)
        .order_by("goal_id", "-reviewed_on", "-pk")
        .distinct("goal_id")
    )
    return dict(rows.values_list("goal_id", "next_on"))


def incidents_standing(agency_id: int) -> Mapping[int, int]:
    """Client id → its incidents that are not resolved."""
    rows = Incident.objects.filter(agency_id=agency_id).exclude(state=IncidentState.RESOLVED)
    return dict(rows.values_list("client_id").annotate(number=Count("pk")))


def clients_stale(agency_id: int) -> set[int]:
    """Clients of whom a source has been told to be quiet and is still."""
    rows = Notice.objects.filter(agency_id=agency_id, kind="source_stale", over_at=None)
    return set(rows.values_list("client_id", flat=True))


def last_readings(agency_id: int) -> Mapping[int, datetime | None]:
    """Client id → when one of its own users last logged in; None: invited, never in.

    A client that has no user is missing.
    """
    viewers = Membership.objects.filter(agency_id=agency_id, role=Role.VIEWER, ended_on=None)
    rows = (
        MembershipClient.objects.filter(agency_id=agency_id, membership__in=viewers)
        .values("client_id")
        .annotate(last=Max(F("membership__user__last_login")))
    )
    return {row["client_id"]: row["last"] for row in rows}


def families_fed(agency_id: int) -> Mapping[int, set[str]]:
    """Client id → the families of facts that some source of it delivers."""
    found: dict[int, set[str]] = {}
    rows = SourceSync.objects.filter(agency_id=agency_id).order_by("client_id", "family")
    for client_id, family in rows.values_list("client_id", "family").distinct():
        found.setdefault(client_id, set()).add(family)
    return found
