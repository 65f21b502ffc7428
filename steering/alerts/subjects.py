"""What an incident is about: a goal or a rule, with the figures that a reader is told. Reads only."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Client
from kpis.book import book_of
from kpis.catalogue import KPIS
from kpis.compare import Number
from kpis.formats import exact_text
from kpis.goals.machine import UNJUDGED
from kpis.models import Goal, GoalStanding
from steering.models import AlertRule


@dataclass(frozen=True)
class Subject:
    """A goal or a rule. `key` begins the key of everything that is said of it."""

    goal: Goal | None = None
    rule: AlertRule | None = None

    @property
    def key(self) -> str:
        return f"goal:{self.goal.pk}" if self.goal else f"rule:{self.rule.pk}"  # type: ignore[union-attr]

    @property
    def reference(self) -> dict[str, Any]:
        """As the columns of an incident have it."""
        return {
            "goal_id": self.goal.pk if self.goal else None,
            "rule_id": self.rule.pk if self.rule else None,
        }


def figures_of_goals(client: Client, goals: list[Goal]) -> dict[int, dict[str, Any]]:
    """Of each goal what its last evaluation found, as JSON. A goal whose KPI is gone is left out."""
    known = [goal for goal in goals if goal.kpi in book_of(client)]
    rows = GoalStanding.objects.filter(agency_id=client.agency_id, client=client, goal__in=known)
    standings = {row.goal_id: row for row in rows}
    return {goal.pk: _figures(client, goal, standings.get(goal.pk)) for goal in known}


def _figures(client: Client, goal: Goal, standing: GoalStanding | None) -> dict[str, Any]:
    found = standing or GoalStanding()
    return {
        **kpi_words(client, goal.kpi),
        "channel": goal.channel,
        "campaign": str(goal.campaign) if goal.campaign else "",
        "first": goal.starts_on.isoformat(),
        "last": goal.ends_on.isoformat(),
        "kind": goal.kind,
        "value": _text(found.actual),
        "expected": _text(found.expected),
        "target": _text(goal.target),
        "probability": _text(found.probability),
        "as_of": found.as_of.isoformat() if found.as_of else "",
        "currency": goal.currency or client.currency,
        "is_judged": found.status not in UNJUDGED,
    }


def kpi_words(client: Client, key: str) -> dict[str, str]:
    """The key and unit of a KPI; its name too, if it is the client's own."""
    kpi = book_of(client)[key]
    own = "" if key in KPIS else str(kpi.name)
    return {"kpi": key, "unit": kpi.unit, "name": own}


def _text(number: Number | None) -> str:
    return exact_text(number) or ""
