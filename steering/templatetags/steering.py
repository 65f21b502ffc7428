"""What pages of numbers show of people's doing: incidents that stand, the plan they follow."""

from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Client
from kpis.models import Goal
from kpis.views.entering import reader_for
from steering.incident_queries import STANDING, incidents_of
from steering.pages.due_line import due_line
from steering.pages.incidents import incident_rows
from steering.pages.reviews import reviews_page
from steering.plan_queries import objectives_of, plan_in_force, plan_proposed
from steering.review_queries import comments_on

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


@register.inclusion_tag("steering/parts/due_line.html", takes_context=True)
def due_reviews(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """Which goals wait for a look, for whoever writes reviews; to others there is nothing to do."""
    request = context["request"]
    line = None
    if request.access.can("edit_goals"):
        line = due_line(client, reader_for(request, client), timezone.now())
    return {"line": line, "client": client, "shell": context["shell"]}


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


@register.inclusion_tag("steering/parts/comments.html", takes_context=True)
def comments(
    context: dict[str, Any], client: Client, kpi: str, goal: Goal | None = None
) -> dict[str, Any]:
    """What the agency's people and the client's have said about a KPI, or about one goal."""
    return {
        "comments": comments_on(client, kpi, goal),
        "kpi": kpi,
        "goal": goal,
        "client": client,
        "me": context["request"].access.actor_id,
        "shell": context["shell"],
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("steering/parts/reviews.html", takes_context=True)
def reviews(context: dict[str, Any], client: Client, goal: Goal) -> dict[str, Any]:
    """The reviews of a goal, when the next is due, and how to have it decided again."""
    request = context["request"]
    reader = reader_for(request, client)
    return {
        "page": reviews_page(request.access.agency, client, goal, reader, timezone.now()),
        "goal": goal,
        "client": client,
        "may_edit": request.access.can("edit_goals"),
        "shell": context["shell"],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("steering/parts/alert_links.html", takes_context=True)
def alert_links(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """Buttons that lead to a client's incidents and rules."""
    sees_data = context["request"].access.can("see_data")
    return {"client": client, "shell": context["shell"], "sees_data": sees_data}
