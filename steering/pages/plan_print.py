"""A measurement plan as what its printed template takes: plain strings in the reader's language."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.branding import palette
from accounts.models import Agency, Client
from kpis.pages.reader import Reader
from steering.pages.plans import PlanPage

TEMPLATE = "plan.typ"


def printed_plan(agency: Agency, client: Client, page: PlanPage, reader: Reader) -> dict[str, Any]:
    """Data for `kpis.printing`."""
    plan = page.plan
    approved = ""
    if plan.decided_at and plan.in_force_on:
        approved = _("Approved by %(person)s on %(day)s") % {
            "person": plan.decided_name,
            "day": reader.day(timezone.localtime(plan.decided_at).date()),
        }
    return {
        "lang": get_language() or "en",
        "paper": "a4",
        "title": _("Measurement plan"),
        "subtitle": _("%(client)s · version %(number)s · %(state)s")
        % {"client": client.name, "number": plan.number, "state": page.state},
        "agency": agency.name,
        "accent": palette(agency.accent).light,
        "approved": approved,
        "summary": plan.summary,
        "labels": {
            "kpi": _("KPI"),
            "target": _("Target"),
            "cadence": _("Review"),
            "data": _("Data"),
        },
        "objectives": [
            {
                "name": objective.name,
                "lines": [
                    {
                        "name": line.name,
                        "meaning": line.meaning,
                        "target": line.target,
                        "cadence": line.cadence,
                        "data": line.gap or line.data,
                    }
                    for line in objective.lines
                ],
            }
            for objective in page.objectives
        ],
    }
