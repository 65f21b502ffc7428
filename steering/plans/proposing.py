"""What a first draft of a plan begins with: the goals that run, or what the client looks at first."""

from collections.abc import Mapping

from accounts.models import Client
from kpis.book import book_of
from kpis.chosen import chosen_of
from kpis.models import Goal
from steering.plan_queries import planned_goals
from steering.plans.lines import Line


def proposed_lines(client: Client) -> tuple[Line, ...]:
    """One line per goal, each under the goal that it serves; without goals, one per leading KPI.

    Objectives are the agency's to say.
    """
    book, goals = book_of(client), planned_goals(client)
    lines = tuple(
        Line("", goal.kpi, goal.pk, cadence=goal.cadence)
        for goal in _from_the_top(goals)
        if goal.kpi in book
    )
    return lines or tuple(Line("", key) for key in chosen_of(client, book).headline)


def _from_the_top(goals: Mapping[int, Goal], above: int | None = None) -> list[Goal]:
    """Each goal and below it those that serve it. One whose parent is put away stands at the top."""
    found: list[Goal] = []
    for goal in goals.values():
        parent = goal.parent_id if goal.parent_id in goals else None
        if parent == above:
            found += [goal, *_from_the_top(goals, goal.pk)]
    return found
