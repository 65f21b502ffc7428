"""What pages of numbers show of people's doing: incidents that stand, the plan they follow."""

from typing import Any

from django import template

from accounts.models import Client
from kpis.models import Goal
from steering.incident_queries import STANDING, incidents_of
from steering.pages.incidents import incident_rows
from steering.plan_queries import objectives_of, plan_in_force, plan_proposed

register = template.Library()
MOST = 4


@register.inclusion_tag("steering/parts/standing.html", takes_context=True)
def standing_incidents(
    context: dict[str, Any], client: Client, goal: Goal | None = None
) -> dict[str, Any]:
    """Those that are not resolved, for whoever may see data; to others there are none."""
    request = context["request"]
    access = request.access
    rows = []
    if access.can("see_data"):
        found = incidents_of(client.agency_id, STANDING, client)
        if goal is not None:
            found = found.filter(goal=goal)
        rows = incident_rows(access.agency, found[: MOST + 1])
    return {
        "rows": rows[:MOST],
        "has_more": len(rows) > MOST,
        "client": client,
        "shell": context["shell"],
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "may_edit": access.can("edit_goals"),
    }


@register.inclusion_tag("steering/parts/plan_note.html", takes_context=True)
def plan_note(context: dict[str, Any], client: Client, kpi: str = "") -> dict[str, Any]:
    """The version in force; of a KPI, the objective it serves. One that waits is for its approvers."""
    access = context["request"].access
    plan = plan_in_force(client)
    found = objectives_of(plan, kpi) if plan and kpi else ()
    return {
        "plan": plan,
        "objective": " · ".join(found),
        "is_outside": bool(plan and kpi and not found),
        "waits": None if plan or not access.can("approve_plans") else plan_proposed(client),
        "may_edit": access.can("edit_goals"),
        "client": client,
        "shell": context["shell"],
    }
