"""Plans of clients as rows: the one in force, the one being worked on, all versions."""

from dataclasses import dataclass, replace

from django.db.models import Max, QuerySet

from accounts.models import Client
from kpis.goal_setting.queries import goals_of
from kpis.models import Goal
from steering.models import PlanState, PlanVersion
from steering.models.plans import OPEN
from steering.plans.lines import lines_from


def versions_of(client: Client) -> QuerySet[PlanVersion]:
    """The newest first."""
    rows = PlanVersion.objects.filter(agency_id=client.agency_id, client=client)
    return rows.order_by("-number")


def plan_in_force(client: Client) -> PlanVersion | None:
    return versions_of(client).filter(state=PlanState.APPROVED).first()


def plan_open(client: Client) -> PlanVersion | None:
    """The version that is being written, waits, or was sent back."""
    return versions_of(client).filter(state__in=OPEN).first()


def plan_proposed(client: Client) -> PlanVersion | None:
    return versions_of(client).filter(state=PlanState.PROPOSED).first()


def objectives_of(plan: PlanVersion, kpi: str) -> tuple[str, ...]:
    """The objectives that a KPI serves in a version, each once."""
    named = [line.objective for line in lines_from(plan.lines) if line.kpi == kpi]
    return tuple(dict.fromkeys(named))


def plan_version(client: Client, number: int) -> PlanVersion | None:
    return versions_of(client).filter(number=number).first()


def next_number(client: Client) -> int:
    last = versions_of(client).order_by().aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@dataclass(frozen=True)
class PlanFacts:
    """A client's plan in a list. number: the version in force; None: there is none yet. waits: one
    waits for the client's yes."""

    number: int | None = None
    waits: bool = False
    kpis: tuple[str, ...] = ()


def plans_standing(agency_id: int) -> dict[int, PlanFacts]:
    """Client id → its plan, of the clients in sight that have one in force or proposed."""
    states = (PlanState.APPROVED, PlanState.PROPOSED)
    rows = PlanVersion.objects.filter(agency_id=agency_id, state__in=states).order_by("number")
    found: dict[int, PlanFacts] = {}
    for client_id, state, number, lines in rows.values_list(
        "client_id", "state", "number", "lines"
    ):
        known = found.get(client_id, PlanFacts())
        if state == PlanState.PROPOSED:
            found[client_id] = replace(known, waits=True)
        else:
            kpis = tuple(dict.fromkeys(line.kpi for line in lines_from(lines)))
            found[client_id] = replace(known, number=number, kpis=kpis)
    return found


def planned_goals(client: Client) -> dict[int, Goal]:
    """The goals that a plan may name, by id."""
    return {goal.pk: goal for goal in goals_of(client)}
